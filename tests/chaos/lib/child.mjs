// A program of the cluster: started, stopped, killed, frozen, by its own id and no other. What still runs when this
// process ends is killed, with its children.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { within } from '../../integration/lib/wait.mjs';

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.killTree();
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, () => process.exit(130));

/** The ids of the processes that a process has started and that still run. */
function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function signalTo(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

export class Child {
  /**
   * @param {string} program
   * @param {string[]} args
   * @param {{ name: string, cwd?: string, env?: Record<string, string> }} options env: all of it, nothing is inherited but PATH
   */
  constructor(program, args, { name, cwd, env = {} }) {
    this.name = name;
    /** The last of what it wrote. */
    this.output = '';
    this.process = spawn(program, args, { cwd, env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', LANG: 'C.UTF-8', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this);
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        this.output = (this.output + text).slice(-64_000);
      });
    }
    this.alive = true;
    this.ended = new Promise((resolve) => {
      const end = (how) => {
        this.alive = false;
        running.delete(this);
        resolve(how);
      };
      this.process.once('error', (error) => {
        this.output += error.message;
        end(error.message);
      });
      this.process.once('exit', (code, signal) => end(code ?? signal));
    });
  }

  get pid() {
    return this.process.pid ?? 0;
  }

  signal(signal) {
    if (this.alive) signalTo(this.pid, signal);
  }

  /** A signal to it and to whatever it has started. */
  signalTree(signal) {
    if (!this.alive) return;
    const all = [this.pid];
    for (let at = 0; at < all.length; ++at) all.push(...childrenOf(all[at]));
    for (const pid of all) signalTo(pid, signal);
  }

  /** The machine it ran on is gone. Synchronous; see `ended`. */
  killTree() {
    this.signalTree('SIGKILL');
  }

  async kill() {
    this.killTree();
    await within(this.ended, { what: `${this.name} ends after kill -9`, timeoutMs: 30_000 });
  }

  /** Asks it to end, and resolves with its exit code. Whoever does not end in time is killed, and that is an error. */
  async stop(signal = 'SIGTERM', timeoutMs = 30_000) {
    this.thaw();
    this.signal(signal);
    try {
      return await within(this.ended, { what: `${this.name} ends after ${signal}`, timeoutMs });
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  freeze() {
    this.signalTree('SIGSTOP');
  }

  thaw() {
    this.signalTree('SIGCONT');
  }
}

/** Runs a program to its end; rejects with what it wrote when it fails. */
export async function run(program, args, options) {
  const child = new Child(program, args, options);
  const how = await child.ended;
  if (how !== 0) throw new Error(`${options.name} failed (${how}): ${child.output.slice(-2_000)}`);
  return child.output;
}
