import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ok } from '../../protocol/types';
import { ada, fakeSession, guest, refusal, room, type FakeSession } from '../../testing/session';
import RoomsPage from './RoomsPage';

const ROOMS = [
  room('tea', { description: 'Green, black, and the kettle', memberCount: 3 }),
  room('coffee', { memberCount: 1200 }),
  room('board', { isPrivate: true, memberCount: 1 }),
];

beforeEach(() => { window.history.replaceState(null, '', '/rooms'); });
afterEach(() => { vi.useRealTimers(); });

function open(fake: FakeSession, rooms = ROOMS): FakeSession {
  fake.actions.listRooms.mockResolvedValue(ok(rooms));
  render(<RoomsPage />, { wrapper: fake.Around });
  return fake;
}
const asGuest = () => fakeSession({ identity: guest });
const asAda = () => fakeSession({ identity: ada });
const link = (name: RegExp) => screen.findByRole('link', { name });
const names = () => screen.getAllByRole('listitem').map((item) => within(item).getByRole('link').textContent?.split(',')[0]);

test('rooms are listed with their people, the lively ones first, private ones named as such', async () => {
  open(asGuest());
  expect(await link(/^coffee, 1,200 members$/)).toHaveAttribute('href', '/r/coffee');
  expect(screen.getByRole('link', { name: /^board, Private room, 1 member$/ })).toBeInTheDocument();
  expect(names()).toEqual(['coffee', 'tea', 'board']);
});

test('while they load, that is said', () => {
  const fake = asGuest();
  fake.actions.listRooms.mockReturnValue(new Promise(() => undefined));
  render(<RoomsPage />, { wrapper: fake.Around });
  expect(screen.getByText('Loading the rooms')).toBeInTheDocument();
});

test('choosing a public room goes there', async () => {
  open(asGuest());
  await userEvent.click(await link(/^tea/));
  expect(window.location.pathname).toBe('/r/tea');
});

describe('searching', () => {
  test('looks at names and descriptions, as one types', async () => {
    open(asGuest());
    await link(/^tea/);
    await userEvent.type(screen.getByRole('searchbox'), 'KETTLE green');
    await waitFor(() => { expect(names()).toEqual(['tea']); });
    await userEvent.keyboard('{Escape}');
    await waitFor(() => { expect(names()).toHaveLength(3); });
  });

  test('offers to create what is not there, under the name that was typed', async () => {
    open(asGuest());
    await link(/^tea/);
    await userEvent.type(screen.getByRole('searchbox'), 'chess');
    await userEvent.click(await screen.findByRole('button', { name: 'Create #chess' }));
    expect(within(screen.getByRole('dialog', { name: 'New room' })).getByLabelText('Name')).toHaveValue('chess');
  });

  test('tells how many there are once the typing stops', async () => {
    open(asGuest());
    await link(/^tea/);
    await userEvent.type(screen.getByRole('searchbox'), 'tea');
    expect(await screen.findByText('1 room', {}, { timeout: 2000 })).toBeInTheDocument();
  });
});

test('no rooms yet is an invitation to make one', async () => {
  open(asGuest(), []);
  expect(await screen.findByText('No rooms yet')).toBeInTheDocument();
});

