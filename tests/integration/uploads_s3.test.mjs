// What only S3 can do to a server: be away, refuse it, have lost its bucket, and be reached by browsers itself.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ask, connect } from './lib/clients.mjs';
import { startS3 } from './lib/s3.mjs';
import { runBinary, startServer } from './lib/server.mjs';
import { account, askForUpload, fresh, png, refused, sendFiles, sendSigned, upload } from './lib/uploads.mjs';
import { waitFor } from './lib/wait.mjs';

let s3;
before(async () => { s3 = await startS3(); });
after(() => s3.kill());

const filesStatus = async (server) => (await server.get('/health/ready')).json.checks.files.status;
const isUp = (server) => waitFor(async () => (await filesStatus(server)) === 'ok', { what: 'the store of files is up' });

/** An address to put to, signed here and not by the server: SigV4 as S3 wants it, host signed, body not. */
function presign(pathname, signedAt, seconds) {
  const time = `${signedAt.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const query = Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': `chat:app/${scope}`, 'X-Amz-Date': time, 'X-Amz-Expires': seconds, 'X-Amz-SignedHeaders': 'host',
  }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const canonical = ['PUT', pathname, query, `host:${new URL(s3.url).host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
  const key = [time.slice(0, 8), 'us-east-1', 's3', 'aws4_request'].reduce(hmac, 'AWS4chatsecret');
  const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  return `${s3.url}${pathname}?${query}&X-Amz-Signature=${hmac(key, text).toString('hex')}`;
}

describe('S3', () => {
  test('away, the chat is untouched and uploads say so; back, they go on', async () => {
    const server = await startServer({ env: s3.env({ S3_BUCKET_NAME: 'away' }) });
    await isUp(server);
    const ada = await account(server);
    const room = fresh('room');
    const stored = await upload(server, ada);
    const { socket } = await sendFiles(server, ada, room, [stored]);
    await s3.kill();
    refused(await server.post('/api/uploads?name=x', png, ada), 503, 'UNAVAILABLE');
    refused(await server.get(stored.url), 503, 'UNAVAILABLE');
    refused(await server.request('PUT', '/api/users/me/avatar', { token: ada.token, body: png }), 503, 'UNAVAILABLE');
    const asked = await askForUpload(server, ada);
    refused(await server.post(`/api/uploads/${asked.id}/complete`, {}, ada), 503, 'UNAVAILABLE');
    await ask(socket, 'sendMessage', { text: 'the chat goes on', tempId: 't1' });
    const late = await connect(server, { token: ada.token });
    await ask(late, 'join', { name: ada.name, room });
    const ready = await server.get('/health/ready');
    assert.deepEqual([ready.status, ready.json.status, ready.json.checks.files.status], [200, 'degraded', 'down']);
    assert.notEqual(ready.json.checks.files.error, '');
    await server.waitForOutput(/blob_store_down/);
    await waitFor(async () => /^chillin_blob_store_up 0$/m.test((await server.get('/metrics')).text), { what: 'the metric says so' });
    await s3.start();
    await isUp(server);
    assert.ok((await server.get(stored.url)).bytes.equals(png));
    await upload(server, ada);
    assert.equal((await sendSigned(server, asked, png)).status, 200);
    assert.equal((await server.post(`/api/uploads/${asked.id}/complete`, {}, ada)).status, 200);
    await server.waitForOutput(/blob_store_up/);
    await server.stop();
  });

  test('away at the start, the server starts, and makes its bucket when S3 is there', async () => {
    await s3.kill();
    const server = await startServer({ env: s3.env({ S3_BUCKET_NAME: 'later' }) });
    assert.equal(await filesStatus(server), 'down');
    await s3.start();
    await server.waitForOutput(/bucket_made/);
    await upload(server, await account(server));
    await server.stop();
  });

  const wrongs = {
    'a wrong secret': [{ S3_SECRET_ACCESS_KEY: 'not-the-secret' }, /SignatureDoesNotMatch/],
    'an unknown key': [{ S3_ACCESS_KEY_ID: 'who:knows' }, /InvalidAccessKeyId|SignatureDoesNotMatch/],
    'a bucket that is not ours': [{ S3_ACCESS_KEY_ID: 'chat:reader', S3_SECRET_ACCESS_KEY: 'readersecret' }, /AccessDenied/],
    'a wrong region': [{ S3_REGION: 'eu-nowhere-1' }, /AuthorizationHeaderMalformed/],
  };
  for (const [what, [env, reason]] of Object.entries(wrongs)) {
    test(`${what} is told to the operator, and to people as files that are not available`, async () => {
      const server = await startServer({ env: s3.env({ S3_BUCKET_NAME: 'files', ...env }) });
      const ready = await server.get('/health/ready');
      assert.equal(ready.json.checks.files.status, 'down');
      assert.match(ready.json.checks.files.error, reason);
      await server.waitForOutput(/blob_store_down/);
      refused(await server.post('/api/uploads?name=x', png, await account(server)), 503, 'UNAVAILABLE');
      assert.ok(!server.output.includes('chatsecret') && !server.output.includes('not-the-secret') && !server.output.includes('readersecret'));
      await server.stop();
    });
  }

  test('an address that has expired is refused by S3, and one that somebody else made of the same keys is not', async () => {
    const server = await startServer({ env: s3.env() });
    await isUp(server);
    const { url } = await askForUpload(server, await account(server));
    const { pathname } = new URL(url);
    const put = (signedAt) => fetch(presign(pathname, signedAt, 60), { method: 'PUT', body: png });
    assert.equal((await put(new Date())).status, 200);
    const late = await put(new Date(Date.now() - 120_000));
    assert.equal(late.status, 403);
    assert.match(await late.text(), /expired/i);
    await server.stop();
  });

  test('reached by browsers, it serves downloads itself; what is shown in a page comes from the page\'s origin', async () => {
    const server = await startServer({ env: s3.env({ S3_PUBLIC_ENDPOINT: s3.url }) });
    await isUp(server);
    const ada = await account(server);
    const text = await upload(server, ada, 'some notes', 'ä notes.txt');
    const redirect = await server.get(text.url, ada);
    assert.equal(redirect.status, 302);
    assert.ok(redirect.headers.location.startsWith(`${s3.url}/files/uploads/${text.id}?`), redirect.headers.location);
    const served = await fetch(redirect.headers.location);
    assert.equal(served.status, 200);
    assert.equal(await served.text(), 'some notes');
    assert.equal(served.headers.get('content-type'), 'text/plain');
    assert.match(served.headers.get('content-disposition'), /^attachment; .*filename\*=UTF-8''%C3%A4%20notes\.txt$/);
    const changed = redirect.headers.location.replace('text%2Fplain', 'text%2Fhtml');
    assert.equal((await fetch(changed)).status, 403);
    const picture = await server.get((await upload(server, ada)).url, ada);
    assert.deepEqual([picture.status, picture.headers['content-type']], [200, 'image/png']);
    await server.stop();
  });

  test('check-config shows the settings without the secret, and what is missing', async () => {
    const good = await runBinary(['check-config'], { env: s3.env() });
    assert.equal(good.code, 0, good.output);
    assert.match(good.output, /S3_SECRET_ACCESS_KEY +\(set\)/);
    assert.match(good.output, /S3_BUCKET_NAME +files/);
    assert.doesNotMatch(good.output, /chatsecret/);
    const missing = await runBinary(['check-config'], { env: s3.env({ S3_BUCKET_NAME: undefined, S3_SECRET_ACCESS_KEY: undefined }) });
    assert.equal(missing.code, 1);
    assert.match(missing.output, /S3_BUCKET_NAME is not set/);
    assert.match(missing.output, /S3_SECRET_ACCESS_KEY is not set/);
  });
});
