import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../../protocol/types';
import { Around } from '../testing/around';
import { RefusedRoom } from './RefusedRoom';

function setup(code: Failure['code'], guest = true) {
  const handlers = { onJoin: vi.fn(), onBrowse: vi.fn(), onSignOut: vi.fn() };
  render(<RefusedRoom room="tea" refusal={{ code, message: 'as the server says it', field: null, retryAfterMs: null }} guest={guest} {...handlers} />, { wrapper: Around });
  return { ...handlers, user: userEvent.setup() };
}

describe('RefusedRoom', () => {
  it('asks for the password in place', async () => {
    const { user, onJoin, onBrowse } = setup('ROOM_PASSWORD_REQUIRED');
    const field = screen.getByLabelText('Room password');
    expect(screen.getByRole('heading', { name: '#tea is private' })).toBeInTheDocument();
    expect(field).toHaveFocus();
    expect(field).not.toHaveAttribute('aria-invalid');
    await user.keyboard('{Enter}');
    expect(field).toHaveAccessibleDescription('Enter the room’s password.');
    expect(onJoin).not.toHaveBeenCalled();
    await user.type(field, 'open sesame{Enter}');
    expect(onJoin).toHaveBeenCalledExactlyOnceWith('open sesame');
    await user.click(screen.getByRole('button', { name: 'Browse rooms' }));
    expect(onBrowse).toHaveBeenCalledOnce();
  });

  it('says that the password was wrong, beside the field', () => {
    setup('ROOM_PASSWORD_WRONG');
    expect(screen.getByLabelText('Room password')).toHaveAccessibleDescription('That password is wrong.');
  });

  it('offers a guest whose name is taken another one, an account another try', async () => {
    const guest = setup('NAME_TAKEN');
    await guest.user.click(screen.getByRole('button', { name: 'Use another name' }));
    expect(guest.onSignOut).toHaveBeenCalledOnce();
  });

  it('offers an account whose name is taken another try', async () => {
    const { user, onJoin } = setup('NAME_TAKEN', false);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onJoin).toHaveBeenCalledExactlyOnceWith();
  });

  it.each<[Failure['code'], string]>([
    ['BANNED', 'You were banned from #tea'], ['ROOM_NOT_FOUND', 'There is no room #tea'], ['FORBIDDEN', '#tea is not open to you'],
    ['AUTH_REQUIRED', 'This room needs an account'], ['AUTH_FAILED', 'Your session has ended'], ['INTERNAL', '#tea cannot be opened'],
  ])('has words of its own for %s, and a way on', (code, title) => {
    setup(code);
    expect(screen.getByText(title)).toBeInTheDocument();
    expect(screen.getAllByRole('button').length).toBeGreaterThan(0);
  });

  it('shows the server’s sentence for what it has no words for, and lets one try again', async () => {
    const { user, onJoin } = setup('INVALID_PAYLOAD');
    expect(screen.getByText(/as the server says it/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onJoin).toHaveBeenCalledOnce();
  });
});
