import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { navigate } from '../../runtime/navigation';
import type { ChatView } from '../../state/view';
import ChatPage from './ChatPage';
import { around, fakeChat, fakeSession, summary } from './testing/around';
import { forgetMediaQueries } from './use_media_query';
import { messageRow, roomView } from './testing/rows';

vi.mock('virtua', () => import('./testing/virtua'));

const failure = (code: 'ROOM_PASSWORD_REQUIRED') => ({ code, message: '', field: null, retryAfterMs: null });
/** For what is fetched when it is first asked for. */
const LAZY = { timeout: 10_000 };
const tea = roomView({ rows: [messageRow({ seq: 1 })], lastSeq: 1, readSeq: 1 });
const THREE = [summary('garden'), summary('tea'), summary('work')];

function setup(room: string | null = 'tea', view: Partial<ChatView> = {}) {
  const chat = fakeChat({ summaries: THREE, rooms: { tea }, ...view });
  const session = fakeSession();
  const { rerender } = render(<ChatPage room={room} />, { wrapper: around(chat, session) });
  return { chat, session, user: userEvent.setup(), go: (next: string | null) => rerender(<ChatPage room={next} />) };
}

/** As on a phone, or in a window with room for two columns. */
function narrow(...queries: readonly string[]): void {
  vi.spyOn(window, 'matchMedia').mockImplementation((query) => Object.assign(new EventTarget(), { matches: queries.includes(query), media: query, onchange: null, addListener: () => undefined, removeListener: () => undefined }));
}

beforeEach(() => {
  forgetMediaQueries();
  localStorage.clear();
  sessionStorage.clear();
  navigate('/r/tea', { replace: true });
});
afterEach(() => { vi.restoreAllMocks(); });

