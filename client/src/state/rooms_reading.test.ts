import { describe, expect, it } from 'vitest';
import { KEEP_MESSAGES } from './rooms';
import { NOON, messageOf, messagesOf } from '../testing/messages';
import { Chat, cachedRoom, joined } from '../testing/rooms_chat';

describe('reading', () => {
  it('begins at the end when one comes for the first time', () => {
    const chat = joined(50);
    expect(chat.unread()).toBe(0);
    // What was said before is not news, and the other tabs and devices are to know it.
    expect(chat.effects).toContainEqual({ type: 'mark-read', room: 'lobby', seq: 50 });
  });

  it('begins where an account has read elsewhere, and shows the line there', () => {
    const chat = new Chat();
    chat.tell({ type: 'opened', room: 'lobby' });
    chat.tell({ type: 'entered', room: 'lobby', cached: null });
    chat.tell({ type: 'read-elsewhere', room: 'lobby', seq: 47 });
    chat.tell({ type: 'joining', room: 'lobby' });
    chat.tell({ type: 'joined', room: 'lobby' });
    expect(chat.history(messagesOf(1, 50), 50).map(({ type }) => type)).toEqual(['logged']);
    expect(chat.unread()).toBe(3);
    expect(chat.room().dividerSeq).toBe(47);
  });

  it('counts what others wrote since, and not what they took back', () => {
    const chat = joined();
    chat.message(messageOf(6));
    chat.message(messageOf(7, { user: 'ann' }));
    chat.message(messageOf(8));
    expect(chat.unread()).toBe(2);
    chat.server({ type: 'changed', room: 'lobby', seq: 9, id: 'lobby-6', message: messageOf(6, { text: '', deletedAt: NOON, changeSeq: 9 }), change: { kind: 'deleted', at: NOON } });
    expect(chat.unread()).toBe(1);
  });

  it('is told to the server once for each step', () => {
    const chat = joined();
    chat.message(messageOf(6));
    expect(chat.tell({ type: 'read', room: 'lobby' })).toEqual([{ type: 'mark-read', room: 'lobby', seq: 6 }]);
    expect(chat.unread()).toBe(0);
    expect(chat.tell({ type: 'read', room: 'lobby' })).toEqual([]);
  });

  it('is shown by who answers', () => {
    const chat = joined();
    chat.message(messageOf(6));
    expect(chat.tell({ type: 'sent', room: 'lobby' })).toEqual([{ type: 'mark-read', room: 'lobby', seq: 6 }]);
  });

  it('may go on elsewhere, and never goes back', () => {
    const chat = joined();
    chat.message(messageOf(6));
    chat.message(messageOf(7));
    chat.server({ type: 'receipt', room: 'lobby', user: 'ann', seq: 6 });
    expect(chat.unread()).toBe(1);
    chat.tell({ type: 'read-elsewhere', room: 'lobby', seq: 3 });
    expect(chat.room().readSeq).toBe(6);
    chat.server({ type: 'receipt', room: 'lobby', user: 'bob', seq: 7 });
    expect(chat.room().readSeq).toBe(6);
  });

  it('takes the count of the server while one is not in the room', () => {
    const chat = joined();
    chat.server({ type: 'unread', room: 'lobby', count: 9, seq: 14 });
    expect(chat.room().unreadElsewhere).toBe(0);
    chat.tell({ type: 'connection-lost' });
    chat.server({ type: 'unread', room: 'lobby', count: 9, seq: 14 });
    expect(chat.room().unreadElsewhere).toBe(9);
    chat.history(messagesOf(6, 14), 14);
    expect(chat.room().unreadElsewhere).toBe(0);
    expect(chat.unread()).toBe(9);
  });
});

