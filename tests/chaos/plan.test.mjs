// What a seed chooses, what the command line means, and what the table says.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Random } from '../integration/lib/random.mjs';
import { faults, faultsOf, mix, single } from './lib/faults.mjs';
import { crowdOf } from './lib/habits.mjs';
import { commandOf, parseOptions } from './lib/options.mjs';
import { section, table, write } from './lib/report.mjs';
import { seating } from './lib/round.mjs';

test('a seed chooses the same faults again', () => {
  const names = (seed) => {
    const random = new Random(seed);
    return [...faults.map((fault) => single(fault, random, 3).name), ...Array.from({ length: 20 }, () => mix(faults, random, 3).name)];
  };
  assert.deepEqual(names(7), names(7));
  assert.notDeepEqual(names(7), names(8));
});

test('a mix breaks two or three different things', () => {
  const random = new Random(1);
  const touches = new Map(faults.map(({ name, touches: what }) => [name, what]));
  for (let round = 0; round < 500; ++round) {
    const parts = mix(faults, random, 3).name.split(', ').map((part) => touches.get(part.split(' ')[0]));
    assert.ok(parts.length >= 2 && parts.length <= 3);
    assert.equal(new Set(parts).size, parts.length, parts.join(', '));
  }
});

test('embedded storage has no faults of what it does not use', () => {
  assert.ok(faultsOf('embedded').every(({ name }) => !/redis|postgres/.test(name)));
  assert.ok(faultsOf('postgres').some(({ name }) => name === 'postgres-cut') && faultsOf('postgres').every(({ name }) => !/redis/.test(name)));
  assert.equal(faultsOf('shared').length, faults.length);
});

test('a crowd has every kind of people, and its guests have names of their own', () => {
  const accounts = [{ name: 'account0', token: 't0' }, { name: 'account1', token: 't1' }];
  const people = crowdOf({ clients: 240, rate: 24, accounts });
  assert.equal(new Set(people.map(({ habits }) => habits.kind)).size, 14);
  const guests = people.filter(({ token }) => token === undefined);
  assert.equal(new Set(guests.map(({ name }) => name)).size, guests.length);
  const perSecond = people.reduce((sum, { habits }) => sum + (habits.writes > 0 ? 1000 / habits.writes : 0), 0);
  assert.ok(Math.abs(perSecond - 24) < 0.001, String(perSecond));
  const { rooms, names } = seating(people, 1, new Random(1));
  assert.ok(people.every(({ label }) => rooms[label].every(({ name }) => names.includes(name)) && rooms[label].length >= 2));
});

test('options are read, and mistakes are refused', () => {
  const options = parseOptions(['--seed', '5', '--minutes=30', '--fault', 'random', '--short']);
  assert.deepEqual([options.seed, options.minutes, options.fault, options.short, options.servers, options.clients, options.rate], [5, 30, 'random', true, 3, 240, 24]);
  assert.equal(commandOf({ ...options, storage: 'shared' }), 'tests/chaos/run --seed 5 --storage shared --servers 3 --clients 240 --fault random --minutes 30 --short');
  for (const wrong of [['--fault', 'no-such'], ['--clients', 'many'], ['--frobnicate'], ['seed'], ['--seed'], ['--storage', 'paper']]) assert.throws(() => parseOptions(wrong), undefined, wrong.join(' '));
});

test('the table has one line a fault, the worst of its rounds, and says what failed', () => {
  const row = { name: 'server-kill (s1)', began: '', seconds: 9, faultSeconds: 1, backSeconds: 2, messages: 100, resent: 5, elsewhere: 3, silenceSeconds: 2.5, silent: 'c1', holes: 0, views: 50, later: {}, findings: [] };
  const rows = [row, { ...row, name: 'server-kill (s2)', backSeconds: 4 }, { ...row, name: 'redis-cut (all), server-freeze (s1) +0.3 s', findings: ['lost'] }];
  const lines = table(rows).split('\n');
  assert.equal(lines[2], '| server-kill | 2 | 200 | 10 (6) | 100 | 1.0 | 4.0 | 2.5 | nothing lost |');
  assert.equal(lines[3], '| mixed | 1 | 100 | 5 (3) | 50 | 1.0 | 2.0 | 2.5 | **1 failed** |');

  const folder = mkdtempSync(path.join(tmpdir(), 'chillin-test-'));
  const file = path.join(folder, 'reliability.md');
  writeFileSync(file, 'before\n<!-- long run, shared: written by tests/chaos/run --write -->\nold\n<!-- end of long run, shared -->\nafter\n');
  write(file, 'long run, shared', section({ rows, seed: 5, storage: 'shared', servers: 3, clients: 240, minutes: 30, command: 'tests/chaos/run' }));
  const text = readFileSync(file, 'utf8');
  assert.match(text, /^before\n[^]*server-kill \| 2[^]*\nafter\n$/);
  assert.doesNotMatch(text, /^old$/m);
  assert.throws(() => write(file, 'short run, shared', ''), /has no place/);
  rmSync(folder, { recursive: true });
});
