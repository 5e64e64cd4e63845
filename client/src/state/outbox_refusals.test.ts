import { describe, expect, it } from 'vitest';
import type { ErrorCode, Failure } from '../protocol/types';
import { isTemporary, type OutboxItem } from './outbox';
import { T0, Tab, confirmation, failure, online } from '../testing/outbox_tab';

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

  // Half a minute would be long for who sees that the storage is back, and the server is there to be asked.
  it.each([
    ['NETWORK', [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]],
    ['UNAVAILABLE', [1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000]],
  ] as const)('waits longer each time, up to half a minute, or 4 s while only the storage is away: %s', (code, expected) => {
    const tab = online();
    tab.add('a');
    const waits: number[] = [];
    for (let i = 0; i < 8; ++i) {
      tab.refuse('a', code);
      waits.push((tab.wakeAt ?? 0) - tab.now);
      tab.pass((tab.wakeAt ?? 0) - tab.now);
    }
    expect(waits).toEqual(expected);
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
