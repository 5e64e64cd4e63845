// Files, kept in the data folder and in a real S3 service: the same from outside, whatever lies behind.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ask, close, connect } from './lib/clients.mjs';
import { startS3 } from './lib/s3.mjs';
import { startServer } from './lib/server.mjs';
import { account, askForUpload, fresh, png, refused, sendFiles, sendSigned, upload } from './lib/uploads.mjs';
import { waitFor } from './lib/wait.mjs';

const run = promisify(execFile);
const stores = { 'in the data folder': async () => ({}), 'in S3': async () => (await startS3()).env() };

for (const [where, environment] of Object.entries(stores)) {
  describe(`files ${where}`, () => {
    let server;
    before(async () => {
      server = await startServer({ env: await environment() });
      await waitFor(async () => (await server.get('/health/ready')).json.status === 'ok', { what: 'the store of files is up' });
    });
    after(() => server.stop());

    test('a file goes through the server into a message and back, whole and in parts', async () => {
      const ada = await account(server);
      const bytes = Buffer.concat([png, Buffer.alloc(3_000_000, 7)]);
      const stored = await upload(server, ada, bytes, '../../my "picture".png');
      assert.deepEqual({ ...stored, id: 0, url: 0 }, { id: 0, name: 'my "picture".png', type: 'image/png', size: bytes.length, url: 0 });
      assert.equal(stored.url, `/api/uploads/${stored.id}`);
      await sendFiles(server, ada, fresh('room'), [stored]);
      const whole = await server.get(stored.url);
      assert.equal(whole.status, 200);
      assert.ok(whole.bytes.equals(bytes));
      assert.deepEqual(
        ['content-type', 'x-content-type-options', 'content-security-policy', 'accept-ranges'].map((name) => whole.headers[name]),
        ['image/png', 'nosniff', "default-src 'none'; sandbox", 'bytes']);
      assert.equal(whole.headers['content-disposition'], "inline; filename=\"my__picture_.png\"; filename*=UTF-8''my%20%22picture%22.png");
      for (const [range, first, last] of [['bytes=0-9', 0, 9], ['bytes=100-', 100, bytes.length - 1], ['bytes=-5', bytes.length - 5, bytes.length - 1], ['bytes=5-99999999', 5, bytes.length - 1]]) {
        const part = await server.get(stored.url, { headers: { range } });
        assert.equal(part.status, 206, range);
        assert.equal(part.headers['content-range'], `bytes ${first}-${last}/${bytes.length}`);
        assert.ok(part.bytes.equals(bytes.subarray(first, last + 1)), range);
      }
      const beyond = await server.get(stored.url, { headers: { range: `bytes=${bytes.length}-` } });
      assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, `bytes */${bytes.length}`]);
      const known = await server.get(stored.url, { headers: { 'if-none-match': whole.headers.etag } });
      assert.deepEqual([known.status, known.bytes.length], [304, 0]);
      const head = await server.request('HEAD', stored.url);
      assert.deepEqual([head.status, head.bytes.length, head.headers['content-length']], [200, 0, String(bytes.length)]);
    });

    test('an address to put a file at takes exactly that file, and then complete takes it over', async () => {
      const ada = await account(server);
      const asked = await askForUpload(server, ada, { name: 'x.html', type: 'text/html' });
      assert.equal(asked.method, 'PUT');
      assert.ok(Date.parse(asked.expiresAt) > Date.now());
      refused(await server.post(`/api/uploads/${asked.id}/complete`, {}, ada), 400, 'INVALID_PAYLOAD', 'id');
      assert.equal((await sendSigned(server, asked, png)).status, 200);
      refused(await server.post(`/api/uploads/${asked.id}/complete`, {}, await account(server)), 404, 'MESSAGE_NOT_FOUND');
      const completed = await server.post(`/api/uploads/${asked.id}/complete`, {}, ada);
      assert.equal(completed.status, 200, completed.text);
      const { attachment } = completed.json;
      assert.deepEqual([attachment.name, attachment.type, attachment.size], ['x.html', 'image/png', png.length], 'typed by its bytes');
      assert.deepEqual((await server.post(`/api/uploads/${asked.id}/complete`, {}, ada)).json.attachment, attachment);
      // Who has the address still may use it, and it changes nothing any more.
      await sendSigned(server, asked, Buffer.alloc(png.length, 1));
      const shown = await server.get(attachment.url, ada);
      assert.ok(shown.bytes.equals(png));
      assert.equal(shown.headers['content-type'], 'image/png');
    });

    test('a signed address that was changed, or used for something else, is refused', async () => {
      const ada = await account(server);
      const asked = await askForUpload(server, ada);
      const other = await askForUpload(server, ada);
      const shorter = Buffer.alloc(png.length - 1);
      const { headers } = asked;
      const wrongs = {
        'another length': [shorter],
        'another type': [png, { headers: { ...headers, 'Content-Type': 'text/html' } }],
        'another file': [png, { url: asked.url.replace(asked.id, other.id) }],
        'another method': [undefined, { method: 'GET', headers: {} }],
        'another signature': [png, { url: asked.url.slice(0, -1) + (asked.url.endsWith('0') ? '1' : '0') }],
        'no signature': [png, { url: asked.url.replace(/&(X-Amz-S|s)ignature=\w+/, '') }],
        'a later end': [png, { url: asked.url.replace(/(expires=\d*)(\d)/i, (_, rest, digit) => rest + ((Number(digit) + 1) % 10)) }],
      };
      for (const [what, [body, changes]] of Object.entries(wrongs)) {
        const answer = await sendSigned(server, asked, body, changes);
        assert.ok(answer.status === 403 || (answer.status === 400 && what === 'no signature'), `${what}: ${answer.status} ${await answer.text()}`);
      }
      assert.equal((await sendSigned(server, asked, png)).status, 200);
    });

    test('a file is its owner\'s until a message carries it, and then of who may read the room', async () => {
      const [ada, ben, eve] = await Promise.all([account(server), account(server), account(server)]);
      const room = fresh('den');
      const made = await server.post('/api/rooms/create', { name: room, isPrivate: true, password: 'open sesame' }, ada);
      assert.equal(made.status, 201, made.text);
      const stored = await upload(server, ada);
      assert.equal((await server.get(stored.url, ada)).status, 200);
      refused(await server.get(stored.url, ben), 404, 'MESSAGE_NOT_FOUND');
      const benSocket = await connect(server, { token: ben.token });
      await ask(benSocket, 'join', { name: ben.name, room, password: 'open sesame' });
      await assert.rejects(ask(benSocket, 'sendMessage', { text: 'mine', attachments: [stored.id] }), { code: 'INVALID_PAYLOAD', field: 'attachments' });
      refused(await server.get(stored.url, ben), 404, 'MESSAGE_NOT_FOUND');
      await sendFiles(server, ada, room, [stored]);
      assert.equal((await server.get(stored.url, ben)).status, 200);
      refused(await server.get(stored.url, eve), 404, 'MESSAGE_NOT_FOUND');
      refused(await server.get(stored.url), 404, 'MESSAGE_NOT_FOUND');
      close(benSocket);
    });

    test('a page shows files by the cookie that reads and does nothing else', async () => {
      const ada = await account(server);
      assert.match(ada.setCookie, /; Path=\/api\/uploads; HttpOnly; SameSite=Strict; Max-Age=86400$/);
      const stored = await upload(server, ada);
      const { cookie } = ada;
      assert.equal((await server.get(stored.url, { headers: { cookie: `theme=dark; ${cookie}` } })).status, 200);
      refused(await server.post('/api/uploads?name=x', png, { headers: { cookie } }), 401, 'AUTH_REQUIRED');
      refused(await server.get('/api/users/me', { headers: { cookie } }), 401, 'AUTH_REQUIRED');
      const secure = await server.get('/api/users/me', { token: ada.token, headers: { 'x-forwarded-proto': 'https' } });
      assert.match(secure.headers['set-cookie'][0], /; Secure$/);
      const gone = await server.post('/api/auth/logout', {}, ada);
      assert.match(gone.headers['set-cookie'][0], /^chillin_files=; .*Max-Age=0$/);
      refused(await server.get(stored.url, { headers: { cookie } }), 404, 'MESSAGE_NOT_FOUND');
    });

    test('files of a deleted message are gone, and their bytes too', async () => {
      const ada = await account(server);
      const stored = await upload(server, ada);
      const { socket, id } = await sendFiles(server, ada, fresh('room'), [stored]);
      assert.equal((await server.get(stored.url)).status, 200);
      const before = server.output.length;
      await ask(socket, 'deleteMessage', { id });
      refused(await server.get(stored.url, ada), 404, 'MESSAGE_NOT_FOUND');
      await waitFor(() => server.output.slice(before).includes('uploads_removed'), { what: 'the file is removed' });
    });

    test('what goes with no message is removed after a day', async () => {
      const ada = await account(server);
      const [orphan, kept] = [await upload(server, ada), await upload(server, ada)];
      await sendFiles(server, ada, fresh('room'), [kept]);
      const database = path.join(server.dataDir, 'chillin.db');
      const sqlite = async (sql) => (await run('sqlite3', ['-cmd', '.timeout 5000', database, sql])).stdout.trim();
      const left = Number(await sqlite(`SELECT expires_at - created_at FROM uploads WHERE id = '${orphan.id}'`));
      assert.equal(left, 24 * 3600 * 1000);
      await sqlite('UPDATE uploads SET expires_at = 1 WHERE expires_at IS NOT NULL');
      await waitFor(async () => (await sqlite('SELECT count(*) FROM uploads WHERE expires_at IS NOT NULL')) === '0', { what: 'orphans are removed' });
      refused(await server.get(orphan.url, ada), 404, 'MESSAGE_NOT_FOUND');
      assert.equal((await server.get(kept.url, ada)).status, 200);
    });

    test('an avatar replaces the one before and is found by its person', async () => {
      const ada = await account(server);
      refused(await server.get(`/api/users/${ada.name}/avatar`), 404, 'MESSAGE_NOT_FOUND');
      const first = (await server.request('PUT', '/api/users/me/avatar', { token: ada.token, body: png })).json.user.avatar;
      const second = (await server.post('/api/users/me/avatar', png, ada)).json.user.avatar;
      assert.notEqual(first, second);
      assert.equal((await server.get(first)).status, 404);
      for (const target of [`/api/users/${ada.name}/avatar`, '/api/users/me/avatar']) {
        const found = await server.get(target, ada);
        assert.deepEqual([found.status, found.headers.location], [302, second]);
      }
      const shown = await server.get(second);
      assert.deepEqual([shown.status, shown.headers['content-type'], shown.headers['x-content-type-options']], [200, 'image/png', 'nosniff']);
      assert.ok(shown.bytes.equals(png));
    });

    test('ready and metrics know the store', async () => {
      const ready = await server.get('/health/ready');
      assert.deepEqual([ready.status, ready.json.status, ready.json.checks.files.status], [200, 'ok', 'ok']);
      assert.equal(typeof ready.json.checks.files.latencyMs, 'number');
      assert.match((await server.get('/metrics')).text, /^chillin_blob_store_up 1$/m);
    });
  });
}

