// docs/runbooks/why-did-this-not-arrive.md, tried: the commands of the page are those that are run here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask, connect } from './lib/clients.mjs';
import { enter, startCluster, withoutPostgres } from './lib/cluster.mjs';
import { startServer, temporaryFolder } from './lib/server.mjs';
import { waitFor } from './lib/wait.mjs';

const page = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../docs/runbooks/why-did-this-not-arrive.md');
const commands = readFileSync(page, 'utf8').split('\n').filter((line) => line.startsWith('    ')).map((line) => line.trim());
const [isThere, whyRefused, wayOfMessage, wayOfTrace, whoJoined, whatOfSocket, whoIsIn] = commands;

const trace = (digit) => digit.repeat(32);
const traceparent = (digit) => `00-${trace(digit)}-00f067aa0ba902b7-01`;

/** Runs a command of the page over what these servers have written; the lines it prints, parsed, with the server that wrote each. */
function run(command, servers, env = {}) {
  const folder = temporaryFolder();
  const names = servers.map((server, index) => {
    const name = path.join(folder, `server${index + 1}.log`);
    writeFileSync(name, server.output);
    return name;
  });
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, LOGS: names.join(' '), ...env } });
  assert.equal(stderr, '', command);
  return stdout;
}
const lines = (...args) => run(...args).split('\n').filter(Boolean).map((line) => JSON.parse(line));
const events = (list) => list.map(({ event }) => event);