describe('the line above the news', () => {
  it('stands where reading stood when the room is opened', () => {
    const chat = joined();
    chat.message(messageOf(6));
    chat.tell({ type: 'opened', room: 'lobby' });
    expect(chat.room().dividerSeq).toBe(5);
    chat.tell({ type: 'read', room: 'lobby' });
    expect(chat.room().dividerSeq).toBe(5);
    chat.tell({ type: 'opened', room: 'lobby' });
    expect(chat.room().dividerSeq).toBe(5);
    chat.tell({ type: 'closed' });
    chat.tell({ type: 'opened', room: 'lobby' });
    expect(chat.room().dividerSeq).toBeNull();
  });

  it('is not there when nothing is new, or only what one wrote oneself', () => {
    const chat = joined();
    chat.message(messageOf(6, { user: 'ann' }));
    chat.tell({ type: 'opened', room: 'lobby' });
    expect(chat.room().dividerSeq).toBeNull();
  });

  it('goes when one answers', () => {
    const chat = joined();
    chat.message(messageOf(6));
    chat.tell({ type: 'opened', room: 'lobby' });
    chat.tell({ type: 'sent', room: 'lobby' });
    expect(chat.room().dividerSeq).toBeNull();
  });

  it('appears before what comes while nobody looks, and moves on once that was read', () => {
    const chat = joined();
    chat.tell({ type: 'opened', room: 'lobby' });
    chat.message(messageOf(6));
    expect(chat.room().dividerSeq).toBeNull();
    chat.tell({ type: 'read', room: 'lobby' });
    chat.tell({ type: 'focus', on: false });
    chat.message(messageOf(7));
    chat.message(messageOf(8));
    expect(chat.room().dividerSeq).toBe(6);
    chat.tell({ type: 'focus', on: true });
    chat.tell({ type: 'read', room: 'lobby' });
    chat.message(messageOf(9));
    expect(chat.room().dividerSeq).toBe(6);
    chat.tell({ type: 'read', room: 'lobby' });
    chat.tell({ type: 'focus', on: false });
    chat.message(messageOf(10));
    expect(chat.room().dividerSeq).toBe(9);
  });

  it('stands before what was missed without a connection', () => {
    const chat = joined();
    chat.tell({ type: 'opened', room: 'lobby' });
    for (const news of [[], messagesOf(6, 8)]) {
      expect(chat.room().dividerSeq).toBeNull();
      chat.tell({ type: 'connection-lost' });
      chat.tell({ type: 'joining', room: 'lobby' });
      chat.tell({ type: 'joined', room: 'lobby' });
      chat.history(news, 5 + news.length);
    }
    expect(chat.room().dividerSeq).toBe(5);
  });

  it('stands in a room that was opened before the device had told what it keeps', () => {
    const chat = new Chat();
    chat.tell({ type: 'opened', room: 'lobby' });
    chat.tell({ type: 'entered', room: 'lobby', cached: cachedRoom(5, { readSeq: 3 }) });
    expect(chat.room().dividerSeq).toBe(3);
  });

  it('does not appear under the eyes of who sees it come in', () => {
    const chat = joined();
    chat.tell({ type: 'opened', room: 'lobby' });
    chat.message(messageOf(8));
    chat.tell({ type: 'synced', room: 'lobby', changes: messagesOf(6, 8), seq: 8, hasMore: false });
    expect(chat.room().dividerSeq).toBeNull();
  });
});

describe('telling the person', () => {
  it('is for messages of others that nobody sees', () => {
    const chat = joined();
    expect(chat.message(messageOf(6))).toContainEqual({ type: 'notify', message: messageOf(6), mention: false });
    expect(chat.message(messageOf(7, { text: 'hey @ann' }))).toContainEqual(expect.objectContaining({ type: 'notify', mention: true }));
    chat.message(messageOf(8, { user: 'ann' }));
    expect(chat.kinds).not.toContain('notify');
    chat.tell({ type: 'opened', room: 'lobby' });
    chat.message(messageOf(9));
    expect(chat.kinds).not.toContain('notify');
    chat.tell({ type: 'focus', on: false });
    chat.message(messageOf(10));
    expect(chat.kinds).toContain('notify');
  });

  it('happens once, although the message comes twice or early', () => {
    const chat = joined();
    chat.message(messageOf(7));
    expect(chat.kinds).not.toContain('notify');
    chat.message(messageOf(6));
    chat.message(messageOf(6));
    expect(chat.kinds).not.toContain('notify');
  });
});

