import { describe, expect, it } from 'vitest';
import type { ErrorCode, Failure, Message } from '../protocol/types';
import {
  EMPTY_OUTBOX, isTemporary, outboxReducer, type Confirmation, type Outbox, type OutboxEffect, type OutboxEvent, type OutboxItem,
} from './outbox';

const T0 = 1_000_000;

function failure(code: Failure['code'], retryAfterMs: number | null = null): Failure {
  return { code, message: 'No.', field: null, retryAfterMs };
}
const confirmation = (seq: number, room = 'lobby'): Confirmation => ({ id: `${room}-${seq}`, seq, timestamp: T0 });

function logged(tempId: string | null, seq: number, room = 'lobby'): Message {
  return {
    id: `${room}-${seq}`, room, seq, changeSeq: seq, user: 'ann', text: 'text', timestamp: T0, editedAt: null, deletedAt: null,
    replyTo: null, threadRoot: null, reactions: [], attachments: [], tempId,
  };
}

/** One tab: the outbox, and what it was told to do. */
class Tab {
  state: Outbox = EMPTY_OUTBOX;
  now = T0;
  effects: readonly OutboxEffect[] = [];
  sent: string[] = [];
  wakeAt: number | null = null;
  private made = 0;

  tell(event: OutboxEvent): readonly OutboxEffect[] {
    const [next, effects] = outboxReducer(this.state, event);
    this.state = next;
    this.effects = effects;
    for (const effect of effects) {
      if (effect.type === 'send') this.sent.push(effect.item.tempId);
      if (effect.type === 'wake') this.wakeAt = effect.at;
    }
    return effects;
  }

  item(tempId: string, room = 'lobby'): OutboxItem {
    const order = ++this.made;
    return {
      tempId, author: 'account:ann', room, text: `text of ${tempId}`, replyTo: null, createdAt: this.now, order, status: 'QUEUED', failure: null,
      notBefore: 0, tries: 0, revision: 1,
    };
  }
  add(tempId: string, room?: string): OutboxItem {
    const item = this.item(tempId, room);
    this.tell({ type: 'added', item, at: this.now });
    return item;
  }
  lead(on = true): void {
    this.tell({ type: 'leader', on, at: this.now });
  }
  ready(...rooms: string[]): void {
    this.tell({ type: 'ready', rooms: new Set(rooms), at: this.now });
  }
  acknowledge(tempId: string, seq: number): void {
    this.tell({ type: 'acknowledged', tempId, confirmation: confirmation(seq), at: this.now });
  }
  refuse(tempId: string, code: Failure['code'], retryAfterMs: number | null = null): void {
    this.tell({ type: 'refused', tempId, failure: failure(code, retryAfterMs), at: this.now });
  }
  log(seq: number, ...tempIds: string[]): void {
    this.tell({ type: 'logged', room: 'lobby', seq, own: tempIds.map((tempId) => logged(tempId, seq)), at: this.now });
  }
  pass(ms: number): void {
    this.now += ms;
    if (this.wakeAt === null || this.wakeAt > this.now) return;
    this.wakeAt = null;
    this.tell({ type: 'due', at: this.now });
  }
  get ids(): string[] {
    return this.state.items.map(({ tempId }) => tempId);
  }
  find(tempId: string): OutboxItem | undefined {
    return this.state.items.find((item) => item.tempId === tempId);
  }
}

function online(...rooms: string[]): Tab {
  const tab = new Tab();
  tab.lead();
  tab.ready(...(rooms.length === 0 ? ['lobby'] : rooms));
  return tab;
}

