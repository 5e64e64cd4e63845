import { describe, expect, it } from 'vitest';
import type { Change } from '../protocol/events';
import type { Message } from '../protocol/types';
import {
  EMPTY_TIMELINE, applyChange, applyChanges, applyMessage, applyOwnChange, fromSnapshot, hasHole, newest, prependPage, type Timeline,
} from './timeline';

function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `lobby-${seq}`, room: 'lobby', seq, changeSeq: seq, user: 'bob', text: `text ${seq}`, timestamp: seq * 1_000, editedAt: null, deletedAt: null,
    replyTo: null, threadRoot: null, reactions: [], attachments: [], tempId: null, ...more,
  };
}
const seqs = (timeline: Timeline): number[] => timeline.messages.map(({ seq }) => seq);
const textOf = (timeline: Timeline, seq: number): string | undefined => timeline.messages.find((m) => m.seq === seq)?.text;
const EDITED: Change = { kind: 'edited', text: 'better', at: 9_000 };
const of = (first: number, last: number, hasOlder = false): Timeline =>
  fromSnapshot(Array.from({ length: last - first + 1 }, (_, i) => message(first + i)), last, hasOlder);

describe('a snapshot', () => {
  it('stands in order, each message once', () => {
    const timeline = fromSnapshot([message(3), message(1), message(2), message(3)], 5, true);
    expect(seqs(timeline)).toEqual([1, 2, 3]);
    expect(timeline).toMatchObject({ lastSeq: 5, hasOlder: true });
    expect(hasHole(timeline)).toBe(false);
  });

  it('knows at least what its messages show, even if the server says no seq', () => {
    expect(fromSnapshot([message(4)], 0, false).lastSeq).toBe(4);
  });
});

describe('a new message', () => {
  it('is appended when it is the next one', () => {
    const timeline = applyMessage(of(1, 3), message(4));
    expect(seqs(timeline)).toEqual([1, 2, 3, 4]);
    expect(timeline.lastSeq).toBe(4);
  });

  it('is dropped when it is old', () => {
    const before = of(1, 3);
    expect(applyMessage(before, message(2, { text: 'other' }))).toBe(before);
  });

  it('is not shown behind a hole', () => {
    const timeline = applyMessage(of(1, 3), message(5));
    expect(seqs(timeline)).toEqual([1, 2, 3]);
    expect(timeline.lastSeq).toBe(3);
    expect(hasHole(timeline)).toBe(true);
  });

  it('closes the hole when it was what was missing', () => {
    expect(hasHole(applyMessage(applyMessage(of(1, 3), message(5)), message(4)))).toBe(true);
    const healed = [message(5), message(4), message(5)].reduce(applyMessage, of(1, 3));
    expect(seqs(healed)).toEqual([1, 2, 3, 4, 5]);
    expect(hasHole(healed)).toBe(false);
  });

  it('comes first in an empty room', () => {
    expect(seqs(applyMessage(EMPTY_TIMELINE, message(1)))).toEqual([1]);
  });

  it('gives its tempId to the copy that is there, and changes nothing else', () => {
    const before = of(1, 3);
    const timeline = applyMessage(before, message(2, { tempId: 't2', text: 'other' }));
    expect(timeline.messages[1]).toEqual({ ...message(2), tempId: 't2' });
    expect(timeline.messages[0]).toBe(before.messages[0]);
    expect(applyMessage(timeline, message(2, { tempId: 't2' }))).toBe(timeline);
  });
});

describe('a change', () => {
  it('replaces the message by what it is now, and keeps its tempId', () => {
    const before = fromSnapshot([message(1, { tempId: 't1' }), message(2)], 2, false);
    const timeline = applyChange(before, 3, 'lobby-1', message(1, { text: 'better', changeSeq: 3 }), EDITED);
    expect(timeline.messages[0]).toEqual(message(1, { text: 'better', changeSeq: 3, tempId: 't1' }));
    expect(timeline.messages[1]).toBe(before.messages[1]);
    expect(timeline.lastSeq).toBe(3);
  });

  it('is applied by itself when the server does not tell the whole message', () => {
    const edited = applyChange(of(1, 2), 3, 'lobby-1', null, EDITED);
    expect(edited.messages[0]).toMatchObject({ text: 'better', editedAt: 9_000, changeSeq: 3 });
    const reacted = applyChange(edited, 4, 'lobby-1', null, { kind: 'reactions', reactions: [{ emoji: '👍', users: ['ann'] }] });
    expect(reacted.messages[0]).toMatchObject({ text: 'better', reactions: [{ emoji: '👍', users: ['ann'] }], changeSeq: 4 });
    const deleted = applyChange(reacted, 5, 'lobby-1', null, { kind: 'deleted', at: 10_000 });
    expect(deleted.messages[0]).toMatchObject({ text: '', deletedAt: 10_000, reactions: [], changeSeq: 5 });
  });

  it('moves the log on when its message is not loaded', () => {
    const timeline = applyChange(of(5, 7, true), 8, 'lobby-2', message(2, { changeSeq: 8 }), EDITED);
    expect(seqs(timeline)).toEqual([5, 6, 7]);
    expect(timeline.lastSeq).toBe(8);
  });

  it('is dropped when it is old, and waits for what is missing when it is early', () => {
    const before = of(1, 3);
    expect(applyChange(before, 3, 'lobby-1', null, EDITED)).toBe(before);
    const early = applyChange(before, 5, 'lobby-1', null, EDITED);
    expect(hasHole(early)).toBe(true);
    expect(early.messages).toBe(before.messages);
  });

  it('does not put back a version that is older than the one that is here', () => {
    const ahead = applyOwnChange(of(1, 3), message(2, { text: 'mine', changeSeq: 5 }));
    const timeline = applyChange(ahead, 4, 'lobby-2', message(2, { changeSeq: 4, reactions: [{ emoji: '👍', users: ['ann'] }] }), { kind: 'reactions', reactions: [] });
    expect(textOf(timeline, 2)).toBe('mine');
    expect(timeline.lastSeq).toBe(4);
  });
});

