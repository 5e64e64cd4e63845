// Backup while people write, restore into a fresh installation, and comparison with what everybody was told. The commands are
// those of docs/operations.md.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { startPostgres, withoutPostgres } from '../integration/lib/postgres.mjs';
import { Random, seedOfRun } from '../integration/lib/random.mjs';
import { startS3 } from '../integration/lib/s3.mjs';
import { binary, startServer, temporaryFolder } from '../integration/lib/server.mjs';
import { waitFor } from '../integration/lib/wait.mjs';
import { ChatClient } from './lib/chat_client.mjs';
import { checkRoom, checkView, originOf } from './lib/checker.mjs';
import { readEverywhere } from './lib/fresh_history.mjs';
import { crowdOf } from './lib/habits.mjs';
import { Ledger } from './lib/ledger.mjs';

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const rooms = ['harbour', 'market'];
const seed = seedOfRun();
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

/** The commands of a chapter of docs/operations.md, in order. */
function commandsOf(title) {
  const text = readFileSync(path.join(checkout, 'docs/operations.md'), 'utf8');
  const chapter = text.split(`\n### ${title}\n`)[1].split('\n##')[0];
  return chapter.split('\n').filter((line) => line.startsWith('    ')).map((line) => line.trim());
}

/** Runs a command as an operator does: { code, output }. */
function run(command, env) {
  const programs = [path.dirname(binary), '/usr/lib/postgresql/15/bin', process.env.PATH].join(':');
  const child = spawn('bash', ['--norc', '-c', command], { cwd: checkout, env: { PATH: programs, HOME: '/nonexistent', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

async function done(command, env) {
  const { code, output } = await run(command, env);
  assert.equal(code, 0, `${command}: ${output}`);
  return output;
}

async function refused(command, env, pattern) {
  const { code, output } = await run(command, env);
  assert.notEqual(code, 0, `${command} is not refused: ${output}`);
  assert.match(output, pattern);
}

/** Somebody who puts up and takes down files all the time: pictures in messages, and new avatars. */
class Uploader {
  constructor(server, name) {
    Object.assign(this, { server, name, sent: 0, avatars: 0, going: true });
  }

  async begin() {
    const { status, json } = await this.server.post('/api/auth/register', { username: this.name, password: 'correct horse battery' });
    assert.equal(status, 201);
    this.token = json.token;
    this.socket = io(this.server.url, { transports: ['websocket'], auth: { token: this.token }, forceNew: true, reconnection: false });
    await new Promise((resolve, reject) => this.socket.once('connect', resolve).once('connect_error', reject));
    await this.ask('join', { name: this.name, room: 'pictures' });
    this.ended = this.#go();
    return this;
  }

  ask(event, payload) {
    return new Promise((resolve, reject) => {
      this.socket.timeout(20_000).emit(event, payload, (late, error, result) => (late || error ? reject(late ?? new Error(error)) : resolve(result)));
    });
  }

  async #go() {
    while (this.going) {
      const stored = await this.server.post('/api/uploads?name=picture.png', png, { token: this.token });
      assert.equal(stored.status, 201, stored.text);
      const { id } = await this.ask('sendMessage', { text: '', room: 'pictures', attachments: [stored.json.attachment.id] });
      this.sent += 1;
      if (this.sent % 3 === 0) await this.ask('deleteMessage', { id });
      const avatar = await this.server.request('PUT', '/api/users/me/avatar', { token: this.token, body: png });
      assert.equal(avatar.status, 200, avatar.text);
      this.avatars += 1;
    }
  }

  async end() {
    this.going = false;
    await this.ended;
    this.close();
  }

  close() {
    this.going = false;
    this.socket?.disconnect();
  }
}

/** People who write, edit, delete and react in two rooms of a server. */
function startCrowd(server, t) {
  const ledger = new Ledger();
  const people = crowdOf({ clients: 14, rate: 200, accounts: [], guestsPoll: false }).map((person) => ({
    ...person, name: person.label, token: undefined, habits: { ...person.habits, transports: ['websocket'], forgets: 0, wandersMs: 0 },
  }));
  const clients = people.map((person, index) => new ChatClient({ ...person, servers: [{ name: 'first', url: server.url }], ledger, random: new Random(seed + index) }));
  for (const client of clients) {
    client.open();
    client.enter(rooms.map((name) => ({ name, weight: 1 })));
    client.write(true);
  }
  t.after(() => clients.forEach((client) => client.close()));
  return {
    ledger,
    async stop() {
      clients.forEach((client) => client.write(false));
      await waitFor(() => clients.every((client) => client.settled), { what: 'the outboxes are empty' });
      clients.forEach((client) => client.close());
      assert.deepEqual(ledger.refused, []);
    },
  };
}

/** What was acknowledged so far: room -> { sends, seq }. */
function acknowledged(ledger) {
  return new Map(ledger.evidence(rooms).map(({ room, sends, changes }) => {
    const kept = sends.filter((send) => send.acks.length > 0);
    const seqs = [...kept.map((send) => send.acks[0].seq), ...changes.map((change) => change.seq ?? 0)];
    return [room, { sends: new Set(kept), seq: Math.max(...seqs) }];
  }));
}

/** The evidence as far as a backup must have it: all that came before it, and what else there is of the time while it was made. */
function asFarAs(reading, { room, sends, changes, seen }, before) {
  assert.ok(reading.seq >= before.seq, `${room} stands at ${reading.seq}; ${before.seq} was acknowledged before the backup began`);
  const there = new Set(reading.history.map(originOf));
  const ids = new Set(reading.history.map(({ id }) => id));
  return {
    seed, room, readings: [reading],
    sends: sends.filter((send) => before.sends.has(send) || there.has(send.tempId) || send.acks.some(({ id }) => ids.has(id))),
    changes: changes.filter(({ seq }) => seq === null || seq <= reading.seq),
    seen: seen.filter(({ seq }) => seq <= reading.seq),
  };
}

/** Every file that the restored installation refers to is there. */
async function checkFiles(server, uploader, before) {
  const headers = { token: uploader.token };
  const { json } = await server.get('/api/rooms/pictures/messages?limit=200', headers);
  const files = json.messages.flatMap((message) => message.attachments ?? []);
  assert.ok(json.messages.length >= Math.min(before.sent, 200), 'every picture from before the backup');
  for (const { id } of files) {
    let answer = await server.get(`/api/uploads/${id}`, headers);
    if (answer.status >= 300 && answer.status < 400) {
      const followed = await fetch(new URL(answer.headers.location, server.url));
      answer = { status: followed.status, bytes: Buffer.from(await followed.arrayBuffer()) };
    }
    assert.equal(answer.status, 200, `${id} can be read`);
    assert.ok(answer.bytes.equals(png), `${id} is what was put up`);
  }
  const me = await server.get('/api/users/me', headers);
  assert.equal(me.status, 200, 'who was signed in still is');
  // One that was replaced while it was copied is none.
  const { avatar } = me.json.user;
  if (avatar !== '') assert.ok([200, 302, 307].includes((await server.get(avatar)).status), `the avatar ${avatar} can be read`);
  return files.length;
}

/** Somebody new on the restored server: sees the history, and can write. */
async function checkNewcomer(server, readings, t) {
  const ledger = new Ledger();
  const [person] = crowdOf({ clients: 1, rate: 20, accounts: [], guestsPoll: false });
  const client = new ChatClient({ ...person, name: 'newcomer', label: 'newcomer', servers: [{ name: 'restored', url: server.url }], ledger, random: new Random(seed) });
  t.after(() => client.close());
  client.open();
  client.enter(rooms.map((name) => ({ name, weight: 1 })));
  await waitFor(() => client.settled && [...client.rooms.values()].every(({ view }) => view.known && !view.needsSync), { what: 'a newcomer sees the rooms' });
  for (const { room, readings: [reading] } of readings) {
    assert.deepEqual(checkView({ seed, client: 'newcomer', view: client.rooms.get(room).view, reading }), []);
  }
  client.write(true);
  await waitFor(() => ledger.acknowledged > 2, { what: 'the restored server takes messages' });
  client.write(false);
}

/**
 * Load, backup, restore, comparison. backup, restore: the commands. env: of the first installation and of the one to be; their
 * servers.
 */
async function throughBackup(t, { commands, first, second, firstEnv, secondEnv }) {
  t.diagnostic(`seed ${seed}`);
  const server = await first();
  const uploader = new Uploader(server, 'painter');
  t.after(() => uploader.close());
  await uploader.begin();
  const crowd = startCrowd(server, t);
  const enough = () => crowd.ledger.acknowledged > 150 && uploader.avatars > 5;
  // It ends before it is told to only when something is refused.
  await Promise.race([waitFor(enough, { what: 'there is something to lose' }), uploader.ended]);

  const before = acknowledged(crowd.ledger);
  const pictures = { sent: uploader.sent };
  const [backup, check, restore] = commands;
  assert.match(await done(backup, firstEnv), /Backup .*made/);
  const during = crowd.ledger.acknowledged;
  await waitFor(() => crowd.ledger.acknowledged > during + 20, { what: 'the chat went on' });
  await crowd.stop();
  await uploader.end();
  await server.kill();
  assert.match(await done(check, firstEnv), /is whole/);

  await done(restore, secondEnv);
  const restored = await second();
  const readings = await readEverywhere([{ name: 'restored', url: restored.url }], rooms);
  const evidence = new Map(crowd.ledger.evidence(rooms).map((each) => [each.room, each]));
  for (const { room, readings: [reading] } of readings) {
    assert.deepEqual(checkRoom(asFarAs(reading, evidence.get(room), before.get(room))), [], room);
    assert.ok(reading.history.length > 20, 'it is about something');
  }
  assert.ok((await checkFiles(restored, uploader, pictures)) > 2);
  await checkNewcomer(restored, readings, t);
  return { restored, uploader };
}

test('embedded storage: a backup made under load comes back whole', async (t) => {
  const dataDir = temporaryFolder();
  const work = temporaryFolder();
  const target = path.join(work, 'restored');
  const env = { SESSION_SECRET: undefined };
  const firstEnv = { DATA_DIR: dataDir, BACKUP: path.join(work, 'backup') };
  const secondEnv = { ...firstEnv, DATA_DIR: target };
  const commands = commandsOf('Embedded storage');
  const { restored, uploader } = await throughBackup(t, {
    commands, firstEnv, secondEnv,
    first: () => startServer({ dataDir, env }),
    second: () => startServer({ dataDir: target, env }),
  });
  assert.equal(readFileSync(path.join(target, 'secret'), 'utf8'), readFileSync(path.join(dataDir, 'secret'), 'utf8'));
  assert.deepEqual(readdirSync(work).sort(), ['backup', 'restored'], 'nothing unfinished is left');
  await restored.kill();

  await t.test('a backup is not overwritten, nor a data folder that holds something', async () => {
    await refused(commands[0], firstEnv, /backup is there already\n$/);
    await refused(commands[2], secondEnv, /restored is not empty \(.*\): nothing has been restored/);
    assert.match(await done(commands[1], firstEnv), /is whole/);
  });

  await t.test('sessions can be ended on the way back', async () => {
    const other = path.join(work, 'signed-out');
    await done(`${commands[2]} --end-sessions`, { ...firstEnv, DATA_DIR: other });
    const server = await startServer({ dataDir: other, env });
    assert.equal((await server.get('/api/users/me', { token: uploader.token })).status, 401);
    await server.kill();
  });

  await t.test('what is damaged, cut off, too new or of something else is refused, and nothing is written', async () => {
    const seal = 'find . -type f ! -name SHA256SUMS -printf "%P\\0" | sort -z | xargs -0 sha256sum >SHA256SUMS';
    const wrongs = {
      'a changed byte': [/is damaged: chillin.db is not as it was written\n$/, (copy) => appendFileSync(path.join(copy, 'chillin.db'), 'x')],
      'a missing file': [/is damaged: .*\.blob is missing\n$/, (copy) => rmSync(path.join(copy, 'blobs/uploads', readdirSync(path.join(copy, 'blobs/uploads'))[0]))],
      'a short list': [/is damaged: SHA256SUMS is cut off\n$/, (copy) => {
        const list = path.join(copy, 'SHA256SUMS');
        writeFileSync(list, readFileSync(list, 'utf8').split('\n').filter((line) => !line.endsWith('  secret')).join('\n'));
      }],
      'no list': [/is no backup, or one that was never finished/, (copy) => rmSync(path.join(copy, 'SHA256SUMS'))],
      'a newer schema': [/has schema 99, which is newer than this program \(\d+\)/, async (copy) => {
        const manifest = path.join(copy, 'manifest.json');
        writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), schema: 99 }));
        await done(`cd "$BACKUP" && ${seal}`, { BACKUP: copy });
      }],
      'another storage': [/is one of PostgreSQL/, async (copy) => {
        const manifest = path.join(copy, 'manifest.json');
        writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('embedded', 'postgres'));
        await done(`cd "$BACKUP" && ${seal}`, { BACKUP: copy });
      }],
    };
    for (const [what, [pattern, spoil]] of Object.entries(wrongs)) {
      const copy = path.join(work, what.replaceAll(' ', '-'));
      const empty = path.join(work, 'empty');
      cpSync(firstEnv.BACKUP, copy, { recursive: true });
      await spoil(copy);
      await refused(commands[2], { BACKUP: copy, DATA_DIR: empty }, pattern);
      assert.equal(existsSync(empty), false, what);
    }
  });

  await t.test('a restore that was cut off is not served', async () => {
    const half = path.join(work, 'half');
    mkdirSync(half);
    writeFileSync(path.join(half, 'restoring'), '');
    await refused('chillin serve', { DATA_DIR: half, PORT: '0' }, /was not restored to its end into .*half: empty the folder/);
  });
});

