import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeSession, refusal, type FakeSession } from '../../testing/session';
import EntrancePage from './EntrancePage';

beforeEach(() => { localStorage.clear(); });
afterEach(() => { vi.useRealTimers(); });

function open(fake: FakeSession = fakeSession(), invitedTo: string | null = null): FakeSession {
  render(<EntrancePage invitedTo={invitedTo} />, { wrapper: fake.Around });
  return fake;
}
const field = (label: string) => screen.getByLabelText(label);
const tab = (name: string) => userEvent.click(screen.getByRole('tab', { name }));
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));

describe('signing in', () => {
  test('sends name and password', async () => {
    const { actions } = open();
    await userEvent.type(field('Name'), 'Ada');
    await userEvent.type(field('Password'), 'open sesame{Enter}');
    expect(actions.signIn).toHaveBeenCalledWith('Ada', 'open sesame');
  });

  test('asks for what is missing, beside the field, and sends nothing', async () => {
    const { actions } = open();
    await press('Sign in');
    expect(field('Name')).toHaveAccessibleDescription('Enter a name.');
    expect(field('Password')).toHaveAccessibleDescription('Enter a password.');
    expect(field('Name')).toHaveFocus();
    expect(actions.signIn).not.toHaveBeenCalled();
  });

  test('a wrong password is told at the password, until it is changed', async () => {
    const { actions } = open();
    actions.signIn.mockResolvedValue(refusal('AUTH_FAILED'));
    await userEvent.type(field('Name'), 'ada');
    await userEvent.type(field('Password'), 'wrong{Enter}');
    expect(field('Password')).toHaveAccessibleDescription('The name or the password is wrong.');
    expect(field('Password')).toHaveFocus();
    await userEvent.type(field('Password'), 'x');
    expect(field('Password')).not.toHaveAccessibleDescription();
  });

  test('without a connection it offers to try again', async () => {
    const { actions } = open();
    actions.signIn.mockResolvedValueOnce(refusal('NETWORK'));
    await userEvent.type(field('Name'), 'ada');
    await userEvent.type(field('Password'), 'secret1{Enter}');
    expect(screen.getByText('The server cannot be reached.')).toBeInTheDocument();
    await press('Try again');
    expect(actions.signIn).toHaveBeenCalledTimes(2);
    expect(screen.queryByText('The server cannot be reached.')).toBeNull();
  });

  test('while limited it counts down, and takes the next try when that is over', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const user = userEvent.setup({ advanceTimers: (ms) => { vi.advanceTimersByTime(ms); } });
    const { actions } = open();
    actions.signIn.mockResolvedValue(refusal('RATE_LIMITED', { retryAfterMs: 30_000 }));
    await user.type(field('Name'), 'ada');
    await user.type(field('Password'), 'secret1{Enter}');
    const button = screen.getByRole('button', { name: 'Sign in' });
    expect(screen.getByText(/works in (30|29) sec/)).toBeInTheDocument();
    expect(button).toBeDisabled();
    act(() => { vi.advanceTimersByTime(10_000); });
    expect(screen.getByText(/works in (20|19|18) sec/)).toBeInTheDocument();
    act(() => { vi.advanceTimersByTime(21_000); });
    expect(screen.queryByText(/works in/)).toBeNull();
    expect(button).toBeEnabled();
  });

  test('a refusal without a text of ours shows the server’s sentence', async () => {
    const { actions } = open();
    actions.signIn.mockResolvedValue(refusal('MUTED', { message: 'You are muted.' }));
    await userEvent.type(field('Name'), 'ada');
    await userEvent.type(field('Password'), 'secret1{Enter}');
    expect(screen.getByText('You are muted.')).toBeInTheDocument();
  });

  test('the name is remembered, the password is not', async () => {
    open();
    await userEvent.type(field('Name'), 'Ada');
    await userEvent.type(field('Password'), 'secret1{Enter}');
    expect(localStorage.getItem('chillin.last-visit')).toContain('Ada');
    expect(JSON.stringify(localStorage)).not.toContain('secret1');
    cleanup();
    open();
    expect(field('Name')).toHaveValue('Ada');
  });
});

