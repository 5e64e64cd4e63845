// Accounts, sessions and the REST routes: statuses, codes, who may see what, and what never leaves the server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ask, connect, nextEvent, openClient, connected } from './lib/clients.mjs';
import { startServer } from './lib/server.mjs';

const kPassword = 'correct horse battery';
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

let server;
before(async () => { server = await startServer({ env: { CLIENT_ORIGIN: 'https://chat.example, https://other.example' } }); });
after(() => server.stop());

let count = 0;
const fresh = (what) => `${what}${++count}`;

async function account(name = fresh('user'), on = server) {
  const { status, json } = await on.post('/api/auth/register', { username: name, password: kPassword });
  assert.equal(status, 201);
  return { name, token: json.token };
}

/** Fails unless the answer is a refusal with that status and code, in the form of all of them. */
function refused(answer, status, code, field) {
  assert.deepEqual([answer.status, answer.json?.code, answer.json?.field], [status, code, field], answer.text);
  assert.match(answer.json.error, /^[A-Z'].*\.$/);
  assert.match(answer.headers['content-type'], /^application\/json/);
}

describe('accounts and sessions', () => {
  test('register, me, logout, login', async () => {
    const name = fresh('ada');
    const registered = await server.post('/api/auth/register', { username: ` ${name.toUpperCase()} `, email: 'ada@example.org', password: kPassword });
    assert.equal(registered.status, 201);
    const { user, token } = registered.json;
    assert.deepEqual({ ...user, createdAt: 0 }, { username: name, email: 'ada@example.org', avatar: '', createdAt: 0 });
    assert.ok(token.length >= 40, '256 random bits');
    assert.deepEqual((await server.get('/api/users/me', { token })).json, { user });

    assert.deepEqual((await server.post('/api/auth/logout', undefined, { token })).status, 200);
    refused(await server.get('/api/users/me', { token }), 401, 'AUTH_FAILED');
    await assert.rejects(connect(server, { token }), (error) => error.data?.code === 'AUTH_FAILED');

    const again = await server.post('/api/auth/login', { username: name, password: kPassword });
    assert.equal(again.status, 200);
    assert.deepEqual(again.json.user, user);
    assert.notEqual(again.json.token, token);
    assert.equal((await server.get('/api/users/me', { token: again.json.token })).status, 200);
  });

  test('what is refused, and how', async () => {
    const { name } = await account();
    refused(await server.post('/api/auth/register', { username: name, password: kPassword }), 409, 'NAME_TAKEN', 'username');
    refused(await server.post('/api/auth/register', { username: 'Admin', password: kPassword }), 409, 'NAME_TAKEN', 'username');
    refused(await server.post('/api/auth/register', { username: 'ab', password: kPassword }), 400, 'INVALID_PAYLOAD', 'username');
    refused(await server.post('/api/auth/register', { username: 'a'.repeat(21), password: kPassword }), 400, 'INVALID_PAYLOAD', 'username');
    refused(await server.post('/api/auth/register', { username: fresh('u'), password: 'short' }), 400, 'INVALID_PAYLOAD', 'username');
    refused(await server.post('/api/auth/register', { username: fresh('user'), password: 'short' }), 400, 'INVALID_PAYLOAD', 'password');
    refused(await server.post('/api/auth/register', { username: fresh('user'), password: 123456 }), 400, 'INVALID_PAYLOAD', 'password');
    refused(await server.post('/api/auth/register', { username: fresh('user'), password: kPassword, email: 'nobody' }), 400, 'INVALID_PAYLOAD', 'email');
    refused(await server.post('/api/auth/register', '{"username":'), 400, 'INVALID_PAYLOAD');
    refused(await server.post('/api/auth/register', '[]'), 400, 'INVALID_PAYLOAD');
    refused(await server.post('/api/auth/login', { username: name, password: 'wrong password' }), 401, 'AUTH_FAILED');
    refused(await server.post('/api/auth/login', { username: 'nobody at all', password: kPassword }), 401, 'AUTH_FAILED');
    refused(await server.get('/api/users/me'), 401, 'AUTH_REQUIRED');
    refused(await server.post('/api/auth/logout'), 401, 'AUTH_REQUIRED');
    refused(await server.get('/api/users/me', { token: 'x'.repeat(43) }), 401, 'AUTH_FAILED');
    assert.equal((await server.get('/api/nothing/here')).status, 404);
    const wrongMethod = await server.request('DELETE', '/api/rooms');
    assert.equal(wrongMethod.status, 405);
    assert.equal(wrongMethod.headers.allow, 'GET');
  });

  test('names of emoji and of other scripts are counted in code points', async () => {
    const names = ['日本語', '👩👩👩', 'é'.repeat(20)];
    for (const username of names) assert.equal((await server.post('/api/auth/register', { username, password: kPassword })).status, 201, username);
    refused(await server.post('/api/auth/register', { username: '日本', password: kPassword }), 400, 'INVALID_PAYLOAD', 'username');
    // The same name in another normal form is the same name.
    refused(await server.post('/api/auth/register', { username: 'e\u0301'.repeat(20), password: kPassword }), 409, 'NAME_TAKEN', 'username');
  });

  test('a profile is changed by its owner, the password with the current one, and other sessions end then', async () => {
    const { name, token } = await account();
    const other = (await server.post('/api/auth/login', { username: name, password: kPassword })).json.token;
    const changed = await server.request('PATCH', '/api/users/me', { token, body: { email: 'new@example.org', avatar: 'https://example.org/a.png' } });
    assert.equal(changed.status, 200);
    assert.deepEqual([changed.json.user.email, changed.json.user.avatar], ['new@example.org', 'https://example.org/a.png']);
    refused(await server.request('PATCH', '/api/users/me', { token, body: { avatar: 'javascript:alert(1)' } }), 400, 'INVALID_PAYLOAD', 'avatar');
    refused(await server.request('PATCH', '/api/users/me', { token, body: { password: 'another one' } }), 403, 'FORBIDDEN', 'currentPassword');
    assert.equal((await server.request('PATCH', '/api/users/me', { token, body: { password: 'another one', currentPassword: kPassword } })).status, 200);
    refused(await server.post('/api/auth/login', { username: name, password: kPassword }), 401, 'AUTH_FAILED');
    assert.equal((await server.post('/api/auth/login', { username: name, password: 'another one' })).status, 200);
    assert.equal((await server.get('/api/users/me', { token })).status, 200);
    refused(await server.get('/api/users/me', { token: other }), 401, 'AUTH_FAILED');
  });

  test('a session outlives the process', async () => {
    const own = await startServer();
    const { name, token } = await account(fresh('user'), own);
    await own.restart({ hard: true });
    assert.equal((await own.get('/api/users/me', { token })).json.user.username, name);
    await own.stop();
  });
});

describe('the token of a socket', () => {
  const ways = {
    'CONNECT payload': (token) => ({ auth: { token } }),
    query: (token) => ({ query: { token } }),
    'Authorization header': (token) => ({ extraHeaders: { Authorization: `Bearer ${token}` } }),
    'query of the 2.x client': (token) => ({ version: 2, query: { token } }),
  };
  for (const [way, options] of Object.entries(ways)) {
    for (const transport of ['polling', 'websocket']) {
      test(`${way}, ${transport}: it is the account's socket, and a wrong token is refused`, async () => {
        const { name, token } = await account();
        const socket = await connect(server, { transport, ...options(token) });
        assert.equal((await ask(socket, 'join', { name: 'somebody else', room: fresh('tea') })).user, name);
        await assert.rejects(connect(server, { transport, ...options('x'.repeat(43)) }), (error) => (error.data?.code ?? error.code) === 'AUTH_FAILED');
      });
    }
  }

  test('AUTH_FAILED comes with a sentence', async () => {
    await assert.rejects(connect(server, { token: 'wrong' }), (error) => /^[A-Z].*\.$/.test(error.message) && error.data.code === 'AUTH_FAILED');
  });

  test('without guest access nobody comes in without an account', async () => {
    const own = await startServer({ env: { GUEST_ACCESS: 'false' } });
    await assert.rejects(connect(own), (error) => error.data.code === 'AUTH_REQUIRED');
    await assert.rejects(connect(own, { version: 2 }), { code: 'AUTH_REQUIRED' });
    const { name, token } = await account(fresh('user'), own);
    const room = fresh('tea');
    const socket = await connect(own, { token });
    assert.equal((await ask(socket, 'join', { name, room })).user, name);
    refused(await own.post('/api/rooms/create', { name: fresh('room'), creator: 'guest' }), 401, 'AUTH_REQUIRED');
    refused(await own.get(`/api/rooms/${room}/messages`), 401, 'AUTH_REQUIRED');
    refused(await own.post('/api/rooms/join', { roomName: room }), 401, 'AUTH_REQUIRED');
    assert.equal((await own.get(`/api/rooms/${room}/messages`, { token })).status, 200);
    await own.stop();
  });
});

describe('rooms', () => {
  test('are created by an account or under a guest name, listed, and joined', async () => {
    const { name: creator, token } = await account();
    const room = fresh('room');
    const created = await server.post('/api/rooms/create', { name: ` ${room.toUpperCase()} `, description: 'About tea' }, { token });
    assert.equal(created.status, 201);
    assert.deepEqual({ ...created.json.room, createdAt: 0, memberCount: 0 }, { name: room, description: 'About tea', creator, isPrivate: false, memberCount: 0, createdAt: 0 });
    refused(await server.post('/api/rooms/create', { name: room }, { token }), 409, 'NAME_TAKEN', 'name');
    refused(await server.post('/api/rooms/create', { name: '' }, { token }), 400, 'INVALID_PAYLOAD', 'name');
    refused(await server.post('/api/rooms/create', { name: fresh('room'), isPrivate: true, password: 'short' }, { token }), 400, 'INVALID_PAYLOAD', 'password');
    refused(await server.post('/api/rooms/create', { name: fresh('room'), creator }), 409, 'NAME_TAKEN', 'creator');
    const guests = await server.post('/api/rooms/create', { name: fresh('room'), creator: fresh('guest') });
    assert.equal(guests.status, 201);

    const { rooms } = (await server.get('/api/rooms')).json;
    assert.deepEqual(rooms.filter((one) => [room, guests.json.room.name].includes(one.name)).map((one) => one.name).sort(), [room, guests.json.room.name].sort());
    const { token: other } = await account();
    const joined = await server.post('/api/rooms/join', { roomName: room }, { token: other });
    assert.equal(joined.status, 200);
    assert.equal(joined.json.room.memberCount, created.json.room.memberCount + 1);
    refused(await server.post('/api/rooms/join', { roomName: 'there is none' }, { token: other }), 404, 'ROOM_NOT_FOUND');
  });

  test('messages are read oldest first, by pages backwards', async () => {
    const room = fresh('room 50% ü/');
    const socket = await connect(server);
    await ask(socket, 'join', { name: fresh('guest'), room });
    const sent = await Promise.all(Array.from({ length: 205 }, (_, n) => ask(socket, 'sendMessage', `line ${n}`)));
    const target = `/api/rooms/${encodeURIComponent(room)}/messages`;
    const last = (await server.get(`${target}?limit=3`)).json;
    assert.deepEqual(last.messages.map((message) => message.seq), [203, 204, 205]);
    assert.equal(last.messages[2].id, sent[204].id);
    assert.equal(last.hasMore, true);
    assert.deepEqual((await server.get(`${target}?limit=2&before=203`)).json.messages.map((message) => message.seq), [201, 202]);
    assert.equal((await server.get(`${target}?limit=1000`)).json.messages.length, 200);
    const first = (await server.get(`${target}?before=6&limit=200`)).json;
    assert.deepEqual([first.messages.length, first.hasMore], [5, false]);
    refused(await server.get(`${target}?limit=many`), 400, 'INVALID_PAYLOAD', 'limit');
    refused(await server.get(`${target}?before=-`), 400, 'INVALID_PAYLOAD', 'before');
    refused(await server.get('/api/rooms/there%20is%20none/messages'), 404, 'ROOM_NOT_FOUND');
  });

  test('a private room opens by its password: to an account once, to a guest each time', async () => {
    const { token: owner } = await account();
    const room = fresh('secret');
    const created = await server.post('/api/rooms/create', { name: room, isPrivate: true, password: 'open sesame' }, { token: owner });
    assert.equal(created.json.room.isPrivate, true);
    const messages = `/api/rooms/${room}/messages`;
    refused(await server.get(messages), 401, 'AUTH_REQUIRED');

    const { name, token } = await account();
    refused(await server.get(messages, { token }), 403, 'FORBIDDEN');
    refused(await server.post('/api/rooms/join', { roomName: room }, { token }), 403, 'ROOM_PASSWORD_REQUIRED');
    refused(await server.post('/api/rooms/join', { roomName: room, password: 'wrong' }, { token }), 403, 'ROOM_PASSWORD_WRONG');
    const socket = await connect(server, { token });
    await assert.rejects(ask(socket, 'join', { name, room }), { code: 'ROOM_PASSWORD_REQUIRED' });
    await assert.rejects(ask(socket, 'join', { name, room, password: 'wrong' }), { code: 'ROOM_PASSWORD_WRONG' });
    await ask(socket, 'join', { name, room, password: 'open sesame' });
    const { id } = await ask(socket, 'sendMessage', 'a word of the secret');
    assert.equal((await server.get(messages, { token })).json.messages[0].id, id);
    await ask(await connect(server, { token }), 'join', { name, room }); // a member by now

    const { token: byRest } = await account();
    assert.equal((await server.post('/api/rooms/join', { roomName: room, password: 'open sesame' }, { token: byRest })).status, 200);
    assert.equal((await server.get(messages, { token: byRest })).status, 200);

    const guest = await connect(server);
    const guestName = fresh('guest');
    await assert.rejects(ask(guest, 'join', { name: guestName, room }), { code: 'ROOM_PASSWORD_REQUIRED' });
    await ask(guest, 'join', { name: guestName, room, password: 'open sesame' });
    await ask(guest, 'leave', { room });
    await assert.rejects(ask(guest, 'join', { name: guestName, room }), { code: 'ROOM_PASSWORD_REQUIRED' });
    await assert.rejects(ask(guest, 'sync', { room, lastSeq: 0 }), { code: 'NOT_IN_ROOM' });
    await assert.rejects(ask(guest, 'loadHistory', { room }), { code: 'NOT_IN_ROOM' });
    await assert.rejects(ask(guest, 'react', { id, emoji: '👍', on: true }), { code: 'NOT_IN_ROOM' });

    const { token: stranger } = await account();
    assert.deepEqual((await server.get('/api/search?q=secret', { token: stranger })).json.messages, []);
    refused(await server.get(`/api/search?q=secret&room=${room}`, { token: stranger }), 403, 'FORBIDDEN');
    assert.deepEqual((await server.get('/api/search?q=secret', { token })).json.messages.map((message) => message.id), [id]);
  });

  test('search finds what was written, newest first, and what was deleted no more', async () => {
    const { name, token } = await account();
    const room = fresh('room');
    const socket = await connect(server, { token });
    await ask(socket, 'join', { name, room });
    const one = await ask(socket, 'sendMessage', 'Earl Grey, hot');
    const two = await ask(socket, 'sendMessage', 'no more earl grey');
    const gone = await ask(socket, 'sendMessage', 'earl grey is gone');
    await ask(socket, 'deleteMessage', { id: gone.id });
    const found = await server.get(`/api/search?q=${encodeURIComponent('earl grey')}&room=${room}`, { token });
    assert.deepEqual(found.json.messages.map((message) => message.id), [two.id, one.id]);
    assert.deepEqual((await server.get(`/api/search?q=earl&limit=1&room=${room}`, { token })).json.messages.map((message) => message.id), [two.id]);
    refused(await server.get('/api/search?q=', { token }), 400, 'INVALID_PAYLOAD', 'q');
    // What a query language would take for operators is text here.
    for (const q of ['"', '*', 'earl OR', 'a AND NOT', 'text:earl', '(', "'; DROP TABLE messages; --"]) {
      assert.equal((await server.get(`/api/search?q=${encodeURIComponent(q)}`, { token })).status, 200, q);
    }
  });
});

describe('files', () => {
  test('an upload goes with a message and comes back typed by its content', async () => {
    const { name, token } = await account();
    const room = fresh('room');
    refused(await server.post('/api/uploads?name=a.png', png), 401, 'AUTH_REQUIRED');
    const stored = await server.post(`/api/uploads?name=${encodeURIComponent('../../my picture.html')}`, png, { token });
    assert.equal(stored.status, 201);
    const { attachment } = stored.json;
    assert.deepEqual([attachment.name, attachment.type, attachment.size], ['my picture.html', 'image/png', png.length]);

    const socket = await connect(server, { token });
    const message = nextEvent(socket, 'message', (candidate) => candidate.attachments);
    await ask(socket, 'join', { name, room });
    await ask(socket, 'sendMessage', { text: '', attachments: [attachment.id] });
    assert.deepEqual((await message).attachments, [attachment]);
    const file = await server.get(attachment.url);
    assert.equal(file.status, 200);
    assert.equal(file.headers['content-type'], 'image/png');
    assert.equal(file.headers['x-content-type-options'], 'nosniff');
    await assert.rejects(ask(socket, 'sendMessage', { text: 'x', attachments: ['no-such-upload'] }), { code: 'INVALID_PAYLOAD', field: 'attachments' });

    // A page is not shown as one, whatever it calls itself.
    const page = (await server.post('/api/uploads?name=innocent.png', '<script>alert(1)</script>', { token })).json.attachment;
    const shown = await server.get(page.url, { token });
    assert.doesNotMatch(shown.headers['content-type'], /html|svg|xml|script/);
    assert.match(shown.headers['content-disposition'], /^attachment/);
    refused(await server.post('/api/uploads', '', { token }), 400, 'INVALID_PAYLOAD', 'file');
    assert.equal((await server.get('/api/uploads/..%2f..%2fchillin.db')).status, 404);
  });

  test('an avatar is a picture', async () => {
    const { token } = await account();
    const changed = await server.request('PUT', '/api/users/me/avatar', { token, body: png });
    assert.equal(changed.status, 200);
    const shown = await server.get(changed.json.user.avatar);
    assert.deepEqual([shown.status, shown.headers['content-type']], [200, 'image/png']);
    refused(await server.request('PUT', '/api/users/me/avatar', { token, body: '<svg onload=alert(1)>' }), 400, 'INVALID_PAYLOAD', 'avatar');
  });
});

test('passwords of the earlier version are accepted once and replaced', { skip: process.env.CHILLIN_STORAGE === 'postgres' }, async () => {
  const own = await startServer();
  const room = fresh('room');
  await account('already', own);
  await own.stop();
  const database = path.join(own.dataDir, readdirSync(own.dataDir).find((file) => /\.(db|sqlite3?)$/.test(file)));
  const sqlite = async (sql) => (await promisify(execFile)('sqlite3', [database, sql])).stdout.trim();
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  // The password of this hash is "U*U": a test vector of crypt_blowfish.
  const bcrypt = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
  await sqlite(`INSERT INTO users (username, password_hash, created_at, updated_at) VALUES ('sha', '${sha256('from node')}', 1, 1), ('bcrypt', '${bcrypt}', 1, 1);
    INSERT INTO rooms (name, creator, is_private, password_hash, created_at, updated_at) VALUES ('${room}', 'sha', 1, '${sha256('open sesame')}', 1, 1);`);
  await own.start();

  for (const [username, password] of [['sha', 'from node'], ['bcrypt', 'U*U']]) {
    refused(await own.post('/api/auth/login', { username, password: `${password}!` }), 401, 'AUTH_FAILED');
    assert.equal((await own.post('/api/auth/login', { username, password })).status, 200);
  }
  // Presenting the hash itself is no way in.
  refused(await own.post('/api/auth/login', { username: 'sha', password: sha256('from node') }), 401, 'AUTH_FAILED');
  const guest = await connect(own);
  await ask(guest, 'join', { name: 'guest', room, password: 'open sesame' });
  await own.stop();

  const hashes = (await sqlite("SELECT password_hash FROM users UNION ALL SELECT password_hash FROM rooms WHERE password_hash <> ''")).split('\n');
  assert.equal(hashes.length, 4);
  for (const hash of hashes) assert.match(hash, /^\$argon2id\$/);
  await own.start();
  for (const [username, password] of [['sha', 'from node'], ['bcrypt', 'U*U']]) {
    assert.equal((await own.post('/api/auth/login', { username, password })).status, 200);
  }
  await own.stop();
  // Nobody who reads the database can sign in with what stands there.
  assert.match(await sqlite('SELECT length(id) FROM sessions LIMIT 1'), /^32$/);
});

test('no answer holds a password or a hash', async () => {
  const { name, token } = await account();
  const room = fresh('secret');
  await server.post('/api/rooms/create', { name: room, isPrivate: true, password: 'open sesame' }, { token });
  const socket = await connect(server, { token });
  const heard = [];
  socket.onAny((...args) => heard.push(JSON.stringify(args)));
  await ask(socket, 'join', { name, room });
  const answers = await Promise.all([
    server.post('/api/auth/login', { username: name, password: kPassword }),
    server.get('/api/users/me', { token }),
    server.get('/api/rooms'),
    server.post('/api/rooms/join', { roomName: room, password: 'open sesame' }, { token }),
    server.get(`/api/rooms/${room}/messages`, { token }),
    server.get('/api/users/me/rooms', { token }),
    server.get('/metrics'),
    server.get('/health/ready'),
  ]);
  for (const answer of answers) assert.equal(answer.status, 200);
  const everything = [...answers.map((answer) => answer.text), ...heard].join('\n');
  // Of metrics the names of codes and of a limit are.
  assert.doesNotMatch(everything.replace(/ROOM_PASSWORD_\w+|room_password/g, ''), /password|hash|argon|open sesame|correct horse/i);
});

test('every route that openapi.json names is there', async () => {
  const { json } = await server.get('/api/openapi.json');
  assert.match(json.openapi, /^3\./);
  // That it names all of them is what documents.test.mjs looks at.
  const routes = Object.entries(json.paths).flatMap(([route, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`));
  for (const route of routes) {
    const [method, pattern] = route.split(' ');
    const answer = await server.request(method, pattern.replace(/\{\w+\}/g, 'none'), { body: method === 'GET' ? undefined : {} });
    assert.ok(answer.status !== 405 && answer.json?.code !== 'NOT_FOUND', `${route}: ${answer.status}`);
  }
});

test('/api/config tells what a client must know before anybody has signed in', async () => {
  const usual = await server.get('/api/config');
  assert.deepEqual(usual.json, { version: usual.json.version, guestAccess: true, maxMessageLength: 500, maxUploadSize: 10 * 1024 * 1024 });
  const own = await startServer({ env: { GUEST_ACCESS: 'false', MAX_MESSAGE_LENGTH: '700' } });
  try {
    const { json } = await own.get('/api/config');
    assert.deepEqual([json.guestAccess, json.maxMessageLength], [false, 700]);
  } finally {
    await own.stop();
  }
});

test('/metrics is Prometheus text, and counts', async () => {
  const read = async () => {
    const { headers, text } = await server.get('/metrics');
    assert.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
    const samples = new Map();
    const typed = new Set();
    for (const line of text.trimEnd().split('\n')) {
      const type = line.match(/^# TYPE ([a-z_]+) (counter|gauge|histogram|summary)$/);
      if (type) {
        assert.ok(!typed.has(type[1]), `${type[1]} has one TYPE`);
        typed.add(type[1]);
        continue;
      }
      if (/^# HELP [a-z_]+ .+$/.test(line)) continue;
      const sample = line.match(/^([a-z_]+)(\{(?:[a-z_]+="[^"\\\n]*",?)*\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/);
      assert.ok(sample, `not a sample: ${line}`);
      assert.ok(typed.has(sample[1].replace(/_(bucket|sum|count)$/, '')), `${sample[1]} has a TYPE`);
      samples.set(sample[1] + (sample[2] ?? ''), Number(sample[3]));
    }
    return samples;
  };
  const before = await read();
  const socket = await connect(server);
  await ask(socket, 'join', { name: fresh('guest'), room: fresh('room') });
  await ask(socket, 'sendMessage', 'count me');
  const now = await read();
  assert.equal(now.get('chillin_handshakes_total'), before.get('chillin_handshakes_total') + 1);
  assert.equal(now.get('chillin_sockets'), before.get('chillin_sockets') + 1);
  assert.ok(now.get('chillin_storage_commits_total') > before.get('chillin_storage_commits_total'));
  assert.ok(now.get('process_resident_memory_bytes') > 1_000_000);
});

describe('browsers of other origins', () => {
  test('get CORS headers with credentials if CLIENT_ORIGIN names them, and none otherwise', async () => {
    for (const target of ['/api/rooms', '/socket.io/?EIO=4&transport=polling']) {
      for (const origin of ['https://chat.example', 'https://other.example']) {
        const { headers } = await server.get(target, { headers: { origin } });
        assert.equal(headers['access-control-allow-origin'], origin, target);
        assert.equal(headers['access-control-allow-credentials'], 'true', target);
        assert.match(headers.vary ?? '', /origin/i, target);
      }
      const { headers } = await server.get(target, { headers: { origin: 'https://evil.example' } });
      assert.notEqual(headers['access-control-allow-origin'], 'https://evil.example', target);
      assert.notEqual(headers['access-control-allow-origin'], '*', target);
    }
  });

  test('may ask beforehand', async () => {
    const headers = { origin: 'https://chat.example', 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization,content-type' };
    const answer = await server.request('OPTIONS', '/api/users/me', { headers });
    assert.equal(answer.status, 204);
    assert.match(answer.headers['access-control-allow-methods'], /PATCH/);
    assert.match(answer.headers['access-control-allow-headers'], /authorization/i);
    assert.equal(answer.headers['access-control-allow-origin'], 'https://chat.example');
  });

  test('may not open a WebSocket with the rights of a cookie: there is none', async () => {
    const { headers } = await server.get('/socket.io/?EIO=4&transport=polling');
    assert.equal(headers['set-cookie'], undefined);
  });
});

test('a message of REST is the object that the events have', async () => {
  const { name, token } = await account();
  const room = fresh('room');
  const socket = await connect(server, { token });
  await ask(socket, 'join', { name, room });
  const event = nextEvent(socket, 'message', (message) => message.id);
  await ask(socket, 'sendMessage', { text: 'the same everywhere', tempId: 'mine' });
  const message = await event;
  assert.deepEqual((await server.get(`/api/rooms/${room}/messages`, { token })).json.messages, [message]);
  assert.deepEqual((await server.get(`/api/search?q=everywhere&room=${room}`, { token })).json.messages, [message]);
  const { tempId, ...plain } = message;
  assert.equal(tempId, 'mine');
  assert.deepEqual((await server.get(`/api/rooms/${room}/messages`)).json.messages, [plain]);
});

test('a session that was ended elsewhere cannot connect again', async () => {
  const { token } = await account();
  const socket = openClient(server, { token });
  await connected(socket);
  await server.post('/api/auth/logout', undefined, { token });
  socket.disconnect();
  const refusal = connected(openClient(server, { token }));
  await assert.rejects(refusal, (error) => error.data.code === 'AUTH_FAILED');
});
