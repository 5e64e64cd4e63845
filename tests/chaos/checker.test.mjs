// A checker that cannot fail proves nothing: here it is given evidence that is right, and then evidence that is wrong in
// each way it is there to find.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRoom, checkView } from './lib/checker.mjs';
import { RoomView } from './lib/room_view.mjs';

const seed = 4711;
const room = 'tea';
const message = (seq, tempId, more = {}) => ({ id: `tea-${seq}`, room, seq, user: 'ada', text: `${tempId} says something`, timestamp: '2026-01-01T00:00:00.000Z', ...more });
const reading = (server, seq, history) => ({ server, seq, history: structuredClone(history), synced: structuredClone(history).sort((a, b) => (a.changeSeq ?? a.seq) - (b.changeSeq ?? b.seq)) });
const send = (tempId, seq, more = {}) => ({ author: 'ada', tempId, text: `${tempId} says something`, after: 0, tries: 1, acks: [{ id: `tea-${seq}`, seq, server: 's1' }], ...more });

/** Three messages; the second was edited at 4, the third got a reaction at 5, and the first was deleted at 6. */
function right() {
  const history = [
    message(1, 'a.1', { text: '', changeSeq: 6, deletedAt: 'then' }),
    message(2, 'a.2', { text: 'a.2 edited', changeSeq: 4, editedAt: 'then' }),
    message(3, 'a.3', { changeSeq: 5, reactions: [{ emoji: '🎉', users: ['bob'] }] }),
  ];
  return {
    seed,
    room,
    readings: [reading('s1', 6, history), reading('s2', 6, history)],
    sends: [send('a.1', 1), send('a.2', 2, { after: 1 }), send('a.3', 3, { after: 2 })],
    changes: [
      { kind: 'edit', id: 'tea-2', by: 'ada', seq: 4, value: 'a.2 edited' },
      { kind: 'react', id: 'tea-3', by: 'bob', seq: 5, value: { emoji: '🎉', on: true } },
      { kind: 'delete', id: 'tea-1', by: 'ada', seq: 6 },
    ],
    seen: [1, 2, 3].map((seq) => ({ seq, what: `new tea-${seq}`, by: 'c1' })).concat({ seq: 4, what: 'change tea-2', by: 'c1' }),
  };
}

/** Evidence with one thing wrong, on every server unless `servers` says which. */
function wrong(change, servers = [0, 1]) {
  const evidence = right();
  for (const at of servers) for (const list of [evidence.readings[at].history, evidence.readings[at].synced]) change(list, evidence);
  return checkRoom(evidence);
}

/** That a kind of finding is there, and names what it is about. */
function names(findings, kind, ...parts) {
  const texts = findings.map(({ text }) => text).join('\n');
  const finding = findings.find((each) => each.kind === kind && [...parts, `seed ${seed}`].every((part) => each.text.includes(part)));
  assert.ok(finding, `no finding "${kind}" with ${parts.join(', ')} in:\n${texts}`);
}

const drop = (id) => (list) => list.splice(list.findIndex((each) => each.id === id), 1);
const change = (id, fields) => (list) => Object.assign(list.find((each) => each.id === id), fields);

test('right evidence has no findings', () => assert.deepEqual(checkRoom(right()), []));

test('an acknowledged message that is gone is lost', () => names(wrong(drop('tea-2')), 'lost', 'tea-2', 'a.2', 'acknowledged by s1'));

test('one that stands there twice is doubled', () => {
  names(wrong((list) => list.push(message(7, 'a.3'))), 'doubled', 'a.3', 'tea-3', 'tea-7');
  names(wrong((list) => list.push(structuredClone(list[2]))), 'doubled', 'tea-3', 's1');
});

test('a tempId that was acknowledged under two ids is doubled', () => {
  const evidence = right();
  evidence.sends[1].acks.push({ id: 'tea-9', seq: 9, server: 's2' });
  names(checkRoom(evidence), 'doubled', 'a.2', 'tea-2 by s1', 'tea-9 by s2');
});

test('a message that stands before one that its author had seen is reordered', () => {
  const evidence = right();
  evidence.sends[1].after = 3;
  names(checkRoom(evidence), 'reordered', 'tea-2', 'had seen 3');
});

test('a history out of order is reordered, and so is a message under another seq than it was acknowledged with', () => {
  names(wrong((list) => list.reverse()), 'reordered', 'tea-2', 'after one with seq 3');
  const evidence = right();
  evidence.sends[2].acks[0].seq = 8;
  names(checkRoom(evidence), 'reordered', 'tea-3', 'acknowledged with seq 8');
});

test('two clients that saw different things at one seq have seen two orders', () => {
  const evidence = right();
  evidence.seen.push({ seq: 4, what: 'new tea-4', by: 'c2' });
  names(checkRoom(evidence), 'reordered', 'seq 4', 'change tea-2', 'new tea-4', 'c1', 'c2');
});

