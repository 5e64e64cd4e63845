// scripts/pack-client.mjs: what it writes is what server/src/web/archive.h describes, and it does not write without need.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeEach, describe, test } from 'node:test';
import { temporaryFolder } from './lib/server.mjs';

const script = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../scripts/pack-client.mjs');
const page = `<!doctype html>${'<p>chill</p>'.repeat(200)}`;
const picture = createHash('sha512').update('nothing makes this smaller').digest();

let folder;
let archive;

function write(name, bytes) {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), bytes);
}

function pack(...args) {
  const { status, stderr } = spawnSync(process.execPath, [script, ...(args.length ? args : [folder, archive])], { encoding: 'utf8' });
  return { status, stderr };
}

/** Reads an archive as server/src/web/archive.cc does. */
function unpack() {
  const bytes = readFileSync(archive);
  assert.equal(bytes.toString('latin1', 0, 8), 'CHILWEB1');
  const count = bytes.readUInt32LE(8);
  let at = 12 + count * 24;
  const files = new Map();
  for (let file = 0; file < count; ++file) {
    const [name, type, etag, identity, gzip, brotli] = Array.from({ length: 6 }, (_, part) => {
      const size = bytes.readUInt32LE(12 + file * 24 + part * 4);
      return bytes.subarray(at, (at += size));
    });
    files.set(name.toString(), { type: type.toString(), etag: etag.toString(), identity, gzip, brotli });
  }
  assert.equal(at, bytes.length);
  return files;
}

describe('packing the client', () => {
  beforeEach(() => {
    const root = temporaryFolder();
    folder = path.join(root, 'dist');
    archive = path.join(root, 'build/client.archive');
    write('index.html', page);
    write('assets/index-Bk3xP9aQ.js', 'let a;');
    write('icons/icon.png', picture);
    write('.sources', 'not for the browser');
  });

  test('keeps every file but those with a dot in front, with its type and its compressed forms', () => {
    assert.deepEqual(pack(), { status: 0, stderr: '' });
    const files = unpack();
    assert.deepEqual([...files.keys()], ['assets/index-Bk3xP9aQ.js', 'icons/icon.png', 'index.html']);
    const html = files.get('index.html');
    assert.equal(html.type, 'text/html; charset=utf-8');
    assert.equal(html.identity.toString(), page);
    assert.equal(gunzipSync(html.gzip).toString(), page);
    assert.equal(brotliDecompressSync(html.brotli).toString(), page);
    assert.ok(html.brotli.length < html.gzip.length && html.gzip.length < page.length);
    assert.match(html.etag, /^[\w-]{22}$/);
    const { type, identity, gzip, brotli } = files.get('icons/icon.png');
    assert.equal(type, 'image/png');
    assert.deepEqual(identity, picture);
    assert.deepEqual([gzip.length, brotli.length], [0, 0]);
  });

  test('writes nothing while nothing has changed, and the same bytes for the same files', () => {
    pack();
    const first = readFileSync(archive);
    utimesSync(archive, new Date(), new Date());
    const written = statSync(archive).mtimeMs;
    pack();
    assert.equal(statSync(archive).mtimeMs, written);
    rmSync(archive);
    pack();
    assert.deepEqual(readFileSync(archive), first);
  });

  test('follows what changed, came and went', () => {
    pack();
    const before = unpack();
    write('index.html', page.replace('chill', 'chat'));
    write('sw.js', 'onfetch = null;');
    rmSync(path.join(folder, 'assets'), { recursive: true });
    pack();
    const files = unpack();
    assert.deepEqual([...files.keys()], ['icons/icon.png', 'index.html', 'sw.js']);
    assert.notEqual(files.get('index.html').etag, before.get('index.html').etag);
    assert.match(gunzipSync(files.get('index.html').gzip).toString(), /<p>chat<\/p>/);
    assert.deepEqual(files.get('icons/icon.png'), before.get('icons/icon.png'));
  });

  test('writes anew what is no archive, or is older than the script', () => {
    for (const damage of [() => writeFileSync(archive, ''), () => writeFileSync(archive, 'something else'), () => utimesSync(archive, 0, 0)]) {
      pack();
      const right = readFileSync(archive);
      damage();
      assert.deepEqual(pack(), { status: 0, stderr: '' });
      assert.deepEqual(readFileSync(archive), right);
      assert.ok(statSync(archive).mtimeMs > 0);
    }
  });

  test('refuses a file that it could not name a type for, and other mistakes, in one line', () => {
    write('notes.xyz', 'x');
    const { status, stderr } = pack();
    assert.equal(status, 1);
    assert.match(stderr, /^pack-client: notes\.xyz: no content type is known .*\n$/);
    assert.equal(pack(path.join(folder, 'gone'), archive).status, 1);
    assert.equal(pack(folder).status, 2);
  });
});
