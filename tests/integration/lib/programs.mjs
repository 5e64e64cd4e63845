// Runs one of the small servers that are built with the tests (tests/conformance) on a free port.
//
//   const server = await startProgram('socketio_protocol_server');
//   fetch(`${server.url}/socket.io/...`);
//
// Whatever a test file leaves running is killed when the file has ended.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after } from 'node:test';
import { binary } from './server.mjs';
import { within } from './wait.mjs';

const running = new Set();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Where the programs are: beside the server under test. */
export const binaries = path.dirname(binary);

/** Resolves with { url, port, output(), stop() } once it has printed "listening on port N". */
export async function startProgram(name, args = []) {
  const program = path.join(binaries, name);
  if (!existsSync(program)) throw new Error(`${program} is not built (ninja -C build/release ${name})`);
  const child = spawn(program, ['--port', '0', ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  const exited = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  const listening = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
        const line = output.match(/listening on port (\d+)/);
        if (line) resolve(Number(line[1]));
      });
    }
    child.once('error', reject);
    exited.then(({ code }) => reject(new Error(`${name} ended with ${code} before it served:\n${output}`)));
  });
  const port = await within(listening, { what: `${name} listens` });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    /** Ctrl-C; resolves with { code, signal }. */
    stop: () => {
      child.kill('SIGINT');
      return within(exited, { what: `${name} ends` });
    },
  };
}
