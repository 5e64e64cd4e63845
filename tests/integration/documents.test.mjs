// What the documents tell client authors is run as it stands there: docs/api.md, and its table of routes against the server's own.
// tests/scripts/document_commands_test.py says where every other command of the documents is run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { blocksOf, checkout, explain, explainBlock } from './lib/document.mjs';
import { startServer, temporaryFolder } from './lib/server.mjs';
import { patienceMs } from './lib/wait.mjs';

/** The blocks in one shell, one after the other, with what each printed. */
async function runBlocks(blocks, { server, lines = [] }) {
  const mark = '== end of block ==';
  const script = ['set -uo pipefail', ...blocks.flatMap(({ commands }) => [commands.replace(/^SERVER=.*$/m, `SERVER=${server.url}`), `echo; echo '${mark}'`]), ...lines].join('\n');
  const child = spawn('bash', ['--norc'], { cwd: temporaryFolder(), env: { PATH: process.env.PATH, HOME: '/nonexistent' }, stdio: ['pipe', 'pipe', 'pipe'], timeout: patienceMs, killSignal: 'SIGKILL' });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => { output += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
  child.stdin.end(script);
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const printed = output.split(`${mark}\n`).slice(0, -1);
  assert.equal(printed.length, blocks.length, `the shell ended early: ${output}${errors}`);
  assert.equal(errors, '');
  return printed.map((text) => text.trim());
}

test('docs/api.md: every example runs, and its answer is the one that stands below it', async () => {
  const server = await startServer();
  const blocks = blocksOf('docs/api.md');
  const printed = await runBlocks(blocks, { server });
  const faults = blocks.flatMap((block, at) => {
    const fault = block.answer ? explainBlock(block, printed[at]) : printed[at] && `it prints ${printed[at]}, and the page has no answer`;
    return fault ? [`docs/api.md:${block.line}: ${fault}`] : [];
  });
  assert.deepEqual(faults, []);
  assert.ok(blocks.length > 20, `${blocks.length} examples`);
  await server.stop();
});

test('an answer that is not the one of the page is noticed', () => {
  assert.equal(explain({ a: ['x…z', 1], latencyMs: 1 }, { a: ['xyz', 1], latencyMs: 3 }), null);
  for (const other of [{ a: ['xy', 1] }, { a: ['xyz', 2] }, { a: ['xyz'] }, { a: ['xyz', '1'] }, { a: ['xyz', 1], b: 1 }, {}, []]) {
    assert.notEqual(explain({ a: ['x…z', 1] }, other), null, JSON.stringify(other));
  }
});

test('docs/api.md, /api/openapi.json and the router have the same routes', async () => {
  const folder = path.join(checkout, 'server/src/gateway');
  const sources = readdirSync(folder).filter((name) => /^rest.*\.cc$/.test(name)).map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
  const added = [...sources.matchAll(/router\.add\(\s*"([A-Z]+)",\s*"([^"]+)"/g)].map(([, method, pattern]) => `${method} ${pattern.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}')}`).sort();
  assert.equal(added.length, [...sources.matchAll(/router\.add\(/g)].length, 'every route is added with its method and pattern');

  const server = await startServer();
  const { json } = await server.get('/api/openapi.json');
  const described = Object.entries(json.paths).flatMap(([route, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`)).sort();
  await server.stop();
  assert.deepEqual(described, added, 'openapi.cc');

  const page = readFileSync(path.join(checkout, 'docs/api.md'), 'utf8');
  const headings = [...page.matchAll(/^### `([A-Z]+ \/\S+)`$/gm)].map(([, route]) => route).sort();
  assert.deepEqual(headings, added, 'docs/api.md');
});

test('docs/api.md has every code of the server, with its status', () => {
  const source = (name) => readFileSync(path.join(checkout, 'server/src', name), 'utf8');
  const names = [...source('chat/error.cc').matchAll(/^ {4}\{"([A-Z_]+)",/gm)].map(([, name]) => name);
  const page = readFileSync(path.join(checkout, 'docs/api.md'), 'utf8').split('### Errors')[1].split('###')[0];
  const protocol = readFileSync(path.join(checkout, 'docs/protocol.md'), 'utf8');
  // Those that only events are refused with.
  const ofEvents = ['NOT_IN_ROOM', 'MUTED', 'MESSAGE_EMPTY', 'MESSAGE_TOO_LONG'];
  assert.ok(names.length >= 17);
  for (const name of names) {
    assert.ok(protocol.includes(`\`${name}\``), `${name} in docs/protocol.md`);
    if (!ofEvents.includes(name)) assert.ok(page.includes(`\`${name}\``), `${name} in docs/api.md`);
  }
});