describe('the answer to a change of one\'s own', () => {
  it('shows at once, and leaves the log where it is', () => {
    const timeline = applyOwnChange(fromSnapshot([message(1), message(2, { tempId: 't2' })], 2, false), message(2, { text: 'mine', changeSeq: 4 }));
    expect(timeline.messages[1]).toMatchObject({ text: 'mine', tempId: 't2' });
    expect(timeline.lastSeq).toBe(2);
  });

  it('adds nothing that is not here: neither from before nor from behind', () => {
    const before = of(3, 5, true);
    expect(applyOwnChange(before, message(2, { changeSeq: 9 }))).toBe(before);
    expect(applyOwnChange(before, message(8, { changeSeq: 9 }))).toBe(before);
    expect(applyOwnChange(EMPTY_TIMELINE, message(8, { changeSeq: 9 }))).toBe(EMPTY_TIMELINE);
  });

  it('is dropped when its event was quicker', () => {
    const before = applyChange(of(1, 2), 3, 'lobby-1', message(1, { text: 'better', changeSeq: 3 }), EDITED);
    expect(applyOwnChange(before, message(1, { text: 'better', changeSeq: 3 }))).toBe(before);
  });
});

describe('what sync brings', () => {
  it('fills the hole', () => {
    const timeline = applyChanges(applyMessage(of(1, 3), message(6)), [message(4), message(5), message(6)], 6);
    expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(hasHole(timeline)).toBe(false);
  });

  it('leaves a hole for an event that overtook it', () => {
    const asked = applyMessage(of(1, 3), message(6));
    const meanwhile = applyMessage(asked, message(7));
    const answered = applyChanges(meanwhile, [message(4), message(5), message(6)], 6);
    expect(answered.lastSeq).toBe(6);
    expect(hasHole(answered)).toBe(true);
  });

  it('changes messages that are here, and sets those aside that are not loaded', () => {
    const timeline = applyChanges(of(5, 7, true), [message(6, { text: 'better', changeSeq: 8 }), message(2, { text: 'old', changeSeq: 9 })], 9);
    expect(seqs(timeline)).toEqual([5, 6, 7]);
    expect(textOf(timeline, 6)).toBe('better');
  });

  it('takes in old messages when the list goes back to the beginning', () => {
    expect(seqs(applyChanges(fromSnapshot([message(2)], 2, false), [message(1, { changeSeq: 3 })], 3))).toEqual([1, 2]);
  });

  it('changes nothing when there was nothing', () => {
    const before = of(1, 3);
    expect(applyChanges(before, [], 3)).toBe(before);
    expect(applyChanges(before, [], 0)).toBe(before);
  });

  it('never goes back', () => {
    const before = applyChange(of(1, 3), 4, 'lobby-2', message(2, { text: 'new', changeSeq: 4 }), EDITED);
    const timeline = applyChanges(before, [message(2, { text: 'older', changeSeq: 2 })], 3);
    expect(textOf(timeline, 2)).toBe('new');
    expect(timeline.lastSeq).toBe(4);
  });
});

describe('an older page', () => {
  it('joins on', () => {
    const timeline = prependPage(of(5, 7, true), 5, [message(3), message(4)], true);
    expect(seqs(timeline)).toEqual([3, 4, 5, 6, 7]);
    expect(timeline.hasOlder).toBe(true);
    expect(prependPage(timeline, 3, [message(2), message(1)], false)).toMatchObject({ hasOlder: false });
  });

  it('is thrown away when the list was replaced meanwhile', () => {
    const replaced = of(8, 9, true);
    expect(prependPage(replaced, 5, [message(3), message(4)], false)).toBe(replaced);
  });

  it('adds nothing that is here already', () => {
    expect(seqs(prependPage(of(5, 7, true), 5, [message(4), message(5), message(6)], true))).toEqual([4, 5, 6, 7]);
  });

  it('takes in what changed after it was read', () => {
    const changed = applyChange(of(5, 7, true), 8, 'lobby-3', message(3, { text: 'better', changeSeq: 8 }), EDITED);
    const synced = applyChanges(changed, [message(4, { text: 'also', changeSeq: 9 })], 9);
    const timeline = prependPage(synced, 5, [message(3), message(4)], true);
    expect(textOf(timeline, 3)).toBe('better');
    expect(textOf(timeline, 4)).toBe('also');
    expect(seqs(timeline)).toEqual([3, 4, 5, 6, 7]);
  });

  it('is the last one if it is empty, whatever the server promises', () => {
    expect(prependPage(of(5, 7, true), 5, [], true).hasOlder).toBe(false);
  });
});

describe('keeping the newest only', () => {
  it('forgets the oldest, and knows that there were some', () => {
    const timeline = newest(of(1, 10), 4);
    expect(seqs(timeline)).toEqual([7, 8, 9, 10]);
    expect(timeline).toMatchObject({ hasOlder: true, lastSeq: 10 });
    const few = of(1, 3);
    expect(newest(few, 4)).toBe(few);
  });

  it('keeps a bounded number of changes of what is not here', () => {
    let timeline = of(1_000, 1_001, true);
    for (let i = 1; i <= 500; ++i) timeline = applyChange(timeline, 1_001 + i, `lobby-${i}`, message(i, { changeSeq: 1_001 + i }), EDITED);
    expect(timeline.aside.length).toBeLessThanOrEqual(100);
  });
});
