// Whatever comes in, on whatever way in: the right error goes back, memory stays bounded, and others are served.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { ask, close, collect, connect, openClient } from './lib/clients.mjs';
import { RoomReplica, freshView } from './lib/room_replica.mjs';
import { startServer } from './lib/server.mjs';
import { waitFor, within } from './lib/wait.mjs';

const kMegabyte = 1024 * 1024;
let server;
before(async () => { server = await startServer(); });
after(() => server.stop());

let count = 0;
const fresh = (what) => `${what}${++count}`;

async function enter(on = server, room = fresh('tea'), options = {}) {
  const socket = await connect(on, options);
  const name = fresh('guest');
  await ask(socket, 'join', { name, room });
  return { socket, name, room };
}

/** Fails unless people can talk at this moment. */
async function assertServed(on = server) {
  const ada = await enter(on);
  const bob = await enter(on, ada.room, { transport: 'polling' });
  const heard = collect(bob.socket, 'message');
  const { id } = await ask(ada.socket, 'sendMessage', 'do you hear me?');
  await heard.next((message) => message.id === id);
  close(ada.socket);
  close(bob.socket);
}

async function metric(name, on = server) {
  const { text } = await on.get('/metrics');
  return Number(text.match(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (.+)$`, 'm'))[1]);
}

/** A TCP connection: everything it was sent so far in `text`, `closed` resolves when the server ends it. */
function raw(on = server) {
  const socket = net.connect(on.port, '127.0.0.1');
  const connection = { socket, text: '' };
  socket.on('data', (data) => { connection.text += data.toString('latin1'); });
  connection.closed = new Promise((resolve) => socket.on('close', resolve));
  socket.on('error', () => {});
  return connection;
}

/** Writes one byte a second of `text` until the connection is closed. */
function drip(connection, text) {
  let at = 0;
  const timer = setInterval(() => connection.socket.write(text[at++ % text.length]), 1_000);
  connection.socket.on('close', () => clearInterval(timer));
}

describe('rates', () => {
  test('messages: RATE_LIMITED says when to come again, on every device of the account, and then it is heard', async () => {
    const own = await startServer({ env: { MESSAGE_RATE_LIMIT: '3/2' } });
    const { token } = (await own.post('/api/auth/register', { username: 'ada', password: 'correct horse' })).json;
    const [phone, laptop] = [await connect(own, { token }), await connect(own, { token, version: 2, transport: 'polling' })];
    for (const device of [phone, laptop]) await ask(device, 'join', { name: 'ada', room: 'tea' });
    for (const device of [phone, laptop, phone]) await ask(device, 'sendMessage', 'quick');
    const refusal = await ask(laptop, 'sendMessage', { text: 'too quick', tempId: 'again' }).catch((error) => error);
    assert.equal(refusal.code, 'RATE_LIMITED');
    assert.ok(refusal.retryAfterMs > 0 && refusal.retryAfterMs <= 2_000, `${refusal.retryAfterMs}`);
    await ask((await enter(own, 'tea')).socket, 'sendMessage', 'another person has a limit of her own');
    await waitFor(() => ask(laptop, 'sendMessage', { text: 'too quick', tempId: 'again' }), { what: 'it is taken', everyMs: 200 });
    assert.deepEqual((await freshView(own, 'tea')).messages.map((message) => message.text), ['quick', 'quick', 'quick', 'another person has a limit of her own', 'too quick']);
    await own.stop();
  });

  test('sign-in: 429 with Retry-After, by address and by name', async () => {
    const own = await startServer({ env: { AUTH_RATE_LIMIT: '3/60', TRUST_PROXY: '1' } });
    const from = (address) => ({ headers: { 'x-forwarded-for': address } });
    await own.post('/api/auth/register', { username: 'ada', password: 'correct horse' }, from('192.0.2.1'));
    const guess = (address, username = 'ada') => own.post('/api/auth/login', { username, password: 'guessing' }, from(address));
    assert.equal((await guess('192.0.2.2')).status, 401);
    assert.equal((await guess('192.0.2.3')).status, 401);
    const byName = await guess('192.0.2.4');
    assert.deepEqual([byName.status, byName.json.code], [429, 'RATE_LIMITED']);
    assert.ok(byName.json.retryAfterMs > 0 && byName.json.retryAfterMs <= 60_000);
    assert.ok(Number(byName.headers['retry-after']) >= 1);
    for (const username of ['bob', 'cy', 'dora']) assert.equal((await guess('192.0.2.9', username)).status, 401);
    assert.equal((await guess('192.0.2.9', 'emil')).status, 429);
    assert.equal((await guess('192.0.2.10', 'emil')).status, 401);
    await own.stop();
  });

  test('handshakes: 429 with Retry-After, over both transports', async () => {
    const own = await startServer({ env: { HANDSHAKE_RATE_LIMIT: '3/60' } });
    const handshake = () => own.get('/socket.io/?EIO=4&transport=polling');
    const statuses = [(await handshake()).status, (await handshake()).status, (await handshake()).status];
    assert.deepEqual(statuses, [200, 200, 200]);
    const refusal = await handshake();
    assert.equal(refusal.status, 429);
    assert.ok(Number(refusal.headers['retry-after']) >= 1);
    await assert.rejects(connect(own, { transport: 'websocket' }));
    assert.equal((await own.get('/health')).status, 200);
    await own.stop();
  });
});

describe('texts', () => {
  test('are counted in code points after normalisation: 500 fit, 501 do not, nothing is no message', async () => {
    const { socket } = await enter();
    const heard = collect(socket, 'message');
    const fitting = ['x'.repeat(500), '👍'.repeat(500), 'e\u0301'.repeat(500), '日'.repeat(500)];
    for (const text of fitting) {
      const { id } = await ask(socket, 'sendMessage', text);
      assert.equal((await heard.next((message) => message.id === id)).text, text.normalize('NFC'));
    }
    for (const text of ['x'.repeat(501), '👍'.repeat(501), 'x'.repeat(90_000)]) {
      await assert.rejects(ask(socket, 'sendMessage', text), { code: 'MESSAGE_TOO_LONG' });
      await assert.rejects(ask(socket, 'sendMessage', { text, tempId: 'long' }), { code: 'MESSAGE_TOO_LONG' });
    }
    for (const text of ['', ' ', '\n\t', '\u0000\u0007', '\u200b', '\u3000']) {
      await assert.rejects(ask(socket, 'sendMessage', text), { code: 'MESSAGE_EMPTY' });
    }
    const { id } = await ask(socket, 'sendMessage', 'a text');
    await assert.rejects(ask(socket, 'editMessage', { id, text: 'x'.repeat(501) }), { code: 'MESSAGE_TOO_LONG' });
    await assert.rejects(ask(socket, 'editMessage', { id, text: ' ' }), { code: 'MESSAGE_EMPTY' });
  });

  test('MAX_MESSAGE_LENGTH moves the limit', async () => {
    const own = await startServer({ env: { MAX_MESSAGE_LENGTH: '20000' } });
    const { socket } = await enter(own);
    await ask(socket, 'sendMessage', '👍'.repeat(20_000));
    await assert.rejects(ask(socket, 'sendMessage', 'x'.repeat(20_001)), { code: 'MESSAGE_TOO_LONG' });
    await own.stop();
  });
});

const anId = '1-1';
/** event -> payloads with the field that is wrong; undefined: the payload as a whole. */
const malformed = {
  join: [[undefined, undefined], ['tea', undefined], [7, undefined], [[], undefined], [{}, 'name'], [{ name: 'x' }, 'room'], [{ name: 5, room: 'tea' }, 'name'],
    [{ name: 'x', room: { $ne: 1 } }, 'room'], [{ name: 'x'.repeat(21), room: 'tea' }, 'name'], [{ name: 'x', room: 'r'.repeat(31) }, 'room'], [{ name: 'x', room: ' ' }, 'room'],
    [{ name: 'x', room: 'tea', lastSeq: 'zero' }, 'lastSeq'], [{ name: 'x', room: 'tea', lastSeq: 1.5 }, 'lastSeq'], [{ name: 'x', room: 'tea', password: 5 }, 'password']],
  leave: [['tea', undefined], [{ room: 5 }, 'room']],
  sendMessage: [[undefined, undefined], [null, undefined], [5, undefined], [[], undefined], [true, undefined], [{}, 'text'], [{ text: 5 }, 'text'], [{ text: ['x'] }, 'text'],
    [{ text: 'x', tempId: {} }, 'tempId'], [{ text: 'x', tempId: 't'.repeat(65) }, 'tempId'], [{ text: 'x', room: [] }, 'room'], [{ text: 'x', replyTo: 'nonsense' }, 'replyTo'],
    [{ text: 'x', replyTo: 5 }, 'replyTo'], [{ text: 'x', replyTo: '999-999' }, 'replyTo'], [{ text: 'x', threadRoot: '-' }, 'threadRoot'], [{ text: 'x', attachments: 'file' }, 'attachments'],
    [{ text: 'x', attachments: [1] }, 'attachments'], [{ text: 'x', attachments: Array(11).fill('a') }, 'attachments'], [Buffer.from('binary'), 'text']],
  typing: [['tea', undefined], [{ room: 5 }, 'room']],
  stopTyping: [['tea', undefined], [{ room: 5 }, 'room']],
  loadHistory: [[undefined, undefined], [{ room: 5 }, 'room'], [{ before: 'x' }, 'before'], [{ limit: 1.5 }, 'limit'], [{ limit: '10' }, 'limit']],
  sync: [[undefined, undefined], [{}, 'lastSeq'], [{ lastSeq: 'x' }, 'lastSeq'], [{ room: 5, lastSeq: 0 }, 'room'], [{ lastSeq: 1e300 }, 'lastSeq']],
  editMessage: [[undefined, undefined], [{ id: anId }, 'text'], [{ id: 5, text: 'x' }, 'id'], [{ text: 'x' }, 'id'], [{ id: anId, text: {} }, 'text']],
  deleteMessage: [[undefined, undefined], [anId, undefined], [{}, 'id'], [{ id: [] }, 'id']],
  react: [[undefined, undefined], [{ id: anId }, 'emoji'], [{ id: anId, emoji: 5 }, 'emoji'], [{ id: anId, emoji: '' }, 'emoji'], [{ id: anId, emoji: 'x'.repeat(100) }, 'emoji'], [{ id: anId, emoji: '👍', on: 'yes' }, 'on'], [{ emoji: '👍' }, 'id']],
  markRead: [[undefined, undefined], [{}, 'seq'], [{ room: 5, seq: 1 }, 'room'], [{ seq: 'x' }, 'seq']],
  setStatus: [[undefined, undefined], [{}, 'status'], [{ status: 'sleeping' }, 'status'], [{ status: 'online', text: 5 }, 'text']],
};

for (const client of [{ version: 4, transport: 'websocket' }, { version: 4, transport: 'polling' }, { version: 2, transport: 'polling' }]) {
  test(`a malformed payload gets INVALID_PAYLOAD with its field, and the connection stays: ${client.version}, ${client.transport}`, async () => {
    const { socket, room } = await enter(server, undefined, client);
    await ask(socket, 'sendMessage', 'a message');
    const closed = collect(socket, 'disconnect');
    for (const [event, payloads] of Object.entries(malformed)) {
      for (const [payload, field] of payloads) {
        const args = payload === undefined ? [] : [payload];
        const refusal = await ask(socket, event, ...args).then((result) => ({ result }), (error) => error);
        assert.deepEqual([refusal.code, refusal.field], ['INVALID_PAYLOAD', field], `${event} ${JSON.stringify(payload)}: ${refusal.message ?? JSON.stringify(refusal.result)}`);
        socket.emit(event, ...args); // and without anybody who waits for the answer
      }
    }
    socket.emit('no such event', { of: 'this server' });
    assert.equal((await ask(socket, 'sendMessage', 'still there')).room, room);
    assert.deepEqual(closed.items, []);
  });
}

describe('packets', () => {
  const bad = {
    'no packet of Engine.IO': 'hello',
    'no packet of Socket.IO': '4hello',
    'half an event': '42["sendMessage",{"text":',
    'an event without a name': '42[]',
    'an event that is no array': '42{"a":1}',
    'an event before CONNECT': '42["join",{"name":"x","room":"tea"}]',
    'more attachments than anybody needs': '451000000-["x"]',
    'JSON that is nested without end': `42["sendMessage",${'['.repeat(20_000)}`,
    'a CONNECT with no object': '40[1]',
    'an acknowledgement of nothing': '43999[]',
  };
  for (const [what, packet] of Object.entries(bad)) {
    test(`malformed: ${what} ends that connection and no other`, async () => {
      const bystander = await enter();
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`);
      const ended = new Promise((resolve) => socket.on('close', resolve));
      socket.on('error', () => {});
      const messages = [];
      socket.on('message', (data) => messages.push(data.toString()));
      await new Promise((resolve) => socket.on('open', resolve));
      if (!/before CONNECT|CONNECT with|of Engine/.test(what)) {
        socket.send('40');
        await waitFor(() => messages.some((message) => message.startsWith('40')));
      }
      socket.send(packet);
      if (what === 'an acknowledgement of nothing') {
        // That one is late, not malformed.
        socket.send('421["leave",{"room":5}]');
        await waitFor(() => messages.some((message) => message.startsWith('431')));
        socket.close();
      }
      await within(ended, { what: 'the connection ends' });
      await ask(bystander.socket, 'sendMessage', 'undisturbed');
      close(bystander.socket);
    });
  }

  test('oversized: packet, polling body, REST body, header and target are refused, others are served', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`);
    socket.on('error', () => {});
    const code = new Promise((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send('x'.repeat(2 * kMegabyte));
    assert.equal(await within(code, { what: 'the connection ends' }), 1009);

    const { text } = await server.get('/socket.io/?EIO=4&transport=polling');
    const { sid } = JSON.parse(text.slice(1));
    const refusedOrCut = async (work, status) => {
      const answer = await work.catch((error) => ({ status: error.code === 'ECONNRESET' || error.code === 'EPIPE' ? status : error }));
      assert.equal(answer.status, status);
    };
    await refusedOrCut(server.post(`/socket.io/?EIO=4&transport=polling&sid=${sid}`, '4'.repeat(2 * kMegabyte)), 413);
    await refusedOrCut(server.post('/api/auth/login', JSON.stringify({ username: 'x'.repeat(kMegabyte) })), 413);
    await refusedOrCut(server.post('/socket.io/?EIO=4&transport=polling', 'x'.repeat(2 * kMegabyte)), 413);
    await refusedOrCut(server.get('/health', { headers: { 'x-large': 'x'.repeat(64 * 1024) } }), 431);
    await refusedOrCut(server.get(`/health?${'x'.repeat(64 * 1024)}`), 431);
    await assertServed();
  });

  test('a length that is a lie reserves no memory', async () => {
    const before = await server.residentBytes();
    const liars = Array.from({ length: 200 }, (_, n) => {
      const connection = raw();
      if (n % 2 === 0) {
        connection.socket.write('POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\nx');
      } else {
        connection.socket.write('GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
        // The head of a frame of 90,000 bytes, and none of them.
        connection.socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 1, 0x5f, 0x90, 1, 2, 3, 4]));
      }
      return connection;
    });
    await assertServed();
    const growth = (await server.residentBytes()) - before;
    assert.ok(growth < 32 * kMegabyte, `${growth} bytes for 200 connections`);
    for (const { socket } of liars) socket.destroy();
  });

  test('garbage instead of HTTP gets 400 or nothing', async () => {
    for (const garbage of ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'HELO chat\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\r\n\r\n\r\n\r\n\0', 'GET /health HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
      'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n']) {
      const connection = raw();
      connection.socket.end(garbage, 'latin1');
      await within(connection.closed, { what: 'the connection ends', timeoutMs: 15_000 });
      assert.doesNotMatch(connection.text, /^HTTP\/1\.1 (2|5)/, JSON.stringify(garbage));
    }
    await assertServed();
  });
});

describe('slow and absent peers', { concurrency: true }, () => {
  test('who sends one byte a second gets 408 in the end, and keeps nobody waiting', async () => {
    const before = await server.residentBytes();
    const heads = Array.from({ length: 100 }, () => raw());
    for (const connection of heads) drip(connection, 'GET /health HTTP/1.1\r\nX: ');
    const bodies = Array.from({ length: 50 }, () => raw());
    for (const connection of bodies) {
      connection.socket.write('POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n');
      drip(connection, '{"username":"');
    }
    await assertServed();
    await within(Promise.all(heads.map(({ closed }) => closed)), { what: 'slow heads are closed', timeoutMs: 25_000 });
    await assertServed();
    await within(Promise.all(bodies.map(({ closed }) => closed)), { what: 'slow bodies are closed', timeoutMs: 45_000 });
    for (const { text } of [...heads, ...bodies]) assert.match(text, /^HTTP\/1\.1 408 /);
    assert.ok((await server.residentBytes()) - before < 64 * kMegabyte);
  });

  test('an upgrade that is begun and left ends by itself, and the session goes on by polling', async () => {
    const { text } = await server.get('/socket.io/?EIO=4&transport=polling');
    const { sid } = JSON.parse(text.slice(1));
    const probe = new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket&sid=${sid}`);
    const ended = new Promise((resolve) => probe.on('close', resolve));
    await new Promise((resolve) => probe.on('open', resolve));
    probe.send('2probe');
    await within(ended, { what: 'the probe ends', timeoutMs: 20_000 });
    assert.equal((await server.post(`/socket.io/?EIO=4&transport=polling&sid=${sid}`, '40')).text, 'ok');
    assert.match((await server.get(`/socket.io/?EIO=4&transport=polling&sid=${sid}`)).text, /^40\{"sid":/);
  });
});