/** The lines of a command, once they are what `enough` wants: a log may be a moment behind. */
async function linesWith(enough, ...args) {
  let last = [];
  await waitFor(() => {
    last = lines(...args);
    return enough(last);
  }, { what: args[0], everyMs: 50 }).catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(last)}`);
  });
  return last;
}

test('the page has the commands that are tried here', () => assert.equal(commands.length, 7));

test('two servers: the way of a message is found by its id and by the trace id that came with it', { skip: withoutPostgres }, async () => {
  const { servers, redis } = await startCluster(2, { env: { LOG_LEVEL: 'debug' } });
  const [here, there] = servers;
  const writer = await enter(here, 'tea', { name: 'ada' });
  const reader = await enter(there, 'tea', { name: 'ben' });
  const away = await enter(there, 'coffee', { name: 'cid' });
  const sent = await ask(writer.socket, 'sendMessage', { text: 'hello', tempId: 't1', traceparent: traceparent('a') });
  await reader.log.reached(sent.seq);

  await test('1. is it there', () => {
    const { messages } = JSON.parse(run(isThere, servers, { SERVER: there.url, ROOM: 'tea' }));
    assert.equal(messages.at(-1).id, sent.id);
  });

  await test('2. the same way by either id, on both servers', async () => {
    const whole = ['message_committed', 'message_delivered', 'message_delivered', 'message_published', 'message_received', 'message_sent'];
    const all = (list) => list.length >= whole.length;
    assert.deepEqual(events(await linesWith(all, wayOfMessage, servers, { MESSAGE: sent.id })).sort(), whole);
    assert.deepEqual(events(await linesWith(all, wayOfTrace, servers, { TRACE: trace('a') })).sort(), whole);
    assert.deepEqual(events(lines(wayOfTrace, [here], { TRACE: trace('a') })).sort(), ['message_committed', 'message_delivered', 'message_published', 'message_sent']);
    assert.deepEqual(events(lines(wayOfTrace, [there], { TRACE: trace('a') })), ['message_received', 'message_delivered']);
  });

  await test('2. one id on both servers where no trace came', async () => {
    const plain = await ask(writer.socket, 'sendMessage', { text: 'hello again' });
    await reader.log.reached(plain.seq);
    const way = await linesWith((list) => list.length >= 6, wayOfMessage, servers, { MESSAGE: plain.id });
    const [made, ...others] = new Set(way.map((line) => line.trace));
    assert.deepEqual(others, []);
    assert.match(made, /^[0-9a-f]{32}$/);
    assert.equal(lines(wayOfTrace, servers, { TRACE: made }).length, way.length);
  });

  await test('3. who was in the room, and who was not', async () => {
    const [joined] = lines(whoJoined, servers, { ROOM: 'tea', READER: 'ben' });
    assert.equal(joined.socket, reader.socket.id);
    assert.deepEqual(lines(whoJoined, servers, { ROOM: 'tea', READER: 'cid' }), [], 'this is why it did not arrive');
    assert.deepEqual(away.log.seqs, []);
    reader.socket.disconnect();
    const fate = await linesWith((list) => list.some(({ event }) => event === 'socket_disconnected'), whatOfSocket, servers, { SOCKET: joined.socket });
    assert.deepEqual(events(fate), ['socket_connected', 'room_joined', 'socket_disconnected']);
  });

  await test('4. who is in the room now', async () => {
    const program = whoIsIn.replace('redis-cli', `redis-cli -p ${new URL(redis.url).port}`);
    await waitFor(() => {
      const members = run(program, servers, { ROOM: 'tea' });
      return members.includes(writer.socket.id) && !members.includes(joinedIdOf(reader));
    }, { what: 'Redis knows who is there' });
  });

  await test('a trace of the handshake is that of every send', async () => {
    const socket = await connect(here, { auth: { traceparent: traceparent('b') } });
    await ask(socket, 'join', { name: 'dan', room: 'tea' });
    await ask(socket, 'sendMessage', { text: 'one', tempId: 'd1' });
    const own = await ask(socket, 'sendMessage', { text: 'two', tempId: 'd2', traceparent: traceparent('c') });
    await ask(socket, 'sendMessage', { text: 'three', tempId: 'd3', traceparent: 'nonsense' });
    const sends = (list) => list.filter(({ event }) => event === 'message_sent');
    assert.equal(sends(await linesWith((list) => sends(list).length === 2, wayOfTrace, servers, { TRACE: trace('b') })).length, 2);
    const [line] = sends(lines(wayOfTrace, servers, { TRACE: trace('c') }));
    assert.equal(line.message, own.id);
    for (const where of [{ query: { traceparent: traceparent('d') } }, { extraHeaders: { traceparent: traceparent('d') } }]) await connect(here, where);
    const connects = await linesWith((list) => list.length === 2, wayOfTrace, servers, { TRACE: trace('d') });
    assert.deepEqual(events(connects), ['socket_connected', 'socket_connected']);
  });
});

/** The id that a socket had, also when it is gone. */
const joinedIdOf = ({ list, name }) => list.users.find((user) => user.name === name)?.id ?? 'nobody';

test('one server: why something was refused, and what was slow', async () => {
  const server = await startServer({ env: { LOG_LEVEL: 'debug', SLOW_EVENT_MS: '1', AUTH_RATE_LIMIT: '0' } });
  const socket = await connect(server);
  await ask(socket, 'join', { name: 'ada', room: 'tea' });
  const refusal = await ask(socket, 'sendMessage', { text: 'hello', room: 'coffee' }).then(() => undefined, (error) => error.code);
  assert.equal(refusal, 'NOT_IN_ROOM');
  const [line] = (await linesWith((list) => list.some(({ code }) => code === 'NOT_IN_ROOM'), whyRefused, [server], { WRITER: socket.id })).filter(({ code }) => code !== 'OK');
  assert.equal(line.code, 'NOT_IN_ROOM');
  // A password is hashed by intent slowly: joining a private room takes longer than a millisecond.
  const { json } = await server.post('/api/auth/register', { username: 'owner', password: 'secret-word' });
  const made = await server.post('/api/rooms/create', { name: 'vault', password: 'open sesame', isPrivate: true }, { token: json.token });
  assert.ok(made.status < 300, made.text);
  const guest = await connect(server);
  await ask(guest, 'join', { name: 'eve', room: 'vault', password: 'open sesame' });
  const slow = await waitFor(() => server.logLines.find((one) => one.event === 'slow_event' && one.socket === guest.id), { what: 'a slow event is logged' });
  assert.deepEqual([slow.level, slow.request, slow.code], ['warn', 'join', 'OK']);
  assert.ok(slow.ms >= 1);
});

test('at info there is nothing of a message in the log', async () => {
  const server = await startServer({ env: { LOG_LEVEL: 'info', SLOW_EVENT_MS: '0', SLOW_DELIVERY_MS: '0' } });
  const writer = await enter(server, 'tea', { name: 'ada' });
  const sent = await ask(writer.socket, 'sendMessage', { text: 'hello', tempId: 't1', traceparent: traceparent('a') });
  await writer.log.reached(sent.seq);
  assert.doesNotMatch(server.output, new RegExp(`"message":"${sent.id}"|${trace('a')}|"event":"(socket_|room_|event_)`));
});
