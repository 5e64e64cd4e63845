// The program as an operator meets it: starting, stopping, refusing, logging.
import assert from 'node:assert/strict';
import { createConnection, createServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { ask, close, collect, connect, emitWithAck, everyClient, openClient } from './lib/clients.mjs';
import { freshView } from './lib/room_replica.mjs';
import { ChillinServer, freePort, runBinary, startServer, temporaryFolder } from './lib/server.mjs';
import { waitFor, within } from './lib/wait.mjs';

/** Runs `serve` where it must refuse to: resolves with what it wrote, one line, and the exit code. */
async function refusedStart({ env, port, dataDir } = {}) {
  const server = new ChillinServer({ port: port ?? (await freePort()), dataDir: dataDir ?? temporaryFolder(), env: { LOG_LEVEL: 'off', ...env } });
  server.spawn();
  try {
    const { code } = await within(server.exited, { what: 'the start is refused' });
    return { code, lines: server.output.trimEnd().split('\n') };
  } finally {
    await server.kill();
  }
}

describe('stopping', () => {
  test('SIGTERM tells clients, answers what is in flight, and ends with 0; nothing acknowledged is lost', async () => {
    const server = await startServer();
    const people = await Promise.all(everyClient.map(async (client, n) => {
      const socket = await connect(server, client);
      await ask(socket, 'join', { name: `guest${n}`, room: 'tea' });
      const person = { client: `${client.version}, ${client.transport}`, socket, shutdown: collect(socket, 'serverShutdown'), acknowledged: new Map(), unavailable: 0, unanswered: new Set(), other: [] };
      let written = 0;
      person.write = () => {
        const tempId = `guest${n}-${++written}`;
        person.unanswered.add(tempId);
        socket.emit('sendMessage', { text: `line ${tempId}`, tempId }, (error, result) => {
          person.unanswered.delete(tempId);
          if (!error) person.acknowledged.set(tempId, result.id);
          else if (result.code === 'UNAVAILABLE') person.unavailable += 1;
          else person.other.push(result.code);
          if (socket.connected && person.shutdown.items.length === 0) person.write();
        });
      };
      for (let n = 0; n < 8; ++n) person.write();
      return person;
    }));
    await waitFor(() => people.every((person) => person.acknowledged.size > 10), { what: 'all are talking' });
    const began = Date.now();
    const ended = await server.stop();
    assert.deepEqual(ended, { code: 0, signal: null });
    assert.ok(Date.now() - began < 10_000, 'within 10 s');
    for (const person of people) {
      const [notice] = person.shutdown.items;
      assert.ok(notice?.retryAfterMs > 0, `${person.client}: told, with a time to come back`);
      assert.deepEqual(person.other, []);
      await waitFor(() => !person.socket.connected, { what: 'it was disconnected' });
    }

    // A second start on the same port works at once, and everything acknowledged is there.
    await server.start();
    const { messages, seq } = await freshView(server, 'tea');
    assert.equal(messages.length, seq);
    const stored = new Map(messages.map((message) => [message.text, message.id]));
    assert.equal(stored.size, messages.length, 'each once');
    for (const person of people) {
      for (const [tempId, id] of person.acknowledged) assert.equal(stored.get(`line ${tempId}`), id);
    }
    await server.stop();
  });

  test('while it drains: UNAVAILABLE for what would be stored, 503 for readiness, an answer for what was begun', async () => {
    const server = await startServer();
    const { token } = (await server.post('/api/auth/register', { username: 'ada', password: 'correct horse' })).json;
    await server.post('/api/rooms/create', { name: 'secret', isPrivate: true, password: 'open sesame' }, { token });
    const bob = await connect(server);
    await ask(bob, 'join', { name: 'bob', room: 'tea' });
    // A request that has begun: while draining no new connection is accepted to ask on.
    const readiness = { socket: createConnection(server.port, '127.0.0.1'), text: '' };
    readiness.ended = new Promise((resolve) => readiness.socket.on('close', resolve));
    readiness.socket.on('data', (data) => { readiness.text += data; });
    readiness.socket.on('error', () => {});
    readiness.socket.write('GET /health/ready HTTP/1.1\r\nHost: x\r\n');

    // Somebody whose password waits behind a queue of logins is what the server has to finish.
    let answered = 0;
    for (let n = 0; n < 24; ++n) {
      server.post('/api/auth/login', { username: 'ada', password: 'guessing' }, { timeoutMs: 60_000 }).then(() => { answered += 1; }, () => {});
    }
    await waitFor(() => answered > 0, { what: 'the queue is there', everyMs: 1 });
    const late = await connect(server);
    const entering = emitWithAck(late, 'join', { name: 'late', room: 'secret', password: 'open sesame' });
    await assert.rejects(ask(late, 'sync', { room: 'secret', lastSeq: 0 }), { code: 'NOT_IN_ROOM' });

    const told = new Promise((resolve) => bob.on('serverShutdown', resolve));
    const stopped = server.stop();
    const { retryAfterMs } = await within(told, { what: 'serverShutdown' });
    const [[sentence, refusal], changes] = await Promise.all([
      emitWithAck(bob, 'sendMessage', { text: 'too late', tempId: 'late' }),
      ask(bob, 'sync', { room: 'tea', lastSeq: 0 }),
    ]);
    assert.equal(typeof sentence, 'string');
    assert.deepEqual(refusal, { code: 'UNAVAILABLE', retryAfterMs: 1_000 });
    assert.ok(retryAfterMs >= 1_000 && retryAfterMs < 2_000, 'each client another time to come back');
    assert.deepEqual(changes.changes, []);
    readiness.socket.write('\r\n');
    await within(readiness.ended, { what: 'readiness is answered' });
    assert.match(readiness.text, /^HTTP\/1\.1 503 /);
    assert.match(readiness.text, /"status":"draining"/);
    await assert.rejects(connect(server), 'nobody comes in any more');
    const [error] = await entering;
    assert.equal(error, null, 'who was on the way in is in');
    assert.deepEqual(await stopped, { code: 0, signal: null });
  });

  test('SIGINT is Ctrl-C: it ends as cleanly', async () => {
    const server = await startServer();
    await connect(server);
    assert.deepEqual(await server.end('SIGINT', 10_000), { code: 0, signal: null });
    assert.match(server.output, /"event":"stopped"/);
  });

  test('an official client comes back by itself after a restart', async () => {
    const server = await startServer();
    const socket = openClient(server, { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 50 });
    await waitFor(() => socket.connected);
    const first = socket.id;
    await server.restart();
    await waitFor(() => socket.connected && socket.id !== first, { what: 'it is back' });
    await ask(socket, 'join', { name: 'ada', room: 'tea' });
    close(socket);
    await server.stop();
  });
});

describe('starting', () => {
  test('a port in use is named in one line', async () => {
    const other = createServer();
    const port = await freePort();
    await new Promise((resolve) => other.listen({ port, host: '127.0.0.1' }, resolve));
    const { code, lines } = await refusedStart({ port });
    other.close();
    assert.equal(code, 1);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], new RegExp(`^chillin: .*\\b${port}\\b.*in use`));
  });

  test('another Chillin on the port is refused too, and the first goes on', async () => {
    const server = await startServer();
    const { code, lines } = await refusedStart({ port: server.port });
    assert.equal(code, 1);
    assert.match(lines.join('\n'), /in use/);
    for (let n = 0; n < 10; ++n) assert.equal((await server.get('/health/ready')).status, 200);
    await server.stop();
  });

  test('a data folder in use is named in one line, and kill -9 leaves none in use', async () => {
    const server = await startServer();
    const { code, lines } = await refusedStart({ dataDir: server.dataDir });
    assert.equal(code, 1);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.ok(lines[0].includes(server.dataDir), lines[0]);
    assert.match(lines[0], /in use|another/);
    assert.equal((await server.get('/health/ready')).status, 200);
    await server.restart({ hard: true });
    await server.stop();
  });

  test('a data folder that cannot be made is named in one line', async () => {
    const { code, lines } = await refusedStart({ env: { DATA_DIR: '/proc/nowhere/data' } });
    assert.equal(code, 1);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], /^chillin: .*\/proc\/nowhere\/data/);
  });

  const invalid = {
    PORT: '70000', IO_THREADS: '0', MAX_MESSAGE_LENGTH: 'long', GUEST_ACCESS: 'maybe', MESSAGE_RATE_LIMIT: '10', AUTH_RATE_LIMIT: '10/0', HANDSHAKE_RATE_LIMIT: '-1/1',
    ROOM_RATE_LIMIT: 'x', LOG_LEVEL: 'loud', LOG_FORMAT: 'xml', CLIENT_ORIGIN: 'chat.example', TRUST_PROXY: 'everybody', HOST: 'two words',
  };
  for (const [name, value] of Object.entries(invalid)) {
    test(`${name}=${value} stops the start with one line that says what is allowed`, async () => {
      const { code, lines } = await refusedStart({ env: { [name]: value } });
      assert.equal(code, 1);
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.ok(lines[0].startsWith(`chillin: ${name}='${value}'`), lines[0]);
      assert.match(lines[0], /allowed/);
    });
  }

  test('a secret that is too short is refused without being shown', async () => {
    const { code, lines } = await refusedStart({ env: { SESSION_SECRET: 'tooshort' } });
    assert.equal(code, 1);
    assert.match(lines[0], /^chillin: SESSION_SECRET/);
    assert.ok(!lines.join('\n').includes('tooshort'));
  });

  for (const [name, value] of Object.entries({ MINIO_ENDPOINT: 'minio:9000', S3_ACCESS_KEY_ID: 'key' })) {
    test(`${name} is not passed over in silence`, async () => {
      const { code, lines } = await refusedStart({ env: { [name]: value } });
      assert.equal(code, 1);
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.ok(lines[0].startsWith(`chillin: ${name}`), lines[0]);
    });
  }
});

