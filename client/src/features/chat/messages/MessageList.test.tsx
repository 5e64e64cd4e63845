import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRef } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomView, Row } from '../../../state/view';
import { around, fakeChat } from '../testing/around';
import { message, messageRow, NOON, roomView } from '../testing/rows';
import { list } from '../testing/virtua';
import { MessageList, type MessageListHandle } from './MessageList';

vi.mock('virtua', () => import('../testing/virtua'));

const DAY: Row = { kind: 'day', key: 'd:1', time: NOON };
const UNREAD: Row = { kind: 'unread', key: 'unread' };
const some = (from: number, to: number): Row[] => Array.from({ length: to - from + 1 }, (_, i) => messageRow({ seq: from + i }));
const sending = (tempId: string): Row => messageRow({ key: `t:${tempId}`, id: null, seq: null, tempId, user: 'ana', own: true, text: 'mine', delivery: { status: 'SENDING', waitingUntil: null } });

function setup(room: Partial<RoomView> = {}) {
  const chat = fakeChat();
  const onReply = vi.fn();
  const ref = createRef<MessageListHandle>();
  const draw = (change: Partial<RoomView>) => <MessageList ref={ref} room={roomView(change)} own="ana" onReply={onReply} />;
  const { rerender } = render(draw(room), { wrapper: around(chat) });
  return { chat, onReply, ref, user: userEvent.setup(), again: (change: Partial<RoomView>) => rerender(draw(change)), row: (seq: number) => document.querySelector<HTMLElement>(`[data-seq="${seq}"]`) as HTMLElement };
}

const pill = () => screen.queryByRole('button', { name: /new messages?/ });

/** The scroll to the end. */
const toEnd = vi.fn();

beforeEach(() => {
  list.reset();
  toEnd.mockClear();
  vi.spyOn(Element.prototype, 'scrollTop', 'set').mockImplementation(toEnd);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
});
afterEach(() => { vi.restoreAllMocks(); });

