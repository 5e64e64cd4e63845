// `chillin import-legacy`: the files of the earlier version, through the real program, and what people then find.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { ask, close, connect } from './lib/clients.mjs';
import { sharedPostgres, withoutPostgres } from './lib/postgres.mjs';
import { ChillinServer, startServer, temporaryFolder } from './lib/server.mjs';
import { waitFor, within } from './lib/wait.mjs';

const sample = fileURLToPath(new URL('legacy-data', import.meta.url));
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** A folder of legacy files: a copy of the sample with some files replaced (null: removed, a text as it is, else as JSON). */
function legacyFolder(files = {}) {
  const folder = temporaryFolder();
  cpSync(sample, folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    if (content === null) rmSync(path.join(folder, name));
    else writeFileSync(path.join(folder, name), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  return folder;
}

function spawnImport(folder, dataDir, args = [], env = {}) {
  return new ChillinServer({ port: 1, dataDir, env: { ...env }, args: ['import-legacy', folder, ...args] }).spawn();
}

/** Runs the import to its end: { code, output }. */
async function runImport(folder, dataDir, { args, env } = {}) {
  const run = spawnImport(folder, dataDir, args, env);
  const { code } = await within(run.exited, { what: 'the import ends', timeoutMs: 120_000 });
  return { code, output: run.output };
}

/** The report's table: { users: [read, imported, already there, rejected], ... }. */
function table(output) {
  const rows = [...output.matchAll(/^(users|rooms|rooms without a record|messages) +(\d+) +(\d+) +(\d+) +(\d+)$/gm)];
  return Object.fromEntries(rows.map(([, name, ...counts]) => [name, counts.map(Number)]));
}

/** Everything that people see of a server's rooms. */
async function everything(server) {
  const { rooms } = (await server.get('/api/rooms')).json;
  const all = {};
  for (const room of rooms) {
    const { json } = await server.get(`/api/rooms/${encodeURIComponent(room.name)}/messages?limit=200`);
    all[room.name] = { room, messages: json.messages };
  }
  return all;
}

const login = (server, username, password) => server.post('/api/auth/login', { username, password });

describe('the sample', () => {
  test('a dry run writes nothing and says what the import then does', async () => {
    const dataDir = temporaryFolder();
    const planned = await runImport(sample, dataDir, { args: ['--dry-run'] });
    assert.equal(planned.code, 0, planned.output);
    assert.deepEqual(readdirSync(dataDir), []);
    assert.match(planned.output, /nothing has been written/);
    const done = await runImport(sample, dataDir);
    assert.equal(done.code, 0, done.output);
    assert.deepEqual(table(planned.output), table(done.output));
    assert.deepEqual(table(done.output), {
      users: [4, 3, 0, 1], rooms: [3, 3, 0, 0], 'rooms without a record': [1, 1, 0, 0], messages: [8, 7, 0, 1],
    });
    assert.match(done.output, /^users\.json, line \d+, "broken": no password/m);
    assert.match(done.output, /^messages\.json, line \d+, "general"\[5\]: the text is empty$/m);

    const before = readFileSync(path.join(dataDir, 'chillin.db'));
    const again = await runImport(sample, dataDir, { args: ['--dry-run'] });
    assert.deepEqual(table(again.output).messages, [8, 0, 7, 1]);
    assert.ok(before.equals(readFileSync(path.join(dataDir, 'chillin.db'))), 'the database is as it was');
  });

  test('people find their accounts, rooms and messages, in order and with their times', async () => {
    const dataDir = temporaryFolder();
    for (let n = 0; n < 2; ++n) assert.equal((await runImport(sample, dataDir)).code, 0);
    const server = await startServer({ dataDir });

    const { rooms } = (await server.get('/api/rooms')).json;
    assert.deepEqual(rooms.map((room) => [room.name, room.creator, room.isPrivate, room.createdAt]).sort(), [
      ['a room without a record', 'amelie', false, '2024-11-06T12:00:00.000Z'],
      ['general', 'amelie', false, '2024-11-02T09:20:00.000Z'],
      ['secret garden', 'amelie', true, '2024-12-01T08:00:00.000Z'],
      ['книги', 'björn', false, '2024-11-05T12:00:00.000Z'],
    ]);
    const { messages } = (await server.get('/api/rooms/general/messages')).json;
    assert.deepEqual(messages.map(({ seq, user, text, timestamp }) => [seq, user, text, timestamp]), [
      [1, 'amelie', 'hello :wave: everyone', '2024-11-02T09:21:00.000Z'],
      [2, 'björn', '1 < 2 && "quotes" <script>alert(1)</script>', '2024-11-03T18:41:10.500Z'],
      [3, 'björn', 'same moment', '2024-11-03T18:41:10.500Z'],
      [4, 'a guest', 'I never had an account', '2024-11-04T00:00:00.000Z'],
      [5, 'amelie', 'no timestamp on this one', '2024-11-04T00:00:00.000Z'],
    ]);

    assert.equal((await login(server, 'björn', 'wrong one')).status, 401);
    const { user, token } = (await login(server, 'Björn', 'qwerty')).json;
    assert.deepEqual(user, { username: 'björn', email: '', avatar: 'https://ui-avatars.com/api/?name=björn&background=random', createdAt: '2024-11-03T18:40:55.001Z' });
    assert.equal((await server.post('/api/auth/register', { username: 'amelie', password: 'somebody else' })).status, 409);

    const socket = await connect(server, { token });
    await assert.rejects(ask(socket, 'join', { room: 'secret garden', password: 'wrong one' }), { code: 'ROOM_PASSWORD_WRONG' });
    await ask(socket, 'join', { room: 'secret garden', password: 'qwerty' });
    await ask(socket, 'join', { room: 'general' });
    await ask(socket, 'editMessage', { id: messages[2].id, text: 'his own' });
    await assert.rejects(ask(socket, 'editMessage', { id: messages[0].id, text: 'not his' }), { code: 'FORBIDDEN' });
    assert.equal((await ask(socket, 'sendMessage', { text: 'it goes on', tempId: 'x' })).seq, 7);
    close(socket);
    const { json: found } = await server.get('/api/search?q=account', { token });
    assert.deepEqual(found.messages.map((message) => message.text), ['I never had an account']);
    await server.stop();
    assert.doesNotMatch(server.output, /"level":"(warn|error)"/);
  });
});

test('old hashes stay until the next login, which replaces them', async () => {
  const bcrypt = '$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e';
  const folder = legacyFolder({
    'users.json': { sha: { username: 'sha', password: sha256('correct horse') }, bcrypt: { username: 'bcrypt', password: bcrypt } },
  });
  const dataDir = temporaryFolder();
  await runImport(folder, dataDir);
  const stored = () => readFileSync(path.join(dataDir, 'chillin.db')).toString('latin1');
  assert.ok(stored().includes(sha256('correct horse')) && stored().includes(bcrypt));

  const server = await startServer({ dataDir });
  for (let n = 0; n < 2; ++n) {
    for (const name of ['sha', 'bcrypt']) assert.equal((await login(server, name, 'correct horse')).status, 200, name);
  }
  await server.stop();
  // The import does not bring the old ones back.
  assert.deepEqual(table((await runImport(folder, dataDir)).output).users, [2, 0, 2, 0]);
  const hashes = stored().match(/\$argon2id\$[^\s]{60,}/g) ?? [];
  assert.ok(hashes.length >= 2, 'two Argon2id hashes');
  await server.start();
  for (const name of ['sha', 'bcrypt']) assert.equal((await login(server, name, 'correct horse')).status, 200, name);
  await server.stop();
});

/** Where the import may write to: how to configure it, and how far it has come, as a growing number. */
const storages = {
  'embedded storage': async () => ({
    env: {},
    dataDir: temporaryFolder(),
    progress() {
      const wal = path.join(this.dataDir, 'chillin.db-wal');
      return existsSync(wal) ? statSync(wal).size / 300 : 0;
    },
  }),
  PostgreSQL: async () => {
    const postgres = await sharedPostgres();
    const { name, url } = await postgres.createDatabase();
    return {
      env: { DATABASE_URL: url },
      dataDir: temporaryFolder(),
      sql: (statement) => postgres.sql(statement, { database: name }),
      progress: () => postgres.trySql('select (select count(*) from users) + (select count(*) from messages)', { database: name }).then(Number, () => 0),
    };
  },
};
const skip = { PostgreSQL: withoutPostgres };

for (const [name, make] of Object.entries(storages)) {
  test(`${name}: kill -9 in the middle, again and again: the next import finishes it, as if it had run once`, { skip: skip[name] }, async () => {
    const users = {};
    const rooms = {};
    const messages = {};
    for (let n = 0; n < 300; ++n) users[`user ${n}`] = { username: `user ${n}`, password: sha256(`password ${n}`), createdAt: new Date(1.7e12 + n).toISOString() };
    for (let n = 0; n < 60; ++n) {
      if (n % 3 > 0) rooms[`room ${n}`] = { name: `room ${n}`, creator: `user ${n}`, isPrivate: false, createdAt: new Date(1.71e12 + n).toISOString() };
      messages[`room ${n}`] = Array.from({ length: 100 }, (_, m) => ({ user: `user ${(n * m) % 310}`, text: `line ${m % 7} of ${n}`, timestamp: new Date(1.72e12 + m * 1000).toISOString() }));
    }
    const folder = legacyFolder({ 'users.json': users, 'rooms.json': rooms, 'messages.json': messages });
    const [once, killed] = [await make(), await make()];
    assert.deepEqual(table((await runImport(folder, once.dataDir, once)).output).messages, [6000, 6000, 0, 0]);

    // Each time a little later: among the users, the rooms, the messages.
    let kills = 0;
    for (const rows of [1, 200, 700, 2_000, 4_000]) {
      const run = spawnImport(folder, killed.dataDir, [], killed.env);
      await waitFor(async () => run.process === null || (await killed.progress()) > rows, { what: 'the import has begun', everyMs: 1 });
      if ((await run.kill()).signal === 'SIGKILL') kills += 1;
    }
    assert.ok(kills >= 3, `killed ${kills} times`);
    const last = await runImport(folder, killed.dataDir, killed);
    assert.equal(last.code, 0, last.output);
    const [read, imported, already, rejected] = table(last.output).messages;
    assert.deepEqual([read, imported + already, rejected], [6000, 6000, 0]);
    assert.ok(already > 0, 'it went on where it had ended');

    const servers = [await startServer(once), await startServer(killed)];
    const [first, second] = await Promise.all(servers.map(everything));
    // Ids hold the number of the room, and rooms that were made side by side may have changed places.
    const plain = (all) => Object.fromEntries(Object.entries(all).map(([room, { room: about, messages: list }]) =>
      [room, { about, messages: list.map(({ seq, user, text, timestamp }) => [seq, user, text, timestamp]) }]));
    assert.equal(Object.keys(first).length, 60);
    assert.deepEqual(plain(second), plain(first));
    for (const [room, { messages: list }] of Object.entries(first)) assert.deepEqual(list.map((m) => [m.user, m.text, m.timestamp]), messages[room].map((m) => [m.user, m.text, m.timestamp]));
    for (const server of servers) {
      assert.equal((await login(server, 'user 299', 'password 299')).status, 200);
      await server.stop();
    }
  });
}

test('PostgreSQL: a dry run makes no table, and a database that is away is named', { skip: withoutPostgres }, async () => {
  const { env, dataDir, sql } = await storages.PostgreSQL();
  const planned = await runImport(sample, dataDir, { env, args: ['--dry-run'] });
  assert.deepEqual([planned.code, table(planned.output).messages], [0, [8, 7, 0, 1]]);
  assert.equal(await sql("select count(*) from pg_tables where schemaname = 'public'"), '0');
  assert.deepEqual(table((await runImport(sample, dataDir, { env })).output).messages, [8, 7, 0, 1]);
  assert.deepEqual(table((await runImport(sample, dataDir, { env, args: ['--dry-run'] })).output).messages, [8, 0, 7, 1]);
  assert.deepEqual(readdirSync(dataDir), []);
  const away = await runImport(sample, dataDir, { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } });
  assert.equal(away.code, 1);
  assert.match(away.output, /^chillin: the database cannot be reached/);
});

describe('what cannot be imported', () => {
  const cases = {
    'no JSON': [{ 'rooms.json': 'rooms: none' }, /rooms\.json, line 1: not the JSON/],
    'cut off': [{ 'messages.json': '{"general":[{"user":"amelie","text":"hel' }, /messages\.json, line 1: the file ends too early.*cut off/],
    'a list where an object belongs': [{ 'users.json': '[{"username":"ada"}]' }, /users\.json, line 1: .*object by name/],
    'an empty file': [{ 'users.json': '' }, /users\.json, line 1: the file is empty/],
    'another encoding': [{ 'users.json': Buffer.from('{"bj\xf6rn":{}}', 'latin1') }, /users\.json, line 1: not UTF-8/],
    'a missing file': [{ 'messages.json': null }, /messages\.json cannot be read: No such file/],
    'a broken record': [{ 'users.json': '{"ada":\n{"password": undefined}}' }, /users\.json, line 2: not JSON/],
  };
  for (const [what, [files, message]] of Object.entries(cases)) {
    test(`${what}: exit 2, the place named, nothing written`, async () => {
      const dataDir = temporaryFolder();
      const { code, output } = await runImport(legacyFolder(files), dataDir);
      assert.equal(code, 2, output);
      assert.match(output, message);
      assert.match(output, /nothing has been imported/);
      assert.equal(table(output).users, undefined, 'no report');
      assert.deepEqual(readdirSync(dataDir), []);
    });
  }

  test('a folder that is not there, and a call without one', async () => {
    const missing = await runImport('/nowhere/at/all', temporaryFolder());
    assert.deepEqual([missing.code, missing.output.split('\n')[0]], [2, 'chillin: /nowhere/at/all is not a folder']);
    const dataDir = temporaryFolder();
    const run = new ChillinServer({ port: 1, dataDir, args: ['import-legacy'] }).spawn();
    assert.notEqual((await run.exited).code, 0);
    assert.match(run.output, /DIR/);
  });

  test('records of wrong types, with names too long or standing twice, are each rejected by name; the others are imported', async () => {
    const long = 'n'.repeat(40);
    const folder = legacyFolder({
      'users.json': `{"good":{"password":"${sha256('x')}"},"good":{"password":"${sha256('y')}"},"${long}":{"password":"${sha256('x')}"},"list":[],"number":{"password":5},"plain":{"password":"qwerty"}}`,
      'rooms.json': { tea: { creator: 7, isPrivate: false }, [long]: {}, odd: 'room', secret: { isPrivate: true, password: 'plain' } },
      'messages.json': { tea: [{ user: 'good', text: 'kept' }, 5, { user: long, text: 'x' }, { user: 'good', text: 'x'.repeat(501) }, { user: 'good', text: 'cut \ud83d' }], secret: [{ user: 'good', text: 'hidden' }], [long]: [{ user: 'good', text: 'x' }], milk: 'none' },
    });
    const dataDir = temporaryFolder();
    const { code, output } = await runImport(folder, dataDir);
    assert.equal(code, 0);
    assert.deepEqual(table(output), { users: [6, 1, 0, 5], rooms: [4, 1, 0, 3], 'rooms without a record': [0, 0, 0, 0], messages: [8, 2, 0, 6] });
    for (const line of [
      '"good": the name stands in the file before', `"${long}": The name must have 1 to 20`, '"list": the record is a list', '"number": "password" is a number', '"plain": "password" is neither',
      `"${long}": The room's name must have 1 to 30`, '"odd": the record is a text', '"secret": "password" is neither',
      '"tea"[1]: the record is a number', '"tea"[2]: The name must have', '"tea"[3]: The message is longer than 500', '"secret"[0]: its room is rejected', `"${long}"[0]: The room's name`, '"milk": is a text, not a list of messages',
    ]) assert.ok(output.includes(line), `${line}\n${output}`);
    assert.doesNotMatch(output, new RegExp(`${sha256('x')}|qwerty`), 'no secret in the report');
    const server = await startServer({ dataDir });
    assert.deepEqual(Object.keys(await everything(server)), ['tea']);
    assert.equal((await server.get('/api/rooms/tea/messages')).json.messages[1].text, 'cut \ufffd');
    await server.stop();
  });

  test('a data folder in use is named, and the server goes on', async () => {
    const server = await startServer();
    for (const args of [[], ['--dry-run']]) {
      const { code, output } = await runImport(sample, server.dataDir, { args });
      assert.equal(code, 1, output);
      assert.match(output, /^chillin: the data folder .* is in use/);
    }
    assert.deepEqual((await server.get('/api/rooms')).json, { rooms: [] });
    await server.stop();
  });
});

test('a long file is read piece by piece', async () => {
  const dataDir = temporaryFolder();
  const list = Array.from({ length: 20_000 }, (_, n) => JSON.stringify({ user: `u${n % 50}`, text: `${n} ${'x'.repeat(200)}`, timestamp: new Date(1.7e12 + n).toISOString() }));
  const rooms = Array.from({ length: 20 }, (_, n) => `"room ${n}":[${list.slice(n * 1000, n * 1000 + 1000).join(',\n')}]`);
  const folder = legacyFolder({ 'messages.json': `{${rooms.join(',\n')},"huge":[{"user":"a","text":"${'x'.repeat(3_000_000)}"}]}` });
  const { code, output } = await runImport(folder, dataDir);
  assert.equal(code, 0, output);
  assert.deepEqual(table(output).messages, [20_001, 20_000, 0, 1]);
  assert.match(output, /"huge"\[0\]: larger than 1024 KiB/);
  const server = await startServer({ dataDir });
  const { messages } = (await server.get('/api/rooms/room%207/messages?limit=200')).json;
  assert.deepEqual(messages.map((m) => Number(m.text.split(' ')[0])), Array.from({ length: 200 }, (_, n) => 7800 + n));
  await server.stop();
});
