// Figures that the suite measures. They are checked always, printed always, and kept in bench/results when CHILLIN_WRITE_RESULTS=1.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const git = (...args) => execFileSync('git', ['-C', checkout, ...args], { encoding: 'utf8' }).trim();

/** `note` takes what was measured, as text, and its bound; `of` says in what the measurement was made (the browser's version). */
export function figures() {
  const lines = [];
  let browser = '';
  after(() => {
    if (lines.length === 0) return;
    const table = ['| what | measured | bound |', '|---|---|---|', ...lines.map((line) => `| ${line.join(' | ')} |`)].join('\n');
    console.log(table);
    if (process.env.CHILLIN_WRITE_RESULTS !== '1') return;
    const commit = git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain', '--', 'client', 'server') === '' ? '' : '-changed');
    const date = new Date().toISOString().slice(0, 10);
    const file = path.join(checkout, 'bench/results', `client-${date}-${commit}.md`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, [
      `# The web client, ${date}, commit ${commit}`,
      '',
      `Measured by tests/e2e/budgets.test.mjs: ${browser}, headless, browser and server on the same ${os.cpus().length} cores`
        + ` (${os.cpus()[0]?.model ?? 'unknown'}).`,
      '',
      table,
      '',
    ].join('\n'));
  });
  return {
    of: (name) => { browser = name; },
    note: (what, measured, bound) => lines.push([what, measured, bound]),
  };
}