describe('MessageList', () => {
  it('is a log with a name that does not itself speak', () => {
    setup({ rows: [DAY, ...some(1, 2), { kind: 'notice', key: 'n:1', text: 'ben has joined', time: NOON }] });
    const log = screen.getByRole('log', { name: 'Messages in #tea' });
    expect(log).toHaveAttribute('aria-live', 'off');
    expect(within(log).getAllByRole('article')).toHaveLength(2);
    expect(within(log).getByText('ben has joined')).toBeInTheDocument();
    expect(within(log).getByRole('separator', { name: /23 November|Today|Yesterday/ })).toBeInTheDocument();
  });

  it('tells where the room begins, or that older messages load', () => {
    const { again } = setup({ rows: some(1, 2) });
    expect(screen.getByText('This is where #tea begins.')).toBeInTheDocument();
    again({ rows: some(1, 2), hasOlder: true, loadingOlder: true });
    expect(screen.getByText('Loading older messages')).toBeInTheDocument();
    expect(screen.getByRole('log')).toHaveAttribute('aria-busy', 'true');
  });

  describe('where it stands', () => {
    it('opens at the end', () => {
      setup({ rows: some(1, 30) });
      expect(toEnd).toHaveBeenCalled();
      expect(pill()).toBeNull();
    });

    it('opens at the unread divider, and says how much is new below', () => {
      list.scrollOffset = 0;
      setup({ rows: [...some(1, 20), UNREAD, ...some(21, 30)], unreadIndex: 20, unread: 10 });
      expect(list.scrollToIndex).toHaveBeenCalledExactlyOnceWith(20, expect.objectContaining({ align: 'start' }));
      expect(pill()).toHaveTextContent('10 new messages');
    });

    it('is at the end at once when all that is new fits on the screen, for nothing will ever scroll', async () => {
      list.scrollSize = 480;
      list.scrollOffset = 0;
      const { chat } = setup({ rows: [...some(1, 2), UNREAD, ...some(3, 4)], unreadIndex: 2, unread: 2, lastSeq: 4, readSeq: 2 });
      expect(chat.actions.markRead).not.toHaveBeenCalled();
      await waitFor(() => expect(pill()).toBeNull());
      expect(chat.actions.markRead).toHaveBeenCalledExactlyOnceWith('tea');
    });

    it('is at the end when the rows turn out to be smaller than they were thought to be', async () => {
      list.scrollOffset = 0;
      const { chat } = setup({ rows: [...some(1, 2), UNREAD, ...some(3, 4)], unreadIndex: 2, unread: 2, lastSeq: 4, readSeq: 2 });
      await new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))); });
      expect(chat.actions.markRead).not.toHaveBeenCalled();
      list.scrollSize = 480;
      act(() => list.resize());
      await waitFor(() => expect(chat.actions.markRead).toHaveBeenCalledExactlyOnceWith('tea'));
    });

    it('takes its first place only when the room itself is here', () => {
      const { again } = setup({ phase: 'joining', rows: some(1, 20) });
      expect(toEnd).toHaveBeenCalled();
      again({ rows: [...some(1, 20), UNREAD, ...some(21, 30)], unreadIndex: 20, unread: 10 });
      expect(list.scrollToIndex).toHaveBeenLastCalledWith(20, expect.objectContaining({ align: 'start' }));
    });

    it('goes from what the device remembers to the divider that the server’s history brings', () => {
      const { again } = setup({ phase: 'cached', rows: some(1, 20) });
      again({ rows: some(1, 20) }); // joined, and the history is still on its way
      again({ rows: [...some(1, 20), UNREAD, ...some(21, 30)], unreadIndex: 20, unread: 10 });
      expect(list.scrollToIndex).toHaveBeenLastCalledWith(20, expect.objectContaining({ align: 'start' }));
      expect(pill()).toHaveTextContent('10 new messages');
    });

    it('does not go to a divider that comes later, or while somebody reads elsewhere', () => {
      vi.useFakeTimers();
      const { again } = setup({ rows: some(1, 20) });
      act(() => { vi.advanceTimersByTime(5_000); });
      again({ rows: [...some(1, 20), UNREAD, ...some(21, 22)], unreadIndex: 20, unread: 2 });
      expect(toEnd).toHaveBeenCalled();
      vi.useRealTimers();
    });

    it('stays at the end while rows come and while rows grow', () => {
      const { again } = setup({ rows: some(1, 30) });
      again({ rows: some(1, 31) });
      expect(toEnd).toHaveBeenCalled();
      toEnd.mockClear();
      act(() => list.resize());
      expect(toEnd).toHaveBeenCalledOnce();
    });

    it('is not thrown off the end by rows that come faster than it scrolls', () => {
      const { again } = setup({ rows: some(1, 30) });
      act(() => list.scroll(500));
      list.scrollSize = 1_400;
      act(() => list.scroll(600)); // on its way to the new end, and not there yet
      again({ rows: some(1, 31) });
      expect(toEnd).toHaveBeenCalled();
    });

    it('stays where it is while scrolled up, and counts what comes', () => {
      const { again } = setup({ rows: some(1, 30) });
      act(() => list.scroll(500));
      act(() => list.scroll(100));
      toEnd.mockClear();
      again({ rows: some(1, 31) });
      act(() => list.resize());
      expect(toEnd).not.toHaveBeenCalled();
      expect(pill()).toHaveTextContent('1 new message');
      again({ rows: [...some(1, 33)] });
      expect(pill()).toHaveTextContent('3 new messages');
    });

    // In a busy room the end ran ahead by more than the wheel between two frames, the list saw no move upwards, and pulled back.
    it.each<[string, (log: HTMLElement) => void]>([
      ['the wheel', (log) => fireEvent.wheel(log, { deltaY: -600 })],
      ['a finger', (log) => {
        fireEvent.touchStart(log, { touches: [{ clientY: 100 }] });
        fireEvent.touchMove(log, { touches: [{ clientY: 160 }] });
      }],
      ['a key', (log) => fireEvent.keyDown(log, { key: 'PageUp' })],
    ])('lets go of the end with %s, even where the end runs ahead of it', (_, up) => {
      const { again } = setup({ rows: some(1, 30) });
      act(() => list.scroll(500));
      act(() => up(screen.getByRole('log')));
      toEnd.mockClear();
      list.scrollSize = 2_400;
      act(() => list.scroll(1_300)); // 600 above the new end, and below where the move began
      again({ rows: some(1, 31) });
      act(() => list.resize());
      expect(toEnd).not.toHaveBeenCalled();
      expect(pill()).toHaveTextContent('1 new message');
    });

    it('is not held to the end by a scroll to it that was under way when somebody moved up', () => {
      const { again } = setup({ rows: some(1, 30) });
      act(() => list.scroll(500));
      fireEvent.wheel(screen.getByRole('log'), { deltaY: -600 });
      list.scrollSize = 1_100;
      act(() => list.scroll(600));
      toEnd.mockClear();
      again({ rows: some(1, 31) });
      expect(toEnd).not.toHaveBeenCalled();
      act(() => list.scroll(200));
      expect(pill()).toHaveTextContent('1 new message');
    });

    it.each<[string, (log: HTMLElement) => void]>([
      ['when a move up scrolled nothing', () => undefined],
      ['with the move down after it', (log) => fireEvent.wheel(log, { deltaY: 600 })],
    ])('follows the end again %s', async (_, then) => {
      const { again } = setup({ rows: some(1, 30) });
      act(() => list.scroll(500));
      fireEvent.wheel(screen.getByRole('log'), { deltaY: -3 });
      then(screen.getByRole('log'));
      toEnd.mockClear();
      // Only who follows the end is brought there when a row grows.
      await vi.waitUntil(() => {
        act(() => list.resize());
        return toEnd.mock.calls.length > 0;
      });
      again({ rows: some(1, 31) });
      expect(toEnd).toHaveBeenCalled();
      expect(pill()).toBeNull();
    });

    it('says what came when a move up became no scroll, and the end went away meanwhile', async () => {
      const { again } = setup({ rows: some(1, 30) });
      act(() => list.scroll(500));
      fireEvent.wheel(screen.getByRole('log'), { deltaY: -3 });
      list.scrollSize = 1_400;
      again({ rows: some(1, 33) });
      await waitFor(() => expect(pill()).toHaveTextContent('3 new messages'));
    });

    it.each<[string, Partial<typeof list>, WheelEventInit]>([
      ['where all fits on the screen', { scrollSize: 480, scrollOffset: 0 }, { deltaY: -600 }],
      ['to zoom', {}, { deltaY: -600, ctrlKey: true }],
    ])('takes no wheel %s for a wish to leave', (_, change, wheel) => {
      const { again } = setup({ rows: some(1, 30) });
      Object.assign(list, change);
      fireEvent.wheel(screen.getByRole('log'), wheel);
      toEnd.mockClear();
      again({ rows: some(1, 31) });
      expect(toEnd).toHaveBeenCalled();
    });

    it('goes to the end by the pill, which goes then', async () => {
      const { again, user } = setup({ rows: some(1, 30) });
      act(() => list.scroll(500));
      act(() => list.scroll(100));
      again({ rows: some(1, 31) });
      await user.click(pill() as HTMLElement);
      expect(toEnd).toHaveBeenCalled();
      expect(pill()).toBeNull();
    });

    it('offers the way to the end while scrolled up, although nothing is new', async () => {
      const { user } = setup({ rows: some(1, 30) });
      act(() => list.scroll(500));
      act(() => list.scroll(100));
      await user.click(screen.getByRole('button', { name: 'To the latest' }));
      expect(toEnd).toHaveBeenCalled();
    });

    it('goes to the end for a message of one’s own', () => {
      const { again } = setup({ rows: some(1, 30) });
      act(() => list.scroll(500));
      act(() => list.scroll(100));
      toEnd.mockClear();
      again({ rows: [...some(1, 30), sending('1')] });
      expect(toEnd).toHaveBeenCalled();
    });

    it('keeps its place when older messages come above', () => {
      const { again } = setup({ rows: [DAY, ...some(51, 80)], hasOlder: true });
      again({ rows: [DAY, ...some(1, 80)] });
      expect(list.shifts.at(-1)).toBe(true);
      again({ rows: [DAY, ...some(1, 81)] });
      expect(list.shifts.at(-1)).toBe(false);
    });
  });

  it('asks for older messages near the top, but not while they load or when there are none', () => {
    const { chat, again } = setup({ rows: some(51, 120), hasOlder: true });
    list.firstIndex = 60;
    act(() => list.scroll(300));
    expect(chat.actions.loadOlder).not.toHaveBeenCalled();
    list.firstIndex = 5;
    act(() => list.scroll(50));
    expect(chat.actions.loadOlder).toHaveBeenCalledExactlyOnceWith('tea');
    again({ rows: some(51, 120), hasOlder: true, loadingOlder: true });
    act(() => list.scroll(40));
    again({ rows: some(1, 120) });
    act(() => list.scroll(30));
    expect(chat.actions.loadOlder).toHaveBeenCalledOnce();
  });

  it('asks for older messages when there are too few to scroll', () => {
    list.scrollSize = 500;
    const { chat } = setup({ rows: some(8, 9), hasOlder: true });
    expect(chat.actions.loadOlder).toHaveBeenCalledExactlyOnceWith('tea');
  });

  describe('reading', () => {
    it('marks the room as read at the end, while the window has the focus', () => {
      const { chat } = setup({ rows: some(1, 3), lastSeq: 3, readSeq: 1, unread: 2 });
      expect(chat.actions.markRead).toHaveBeenCalledExactlyOnceWith('tea');
    });

    it('waits for the focus', () => {
      vi.mocked(document.hasFocus).mockReturnValue(false);
      const { chat } = setup({ rows: some(1, 3), lastSeq: 3, readSeq: 1, unread: 2 });
      expect(chat.actions.markRead).not.toHaveBeenCalled();
      vi.mocked(document.hasFocus).mockReturnValue(true);
      fireEvent.focus(window);
      expect(chat.actions.markRead).toHaveBeenCalledOnce();
    });

    it('marks nothing while scrolled up, nor what is read already', () => {
      const { chat, again } = setup({ rows: [...some(1, 20), UNREAD, ...some(21, 30)], unreadIndex: 20, unread: 10, lastSeq: 30, readSeq: 20 });
      expect(chat.actions.markRead).not.toHaveBeenCalled();
      act(() => list.scroll(500));
      expect(chat.actions.markRead).toHaveBeenCalledOnce();
      again({ rows: some(1, 30), lastSeq: 30, readSeq: 30 });
      expect(chat.actions.markRead).toHaveBeenCalledOnce();
    });
  });

  describe('by keyboard', () => {
    it('has one row in the tab order, the last at first, and moves with the arrow keys', async () => {
      const { user, row } = setup({ rows: [DAY, ...some(1, 2), UNREAD, ...some(3, 4)], unreadIndex: 3 });
      expect(document.querySelectorAll('article[tabindex="0"]')).toHaveLength(1);
      expect(row(4)).toHaveAttribute('tabindex', '0');
      row(4).focus();
      await user.keyboard('{ArrowUp}{ArrowUp}');
      expect(row(2)).toHaveFocus();
      expect(row(2)).toHaveAttribute('tabindex', '0');
      expect(list.scrollToIndex).toHaveBeenLastCalledWith(2, { align: 'nearest' });
      await user.keyboard('{Home}{ArrowUp}');
      expect(row(1)).toHaveFocus();
      await user.keyboard('{End}{ArrowDown}');
      expect(row(4)).toHaveFocus();
    });

    it('edits the last of one’s own that can be edited', () => {
      const { ref } = setup({ rows: [...some(1, 1), messageRow({ seq: 2, own: true, user: 'ana', text: 'this one' }), messageRow({ seq: 3, own: true, user: 'ana', deleted: true }), ...some(4, 4), sending('1')] });
      act(() => expect(ref.current?.editLastOwn()).toBe(true));
      expect(screen.getByRole('textbox', { name: 'Edit message' })).toHaveValue('this one');
    });

    it('has nothing to edit where nothing is one’s own', () => {
      const { ref } = setup({ rows: some(1, 3) });
      expect(ref.current?.editLastOwn()).toBe(false);
    });
  });

  it('jumps to the message that was answered, and says when it is not loaded', async () => {
    const { user, row } = setup({ rows: [...some(1, 9), messageRow({ seq: 10, reply: { id: 'tea-2', message: message({ seq: 2 }) } }), messageRow({ seq: 11, reply: { id: 'tea-0', message: message({ seq: 99, id: 'tea-0', text: 'gone' }) } })] });
    await user.click(screen.getByRole('button', { name: 'In reply to ben message 2' }));
    expect(row(2)).toHaveFocus();
    expect(list.scrollToIndex).toHaveBeenLastCalledWith(1, { align: 'center' });
    await user.click(screen.getByRole('button', { name: 'In reply to ben gone' }));
    await waitFor(() => expect(screen.getAllByRole('status').some((region) => region.textContent === 'The message it answers is further up.')).toBe(true));
  });

  it('passes a reply on, and reactions, with a word when one is refused', async () => {
    const { user, row, chat, onReply } = setup({ rows: [messageRow({ seq: 1, reactions: [{ emoji: '🎉', users: ['ben'] }] })] });
    row(1).focus();
    await user.keyboard('r');
    expect(onReply).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ seq: 1 }));
    chat.actions.react.mockResolvedValueOnce({ ok: false, failure: { code: 'RATE_LIMITED', message: '', field: null, retryAfterMs: null } });
    await user.click(screen.getByRole('button', { name: /🎉 1/ }));
    expect(chat.actions.react).toHaveBeenCalledExactlyOnceWith('tea-1', '🎉', true);
    expect(await screen.findByText(/That did not work: that was too much at once/)).toBeInTheDocument();
  });

  it('asks before it deletes, and keeps asking while that is refused', async () => {
    const { user, row, chat } = setup({ rows: [messageRow({ seq: 1, own: true, user: 'ana', text: 'to go' })] });
    row(1).focus();
    await user.keyboard('{Delete}');
    const dialog = screen.getByRole('dialog', { name: 'Delete this message?' });
    expect(within(dialog).getByText('to go')).toBeInTheDocument();
    chat.actions.remove.mockResolvedValueOnce({ ok: false, failure: { code: 'NETWORK', message: '', field: null, retryAfterMs: null } });
    await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
    expect(await within(dialog).findByText(/there was no answer/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(chat.actions.remove).toHaveBeenCalledTimes(2);
  });

  it('retries and discards by the temporary id', async () => {
    const { user, chat } = setup({ rows: [messageRow({ ...(sending('1') as object), delivery: { status: 'FAILED', failure: { code: 'BANNED', message: '', field: null, retryAfterMs: null } } })] });
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(chat.actions.retry).toHaveBeenCalledExactlyOnceWith('1');
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    expect(chat.actions.discard).toHaveBeenCalledExactlyOnceWith('1');
  });
});