test('sessions whose poll was abandoned are gone at once', async () => {
  const own = await startServer();
  const polls = await Promise.all(Array.from({ length: 200 }, async () => {
    const { text } = await own.get('/socket.io/?EIO=4&transport=polling');
    const { sid } = JSON.parse(text.slice(1));
    const connection = raw(own);
    connection.socket.write(`GET /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return connection;
  }));
  assert.equal(await metric('chillin_connections{transport="polling",protocol="4"}', own), 200);
  // A request behind each poll would be answered after it: what is waited for is only that the server has read them.
  await assertServed(own);
  for (const { socket } of polls) socket.destroy();
  await waitFor(async () => (await metric('chillin_connections{transport="polling",protocol="4"}', own)) === 0, { what: 'no session is left' });
  await own.stop();
});

test('handshakes that nobody follows up cost little', async () => {
  const own = await startServer();
  await assertServed(own);
  const before = await own.residentBytes();
  for (let round = 0; round < 20; ++round) {
    await Promise.all(Array.from({ length: 100 }, () => own.get('/socket.io/?EIO=4&transport=polling')));
  }
  const growth = (await own.residentBytes()) - before;
  assert.ok(growth < 2_000 * 16 * 1024, `${growth} bytes for 2,000 sessions`);
  await assertServed(own);
  await own.stop();
});

test('at the limit of open files new connections get 503, and those who are in go on', async () => {
  const limit = 300;
  // Root may raise the limit again unless that right is taken away too.
  const asRoot = process.getuid() === 0 ? ['setpriv', '--bounding-set=-sys_resource', '--inh-caps=-sys_resource'] : [];
  const own = await startServer({ wrapper: ['prlimit', `--nofile=${limit}:${limit}`, ...asRoot] });
  const said = own.logLines.find((line) => line.event === 'open_file_limit');
  assert.equal(said.open_files, limit);
  const ada = await enter(own);
  const bob = await enter(own, ada.room);
  const heard = collect(bob.socket, 'message');

  const held = [];
  await waitFor(async () => {
    for (let n = 0; n < 20; ++n) held.push(raw(own));
    return (await own.get('/socket.io/?EIO=4&transport=polling')).status === 503;
  }, { what: 'a handshake gets 503' });
  assert.ok(held.length >= said.connections - 30, `${held.length} connections of ${said.connections}`);
  await assert.rejects(connect(own, { transport: 'websocket' }));
  for (let n = 0; n < 50; ++n) {
    const { id } = await ask(ada.socket, 'sendMessage', `line ${n}`);
    await heard.next((message) => message.id === id);
  }
  for (const { socket } of held) socket.destroy();
  await waitFor(() => assertServed(own).then(() => true), { what: 'there is room again' });
  assert.deepEqual(await own.stop(), { code: 0, signal: null });
});

test('a reader too slow for what is said is closed, costs bounded memory, and comes back by sync', async () => {
  const own = await startServer({ env: { MAX_MESSAGE_LENGTH: '5000' } });
  const ada = await enter(own, 'tea');
  const slow = openClient(own, { transport: 'websocket' });
  await waitFor(() => slow.connected);
  const view = new RoomReplica('tea');
  view.attach(slow);
  await view.join({ name: 'slow' });
  const left = collect(ada.socket, 'message');
  const before = await own.residentBytes();

  slow.io.engine.transport.ws._socket.pause();
  let most = 0;
  for (let n = 0; n < 60; ++n) {
    await Promise.all(Array.from({ length: 20 }, (_, k) => ask(ada.socket, 'sendMessage', { text: `${n}-${k} `.padEnd(5_000, '👍') })));
    most = Math.max(most, await own.residentBytes());
    if (left.items.some((message) => message.text === 'slow has left.')) break;
  }
  await left.next((message) => message.text === 'slow has left.');
  assert.ok(most - before < 96 * kMegabyte, `${most - before} bytes more`);

  const gone = new Promise((resolve) => slow.once('disconnect', resolve));
  slow.io.engine.transport.ws._socket.resume();
  await within(gone, { what: 'it learns that it was closed' });
  slow.connect();
  await waitFor(() => slow.connected);
  await view.join({ name: 'slow' });
  const fresh = await freshView(own, 'tea');
  await view.reached(fresh.seq);
  view.assertEquals(fresh);
  await own.stop();
});

test('a flood of logins does not hold up messages', async () => {
  const own = await startServer();
  await own.post('/api/auth/register', { username: 'ada', password: 'correct horse' });
  const { socket } = await enter(own);
  let answered = 0;
  const kLogins = 100;
  const logins = Array.from({ length: kLogins }, () => own.post('/api/auth/login', { username: 'ada', password: 'guessing' }, { timeoutMs: 60_000 }).then((answer) => {
    answered += 1;
    return answer.status;
  }));
  await waitFor(() => answered > 0, { what: 'the flood is under way', everyMs: 1 });
  for (let n = 0; n < 20; ++n) await ask(socket, 'sendMessage', `line ${n}`);
  assert.ok(answered < kLogins, 'the messages were acknowledged while logins still waited');
  const statuses = new Set(await Promise.all(logins));
  assert.ok([...statuses].every((status) => [401, 429, 503].includes(status)), [...statuses].join());
  await own.stop();
});
