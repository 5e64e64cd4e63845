#!/usr/bin/env node
// Packs the built web client into the one file that the program embeds.
//
//   scripts/pack-client.mjs <folder> <archive>
//
// Writes each file of the folder (those whose name begins with a dot left out) with its path, content type, ETag, bytes,
// and the bytes in gzip and brotli where that saves something. The form is described in server/src/web/archive.h. Runs in
// every build: an archive that is right already is not written again, so nothing is linked anew, and of files that did not
// change the compressed forms are taken from the last archive.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const contentTypes = {
  css: 'text/css; charset=utf-8',
  ftl: 'text/plain; charset=utf-8',
  gif: 'image/gif',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  jpg: 'image/jpeg',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  png: 'image/png',
  svg: 'image/svg+xml; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
  wav: 'audio/wav',
  webmanifest: 'application/manifest+json; charset=utf-8',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
};

function contentTypeOf(name) {
  const type = contentTypes[path.extname(name).slice(1).toLowerCase()];
  if (!type) throw new Error(`${name}: no content type is known for such a file; name one in scripts/pack-client.mjs`);
  return type;
}

// The gain has to be worth a second copy in the program and the unpacking in the browser.
const nothing = Buffer.alloc(0);
const ifSmaller = (packed, bytes) => (packed.length < bytes.length * 0.95 ? packed : nothing);

function gzip(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed[9] = 255; // "operating system: unknown", so that every machine writes the same
  return ifSmaller(packed, bytes);
}

function brotli(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return ifSmaller(brotliCompressSync(bytes, { params }), bytes);
}

/** Paths of all files below a folder, with '/' on every system, sorted. */
function filesOf(folder, below = '') {
  const entries = readdirSync(path.join(folder, below), { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  return entries
    .flatMap((entry) => {
      const name = below ? `${below}/${entry.name}` : entry.name;
      return entry.isDirectory() ? filesOf(folder, name) : [name];
    })
    .sort();
}

const magic = Buffer.from('CHILWEB1');
const partsOfFile = 6;

function number(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** The last archive, or undefined if there is none or this script has changed since. */
function readArchive(file) {
  try {
    const isCurrent = statSync(file).mtimeMs >= statSync(fileURLToPath(import.meta.url)).mtimeMs;
    const bytes = readFileSync(file);
    return isCurrent && bytes.subarray(0, magic.length).equals(magic) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** ETag -> [gzip, brotli] of an archive. */
function compressedForms(archive) {
  const forms = new Map();
  if (!archive) return forms;
  const count = archive.readUInt32LE(magic.length);
  const list = magic.length + 4;
  let at = list + count * partsOfFile * 4;
  for (let n = 0; n < count; ++n) {
    const parts = Array.from({ length: partsOfFile }, (_, part) => {
      const size = archive.readUInt32LE(list + (n * partsOfFile + part) * 4);
      return archive.subarray(at, (at += size));
    });
    forms.set(parts[2].toString(), parts.slice(4));
  }
  return forms;
}

function packFolder(folder, known) {
  const files = filesOf(folder).map((name) => {
    const bytes = readFileSync(path.join(folder, name));
    const etag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
    const compressed = known.get(etag) ?? [gzip(bytes), brotli(bytes)];
    return [Buffer.from(name), Buffer.from(contentTypeOf(name)), Buffer.from(etag), bytes, ...compressed];
  });
  const sizes = files.flatMap((parts) => parts.map((part) => number(part.length)));
  return Buffer.concat([magic, number(files.length), ...sizes, ...files.flat()]);
}

/** Whole or not at all: a build that is stopped half way must not leave half an archive. */
function writeWhole(file, bytes) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}

const [folder, file, ...rest] = process.argv.slice(2);
if (!folder || !file || rest.length > 0) {
  console.error('usage: scripts/pack-client.mjs <folder> <archive>');
  process.exit(2);
}
try {
  const last = readArchive(file);
  const archive = packFolder(folder, compressedForms(last));
  if (!last?.equals(archive)) writeWhole(file, archive);
} catch (error) {
  console.error(`pack-client: ${error.message}`);
  process.exit(1);
}
