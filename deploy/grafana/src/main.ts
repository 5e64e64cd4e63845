// Writes ../dashboards/*.json, or with --check compares: status 1 and the names of the files where they are not what is made here.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { capacity } from './capacity.js';
import { delivery } from './delivery.js';
import { overview } from './overview.js';
import { runbooks } from './runbooks.js';
import { storage } from './storage.js';

const folder = new URL('../dashboards/', import.meta.url);
const made = new Map(Object.entries({ overview, delivery, storage, capacity, runbooks }).map(([name, make]) => [`${name}.json`, `${JSON.stringify(make(), null, 1)}\n`]));
const there = readdirSync(folder);

if (process.argv[2] === '--check') {
  const read = (name: string) => (there.includes(name) ? readFileSync(new URL(name, folder), 'utf8') : undefined);
  const stale = [...new Set([...made.keys(), ...there])].filter((name) => read(name) !== made.get(name));
  for (const name of stale) console.error(`deploy/grafana/dashboards/${name} is not what deploy/grafana/src makes: run deploy/grafana/generate and commit what it writes`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const name of there) if (!made.has(name)) rmSync(new URL(name, folder));
  for (const [name, text] of made) writeFileSync(new URL(name, folder), text);
}