describe('who is there', () => {
  it('is what the server said last', () => {
    const chat = joined();
    chat.server({ type: 'members', room: 'lobby', members: [{ id: 's1', name: 'bob' }], total: 700 });
    expect(chat.room()).toMatchObject({ members: [{ id: 's1', name: 'bob' }], memberTotal: 700 });
  });

  it('has a status until it goes', () => {
    const chat = joined();
    chat.server({ type: 'presence', room: 'lobby', user: 'bob', status: 'busy', text: 'lunch' });
    expect(chat.room().statuses.get('bob')).toEqual({ status: 'busy', text: 'lunch' });
    chat.server({ type: 'presence', room: 'lobby', user: 'bob', status: 'offline', text: null });
    expect(chat.room().statuses.size).toBe(0);
  });

  it('types for a few seconds, or until it stops, or has sent', () => {
    const chat = joined();
    const typing = (): string[] => [...chat.room().typing.keys()];
    for (const user of ['bob', 'eve', 'joe', 'ann']) chat.server({ type: 'typing', room: 'lobby', user, on: true });
    expect(typing()).toEqual(['bob', 'eve', 'joe']);
    chat.server({ type: 'typing', room: 'lobby', user: 'bob', on: false });
    expect(typing()).toEqual(['eve', 'joe']);
    chat.message(messageOf(6, { user: 'eve' }));
    expect(typing()).toEqual(['joe']);
    const before = chat.state;
    chat.tell({ type: 'tick', at: NOON + 5_999 });
    expect(chat.state).toBe(before);
    chat.tell({ type: 'tick', at: NOON + 6_000 });
    expect(typing()).toEqual([]);
  });

  it('hears the notices, the newest fifty, each with a number of its own', () => {
    const chat = joined();
    for (let i = 0; i < 60; ++i) chat.server({ type: 'notice', notice: { room: 'lobby', text: `notice ${i}`, timestamp: NOON } });
    const { notices } = chat.room();
    expect(notices).toHaveLength(50);
    expect(notices.at(-1)).toEqual({ number: 60, afterSeq: 5, text: 'notice 59', timestamp: NOON });
    expect(new Set(notices.map(({ number }) => number)).size).toBe(50);
  });

  it('hears a notice without a room where it is', () => {
    const chat = joined();
    chat.server({ type: 'notice', notice: { room: null, text: 'welcome', timestamp: NOON } });
    expect(chat.room().notices).toHaveLength(0);
    chat.tell({ type: 'opened', room: 'lobby' });
    chat.server({ type: 'notice', notice: { room: null, text: 'welcome', timestamp: NOON } });
    expect(chat.room().notices).toHaveLength(1);
  });
});

describe('a tab that stays open', () => {
  function flood(chat: Chat, from: number, to: number): void {
    for (let seq = from; seq <= to; ++seq) chat.message(messageOf(seq));
  }

  it('does not grow for ever in rooms that are not looked at', () => {
    const chat = joined(5);
    flood(chat, 6, 5_000);
    expect(chat.room().timeline.messages.length).toBeLessThanOrEqual(1.5 * KEEP_MESSAGES);
    expect(chat.room().timeline).toMatchObject({ hasOlder: true, lastSeq: 5_000 });
  });

  it('does not grow for ever in the room that is read at its end', () => {
    const chat = joined(5);
    chat.tell({ type: 'opened', room: 'lobby' });
    for (let seq = 6; seq <= 3_000; ++seq) {
      chat.message(messageOf(seq));
      chat.tell({ type: 'read', room: 'lobby' });
    }
    expect(chat.room().timeline.messages.length).toBeLessThanOrEqual(1.5 * KEEP_MESSAGES);
  });

  it('takes nothing away from under somebody who scrolled up, until they leave', () => {
    const chat = joined(5);
    chat.tell({ type: 'opened', room: 'lobby' });
    flood(chat, 6, 2_000);
    expect(chat.room().timeline.messages).toHaveLength(2_000);
    chat.tell({ type: 'closed' });
    chat.message(messageOf(2_001));
    expect(chat.room().timeline.messages).toHaveLength(KEEP_MESSAGES);
  });
});