describe('sending', () => {
  it('keeps it on the device before it sends it', () => {
    const tab = online();
    const item = tab.add('a');
    expect(tab.effects).toEqual([{ type: 'save', item }, { type: 'send', item }]);
  });

  it('only keeps it while there is no connection, or the room is not joined', () => {
    const tab = new Tab();
    tab.lead();
    tab.add('a');
    tab.ready('other');
    expect(tab.sent).toEqual([]);
    tab.ready('lobby', 'other');
    expect(tab.sent).toEqual(['a']);
  });

  it('has one under way in each room, in the order in which they were written', () => {
    const tab = online('lobby', 'other');
    for (const [tempId, room] of [['a', 'lobby'], ['x', 'other'], ['b', 'lobby'], ['c', 'lobby'], ['y', 'other']] as const) tab.add(tempId, room);
    expect(tab.sent).toEqual(['a', 'x']);
    tab.acknowledge('a', 1);
    expect(tab.sent).toEqual(['a', 'x', 'b']);
    tab.acknowledge('x', 1);
    expect(tab.sent).toEqual(['a', 'x', 'b', 'y']);
    tab.acknowledge('b', 2);
    expect(tab.sent).toEqual(['a', 'x', 'b', 'y', 'c']);
  });

  it('sorts by the order of writing, however they came in', () => {
    const tab = new Tab();
    const [a, b, c] = [tab.item('a'), tab.item('b'), tab.item('c')];
    tab.tell({ type: 'loaded', items: [c, a], at: T0 });
    tab.tell({ type: 'saved-elsewhere', item: b, at: T0 });
    expect(tab.ids).toEqual(['a', 'b', 'c']);
  });

  it('begins nothing twice', () => {
    const tab = online();
    tab.add('a');
    for (const event of [{ type: 'due', at: T0 }, { type: 'leader', on: true, at: T0 }, { type: 'ready', rooms: new Set(['lobby']), at: T0 }] as const) tab.tell(event);
    tab.tell({ type: 'retry', tempId: 'a', at: T0 });
    expect(tab.sent).toEqual(['a']);
  });

  it('sends again, as the same, what was under way when the connection was lost', () => {
    const tab = online();
    tab.add('a');
    tab.add('b');
    tab.ready();
    tab.ready('lobby');
    expect(tab.sent).toEqual(['a', 'a']);
  });

  it('leaves alone what is under way when another room is joined', () => {
    const tab = online();
    tab.add('a');
    tab.ready('lobby', 'other');
    expect(tab.sent).toEqual(['a']);
  });
});

describe('the acknowledgement', () => {
  it('takes it off the device, and shows it as sent until the log has it', () => {
    const tab = online();
    tab.add('a');
    tab.acknowledge('a', 7);
    expect(tab.effects).toEqual([{ type: 'remove', tempId: 'a', confirmation: confirmation(7) }]);
    expect(tab.ids).toEqual(['a']);
    expect(tab.state.confirmed.get('a')).toEqual(confirmation(7));
    tab.log(6);
    expect(tab.ids).toEqual(['a']);
    tab.log(7, 'a');
    expect(tab.ids).toEqual([]);
    expect(tab.state.confirmed.size).toBe(0);
    expect(tab.effects).toEqual([]);
  });

  it('counts once: it comes as an answer and as an event', () => {
    const tab = online();
    tab.add('a');
    tab.acknowledge('a', 7);
    tab.acknowledge('a', 7);
    expect(tab.effects).toEqual([]);
    tab.log(7, 'a');
    tab.acknowledge('a', 7);
    expect(tab.effects).toEqual([]);
    expect(tab.ids).toEqual([]);
  });

  it('drops it when the log passes it without saying that it is ours', () => {
    const tab = online();
    tab.add('a');
    tab.acknowledge('a', 7);
    tab.log(8);
    expect(tab.ids).toEqual([]);
  });

  it('drops it at once when the log has passed it already: it is shown there', () => {
    const tab = online();
    tab.log(9);
    tab.add('a');
    tab.acknowledge('a', 7);
    expect(tab.effects).toEqual([{ type: 'remove', tempId: 'a', confirmation: confirmation(7) }]);
    expect(tab.ids).toEqual([]);
  });

  it('is the log of its own room that drops it', () => {
    const tab = online('lobby', 'other');
    tab.add('a');
    tab.acknowledge('a', 7);
    tab.tell({ type: 'logged', room: 'other', seq: 50, own: [], at: T0 });
    expect(tab.ids).toEqual(['a']);
  });

  it('may come after the log', () => {
    const tab = online();
    tab.add('a');
    tab.add('b');
    tab.log(7, 'a');
    expect(tab.ids).toEqual(['b']);
    // The other tabs may not have that log yet: they show it as sent until they have.
    expect(tab.effects).toContainEqual({ type: 'remove', tempId: 'a', confirmation: { id: 'lobby-7', seq: 7, timestamp: T0 } });
    expect(tab.sent).toEqual(['a', 'b']);
    tab.acknowledge('a', 7);
    expect(tab.effects).toEqual([]);
  });

  it('is believed although the connection had been given up', () => {
    const tab = online();
    tab.add('a');
    tab.ready();
    tab.acknowledge('a', 7);
    tab.ready('lobby');
    expect(tab.sent).toEqual(['a']);
    expect(tab.state.confirmed.has('a')).toBe(true);
  });

  it('ends what had failed before: a copy had been stored', () => {
    const tab = online();
    tab.add('a');
    tab.refuse('a', 'MUTED');
    tab.log(4, 'a');
    expect(tab.ids).toEqual([]);
    expect(tab.effects).toContainEqual(expect.objectContaining({ type: 'remove', tempId: 'a' }));
  });
});

