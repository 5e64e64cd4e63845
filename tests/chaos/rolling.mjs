// Restarts two servers behind nginx, one after the other, under load: tests/chaos/rolling --help.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { kLongestSendMs } from './lib/back_off.mjs';
import { Installation } from './lib/installation.mjs';
import { lineChart } from './lib/line_chart.mjs';
import { Load, optionsOf, whenAndWhat } from './lib/load.mjs';
import { write } from './lib/report.mjs';

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const say = (text) => console.log(text);
const defaults = { connections: 2_000, rooms: 100, writers: 200, rate: 80, processes: 2, steady: 15 };
const short = { connections: 60, rooms: 4, writers: 8, rate: 6, processes: 1, steady: 2 };
const usage = `usage: tests/chaos/rolling [--connections N] [--rooms N] [--writers N] [--rate N] [--seed N] [--short] [--write]

Two servers, PostgreSQL and Redis behind nginx (deploy/nginx, limits as shipped). Each server is stopped with SIGTERM, started
again, and when /health/ready answers it is the next one's turn. Nothing acknowledged may be lost, doubled or reordered for
anybody, and no message may wait longer for its acknowledgement than the back-off allows (${kLongestSendMs} ms; not with --short).

  --connections N  (${defaults.connections}), of which --writers N (${defaults.writers}) send --rate N (${defaults.rate}) messages a second in --rooms N (${defaults.rooms})
  --steady N       seconds before the first restart and after the last (${defaults.steady})
  --processes N    of lean readers (${defaults.processes})
  --short          ${short.connections} connections, seconds instead of minutes, as ./test runs it
  --write          keeps the table in docs/reliability.md and the graph in docs/pictures/rolling-restart.svg

The last line is "N passed, M failed"; the exit status is 1 if anything failed.`;
const ms = (value) => (Number.isFinite(value) ? (value < 10 ? value.toFixed(1) : value.toFixed(0)) : '-');

