// The two rules, on their own: what a view makes of events that come twice, too early, or not at all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random, seedOfRun } from '../integration/lib/random.mjs';
import { RoomView } from './lib/room_view.mjs';

const message = (seq, text = `line ${seq}`) => ({ id: `tea-${seq}`, room: 'tea', seq, user: 'ada', text, timestamp: '' });

function known(...messages) {
  const view = new RoomView('tea');
  view.onHistory({ messages, seq: messages.at(-1)?.seq ?? 0, hasMore: false }, 'snapshot');
  return view;
}

test('the next event is applied, an older one dropped, a later one asks for sync', () => {
  const view = known(message(1));
  view.onEvent(2, message(2));
  view.onEvent(2, message(2, 'again'));
  assert.deepEqual([view.seq, view.needsSync, view.messages.get('tea-2').text], [2, false, 'line 2']);
  view.onEvent(4, message(4));
  assert.deepEqual([view.seq, view.needsSync, view.holes], [2, true, 1]);
  view.onChanges({ changes: [message(3), message(4)], seq: 4, hasMore: false });
  assert.deepEqual([view.seq, view.needsSync], [4, false]);
  assert.deepEqual(view.list().map(({ seq }) => seq), [1, 2, 3, 4]);
});

test('an event that came before the first history is asked for afterwards', () => {
  const view = new RoomView('tea');
  view.onEvent(3, message(3));
  assert.equal(view.needsSync, false);
  view.onHistory({ messages: [message(1), message(2)], seq: 2, hasMore: false }, 'snapshot');
  assert.equal(view.needsSync, true);
});

test('a page of changes that is not the last asks for the next one', () => {
  const view = known(message(1));
  view.onHistory({ messages: [message(2)], seq: 2, hasMore: true }, 'changes');
  assert.equal(view.needsSync, true);
  view.onChanges({ changes: [message(3)], seq: 3, hasMore: false });
  assert.equal(view.needsSync, false);
});

test('an older version of a message does not replace a newer one', () => {
  const view = known(message(1));
  view.onEvent(2, { ...message(1), text: 'edited', changeSeq: 2 });
  view.onChanges({ changes: [message(1)], seq: 1, hasMore: false });
  assert.deepEqual([view.seq, view.messages.get('tea-1').text], [2, 'edited']);
});

test('events lost, doubled and late: with sync, the view is the history', () => {
  const seed = seedOfRun();
  const random = new Random(seed);
  for (let round = 0; round < 200; ++round) {
    const log = Array.from({ length: random.between(1, 60) }, (_, at) => message(at + 1));
    const view = known();
    const late = [];
    for (const event of log) {
      const fate = random.weighted({ comes: 6, lost: 2, twice: 1, late: 1 });
      if (fate === 'late') late.push(event);
      else if (fate !== 'lost') for (let times = fate === 'twice' ? 2 : 1; times > 0; --times) view.onEvent(event.seq, event);
      if (late.length > 0 && random.next() < 0.3) view.onEvent(late[0].seq, /** @type {any} */ (late.shift()));
      if (view.needsSync && random.next() < 0.5) view.onChanges({ changes: log.slice(view.seq, event.seq), seq: event.seq, hasMore: false });
    }
    view.onEvent(log.length, log.at(-1));
    if (view.needsSync) view.onChanges({ changes: log.slice(view.seq), seq: log.length, hasMore: false });
    assert.deepEqual(view.list(), log, `CHILLIN_SEED=${seed}, history ${round}`);
  }
});