describe('a refusal that time may mend', () => {
  it('is one of these', () => {
    const temporary: Failure['code'][] = ['RATE_LIMITED', 'UNAVAILABLE', 'NETWORK', 'NOT_IN_ROOM'];
    const final: ErrorCode[] = ['MUTED', 'BANNED', 'FORBIDDEN', 'MESSAGE_EMPTY', 'MESSAGE_TOO_LONG', 'MESSAGE_NOT_FOUND', 'INVALID_PAYLOAD', 'ROOM_NOT_FOUND', 'AUTH_REQUIRED', 'INTERNAL'];
    for (const code of temporary) expect(isTemporary(failure(code)), code).toBe(true);
    for (const code of final) expect(isTemporary(failure(code)), code).toBe(false);
  });

  it.each(['RATE_LIMITED', 'UNAVAILABLE', 'NETWORK'] as const)('sends it again by itself, as the same: %s', (code) => {
    const tab = online();
    tab.add('a');
    tab.refuse('a', code);
    expect(tab.find('a')).toMatchObject({ status: 'QUEUED', notBefore: T0 + 1_000, tries: 1, revision: 2, failure: { code } });
    expect(tab.wakeAt).toBe(T0 + 1_000);
    tab.pass(999);
    expect(tab.sent).toEqual(['a']);
    tab.pass(1);
    expect(tab.sent).toEqual(['a', 'a']);
  });

  it('waits as long as the server asks', () => {
    const tab = online();
    tab.add('a');
    tab.refuse('a', 'RATE_LIMITED', 7_300);
    expect(tab.wakeAt).toBe(T0 + 7_300);
  });

  it('waits longer each time, up to half a minute', () => {
    const tab = online();
    tab.add('a');
    const waits: number[] = [];
    for (let i = 0; i < 8; ++i) {
      tab.refuse('a', 'UNAVAILABLE');
      waits.push((tab.wakeAt ?? 0) - tab.now);
      tab.pass((tab.wakeAt ?? 0) - tab.now);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(tab.sent).toHaveLength(9);
  });

  it('is not overtaken by the next of its room; other rooms go on', () => {
    const tab = online('lobby', 'other');
    tab.add('a');
    tab.add('b');
    tab.refuse('a', 'RATE_LIMITED', 5_000);
    tab.add('c');
    tab.add('x', 'other');
    expect(tab.sent).toEqual(['a', 'x']);
    tab.pass(5_000);
    expect(tab.sent).toEqual(['a', 'x', 'a']);
    tab.acknowledge('a', 1);
    expect(tab.sent).toEqual(['a', 'x', 'a', 'b']);
  });

  it('wakes for the earliest of several rooms', () => {
    const tab = online('lobby', 'other');
    tab.add('a');
    tab.add('x', 'other');
    tab.refuse('a', 'RATE_LIMITED', 9_000);
    tab.refuse('x', 'RATE_LIMITED', 2_000);
    expect(tab.wakeAt).toBe(T0 + 2_000);
    tab.pass(2_000);
    expect(tab.sent).toEqual(['a', 'x', 'x']);
    expect(tab.wakeAt).toBe(T0 + 9_000);
  });

  it('is not heard any more when the send was given up', () => {
    const tab = online();
    tab.add('a');
    tab.ready();
    const before = tab.state;
    tab.refuse('a', 'MUTED');
    expect(tab.state).toBe(before);
  });
});

describe('a refusal that stands', () => {
  const FINAL: readonly ErrorCode[] = ['MUTED', 'MESSAGE_TOO_LONG', 'INVALID_PAYLOAD', 'INTERNAL', 'FORBIDDEN'];

  it.each(FINAL)('stays until the person decides, and holds nobody up: %s', (code) => {
    const tab = online();
    tab.add('a');
    tab.add('b');
    tab.refuse('a', code);
    expect(tab.find('a')).toMatchObject({ status: 'FAILED', failure: { code }, revision: 2 });
    expect(tab.effects).toContainEqual({ type: 'save', item: tab.find('a') });
    expect(tab.sent).toEqual(['a', 'b']);
    tab.acknowledge('b', 1);
    tab.ready();
    tab.ready('lobby');
    tab.pass(3_600_000);
    tab.tell({ type: 'due', at: tab.now });
    expect(tab.sent).toEqual(['a', 'b']);
  });

  it('is sent again, as the same, on retry', () => {
    const tab = online();
    tab.add('a');
    tab.refuse('a', 'MUTED');
    tab.tell({ type: 'retry', tempId: 'a', at: T0 });
    expect(tab.find('a')).toMatchObject({ status: 'QUEUED', failure: null, tries: 0, revision: 3 });
    expect(tab.sent).toEqual(['a', 'a']);
    tab.acknowledge('a', 1);
    expect(tab.state.confirmed.has('a')).toBe(true);
  });

  it('is gone on discard, everywhere', () => {
    const tab = online();
    tab.add('a');
    tab.refuse('a', 'MUTED');
    tab.tell({ type: 'discard', tempId: 'a', at: T0 });
    expect(tab.effects).toEqual([{ type: 'remove', tempId: 'a', confirmation: null }]);
    expect(tab.ids).toEqual([]);
  });

  it('can be neither retried nor discarded once it was acknowledged', () => {
    const tab = online();
    tab.add('a');
    tab.acknowledge('a', 3);
    const before = tab.state;
    for (const type of ['retry', 'discard'] as const) tab.tell({ type, tempId: 'a', at: T0 });
    expect(tab.state).toBe(before);
    for (const type of ['retry', 'discard'] as const) expect(tab.tell({ type, tempId: 'unknown', at: T0 })).toEqual([]);
  });
});

describe('a reload', () => {
  it('finds on the device what was not acknowledged, and sends it as the same', () => {
    const before = online();
    const items = [before.add('a'), before.add('b')];
    const tab = new Tab();
    tab.tell({ type: 'loaded', items, at: T0 });
    expect(tab.sent).toEqual([]);
    tab.lead();
    tab.ready('lobby');
    tab.acknowledge('a', 1);
    expect(tab.sent).toEqual(['a', 'b']);
  });

  it('does not send by itself what had failed', () => {
    const before = online();
    before.add('a');
    before.refuse('a', 'MUTED');
    const tab = online();
    tab.tell({ type: 'loaded', items: before.state.items, at: T0 });
    expect(tab.sent).toEqual([]);
    expect(tab.find('a')?.status).toBe('FAILED');
  });

  it('keeps waiting as long as the server had asked', () => {
    const before = online();
    before.add('a');
    before.refuse('a', 'RATE_LIMITED', 60_000);
    const tab = online();
    tab.tell({ type: 'loaded', items: before.state.items, at: T0 + 1_000 });
    expect(tab.sent).toEqual([]);
    expect(tab.wakeAt).toBe(T0 + 60_000);
  });

  it('shows no second time what the kept log has already, and clears it off the device', () => {
    const tab = new Tab();
    tab.log(5, 'a');
    tab.tell({ type: 'loaded', items: [tab.item('a'), tab.item('b')], at: T0 });
    expect(tab.ids).toEqual(['b']);
    expect(tab.effects).toContainEqual({ type: 'remove', tempId: 'a', confirmation: null });
  });

  it('prefers what it knows itself to an older copy on the device', () => {
    const tab = online();
    const item = tab.add('a');
    tab.refuse('a', 'MUTED');
    tab.tell({ type: 'loaded', items: [item], at: T0 });
    expect(tab.find('a')?.status).toBe('FAILED');
  });
});

describe('several tabs', () => {
  it('show what another one writes; the leader sends it', () => {
    const leader = online();
    const other = new Tab();
    other.ready('lobby');
    const item = other.add('a');
    expect(other.sent).toEqual([]);
    leader.tell({ type: 'saved-elsewhere', item, at: T0 });
    expect(leader.sent).toEqual(['a']);
    leader.acknowledge('a', 7);
    const [removed] = leader.effects;
    if (removed?.type !== 'remove') throw new Error('nothing was removed');
    other.tell({ type: 'removed-elsewhere', tempId: 'a', confirmation: removed.confirmation, at: T0 });
    expect(other.state.confirmed.get('a')).toEqual(confirmation(7));
    other.log(7, 'a');
    expect(other.ids).toEqual([]);
  });

  it('do not show again what their own log had first', () => {
    const other = new Tab();
    const item = other.add('a');
    other.log(7, 'a');
    other.tell({ type: 'removed-elsewhere', tempId: 'a', confirmation: confirmation(7), at: T0 });
    expect(other.ids).toEqual([]);
    other.tell({ type: 'saved-elsewhere', item: { ...item, revision: 5 }, at: T0 });
    expect(other.ids).toEqual([]);
  });

  it('drop it at once when their log had passed it without saying that it is ours', () => {
    const other = new Tab();
    other.add('a');
    other.log(7);
    other.tell({ type: 'removed-elsewhere', tempId: 'a', confirmation: confirmation(7), at: T0 });
    expect(other.ids).toEqual([]);
  });

  it('forget what another one discarded, although a late word brings it up again', () => {
    const leader = online();
    leader.add('a');
    leader.tell({ type: 'removed-elsewhere', tempId: 'a', confirmation: null, at: T0 });
    expect(leader.ids).toEqual([]);
    leader.refuse('a', 'UNAVAILABLE');
    expect(leader.effects).toEqual([]);
    leader.tell({ type: 'saved-elsewhere', item: { ...leader.item('a'), revision: 9 }, at: T0 });
    expect(leader.ids).toEqual([]);
    // The other tab has put it back on the device: off with it.
    expect(leader.effects).toEqual([{ type: 'remove', tempId: 'a', confirmation: null }]);
  });

  it('hear of the end before they have read the device', () => {
    const tab = new Tab();
    const item = tab.item('a');
    tab.tell({ type: 'removed-elsewhere', tempId: 'a', confirmation: confirmation(3), at: T0 });
    tab.tell({ type: 'loaded', items: [item], at: T0 });
    expect(tab.ids).toEqual([]);
  });

  it('take the later of two versions', () => {
    const tab = new Tab();
    const item = tab.add('a');
    tab.tell({ type: 'saved-elsewhere', item: { ...item, text: 'second', revision: 3 }, at: T0 });
    tab.tell({ type: 'saved-elsewhere', item: { ...item, text: 'first', revision: 2 }, at: T0 });
    expect(tab.find('a')?.text).toBe('second');
  });

  it('agree on a refusal when both have sent', () => {
    const one = online();
    const two = online();
    const item = one.add('a');
    two.tell({ type: 'saved-elsewhere', item, at: T0 });
    one.refuse('a', 'UNAVAILABLE');
    two.refuse('a', 'MUTED');
    const [fromOne, fromTwo] = [one.find('a') as OutboxItem, two.find('a') as OutboxItem];
    one.tell({ type: 'saved-elsewhere', item: fromTwo, at: T0 });
    two.tell({ type: 'saved-elsewhere', item: fromOne, at: T0 });
    expect([one.find('a')?.status, two.find('a')?.status]).toEqual(['FAILED', 'FAILED']);
  });

  it('send by the new leader what the old one had under way', () => {
    const old = online();
    const next = new Tab();
    next.ready('lobby');
    const item = old.add('a');
    next.tell({ type: 'saved-elsewhere', item, at: T0 });
    old.lead(false);
    next.lead();
    expect(next.sent).toEqual(['a']);
    // The answer to the old one's copy counts all the same.
    old.acknowledge('a', 7);
    expect(old.effects).toEqual([{ type: 'remove', tempId: 'a', confirmation: confirmation(7) }]);
    old.add('b');
    expect(old.sent).toEqual(['a']);
  });
});

it('remembers a bounded number of what has ended', () => {
  const tab = online();
  for (let i = 1; i <= 1_500; ++i) tab.log(i, `t${i}`);
  expect(tab.state.ended.size).toBe(1_000);
  expect(tab.state.ended.has('t1500')).toBe(true);
});