describe('when the list cannot be loaded', () => {
  test('it can be tried again', async () => {
    const fake = asGuest();
    fake.actions.listRooms.mockResolvedValueOnce(refusal('NETWORK'));
    fake.actions.listRooms.mockResolvedValue(ok(ROOMS));
    render(<RoomsPage />, { wrapper: fake.Around });
    await userEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await link(/^tea/)).toBeInTheDocument();
  });

  test('what was there before stays', async () => {
    const fake = open(asGuest());
    await link(/^tea/);
    fake.actions.listRooms.mockResolvedValue(refusal('NETWORK'));
    await userEvent.click(screen.getByRole('button', { name: 'Refresh' }));
    expect(await screen.findByText('The server cannot be reached.')).toBeInTheDocument();
    expect(names()).toHaveLength(3);
  });

  test('a guest where guests are not wanted is led back to signing in', async () => {
    const fake = asGuest();
    fake.actions.listRooms.mockResolvedValue(refusal('AUTH_REQUIRED'));
    render(<RoomsPage />, { wrapper: fake.Around });
    await userEvent.click(await screen.findByRole('button', { name: 'Sign in' }));
    expect(fake.actions.signOut).toHaveBeenCalled();
  });

  test('an answer that comes late does not replace a newer one', async () => {
    const fake = asGuest();
    let late: (value: ReturnType<typeof ok<typeof ROOMS>>) => void = () => undefined;
    fake.actions.listRooms.mockReturnValueOnce(new Promise((resolve) => { late = resolve; }));
    fake.actions.listRooms.mockResolvedValue(ok(ROOMS));
    render(<RoomsPage />, { wrapper: fake.Around });
    await userEvent.click(screen.getByRole('button', { name: 'Refresh' }));
    await link(/^tea/);
    await act(async () => { late(ok([])); });
    expect(names()).toHaveLength(3);
  });
});

describe('a private room', () => {
  test('opens at once for its members', async () => {
    const { actions } = open(asAda());
    await userEvent.click(await link(/^board/));
    expect(actions.unlockRoom).toHaveBeenCalledWith('board', '');
    await waitFor(() => { expect(window.location.pathname).toBe('/r/board'); });
  });

  test('asks others for the password, until it is right', async () => {
    const { actions } = open(asAda());
    actions.unlockRoom.mockResolvedValueOnce(refusal('ROOM_PASSWORD_REQUIRED'));
    await userEvent.click(await link(/^board/));
    const dialog = await screen.findByRole('dialog', { name: '#board is private' });
    const password = within(dialog).getByLabelText('Room password');
    actions.unlockRoom.mockResolvedValueOnce(refusal('ROOM_PASSWORD_WRONG'));
    await userEvent.type(password, 'guess{Enter}');
    expect(password).toHaveAccessibleDescription('That password is wrong.');
    expect(window.location.pathname).toBe('/rooms');
    await userEvent.clear(password);
    await userEvent.type(password, 'close sesame{Enter}');
    expect(actions.unlockRoom).toHaveBeenLastCalledWith('board', 'close sesame');
    await waitFor(() => { expect(window.location.pathname).toBe('/r/board'); });
  });

  test('asks a guest without trying first, and only once in this tab', async () => {
    const fake = open(asGuest());
    await userEvent.click(await link(/^board/));
    expect(fake.actions.unlockRoom).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    fake.session.keepPassword('board', 'close sesame');
    await userEvent.click(await link(/^board/));
    expect(window.location.pathname).toBe('/r/board');
  });

  test('says why somebody who was banned does not get in', async () => {
    const { actions } = open(asAda());
    actions.unlockRoom.mockResolvedValueOnce(refusal('BANNED'));
    await userEvent.click(await link(/^board/));
    expect(await screen.findByText('You were banned from this room.')).toBeInTheDocument();
  });
});

