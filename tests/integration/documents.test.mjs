// What the documents say is done as it stands there: `./run`, the example of the README, the options of `chillin`, docs/api.md and its routes.
// tests/scripts/document_commands_test.py says where every other command of the documents is run.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { blocksOf, checkout, explain, explainBlock } from './lib/document.mjs';
import { binary, freePort, startServer, temporaryFolder } from './lib/server.mjs';
import { patienceMs, waitFor } from './lib/wait.mjs';

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

test('the documents name subcommands and options that the program has', () => {
  const commands = JSON.parse(execFileSync(path.join(checkout, 'tests/scripts/document_commands.py'), { encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } }));
  const ours = commands.filter(({ words }) => words[0] === 'chillin' || words[0] === 'build/release/bin/chillin').map(({ words, ...where }) => ({ ...where, words: words.slice(1).map((word) => word.replace(/^\[|\]$/g, '')) }));
  const help = (...words) => spawnSync(binary, [...words, '--help'], { encoding: 'utf8' });
  const verbs = [...help().stdout.split('Subcommands:')[1].matchAll(/^ {2}([\w-]+) /gm)].map(([, verb]) => verb);
  const unknown = ours.flatMap(({ document, line, words }) => {
    const verb = words.filter((word) => !word.startsWith('-')).slice(0, 1);
    const { stdout } = help(...verb);
    const missing = verbs.includes(verb[0] ?? 'serve') ? words.filter((word) => word.startsWith('-') && !new RegExp(`(^|[\\s,])${word}(?![\\w-])`).test(stdout)) : verb;
    return missing.map((word) => `${document}:${line}: chillin ${words.join(' ')}: ${word}`);
  });
  assert.deepEqual(unknown, []);
  assert.ok(ours.length > 5, `${ours.length} commands`);
  assert.ok(verbs.includes('serve') && !verbs.includes('nonsense'), verbs.join(' '));
});

test('the example of the README, as a program of its own', async () => {
  const server = await startServer();
  const [, example] = readFileSync(path.join(checkout, 'README.md'), 'utf8').match(/```js\n(import \{ io \}.*?)```/s);
  // In this folder, where its import is found.
  const child = spawn(process.execPath, ['--input-type=module', '-e', example.replace('http://127.0.0.1:5000', server.url)], { cwd: path.join(checkout, 'tests/integration'), stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => { output += text; });
  const ended = new Promise((resolve) => { child.once('close', resolve); });
  await waitFor(() => output.includes('ada: hello\n'), { what: 'it prints its own message' }).catch((error) => { throw new Error(`${error.message}: ${output}`); }).finally(() => child.kill());
  await ended;
  await server.stop();
});

// It builds what is there already in a run of ./test; with another program under test it would test the wrong one.
test('./run serves the chat and its web client', { skip: process.env.CHILLIN_BIN && 'another program is tested' }, async () => {
  const [port, folder] = [await freePort(), temporaryFolder()];
  const { CHILLIN_STORAGE, NODE_TEST_CONTEXT, ...env } = process.env;
  const child = spawn('./run', ['--port', `${port}`, '--data', folder], { cwd: checkout, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
  const ended = new Promise((resolve) => { child.once('close', (code, signal) => resolve({ code, signal })); });
  try {
    await waitFor(() => {
      assert.equal(child.exitCode, null, output);
      return output.includes(`Chillin is ready at http://localhost:${port}`);
    }, { what: './run is ready', timeoutMs: 240_000 });
    const page = await fetch(`http://127.0.0.1:${port}/`);
    assert.match(await page.text(), /<div id="root">/);
    // Ctrl-C.
    child.kill('SIGINT');
    assert.deepEqual(await ended, { code: 0, signal: null }, output);
    assert.ok(readdirSync(folder).includes('chillin.db'));
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});
