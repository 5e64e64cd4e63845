// The tables of docs/protocol.md against a server: every event of a client is sent, its answer has the fields of the table; refusals have the
// codes that stand beside it; and what the server sends meanwhile has the fields of the other table.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ask, close, connect, emitWithAck } from './lib/clients.mjs';
import { register } from './lib/cluster.mjs';
import { checkout } from './lib/document.mjs';
import { startServer } from './lib/server.mjs';
import { waitFor } from './lib/wait.mjs';

const page = readFileSync(path.join(checkout, 'docs/protocol.md'), 'utf8');
const rowsOf = (title) => page.split(`\n## ${title}\n`)[1].split('\n## ')[0].split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
const namesIn = (cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name);
/** { name: optional? } of "{ a, b? }". */
const fieldsOf = (braces) => Object.fromEntries(braces.replace(/[{}`]/g, '').split(',').map((name) => name.trim()).filter(Boolean).map((name) => [name.replace('?', ''), name.endsWith('?')]));

const taken = new Map(rowsOf('Events of the client').flatMap(([events, shapes, refused]) => namesIn(events).map((name) => [name, { result: fieldsOf(shapes.match(/→ `(\{[^}]*\})`/)[1]), refused: namesIn(refused).filter((code) => /^[A-Z_]+$/.test(code)) }])));
const sent = new Map(rowsOf('Events of the server').flatMap(([events, payload]) => namesIn(events).map((name) => [name, payload.startsWith('`{') ? fieldsOf(payload.match(/`(\{[^}]*\})`/)[1]) : null])));
const always = ['INVALID_PAYLOAD', 'AUTH_REQUIRED', 'RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL'];
const message = { ...Object.fromEntries(['id', 'room', 'seq', 'user', 'text', 'timestamp'].map((name) => [name, false])),
  ...Object.fromEntries(['changeSeq', 'editedAt', 'deletedAt', 'replyTo', 'threadRoot', 'reactions', 'attachments', 'tempId'].map((name) => [name, true])) };

/** That an object has the fields of the table: all of them but for those with a question mark, and no others. */
function hasFields(object, fields, what) {
  assert.equal(typeof object, 'object', what);
  for (const name of Object.keys(object)) assert.ok(name in fields, `${what}: ${name} does not stand in docs/protocol.md`);
  for (const [name, optional] of Object.entries(fields)) assert.ok(optional || name in object, `${what}: ${name} is missing`);
}

test('every event is answered as docs/protocol.md says, and every event of the server looks as it says', async () => {
  const server = await startServer({ env: { DRAIN_SECONDS: '1' } });
  const heard = new Map();
  const accounts = [await register(server), await register(server)];
  const [ada, bob] = await Promise.all(accounts.map(({ token }) => connect(server, { token })));
  const guest = await connect(server);
  for (const socket of [ada, bob, guest]) socket.onAny((event, payload) => heard.set(event, [...(heard.get(event) ?? []), payload]));
  const asked = new Set();
  const answered = async (socket, event, ...args) => {
    const result = await ask(socket, event, ...args);
    hasFields(result, taken.get(event).result, `the answer to ${event}`);
    asked.add(event);
    return result;
  };
  const names = accounts.map(({ name }) => name);
  await answered(ada, 'join', { room: 'tea' });
  await answered(bob, 'join', { room: 'tea' });
  await answered(bob, 'join', { room: 'hall' });
  await answered(guest, 'join', { name: 'gus', room: 'tea' });
  await answered(ada, 'typing', { room: 'tea' });
  await answered(ada, 'stopTyping', { room: 'tea' });
  const first = await answered(ada, 'sendMessage', { text: `hello @${names[1]}`, tempId: 't1', room: 'tea' });
  await answered(ada, 'sendMessage', { text: 'an answer', replyTo: first.id, threadRoot: first.id, room: 'tea' });
  await answered(ada, 'editMessage', { id: first.id, text: 'hello' });
  await answered(bob, 'react', { id: first.id, emoji: '👍' });
  await answered(bob, 'markRead', { room: 'tea', seq: 2 });
  await answered(bob, 'setStatus', { status: 'busy', text: 'tea' });
  for (const { messages } of [await answered(bob, 'loadHistory', { room: 'tea' }), { messages: (await answered(bob, 'sync', { room: 'tea', lastSeq: 0 })).changes }]) {
    assert.ok(messages.length > 0);
    for (const one of messages) hasFields(one, message, 'a message');
  }
  await answered(bob, 'leave', { room: 'tea' });
  await answered(ada, 'deleteMessage', { id: first.id });
  await answered(ada, 'sendMessage', { text: 'are you there?', room: 'tea' });
  assert.deepEqual([...asked].sort(), [...taken.keys()].sort(), 'every event of the table was tried');

  // What is wrong with each: nothing given, a room one is not in, a message that is none.
  const wrong = [[], [null], [{}], [{ room: 'nowhere' }], [{ room: 7 }], [{ room: 'nowhere', lastSeq: 0, seq: 0, text: 'x' }], [{ id: '999-1', text: 'x', emoji: '👍' }], [{ id: first.id, text: '', emoji: 'x' }], [{ status: 'gone' }]];
  const stranger = await connect(server);
  for (const [event, { refused }] of taken) {
    for (const socket of [stranger, guest]) {
      for (const args of wrong) {
        const [error, result] = await emitWithAck(socket, event, ...args);
        if (error === null) continue;
        assert.ok([...refused, ...always].includes(result.code), `${event} ${JSON.stringify(args)}: ${result.code} does not stand in docs/protocol.md`);
        hasFields(result, { code: false, retryAfterMs: true, field: true }, `the refusal of ${event}`);
      }
    }
  }

  const notSent = ['kicked', 'roomUpdated'];
  for (const name of notSent) assert.match(rowsOf('Events of the server').find(([event]) => event === `\`${name}\``)[1], /No server of this version sends it/);
  const awaited = [...sent.keys()].filter((name) => ![...notSent, 'serverShutdown'].includes(name));
  await waitFor(() => awaited.every((name) => heard.has(name)), { what: `each of ${awaited.join(', ')} is heard` });
  const stopping = server.stop();
  await waitFor(() => heard.has('serverShutdown'), { what: 'the server says that it stops' });
  await stopping;
  for (const socket of [ada, bob, guest, stranger]) close(socket);

  assert.deepEqual([...heard.keys()].sort(), [...awaited, 'serverShutdown'].sort());
  for (const [event, payloads] of heard) {
    for (const payload of payloads) {
      if (event === 'message') hasFields(payload, payload.user === 'admin' ? { user: false, text: false, timestamp: false, room: false } : message, event);
      else hasFields(payload, sent.get(event), event);
      if (payload.message) hasFields(payload.message, message, `message in ${event}`);
    }
  }
});
