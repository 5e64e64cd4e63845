import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { Around, summary } from '../testing/around';
import Switcher, { roomName } from './Switcher';

function setup() {
  const onOpen = vi.fn();
  const onClose = vi.fn();
  render(<Switcher rooms={[summary('tea'), summary('work', { unread: 2 }), summary('music'), summary('garden', { mentions: 1, unread: 5 })]} current="tea" onOpen={onOpen} onClose={onClose} />, { wrapper: Around });
  return { onOpen, onClose, user: userEvent.setup(), field: screen.getByRole('combobox') };
}
const options = () => screen.queryAllByRole('option').map((option) => option.querySelector('bdi')?.textContent ?? option.textContent);

describe('Switcher', () => {
  it('begins in its field, with what waits first and where one is last', () => {
    const { field } = setup();
    expect(screen.getByRole('dialog', { name: 'Go to a room' })).toBeInTheDocument();
    expect(field).toHaveFocus();
    expect(options()).toEqual(['garden', 'work', 'music', 'tea']);
  });

  it('goes to what was found with the keyboard alone', async () => {
    const { user, field, onOpen } = setup();
    await user.type(field, 'mu');
    expect(options()[0]).toBe('music');
    expect(field).toHaveAttribute('aria-activedescendant', screen.getByRole('option', { name: 'music' }).id);
    await user.keyboard('{Enter}');
    expect(onOpen).toHaveBeenCalledExactlyOnceWith('music');
  });

  it('goes round with the arrow keys', async () => {
    const { user, onOpen } = setup();
    await user.keyboard('{ArrowUp}{ArrowUp}{Enter}');
    expect(onOpen).toHaveBeenCalledExactlyOnceWith('music');
  });

  it('offers to join a room by its name, as the server will write it', async () => {
    const { user, field, onOpen } = setup();
    await user.type(field, ' #Book Club ');
    expect(options()).toEqual(['Join #book club']);
    await user.keyboard('{Enter}');
    expect(onOpen).toHaveBeenCalledExactlyOnceWith('book club');
  });

  it('does not offer to join a room that one is in', async () => {
    const { user, field } = setup();
    await user.type(field, 'tea');
    expect(options()).toEqual(['tea']);
  });

  it('opens by pointer', async () => {
    const { user, onOpen } = setup();
    await user.click(screen.getByRole('option', { name: /^work/ }));
    expect(onOpen).toHaveBeenCalledExactlyOnceWith('work');
  });
});

describe('roomName', () => {
  it('knows what cannot be one', () => {
    expect(roomName('  ')).toBeNull();
    expect(roomName('#')).toBeNull();
    expect(roomName('x'.repeat(31))).toBeNull();
    expect(roomName('x'.repeat(30))).toBe('x'.repeat(30));
    expect(roomName(' #Tea ')).toBe('tea');
  });
});