describe('a new room', () => {
  async function form(fake: FakeSession) {
    open(fake);
    await userEvent.click(await screen.findByRole('button', { name: 'New room' }));
    return within(screen.getByRole('dialog', { name: 'New room' }));
  }

  test('is made and gone to', async () => {
    const fake = asAda();
    const dialog = await form(fake);
    await userEvent.type(dialog.getByLabelText('Name'), 'chess');
    await userEvent.type(dialog.getByLabelText('Description'), 'Slowly');
    await userEvent.click(dialog.getByRole('button', { name: 'Create room' }));
    expect(fake.actions.createRoom).toHaveBeenCalledWith({ name: 'chess', description: 'Slowly', isPrivate: false, password: '' });
    await waitFor(() => { expect(window.location.pathname).toBe('/r/chess'); });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('needs a password when it is private, and forgets it when it is not', async () => {
    const fake = asAda();
    const dialog = await form(fake);
    await userEvent.type(dialog.getByLabelText('Name'), 'chess');
    await userEvent.click(dialog.getByLabelText('Private'));
    await userEvent.type(dialog.getByLabelText('Room password'), '12345');
    await userEvent.click(dialog.getByRole('button', { name: 'Create room' }));
    expect(dialog.getByLabelText('Room password')).toHaveAccessibleDescription('A password has at least 6 characters.');
    await userEvent.click(dialog.getByLabelText('Private'));
    await userEvent.click(dialog.getByRole('button', { name: 'Create room' }));
    expect(fake.actions.createRoom).toHaveBeenCalledWith({ name: 'chess', description: '', isPrivate: false, password: '' });
  });

  test.each([
    ['NAME_TAKEN', 'name', 'Name', 'There is a room of that name already.'],
    ['INVALID_PAYLOAD', 'description', 'Description', 'A description has at most 200 characters.'],
  ] as const)('%s of %s is told at the field', async (code, of, label, text) => {
    const fake = asAda();
    const dialog = await form(fake);
    fake.actions.createRoom.mockResolvedValue(refusal(code, { field: of }));
    await userEvent.type(dialog.getByLabelText('Name'), 'tea{Enter}');
    expect(dialog.getByLabelText(label)).toHaveAccessibleDescription(text);
  });

  test('a guest whose own name is taken is told so, not that the room’s is', async () => {
    const fake = asGuest();
    const dialog = await form(fake);
    fake.actions.createRoom.mockResolvedValue(refusal('NAME_TAKEN', { field: 'creator' }));
    await userEvent.type(dialog.getByLabelText('Name'), 'tea{Enter}');
    expect(await dialog.findByText(/Your guest name belongs to an account/)).toBeInTheDocument();
    expect(dialog.getByLabelText('Name')).toBeValid();
  });
});

describe('the invite link', () => {
  test('is copied', async () => {
    const user = userEvent.setup();
    open(asGuest());
    await user.click(await screen.findByRole('button', { name: 'Copy invite link to #tea' }));
    expect(await screen.findByText('Invite link copied')).toBeInTheDocument();
    expect(await navigator.clipboard.readText()).toBe(`${window.location.origin}/r/tea`);
  });

  test('is shown to be copied by hand where the browser does not let us', async () => {
    const user = userEvent.setup();
    open(asGuest());
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('no', 'NotAllowedError'));
    await user.click(await screen.findByRole('button', { name: 'Copy invite link to #tea' }));
    const field = await screen.findByLabelText('Link to #tea');
    expect(field).toHaveValue(`${window.location.origin}/r/tea`);
    expect(field).toHaveFocus();
  });
});

test('a long list comes in pieces', async () => {
  open(asGuest(), Array.from({ length: 130 }, (_, n) => room(`room ${n}`)));
  // Not by role: that looks at every element of the page, again and again.
  const more = await screen.findByText('Show more');
  expect(document.querySelectorAll('li')).toHaveLength(100);
  await userEvent.click(more);
  expect(document.querySelectorAll('li')).toHaveLength(130);
  expect(more).not.toBeInTheDocument();
});

test('names and descriptions are text, whatever is in them', async () => {
  open(asGuest(), [room('<script>alert(1)</script>', { description: '<img src=x onerror=alert(1)>' })]);
  expect(await screen.findByText('<img src=x onerror=alert(1)>')).toBeInTheDocument();
  expect(document.querySelector('ul img, ul script')).toBeNull();
});

test('signing out is one click away', async () => {
  const { actions } = open(asAda());
  await userEvent.click(await screen.findByRole('button', { name: 'Sign out' }));
  expect(actions.signOut).toHaveBeenCalledTimes(1);
});