test('PostgreSQL and S3: a backup made under load comes back whole', { skip: withoutPostgres }, async (t) => {
  const postgres = await startPostgres();
  const s3 = await startS3();
  const [from, to] = [await postgres.createDatabase(), await postgres.createDatabase()];
  const work = temporaryFolder();
  const BACKUP = path.join(work, 'backup');
  const firstEnv = { ...s3.env({ S3_BUCKET_NAME: 'files' }), DATABASE_URL: from.url, DATA_DIR: work, BACKUP };
  const secondEnv = { ...s3.env({ S3_BUCKET_NAME: 'restored' }), ...to.env, DATA_DIR: work, BACKUP };
  const commands = commandsOf('PostgreSQL');
  await throughBackup(t, {
    commands, firstEnv, secondEnv,
    first: () => startServer({ env: { ...s3.env({ S3_BUCKET_NAME: 'files' }), DATABASE_URL: from.url } }),
    second: () => startServer({ env: { ...s3.env({ S3_BUCKET_NAME: 'restored' }), DATABASE_URL: to.url } }),
  });
  assert.deepEqual(readdirSync(work), ['backup'], 'nothing unfinished is left');

  await refused(commands[0], firstEnv, /backup is there already\n$/);
  await refused(commands[2], secondEnv, /the database is not empty \(\d+ tables\): nothing has been restored/);
  await refused('chillin restore "$BACKUP"', { BACKUP, DATA_DIR: path.join(work, 'data') }, /is one of PostgreSQL: use deploy\/backup\/restore-postgres/);
  await refused('chillin backup "$BACKUP-2"', firstEnv, /the storage is PostgreSQL .*: use deploy\/backup\/backup-postgres/);
  appendFileSync(path.join(BACKUP, 'database.dump'), 'x');
  await refused(commands[2], secondEnv, /is damaged: database.dump is not as it was written/);
});
