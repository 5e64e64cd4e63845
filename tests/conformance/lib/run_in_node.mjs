// Runs a suite in Node, in a process of its own (each run loads the suite anew), with what a browser would give it.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Resolves with { tests: [{ title, state: passed|failed|pending, error? }] }. */
export function runSuite({ suite, port, grep }) {
  const child = fork(fileURLToPath(new URL('./node_child.mjs', import.meta.url)), [suite, String(port), grep]);
  return new Promise((resolve, reject) => {
    let results;
    child.once('message', (message) => {
      results = message;
    });
    child.once('error', reject);
    child.once('exit', (code) => (results ? resolve(results) : reject(new Error(`the suite's process ended with ${code}`))));
  });
}