describe('subcommands', () => {
  test('migrate brings a new folder up to date, says so the second time, and serve starts on it', async () => {
    const dataDir = temporaryFolder();
    const first = await runBinary(['migrate'], { env: { DATA_DIR: dataDir } });
    assert.equal(first.code, 0, first.output);
    assert.match(first.output, /is applied now/);
    const dry = await runBinary(['migrate', '--dry-run'], { env: { DATA_DIR: dataDir } });
    assert.deepEqual([dry.code, /up to date/.test(dry.output)], [0, true]);
    const second = await runBinary(['migrate'], { env: { DATA_DIR: dataDir } });
    assert.deepEqual([second.code, /up to date/.test(second.output), /is applied now/.test(second.output)], [0, true, false]);
    const server = await startServer({ dataDir });
    assert.doesNotMatch(server.output, /migration_applied/);
    await server.stop();
  });

  test('check-config prints what is in effect, hides secrets, and names every mistake at once', async () => {
    const good = await runBinary(['check-config'], { env: { SESSION_SECRET: 'a-very-secret-secret-value', MAX_MESSAGE_LENGTH: '700' } });
    assert.equal(good.code, 0, good.output);
    assert.match(good.output, /^MAX_MESSAGE_LENGTH\s+700$/m);
    assert.match(good.output, /^GUEST_ACCESS\s+true\s+\(default\)$/m);
    assert.match(good.output, /^SESSION_SECRET\s+\(set\)$/m);
    assert.ok(!good.output.includes('a-very-secret'));
    const bad = await runBinary(['check-config'], { env: { PORT: 'x', GUEST_ACCESS: 'y', LOG_LEVEL: 'z', DB_NAME: 'chat' } });
    assert.equal(bad.code, 1);
    for (const name of ['PORT', 'GUEST_ACCESS', 'LOG_LEVEL', 'DB_NAME']) assert.match(bad.output, new RegExp(`^chillin: ${name}`, 'm'));
  });

  test('--version and --help speak, and a mistake in the command line is not silent', async () => {
    const version = await runBinary(['--version']);
    assert.deepEqual([version.code, /^chillin \d+\.\d+/.test(version.output)], [0, true], version.output);
    const help = await runBinary(['--help']);
    assert.equal(help.code, 0);
    for (const word of ['serve', 'migrate', 'check-config']) assert.ok(help.output.includes(word));
    assert.notEqual((await runBinary(['dance'])).code, 0);
    assert.notEqual((await runBinary([])).code, 0);
  });
});