describe('registering', () => {
  test('checks what the server would check', async () => {
    const { actions } = open();
    await tab('Register');
    await userEvent.type(field('Name'), 'ab');
    await userEvent.type(field('E-mail'), 'nowhere');
    await userEvent.type(field('Password'), '12345');
    await press('Create account');
    expect(field('Name')).toHaveAccessibleDescription('A name has 3 to 20 characters.');
    expect(field('E-mail')).toHaveAccessibleDescription('That does not look like an e-mail address.');
    expect(field('Password')).toHaveAccessibleDescription('A password has at least 6 characters.');
    expect(actions.register).not.toHaveBeenCalled();
    await userEvent.type(field('Name'), 'c');
    expect(field('Name')).toHaveAccessibleDescription('3 to 20 characters. Others see it.');
  });

  test('works without an e-mail address', async () => {
    const { actions } = open();
    await tab('Register');
    await userEvent.type(field('Name'), 'ada');
    await userEvent.type(field('Password'), 'secret1{Enter}');
    expect(actions.register).toHaveBeenCalledWith({ username: 'ada', email: '', password: 'secret1' });
  });

  test.each([
    ['NAME_TAKEN', 'username', 'Name', 'That name is taken.'],
    ['INVALID_PAYLOAD', 'email', 'E-mail', 'That does not look like an e-mail address.'],
    ['INVALID_PAYLOAD', 'password', 'Password', 'A password has at least 6 characters.'],
  ] as const)('%s of %s is told at the field', async (code, of, label, text) => {
    const { actions } = open();
    actions.register.mockResolvedValue(refusal(code, { field: of }));
    await tab('Register');
    await userEvent.type(field('Name'), 'ada');
    await userEvent.type(field('Password'), 'secret1{Enter}');
    expect(field(label)).toHaveAccessibleDescription(text);
    expect(field(label)).toHaveFocus();
  });

  test('whoever registered is offered to sign in the next time', async () => {
    open();
    await tab('Register');
    await userEvent.type(field('Name'), 'ada');
    await userEvent.type(field('Password'), 'secret1{Enter}');
    cleanup();
    open();
    expect(screen.getByRole('tab', { name: 'Sign in' })).toHaveAttribute('aria-selected', 'true');
  });
});

describe('guests', () => {
  test('need only a name', async () => {
    const { actions } = open();
    await tab('Guest');
    await press('Continue as guest');
    expect(field('What should others call you?')).toHaveAccessibleDescription('Enter a name.');
    await userEvent.type(field('What should others call you?'), 'Grace{Enter}');
    expect(actions.continueAsGuest).toHaveBeenCalledWith('Grace');
  });

  test('are told when the name belongs to an account', async () => {
    const { actions } = open();
    actions.continueAsGuest.mockResolvedValue(refusal('NAME_TAKEN', { field: 'name' }));
    await tab('Guest');
    await userEvent.type(field('What should others call you?'), 'ada{Enter}');
    expect(field('What should others call you?')).toHaveAccessibleDescription(/belongs to an account/);
  });

  test('are told when the server wants an account after all', async () => {
    const { actions } = open();
    actions.continueAsGuest.mockResolvedValue(refusal('AUTH_REQUIRED'));
    await tab('Guest');
    await userEvent.type(field('What should others call you?'), 'grace{Enter}');
    expect(screen.getByText('This needs an account. Sign in or register first.')).toBeInTheDocument();
  });

  test('are not offered where the server does not want any', () => {
    open(fakeSession({ config: { guestAccess: false } }), 'tea');
    expect(screen.queryByRole('tab', { name: 'Guest' })).toBeNull();
    expect(screen.getByRole('tab', { name: 'Sign in' })).toHaveAttribute('aria-selected', 'true');
    expect(screen.getByText('This server lets in people with an account only.')).toBeInTheDocument();
  });
});

describe('an invitation', () => {
  test('names the room, and offers to come in as a guest', () => {
    open(fakeSession(), 'tea');
    expect(screen.getByRole('heading', { name: 'You are invited' })).toBeInTheDocument();
    expect(screen.getByText('tea')).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: 'Guest' })).toHaveAttribute('aria-selected', 'true');
    expect(document.title).toBe('#tea · Chillin');
  });

  test('shows the name of a room as text', () => {
    open(fakeSession(), '<img src=x onerror=alert(1)>');
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeInTheDocument();
    expect(document.querySelector('img')).toBeNull();
  });
});

test('language and theme can be chosen before signing in', async () => {
  const { session } = open();
  await userEvent.selectOptions(screen.getByLabelText('Language'), 'Deutsch');
  expect(session.setPreferences).toHaveBeenCalledWith({ language: 'de' });
  await userEvent.selectOptions(screen.getByLabelText('Theme'), 'Dark');
  expect(session.setPreferences).toHaveBeenCalledWith({ theme: 'dark' });
});
