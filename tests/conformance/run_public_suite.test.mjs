// The runner of the public suites, tried on a small suite of our own; and the public suites themselves where they are given:
// PUBLIC_SUITES="engineio=/path/to/test-suite socketio=/path/to/another" (a checkout of theirs is no part of this project).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const bin = path.dirname(path.resolve(process.env.CHILLIN_BIN ?? path.join(here, '../../build/release/bin/chillin')));
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Resolves with { code, output }. */
async function runSuite(...args) {
  const all = ['--bin', bin, '--port', String(await freePort()), ...args];
  return new Promise((resolve) => {
    execFile(path.join(here, 'run_public_suite'), all, { timeout: 240_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr });
    });
  });
}

const small = path.join(here, 'fixtures/small_suite');
for (const runner of ['node', 'chromium']) {
  const skip = runner === 'chromium' && !existsSync(chromium) ? `${chromium} is not installed` : false;

  test(`in ${runner} it reports what passed, failed and was left out`, { skip }, async () => {
    const { code, output } = await runSuite('--suite', small, '--server', 'engineio', '--runner', runner);
    assert.match(output, /✓ small suite reaches the server/);
    assert.match(output, /✓ small suite gets each WebSocket message in a task of its own/);
    assert.match(output, /✗ small suite fails\n +expected 1 to deeply equal 2/);
    assert.match(output, /2 passed, 1 failed, 1 skipped by the suite/);
    assert.equal(code, 1);
  });

  test(`in ${runner} it succeeds when nothing failed`, { skip }, async () => {
    const { code, output } = await runSuite('--suite', small, '--server', 'engineio', '--runner', runner, '--grep', 'reaches');
    assert.match(output, /1 passed, 0 failed/);
    assert.equal(code, 0, output);
  });
}

test('what is asked for wrongly is named', async () => {
  const missing = await runSuite('--suite', here, '--server', 'engineio');
  assert.equal(missing.code, 2);
  assert.match(missing.output, /no test-suite\.js/);
  const unknown = await runSuite('--suite', small, '--server', 'other');
  assert.equal(unknown.code, 2);
  assert.match(unknown.output, /unknown server other/);
});

for (const given of (process.env.PUBLIC_SUITES ?? '').split(' ').filter(Boolean)) {
  const [server, suite] = given.split('=');
  test(`the public suite ${suite} passes`, async () => {
    const runner = existsSync(chromium) ? 'chromium' : 'node';
    const { code, output } = await runSuite('--suite', suite, '--server', server, '--runner', runner);
    assert.equal(code, 0, output);
  });
}
