// What /metrics says, as an object to ask.
//
//   const before = await scrape(server);
//   ...
//   (await scrape(server)).value('chillin_sends_total', { code: 'OK' }) - before.value(...)
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Of a ChillinServer; `options`: of its request(). */
export async function scrape(server, options) {
  const { status, text } = await server.get('/metrics', options);
  assert.equal(status, 200, text);
  return parse(text);
}

/** { text, types: name -> type, samples: [{ name, labels, value }], value(name, labels) } */
export function parse(text) {
  const types = new Map();
  const samples = [];
  for (const line of text.trimEnd().split('\n')) {
    const type = line.match(/^# TYPE (\S+) (\S+)$/);
    if (type) types.set(type[1], type[2]);
    if (line.startsWith('#')) continue;
    const [, name, , labelText = '', value] = line.match(/^([a-z_]+)(\{(.*)\})? (\S+)$/);
    const labels = Object.fromEntries([...labelText.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, of]) => [label, of]));
    samples.push({ name, labels, value: Number(value) });
  }
  /** The sum of the series that have these labels, of a histogram's counts where there is none of that name. */
  const value = (name, labels = {}) => {
    const wanted = types.get(name) === 'histogram' ? `${name}_count` : name;
    return samples
      .filter((sample) => sample.name === wanted && Object.entries(labels).every(([label, of]) => sample.labels[label] === of))
      .reduce((sum, sample) => sum + sample.value, 0);
  };
  return { text, types, samples, value };
}

/** The tables of docs/metrics.md: name -> { type, labels: their names }. */
export function catalogue() {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/metrics.md', import.meta.url)), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) \|([^|]*)\|/gm)];
  return new Map(rows.map(([, name, type, labels]) => [name, { type, labels: [...labels.matchAll(/`([a-z]+)`/g)].map((one) => one[1]).sort() }]));
}

/** What `promtool check metrics` has to say; empty: nothing. */
export function promtool(text) {
  return new Promise((resolve, reject) => {
    const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { said += data; });
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? said : `${said}\nexit status ${code}`));
    child.stdin.end(text);
  });
}