describe('ChatPage', () => {
  it('has the landmarks', () => {
    setup();
    expect(screen.getByRole('navigation', { name: 'Rooms' })).toBeInTheDocument();
    expect(screen.getByRole('main')).toBeInTheDocument();
    expect(screen.getByRole('complementary', { name: 'Members' })).toBeInTheDocument();
    expect(screen.getByRole('heading', { level: 1, name: 'tea' })).toBeInTheDocument();
    expect(screen.getByRole('log', { name: 'Messages in #tea' })).toBeInTheDocument();
    expect(screen.queryByText(/^chat-/)).toBeNull();
  });

  it('opens the room of the address, and closes it when there is none', () => {
    const { chat, go } = setup();
    expect(chat.actions.openRoom).toHaveBeenCalledExactlyOnceWith('tea');
    go('work');
    expect(chat.actions.openRoom).toHaveBeenLastCalledWith('work');
    go(null);
    expect(chat.actions.closeRoom).toHaveBeenCalledOnce();
    expect(screen.getByText('No room is open')).toBeInTheDocument();
  });

  it('shows that a room is on its way, and a room that is remembered without waiting', () => {
    const { chat } = setup('work');
    expect(screen.getByText('Loading')).toBeInTheDocument();
    expect(screen.getByRole('textbox', { name: 'Message #work' })).toBeDisabled();
    act(() => chat.setRoom({ ...tea, name: 'work', phase: 'joining' }));
    expect(screen.getByRole('article')).toBeInTheDocument();
    expect(screen.getByRole('textbox', { name: 'Message #work' })).toBeEnabled();
    act(() => chat.setRoom({ ...tea, name: 'work', phase: 'cached', info: null }));
    expect(screen.getByText('As this device remembers it')).toBeInTheDocument();
  });

  it('asks for a password in place of the room, and joins with it', async () => {
    const { chat, user } = setup('tea', { rooms: { tea: { ...tea, phase: 'refused', refusal: failure('ROOM_PASSWORD_REQUIRED') } } });
    expect(screen.queryByRole('log')).toBeNull();
    expect(screen.queryByRole('complementary')).toBeNull();
    await user.type(screen.getByLabelText('Room password'), 'sesame{Enter}');
    expect(chat.actions.openRoom).toHaveBeenLastCalledWith('tea', 'sesame');
  });

  it('tells why one was removed, and lets one come back', async () => {
    const { chat, user } = setup('tea', { rooms: { tea: { ...tea, phase: 'kicked', kickedReason: 'Too loud' } } });
    expect(screen.getByText('Too loud')).toBeInTheDocument();
    expect(screen.queryByRole('textbox')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Join again' }));
    expect(chat.actions.openRoom).toHaveBeenCalledTimes(2);
  });

  it('leaves the room for the next one, and offers the way back', async () => {
    const { chat, user } = setup();
    await user.click(screen.getByRole('button', { name: 'Leave room' }));
    expect(chat.actions.leaveRoom).toHaveBeenCalledExactlyOnceWith('tea');
    expect(window.location.pathname).toBe('/r/garden');
    await user.click(await screen.findByRole('button', { name: 'Join again' }));
    expect(window.location.pathname).toBe('/r/tea');
  });

  it('goes to the list of rooms after the last one', async () => {
    const { user } = setup('tea', { summaries: [summary('tea')] });
    await user.click(screen.getByRole('button', { name: 'Leave room' }));
    expect(window.location.pathname).toBe('/rooms');
  });

  it('copies the invite link', async () => {
    const { user } = setup();
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await user.click(screen.getByRole('button', { name: 'Copy invite link' }));
    expect(writeText).toHaveBeenCalledExactlyOnceWith(`${window.location.origin}/r/tea`);
    expect(await screen.findByText('Invite link copied')).toBeInTheDocument();
  });

  it('hides the members, and remembers it', async () => {
    const { user } = setup();
    await user.click(screen.getByRole('button', { name: 'Members' }));
    expect(screen.queryByRole('complementary')).toBeNull();
    expect(localStorage.getItem('chillin.members')).toBe('hidden');
    await user.click(screen.getByRole('button', { name: 'Members' }));
    expect(screen.getByRole('complementary', { name: 'Members' })).toBeInTheDocument();
  });

  it('has drawers on a phone, which close behind a link', async () => {
    narrow('(max-width: 719px)', '(max-width: 1099px)');
    const { user } = setup();
    expect(screen.queryByRole('navigation')).toBeNull();
    expect(screen.queryByRole('complementary')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Rooms' }));
    const drawer = screen.getByRole('dialog', { name: 'Rooms' });
    await user.click(within(drawer).getByRole('link', { name: 'work' }));
    expect(window.location.pathname).toBe('/r/work');
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Members' }));
    expect(within(screen.getByRole('dialog', { name: 'Members' })).getByText('ben')).toBeInTheDocument();
  });

  it('shows the rooms themselves on a phone when none is open', () => {
    narrow('(max-width: 719px)', '(max-width: 1099px)');
    setup(null);
    expect(screen.getByRole('navigation', { name: 'Rooms' })).toBeInTheDocument();
  });

  it('answers the message that R was pressed on', async () => {
    const { chat, user } = setup();
    screen.getByRole('article').focus();
    await user.keyboard('r');
    await user.keyboard('yes{Enter}');
    expect(chat.actions.send).toHaveBeenCalledExactlyOnceWith('tea', 'yes', { replyTo: 'tea-1' });
    expect(screen.queryByRole('button', { name: 'Do not reply' })).toBeNull();
  });

  it('edits the last own message on Up in an empty composer', async () => {
    const { user } = setup('tea', { rooms: { tea: { ...tea, rows: [messageRow({ seq: 1, own: true, user: 'ana', text: 'mine' })] } } });
    screen.getByRole('textbox', { name: 'Message #tea' }).focus();
    await user.keyboard('{ArrowUp}');
    expect(screen.getByRole('textbox', { name: 'Edit message' })).toHaveValue('mine');
  });

  it('keeps the draft of each room while one goes between them', async () => {
    const { user, chat, go } = setup();
    act(() => chat.setRoom({ ...tea, name: 'work' }));
    await user.type(screen.getByRole('textbox', { name: 'Message #tea' }), 'half');
    go('work');
    expect(screen.getByRole('textbox', { name: 'Message #work' })).toHaveValue('');
    go('tea');
    expect(screen.getByRole('textbox', { name: 'Message #tea' })).toHaveValue('half');
  });

  describe('shortcuts', () => {
    it('Escape marks the room as read', async () => {
      const { chat, user } = setup();
      chat.actions.markRead.mockClear();
      await user.keyboard('{Escape}');
      expect(chat.actions.markRead).toHaveBeenCalledExactlyOnceWith('tea');
    });

    it('Alt and the arrow keys go round the rooms', async () => {
      const { user } = setup();
      await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
      expect(window.location.pathname).toBe('/r/work');
      await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
      expect(window.location.pathname).toBe('/r/garden');
    });

    it('Ctrl+K switches rooms', async () => {
      const { user } = setup();
      await user.keyboard('{Control>}k{/Control}');
      await user.type(await screen.findByRole('combobox', {}, LAZY), 'wo{Enter}');
      expect(window.location.pathname).toBe('/r/work');
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    });

    it('? shows them all, but not while one writes', async () => {
      const { user } = setup();
      await user.type(screen.getByRole('textbox', { name: 'Message #tea' }), '?');
      expect(screen.queryByRole('dialog')).toBeNull();
      screen.getByRole('article').focus();
      await user.keyboard('?');
      expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' }, LAZY)).toBeInTheDocument();
    });
  });

  it('sets the own status, which is offline while there is no connection', async () => {
    const { user, chat } = setup();
    await user.click(screen.getByRole('button', { name: /^ana/ }));
    await user.click(screen.getByRole('radio', { name: 'Away' }));
    expect(chat.actions.setStatus).toHaveBeenCalledExactlyOnceWith('away');
    act(() => chat.set({ connection: { status: 'FAILED', attempts: 10, maxAttempts: 10 } }));
    expect(screen.getByRole('button', { name: /^ana/ })).toHaveAccessibleName('ana Guest · Offline');
  });

  it('signs out, and then has nothing to show', async () => {
    const { user, session } = setup();
    await user.click(screen.getByRole('button', { name: /^ana/ }));
    await user.click(screen.getByRole('button', { name: 'Sign out' }));
    expect(session.actions.signOut).toHaveBeenCalledOnce();
    await waitFor(() => expect(window.location.pathname).toBe('/'));
  });
});