test('a change that a later one has overtaken may have been shown as another message that has changed since, and only then', () => {
  // tea-1 changed at 6 last, tea-3 at 5: at 4, either may stand for what nobody knows any more; at 5, only tea-3 may.
  const evidence = right();
  Object.assign(evidence.seen[3], { what: 'change tea-1' });
  evidence.changes.shift();
  for (const each of evidence.readings) for (const list of [each.history, each.synced]) Object.assign(list.find(({ id }) => id === 'tea-2'), { changeSeq: undefined, editedAt: undefined, text: 'a.2 says something' });
  for (const each of evidence.readings) for (const list of [each.history, each.synced]) for (const one of list) if (one.changeSeq === undefined) delete one.changeSeq;
  for (const each of evidence.readings) each.synced.sort((a, b) => (a.changeSeq ?? a.seq) - (b.changeSeq ?? b.seq));
  evidence.seen.push({ seq: 4, what: 'change tea-3', by: 'c2' });
  assert.deepEqual(checkRoom(evidence), []);
  evidence.seen.push({ seq: 5, what: 'change tea-1', by: 'c1' }, { seq: 5, what: 'change tea-3', by: 'c2' });
  names(checkRoom(evidence), 'reordered', 'seq 5', 'change tea-1', 'change tea-3');
});

test('a seq at which nothing stands is a hole, unless a change was left without an answer', () => {
  const evidence = right();
  for (const each of evidence.readings) each.seq = 7;
  names(checkRoom(evidence), 'hole', 'seq 7 of 7');
  evidence.changes.push({ kind: 'edit', id: 'tea-2', by: 'ada', seq: null, value: 'perhaps' });
  assert.deepEqual(checkRoom(evidence).filter(({ kind }) => kind === 'hole'), []);
});

test('an event beyond the end of the log was lost', () => {
  const evidence = right();
  evidence.seen.push({ seq: 9, what: 'new tea-9', by: 'c2' });
  names(checkRoom(evidence), 'lost', 'tea-9', 'c2', 'seq 9');
});

test('servers that do not have the same are named', () => {
  names(wrong(drop('tea-3'), [1]), 'differs', 'tea-3 is on s1 but not on s2');
  names(wrong(change('tea-3', { text: 'something else' }), [1]), 'differs', 'tea-3 is not the same on s1 and s2', 'something else');
  const evidence = right();
  evidence.readings[1].seq = 5;
  names(checkRoom(evidence), 'differs', 's1 stands at seq 6, s2 at 5');
});

test('a sync that leaves out or changes what the history has is named', () => {
  const evidence = right();
  evidence.readings[0].synced.shift();
  names(checkRoom(evidence), 'differs', 'tea-2', 'but not in a sync');
  const other = right();
  other.readings[0].synced[0].text = 'something else';
  names(checkRoom(other), 'differs', 'tea-2', 'in a sync differently');
});

test('a message that nobody sent, that was never acknowledged, or that is not what was sent is named', () => {
  names(wrong((list) => list.push(message(7, 'nobody.1'))), 'unknown', 'tea-7');
  names(wrong(change('tea-3', { text: 'something else' })), 'differs', 'tea-3', 'something else');
  names(wrong(change('tea-3', { user: 'bob' })), 'differs', 'tea-3', "bob's");
  const evidence = right();
  evidence.sends[2].acks = [];
  names(checkRoom(evidence), 'unknown', 'tea-3', 'never acknowledged');
  names(checkRoom(evidence), 'unanswered', 'a.3');
});

test('an acknowledged edit, deletion or reaction that is not in force was lost', () => {
  names(wrong(change('tea-2', { text: 'a.2 says something' })), 'lost', 'the edit of tea-2', 'seq 4');
  names(wrong(change('tea-1', { deletedAt: undefined, text: 'a.1 says something' })), 'lost', 'the deletion of tea-1');
  names(wrong(change('tea-3', { reactions: [] })), 'lost', 'the reaction', 'tea-3', 'bob');
  names(wrong(change('tea-3', { changeSeq: undefined })), 'lost', 'tea-3', 'stands as of 3');
});

/** A view that has seen everything that `right()` has. */
function view() {
  const own = new RoomView(room);
  own.onHistory({ messages: structuredClone(right().readings[0].history), seq: 6, hasMore: false }, 'snapshot');
  return own;
}

test('a view that is the history has no findings; its own tempIds do not count', () => {
  const own = view();
  own.messages.get('tea-3').tempId = 'a.3';
  assert.deepEqual(checkView({ seed, client: 'c1', view: own, reading: right().readings[0] }), []);
});

test('a view that differs is named, with the message and the client', () => {
  const check = (spoil) => {
    const own = view();
    spoil(own);
    return checkView({ seed, client: 'c1', view: own, reading: right().readings[0] });
  };
  names(check((own) => own.messages.delete('tea-2')), 'view', 'c1', 'tea-2 is missing');
  names(check((own) => own.messages.set('tea-9', message(9, 'a.9'))), 'view', 'c1', 'has tea-9');
  names(check((own) => Object.assign(own.messages.get('tea-2'), { text: 'a.2 says something' })), 'view', 'c1', 'tea-2 differs', 'text');
  names(check((own) => Object.assign(own, { seq: 5 })), 'view', 'c1', 'stands at seq 5, the room at 6');
});

test('a view answers only for what its first snapshot reached back to', () => {
  const own = view();
  own.messages.delete('tea-1');
  own.floor = 2;
  assert.deepEqual(checkView({ seed, client: 'c1', view: own, reading: right().readings[0] }), []);
});