test('the log is one JSON object a line, with ids and never a text, token, password or query', async () => {
  const server = await startServer({ env: { LOG_LEVEL: 'trace' } });
  const secrets = { text: 'nobody-may-log-this-text', password: 'nobody-may-log-this-password', room: 'nobody-may-log-room-pw' };
  const { token } = (await server.post('/api/auth/register', { username: 'ada', password: secrets.password })).json;
  await server.post('/api/auth/login', { username: 'ada', password: `${secrets.password}!` });
  await server.post('/api/rooms/create', { name: 'secret', isPrivate: true, password: secrets.room }, { token });
  for (const options of [{ token }, { version: 2, token, transport: 'polling' }, { version: 2, query: { token }, transport: 'websocket' }]) {
    const socket = await connect(server, options);
    await ask(socket, 'join', { name: 'ada', room: 'secret', password: secrets.room });
    const { id } = await ask(socket, 'sendMessage', { text: secrets.text, tempId: 'x' });
    await ask(socket, 'editMessage', { id, text: `${secrets.text} edited` });
    await emitWithAck(socket, 'sendMessage', { text: [secrets.text] });
    close(socket);
  }
  await connect(server, { token: `${token}x` }).catch(() => {});
  await server.get(`/api/search?q=${secrets.text}`, { token });
  await server.get(`/socket.io/?EIO=9&transport=polling&token=${token}`);
  await server.stop();

  const lines = server.output.trimEnd().split('\n').filter((line) => !/^Chillin is ready at http:\/\/localhost:\d+$/.test(line));
  assert.ok(lines.length > 3);
  for (const line of lines) {
    const entry = JSON.parse(line);
    assert.match(entry.ts, /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
    assert.equal(typeof entry.level, 'string');
    assert.equal(typeof entry.event, 'string');
  }
  for (const secret of [...Object.values(secrets), token]) assert.ok(!server.output.includes(secret), `the log holds ${secret}`);
});

test('LOG_FORMAT=text is for people', async () => {
  const server = await startServer({ env: { LOG_FORMAT: 'text' } });
  await server.stop();
  assert.deepEqual(server.logLines, []);
  assert.match(server.output, /listening/);
});

test('a text comes back as it was written: NFC, without control characters, and nothing else changed', async () => {
  const server = await startServer();
  const markup = [
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><svg/onload=alert(1)>', "'-alert(1)-'", '<a href="javascript:alert(1)">x</a>', '&lt;b&gt; &amp; &#39;',
    '{{constructor.constructor("alert(1)")()}}', '${7*7}', '<!-- -->', ']]>', '</textarea><script>', '[x](javascript:alert(1))', '`; DROP TABLE messages; --', "Robert'); --", '%3Cscript%3E',
    '\\u003cscript\\u003e', '__proto__', '["an","array"]', '42["message",{}]', '\u2028 and \u2029', '👩‍👩‍👧 مرحبا 日本語', '  two spaces  before and after  ', 'tab\tand\nline', 'x\u202eevil', '\ud83d\ude00',
  ];
  const controls = [['a\u0000b', 'ab'], ['bell\u0007', 'bell'], ['\u001b[31mred', '[31mred'], ['del\u007f', 'del'], ['c1\u0085\u009f', 'c1'], ['e\u0301', '\u00e9'], ['\u1112\u1161\u11ab', '\ud55c'], ['\ufb01', '\ufb01']];
  const cases = [...markup.map((text) => [text, text.normalize('NFC')]), ...controls];
  for (const client of everyClient.filter(({ transport }) => transport !== 'upgrade')) {
    const room = `room ${client.version} ${client.transport}`;
    const socket = await connect(server, client);
    const heard = collect(socket, 'message');
    await ask(socket, 'join', { name: 'ada', room });
    for (const [written, expected] of cases) {
      const { id } = await ask(socket, 'sendMessage', written);
      assert.equal((await heard.next((message) => message.id === id)).text, expected, JSON.stringify(written));
    }
    assert.deepEqual((await freshView(server, room, client)).messages.map((message) => message.text), cases.map(([, expected]) => expected));
    const rest = await server.get(`/api/rooms/${encodeURIComponent(room)}/messages?limit=200`);
    assert.deepEqual(rest.json.messages.map((message) => message.text), cases.map(([, expected]) => expected));
    assert.deepEqual([rest.headers['x-content-type-options'], rest.headers['content-type'].split(';')[0]], ['nosniff', 'application/json']);
    close(socket);
  }
  await server.stop();
});

test('events come in the order in which they happened: acknowledgement, confirmation and pushes of one sender too', async () => {
  const server = await startServer();
  for (const client of everyClient) {
    const room = `room ${client.version} ${client.transport}`;
    const ada = await connect(server, client);
    const bob = await connect(server, client);
    const order = [];
    for (const event of ['messageHistory', 'message', 'roomData']) ada.on(event, (payload) => order.push(payload.user === 'admin' ? 'welcome' : event));
    ada.emit('join', { name: 'ada', room }, () => order.push('acknowledgement'));
    await waitFor(() => order.length >= 4);
    assert.deepEqual(order.slice(0, 4), ['acknowledgement', 'messageHistory', 'welcome', 'roomData']);

    await ask(bob, 'join', { name: 'bob', room });
    const heard = { ada: [], bob: [] };
    ada.on('message', (message) => message.id && heard.ada.push(message.seq));
    bob.on('message', (message) => message.id && heard.bob.push(message.seq));
    const sent = [];
    for (let n = 0; n < 50; ++n) for (const socket of [ada, bob]) sent.push(ask(socket, 'sendMessage', { text: `line ${n}`, tempId: `${n}` }));
    const results = await Promise.all(sent);
    await waitFor(() => heard.ada.length === 100 && heard.bob.length === 100);
    const dense = Array.from({ length: 100 }, (_, n) => n + 1);
    assert.deepEqual(heard.ada, dense);
    assert.deepEqual(heard.bob, dense);
    for (const own of [results.filter((_, n) => n % 2 === 0), results.filter((_, n) => n % 2 === 1)]) {
      const seqs = own.map((result) => result.seq);
      assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b), 'as each of them wrote');
    }
    close(ada);
    close(bob);
  }
  await server.stop();
});

test('the README names every variable that the program reads', async () => {
  const { output } = await runBinary(['check-config']);
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  for (const [, name] of output.matchAll(/^([A-Z_]+)\s/gm)) assert.ok(readme.includes(`\`${name}\``), name);
});
