// The results as a table for people, and its place in docs/reliability.md.
import { readFileSync, writeFileSync } from 'node:fs';

/** @typedef {import('./round.mjs').Row} Row */

const seconds = (value) => value.toFixed(1);

/** Rounds of one name as one line: what was worst of each. @param {Row[]} rows */
function merged(rows) {
  /** @type {Map<string, Row[]>} */
  const groups = new Map();
  for (const row of rows) {
    // A mix is one of its kind; which servers were struck is in the log.
    const name = row.name.includes(', ') ? 'mixed' : row.name.replace(/ \(.*\)$/, '');
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const sum = (group, what) => group.reduce((total, row) => total + what(row), 0);
  const most = (group, what) => Math.max(...group.map(what));
  return [...groups].map(([name, group]) => ({
    name,
    times: group.length,
    messages: sum(group, (row) => row.messages),
    resent: sum(group, (row) => row.resent),
    elsewhere: sum(group, (row) => row.elsewhere),
    views: sum(group, (row) => row.views),
    broken: most(group, (row) => row.faultSeconds),
    back: most(group, (row) => row.backSeconds),
    silence: most(group, (row) => row.silenceSeconds),
    failed: group.filter((row) => row.findings.length > 0).length,
  }));
}

/** @param {Row[]} rows */
export function table(rows) {
  const lines = [
    '| fault | times | messages acknowledged | resent (to another server) | views compared | broken for, s | all back after, s | longest silence of a client, s | verdict |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---|',
  ];
  for (const { name, times, messages, resent, elsewhere, views, broken, back, silence, failed } of merged(rows)) {
    lines.push(`| ${name} | ${times} | ${messages} | ${resent} (${elsewhere}) | ${views} | ${seconds(broken)} | ${seconds(back)} | ${seconds(silence)} | ${failed === 0 ? 'nothing lost' : `**${failed} failed**`} |`);
  }
  return lines.join('\n');
}

/** What was run, in one sentence, and the table. @param {{ rows: Row[], seed: number, storage: string, servers: number, clients: number, minutes: number, command: string }} run */
export function section({ rows, seed, storage, servers, clients, minutes, command }) {
  const where = {
    embedded: 'One server on embedded storage',
    postgres: 'One server on PostgreSQL (with a synchronous standby)',
    shared: `${servers} servers on PostgreSQL (with a synchronous standby) and Redis (with Sentinels)`,
  }[storage];
  const sum = rows.reduce((total, row) => total + row.messages, 0);
  return `${where}, ${clients} clients, ${minutes.toFixed(0)} minutes, seed ${seed}: ${rows.length} rounds, ${sum} messages acknowledged.\nRepeat it with \`${command}\`.\n\n${table(rows)}\n`;
}

/** Puts a section between its two marks. @param {string} file @param {string} mark @param {string} text @param {string} program that writes it */
export function write(file, mark, text, program = 'run') {
  const old = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- ${mark}: written by tests/chaos/${program} --write -->`, `<!-- end of ${mark} -->`];
  const from = old.indexOf(begin);
  const to = old.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no place for ${mark}`);
  writeFileSync(file, `${old.slice(0, from)}${begin}\n\n${text}\n${old.slice(to)}`);
}
