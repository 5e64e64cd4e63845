// A real S3 service (tests/support/swift_s3.py) for the server under test.
//
//   const s3 = await startS3();
//   const server = await startServer({ env: s3.env({ S3_BUCKET_NAME: 'files' }) });
//   await s3.kill();
//   await s3.start();          // on the same port, with the same data
//
// Whatever a test file leaves running is killed, and its data removed, when the file has ended.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from './server.mjs';
import { within } from './wait.mjs';

const script = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../support/swift_s3.py');
const running = new Set();

after(async () => {
  for (const s3 of [...running]) {
    await s3.kill();
    rmSync(s3.folder, { recursive: true, force: true });
  }
});
process.on('exit', () => {
  for (const s3 of running) {
    s3.process?.kill('SIGKILL');
    rmSync(s3.folder, { recursive: true, force: true });
  }
});

export class S3Service {
  constructor(port) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    // Not in /tmp, which may be a tmpfs: that has no extended attributes.
    this.folder = mkdtempSync('/var/tmp/chillin-s3-');
    this.process = null;
    running.add(this);
  }

  /** The variables that make a server keep its files here. */
  env(more = {}) {
    return {
      USE_MINIO: 'true', MINIO_ENDPOINT: this.url, S3_ACCESS_KEY_ID: 'chat:app', S3_SECRET_ACCESS_KEY: 'chatsecret', S3_BUCKET_NAME: 'files', ...more,
    };
  }

  async start() {
    const child = spawn('/usr/bin/python3', [script, this.folder, String(this.port)], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    let output = '';
    this.exited = new Promise((resolve) => { child.once('close', resolve); });
    const listening = new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8');
        stream.on('data', (text) => {
          output += text;
          if (/listening on port \d+/.test(output)) resolve();
        });
      }
      child.once('error', reject);
      this.exited.then(() => reject(new Error(`the S3 service ended before it served (scripts/install-deps test installs it):\n${output}`)));
    });
    await within(listening, { what: 'the S3 service listens', timeoutMs: 60_000 });
    return this;
  }

  /** kill -9. */
  async kill() {
    this.process?.kill('SIGKILL');
    if (this.process) await this.exited;
    this.process = null;
  }
}

export async function startS3() {
  return new S3Service(await freePort()).start();
}