async function main() {
  const options = optionsOf(process.argv.slice(2), defaults, short);
  if (options.help) return say(usage);
  const { connections, rooms, writers, rate, seed, steady } = options;
  say(`seed ${seed}: tests/chaos/rolling --connections ${connections} --rooms ${rooms} --writers ${writers} --rate ${rate} --seed ${seed}${options.short ? ' --short' : ''}`);
  const all = await Installation.start({ quick: options.short === true });
  let load;
  const marks = [];
  const findings = [];
  try {
    load = await Load.start({ ...options, url: /** @type {any} */ (all.nginx).url });
    await load.everybody();
    const mark = async (label) => {
      marks.push({ at: Date.now() / 1_000, label });
      const { there, acknowledged, failedTries } = await load.status();
      say(`${label}: ${there} of ${connections} in a room, ${acknowledged} acknowledged, ${failedTries} tries failed`);
    };
    await load.crowd.write(true);
    await mark('writing');
    const began = marks[0].at;
    await load.until(({ acknowledged }) => acknowledged >= rate * steady, { what: 'steady sending' });
    for (const server of all.servers) {
      const at = all.servers.indexOf(server);
      const there = (await all.figures())[at]?.connections ?? 0;
      if (there === 0) findings.push(`${server.name} had no connection when it was stopped`);
      await mark(`${server.name} is told to stop (${there} connections)`);
      await server.stop();
      await mark(`${server.name} is gone`);
      await server.start();
      await mark(`${server.name} is back`);
    }
    const { acknowledged } = await load.everybody('everybody is back');
    await mark('everybody is back');
    await load.until((status) => status.acknowledged >= acknowledged + rate * steady, { what: 'steady sending afterwards' });
    const ended = Date.now() / 1_000;
    const { findings: wrong, views, messages } = await load.check(all.servers, seed);
    findings.push(...wrong);
    const status = await load.status();
    const slowest = load.latencies.between('ack', began, ended + 60).max;
    if (!options.short && slowest > kLongestSendMs) findings.push(`slow: a message waited ${ms(slowest)} ms for its acknowledgement; allowed are ${kLongestSendMs}`);
    if (status.shutdowns === 0) findings.push('nobody was told that a server stops');

    const phases = [['before', began, marks[1].at]];
    for (let at = 1; at + 2 < marks.length; at += 3) phases.push([`${all.servers[(at - 1) / 3].name} restarts`, marks[at].at, marks[at + 3].at]);
    phases.push(['after', marks.at(-1).at, ended], ['all', began, ended + 60]);
    const row = (name, from, to) => {
      const cells = ['ack', 'delivery', 'caughtUp'].map((kind) => load.latencies.between(kind, from, to)).flatMap((one) => [one.count, ...[one.quantile(0.5), one.quantile(0.99), one.max].map(ms)]);
      return `| ${name} | ${cells.join(' | ')} |`;
    };
    const told = Object.entries(status.reasons).map(([reason, times]) => `${reason} ${times}`).join('; ') || 'none';
    const text = [
      `${connections} connections in ${rooms} rooms, ${writers} writers, ${rate} messages a second; ${whenAndWhat(checkout)}; two cores shared by servers, PostgreSQL, Redis, nginx, clients and whatever else the machine did.`,
      `Repeat it with \`tests/chaos/rolling --connections ${connections} --seed ${seed}\`.`, '',
      '| sent while | acknowledged | p50, ms | p99, ms | max, ms | delivered | p50, ms | p99, ms | max, ms | read on return | p50, ms | p99, ms | max, ms |', `|---|${'---:|'.repeat(12)}`,
      ...phases.map(([name, from, to]) => row(name, from, to)), '',
      `${messages} messages stand on both servers, each acknowledged one once; ${views} whole views and every lean reader compared: ${findings.length === 0 ? 'nothing lost, doubled or reordered' : `**${findings.length} findings**`}. `
      + `Longest wait of a send ${ms(slowest)} ms (allowed: ${kLongestSendMs} ms), longest absence of a lean reader ${ms(status.longestAwayMs)} ms, ${status.failedTries} tries to connect failed, ${status.resent} sends repeated. Lean readers, by reason: ${told}.`,
    ].join('\n');
    say(`\n${text}\n`);
    if (options.write) {
      const points = (kind, what) => {
        const found = [];
        for (let second = Math.floor(began); second < ended; ++second) {
          const one = load.latencies.between(kind, second, second + 1);
          found.push([second - began, one.count === 0 ? NaN : what(one)]);
        }
        return found;
      };
      const three = (kind) => [['p50', (one) => one.quantile(0.5)], ['p99', (one) => one.quantile(0.99)], ['max', (one) => one.max]].map(([name, what]) => ({ name, points: points(kind, what) }));
      const svg = lineChart({
        title: `Rolling restart of two servers under ${connections} connections and ${rate} messages a second`, xLabel: 'seconds since writing began, at which a message was sent',
        marks: marks.slice(1, -1).map(({ at, label }) => ({ x: at - began, label: label.replace(/ \(.*/, '') })),
        panels: [
          { title: 'Acknowledgement of a send', unit: 'ms', log: true, series: three('ack') },
          { title: 'Delivery to readers who were there', unit: 'ms', log: true, series: three('delivery') },
          { title: 'Delivery to readers who were being moved, read on their return', unit: 'ms', log: true, series: three('caughtUp') },
        ],
      });
      writeFileSync(path.join(checkout, 'docs/pictures/rolling-restart.svg'), svg);
      write(path.join(checkout, 'docs/reliability.md'), 'rolling restart', text, 'rolling');
    }
  } catch (error) {
    findings.push(`stuck: ${inspect(error)}`);
  } finally {
    if (findings.length > 0) {
      mkdirSync(path.join(checkout, 'build/test-logs'), { recursive: true });
      writeFileSync(path.join(checkout, `build/test-logs/rolling-${seed}.log`), `${findings.join('\n')}\n${all.logs()}`);
      say(`What everybody wrote last: build/test-logs/rolling-${seed}.log`);
    }
    await load?.end();
    await all.close();
  }
  for (const finding of findings.slice(0, 20)) say(`FAIL ${finding}`);
  say(findings.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
  process.exitCode = findings.length === 0 ? 0 : 1;
  process.exit();
}

await main();