describe('limits of files', () => {
  test('size and space of an account are limited, by the announced size and by the real one', async () => {
    const server = await startServer({ env: { MAX_UPLOAD_SIZE: '1000', UPLOAD_QUOTA: '1500' } });
    const ada = await account(server);
    const kb = Buffer.alloc(1000, 'x');
    await upload(server, ada, kb);
    refused(await server.post('/api/uploads?name=x', Buffer.alloc(501, 'x'), ada), 403, 'FORBIDDEN', 'size');
    refused(await server.post('/api/uploads', { name: 'x', size: 501 }, ada), 403, 'FORBIDDEN', 'size');
    refused(await server.post('/api/uploads', { name: 'x', size: 1001 }, ada), 400, 'INVALID_PAYLOAD', 'size');
    refused(await server.post('/api/uploads', { name: 'x' }, ada), 400, 'INVALID_PAYLOAD', 'size');
    refused(await server.post('/api/uploads', { name: 'x', size: 1, type: 'image' }, ada), 400, 'INVALID_PAYLOAD', 'type');
    assert.equal((await server.post('/api/uploads?name=x', Buffer.alloc(1001), ada)).status, 413);
    await upload(server, await account(server), kb);
    assert.equal((await server.get('/api/config')).json.maxUploadSize, 1000);
    // A JSON file with a name is a file.
    assert.equal((await server.post('/api/uploads?name=a.json', { any: 'thing' }, ada)).json.attachment.name, 'a.json');
    await server.stop();
  });

  test('uploads are limited in number', async () => {
    const server = await startServer({ env: { MESSAGE_RATE_LIMIT: '10/10' } });
    const ada = await account(server);
    const answers = await Promise.all(Array.from({ length: 40 }, () => server.post('/api/uploads', { name: 'x', size: 1 }, ada)));
    const limited = answers.filter(({ status }) => status === 429);
    assert.ok(limited.length >= 9 && limited.length <= 10, `${limited.length} of 40 were refused`);
    assert.ok(limited[0].json.retryAfterMs > 0);
    await server.stop();
  });

  test('a full disk refuses files and nothing else, and takes them again when there is room', async (t) => {
    const server = await startServer();
    const blobs = path.join(server.dataDir, 'blobs');
    const ada = await account(server);
    await upload(server, ada);
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', blobs]);
    } catch (error) {
      t.skip(`a small file system cannot be mounted here: ${error.message}`);
      await server.stop();
      return;
    }
    try {
      await run('sh', ['-c', `head -c 300000 /dev/zero >"${blobs}/filler" || true`]);
      const full = await server.post('/api/uploads?name=x', png, ada);
      refused(full, 503, 'UNAVAILABLE');
      await server.waitForOutput(/the disk is full/);
      await waitFor(async () => (await server.get('/health/ready')).json.checks.files.status === 'down', { what: 'ready says so' });
      const ready = await server.get('/health/ready');
      assert.deepEqual([ready.status, ready.json.status], [200, 'degraded']);
      const socket = await connect(server, { token: ada.token });
      await ask(socket, 'join', { name: ada.name, room: 'tea' });
      await ask(socket, 'sendMessage', 'the chat goes on');
      await run('rm', [path.join(blobs, 'filler')]);
      await upload(server, ada);
      await waitFor(async () => (await server.get('/health/ready')).json.status === 'ok', { what: 'ready says so' });
    } finally {
      await server.stop();
      await run('umount', [blobs]);
    }
  });
});
