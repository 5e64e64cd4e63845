import { describe, expect, it } from 'vitest';
import { T0, Tab, confirmation, online } from '../testing/outbox_tab';

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
