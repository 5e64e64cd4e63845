// The web client as the program serves it: which addresses are its pages, what may be kept, what a page may load.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startServer } from './lib/server.mjs';

const forGood = 'public, max-age=31536000, immutable';
let server;
let page;

before(async () => {
  server = await startServer();
  page = await server.get('/');
  assert.match(page.text, /<script type="module"[^>]* src="\/assets\//, 'this program was built without its client: ./run --build-only');
});

/** Addresses of the page's own scripts, styles, icons and manifest. */
function addressesIn(html) {
  return [...html.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="(\/[^"]*)"/g)].map(([, address]) => address);
}

describe('pages', () => {
  test('every address of the application answers with the same document', async () => {
    for (const target of ['/', '/rooms', '/settings', '/r/tea', '/r/node.js', '/r/a%2Fb', '/r/%E2%98%95?from=invite', '/r/100%', '/index.html']) {
      const answer = await server.get(target);
      assert.equal(answer.status, 200, target);
      assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8', target);
      assert.equal(answer.headers['cache-control'], 'no-cache', target);
      assert.equal(answer.text, page.text, target);
    }
  });

  test('the document has no script and no style of its own, which its policy would refuse', () => {
    assert.doesNotMatch(page.text, /<style|\sstyle=|\son[a-z]+=/i);
    for (const [, attributes, text] of page.text.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
      assert.match(attributes, /\bsrc="\/\w/);
      assert.equal(text.trim(), '');
    }
  });

  test('nothing from elsewhere may be loaded, framed or told', () => {
    const policy = new Map(page.headers['content-security-policy'].split('; ').map((directive) => {
      const [name, ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }));
    assert.deepEqual(Object.fromEntries(policy), {
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data: blob:",
      'media-src': "'self' blob:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'manifest-src': "'self'",
      'worker-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    assert.equal(page.headers['referrer-policy'], 'same-origin');
    assert.equal(page.headers['cross-origin-opener-policy'], 'same-origin');
    for (const feature of ['camera', 'microphone', 'geolocation']) assert.match(page.headers['permissions-policy'], new RegExp(`\\b${feature}=\\(\\)`));
  });
});

describe('files', () => {
  test('what the document names is there, and only hashed names are kept for good', async () => {
    const addresses = [...addressesIn(page.text), '/sw.js', '/manifest.webmanifest'];
    assert.ok(addresses.some((address) => address.endsWith('.js')) && addresses.some((address) => address.endsWith('.css')), addresses.join(' '));
    for (const address of addresses) {
      const { status, headers } = await server.get(address);
      assert.equal(status, 200, address);
      assert.doesNotMatch(headers['content-type'], /html/, address);
      assert.equal(headers['cache-control'], address.startsWith('/assets/') ? forGood : 'no-cache', address);
      assert.match(headers.etag, /^"[\w-]+"$/, address);
      assert.equal(headers['x-content-type-options'], 'nosniff', address);
    }
  });

  test('every coding holds the same bytes under a tag of its own', async () => {
    const address = addressesIn(page.text).find((name) => /^\/assets\/.*\.js$/.test(name));
    const plain = await server.get(address);
    const gzip = await server.get(address, { headers: { 'accept-encoding': 'gzip, deflate' } });
    const brotli = await server.get(address, { headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } });
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(gzip.headers['content-encoding'], 'gzip');
    assert.equal(brotli.headers['content-encoding'], 'br');
    assert.deepEqual(gunzipSync(gzip.bytes), plain.bytes);
    assert.deepEqual(brotliDecompressSync(brotli.bytes), plain.bytes);
    assert.ok(brotli.bytes.length < gzip.bytes.length && gzip.bytes.length < plain.bytes.length);
    assert.equal(new Set([plain, gzip, brotli].map(({ headers }) => headers.etag)).size, 3);
    for (const { headers } of [plain, gzip, brotli]) {
      assert.equal(headers.vary, 'Accept-Encoding');
      assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
    }
    const weighed = await server.get(address, { headers: { 'accept-encoding': 'br;q=0.1, gzip;q=0.9' } });
    assert.equal(weighed.headers['content-encoding'], 'gzip');
  });

  test('what the browser has already is not sent again', async () => {
    for (const target of ['/', '/r/tea', '/sw.js', ...addressesIn(page.text)]) {
      const headers = { 'accept-encoding': 'br' };
      const first = await server.get(target, { headers });
      const again = await server.get(target, { headers: { ...headers, 'if-none-match': first.headers.etag } });
      assert.equal(again.status, 304, target);
      assert.equal(again.bytes.length, 0, target);
      for (const name of ['etag', 'cache-control', 'vary', 'content-security-policy']) assert.equal(again.headers[name], first.headers[name], `${target}: ${name}`);
      assert.equal((await server.get(target, { headers: { ...headers, 'if-none-match': '"another"' } })).status, 200, target);
    }
  });

  test('HEAD has the headers of GET and no body', async () => {
    for (const target of ['/r/tea', ...addressesIn(page.text)]) {
      const get = await server.get(target);
      const head = await server.request('HEAD', target);
      assert.equal(head.status, 200);
      assert.equal(head.bytes.length, 0);
      assert.equal(head.headers['content-length'], String(get.bytes.length));
      assert.equal(head.headers.etag, get.headers.etag);
    }
  });

  test('a file that is not there is 404 and never the document', async () => {
    const targets = [
      '/assets/index-00000000.js', '/assets/', '/assets', '/favicon.gif', '/robots.txt', '/.env', '/assets/../index.html', '/assets/..%2findex.html',
      '/assets/..%2f..%2f..%2fetc%2fpasswd', '/../../etc/passwd', '/..%5c..%5cetc', '/%2e%2e/%2e%2e/etc/passwd', '/%00.js', '/%zz', '//..//etc/passwd.txt',
    ];
    for (const target of targets) {
      const { status, headers, json } = await server.get(target);
      assert.equal(status, 404, target);
      assert.equal(json?.code, 'NOT_FOUND', target);
      assert.equal(headers['cache-control'], 'no-store', target);
    }
  });

  test('there is only reading', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const { status, headers } = await server.request(method, '/r/tea');
      assert.equal(status, 405, method);
      assert.equal(headers.allow, 'GET, HEAD');
    }
    assert.equal((await server.post('/', { a: 1 })).status, 413, 'a body is not even read');
  });
});

describe('the server behind it', () => {
  test('keeps its own addresses, found or not', async () => {
    assert.ok((await server.get('/api/rooms')).json.rooms);
    assert.equal((await server.get('/health')).json.status, 'ok');
    assert.match((await server.get('/metrics')).text, /^# /m);
    assert.match((await server.get('/socket.io/?EIO=4&transport=polling')).text, /^0\{"sid"/);
    for (const target of ['/api', '/api/nothing', '/api/nothing.js', '/health/nothing', '/metrics/x', '/api/rooms/']) {
      const { headers } = await server.get(target);
      assert.match(headers['content-type'], /^application\/json/, target);
    }
    assert.equal((await server.get('/api/nothing')).status, 404);
    assert.equal((await server.request('DELETE', '/api/rooms')).status, 405);
  });

  test('what people upload keeps the policy of its own', async () => {
    const { token } = (await server.post('/api/auth/register', { username: 'ada', password: 'correct horse' })).json;
    const { attachment } = (await server.post('/api/uploads?name=a.html', '<script>alert(1)</script>', { token })).json;
    const { headers } = await server.get(attachment.url, { token });
    assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox");
    assert.match(headers['content-disposition'], /^attachment;/);
  });
});
