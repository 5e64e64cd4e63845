// Two servers behind nginx for a long time, and whether anything grows: tests/chaos/soak --help.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { judge, median } from './lib/flat.mjs';
import { Installation } from './lib/installation.mjs';
import { lineChart } from './lib/line_chart.mjs';
import { Load, optionsOf, whenAndWhat } from './lib/load.mjs';
import { write } from './lib/report.mjs';

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const say = (text) => console.log(text);
const kSampleMs = 5_000;
const kMiB = 1_048_576;
const defaults = { minutes: 30, connections: 5_000, rooms: 250, writers: 250, rate: 50, reconnects: 10, processes: 3 };
const short = { minutes: 0.15, connections: 60, rooms: 4, writers: 8, rate: 6, reconnects: 4, processes: 1 };
/** What flat means, by figure: see lib/flat.mjs. Latency is that of a machine which others use as well. */
const limits = {
  memory: { growth: 0.05, slack: 2 * kMiB, perHour: 0.2 },
  descriptors: { growth: 0.02, slack: 20, perHour: 0.2 },
  p50: { growth: 0.5, slack: 5 },
  p99: { growth: 1, slack: 50 },
};
const usage = `usage: tests/chaos/soak [--minutes N] [--connections N] [--rooms N] [--writers N] [--rate N] [--reconnects N] [--seed N] [--short] [--write]

Two servers, PostgreSQL and Redis behind nginx (deploy/nginx, limits as shipped) for --minutes N (${defaults.minutes}).

  --connections N  (${defaults.connections}), of which --writers N (${defaults.writers}) send --rate N (${defaults.rate}) messages a second in --rooms N (${defaults.rooms})
  --reconnects N   of them a second leave, with a farewell or cut off, and come back (${defaults.reconnects})
  --processes N    of lean readers (${defaults.processes})
  --short          ${short.connections} connections for some seconds, without the judgement whether anything grows, as ./test runs it
  --write          keeps the table in docs/reliability.md and the graph in docs/pictures/soak.svg

Flat: after a warm-up of a sixth of the run, the last third's median is over the first third's by at most 5 % or 2 MiB (memory
of each server), 2 % or 20 (descriptors that are no connection), 50 % or 5 ms (p50), 100 % or 50 ms (p99); and the fitted
line of memory and descriptors rises by at most 20 % an hour. Nothing may be lost, doubled or reordered.
The last line is "N passed, M failed"; the exit status is 1 if anything failed.`;
const number = (value) => (Number.isFinite(value) ? (value < 10 ? value.toFixed(1) : value.toFixed(0)) : '-');

async function main() {
  const options = optionsOf(process.argv.slice(2), defaults, short);
  if (options.help) return say(usage);
  const { minutes, connections, rooms, writers, rate, reconnects, processes, seed } = options;
  say(`seed ${seed}: tests/chaos/soak --minutes ${minutes} --connections ${connections} --rooms ${rooms} --writers ${writers} --rate ${rate} --reconnects ${reconnects} --seed ${seed}${options.short ? ' --short' : ''}`);
  const all = await Installation.start({ quick: options.short === true });
  let load;
  const findings = [];
  try {
    load = await Load.start({ ...options, url: /** @type {any} */ (all.nginx).url });
    await load.everybody();
    say(`${connections} connections are in their rooms`);
    await load.crowd.write(true);
    await load.all('wander', { perSecond: reconnects / processes });
    const began = Date.now() / 1_000;
    const samples = [];
    const rows = [];
    let before = { at: began, status: await load.status(), figures: await all.figures() };
    const header = `| minute | ${all.servers.map(({ name }) => `${name}: memory, MiB | descriptors | connections | CPU, %`).join(' | ')} | acknowledged | p50, ms | p99, ms | max, ms | deliveries/s | p50, ms | p99, ms | max, ms | left and came back |\n|---:|${'---:|'.repeat(all.servers.length * 4 + 9)}`;
    say(header);
    const perRow = Math.min(60, minutes * 20);
    while (Date.now() / 1_000 < began + minutes * 60) {
      // The run's own clock: what it measures is how things are over time.
      await delay(Math.min(kSampleMs, minutes * 6_000));
      const at = Date.now() / 1_000;
      const figures = await all.figures();
      await load.collect();
      if (figures.some((one) => one === null)) throw new Error('a server does not answer /metrics');
      samples.push({ at: at - began, figures });
      if (at - before.at < perRow - 0.5) continue;
      const status = await load.status();
      // Who was sent something in the last seconds may not have it yet.
      const [ack, delivery] = ['ack', 'delivery'].map((kind) => load.latencies.between(kind, before.at, at));
      const quantiles = (one) => [one.quantile(0.5), one.quantile(0.99), one.max];
      const servers = figures.flatMap((one, server) => [one.rss / kMiB, one.descriptors, one.connections, ((one.cpu - before.figures[server].cpu) * 100) / (at - before.at)]);
      const figuresOfRow = [...servers, ack.count, ...quantiles(ack), (status.pushed - before.status.pushed) / (at - before.at), ...quantiles(delivery), status.comebacks - before.status.comebacks];
      rows.push({ at: at - began, ack: quantiles(ack), delivery: quantiles(delivery), line: `| ${((at - began) / 60).toFixed(options.short ? 2 : 0)} | ${figuresOfRow.map(number).join(' | ')} |` });
      say(rows.at(-1).line);
      before = { at, status, figures };
      if (status.findings.length > 0) throw new Error(status.findings.slice(0, 5).join('\n'));
    }
    const { findings: wrong, views, messages } = await load.check(all.servers, seed);
    findings.push(...wrong);
    const status = await load.status();

    const warmUp = minutes * 10;
    const verdicts = [];
    const see = (name, points, limit, unit, scale = 1) => {
      const result = judge(points, { ...limit, warmUp });
      verdicts.push(`| ${name} | ${number(result.first / scale)} ${unit} | ${number(result.last / scale)} ${unit} | ${result.percentPerHour.toFixed(1)} | ${result.flat ? 'flat' : `**not flat: ${result.why}**`} |`);
      if (!result.flat && !options.short) findings.push(`not flat: ${name}: ${result.why} (${number(result.first / scale)} ${unit}, then ${number(result.last / scale)} ${unit}, ${result.percentPerHour.toFixed(1)} % an hour)`);
    };
    all.servers.forEach(({ name }, server) => {
      see(`memory of ${name}`, samples.map(({ at, figures }) => [at, figures[server].rss]), limits.memory, 'MiB', kMiB);
      see(`descriptors of ${name} that are no connection`, samples.map(({ at, figures }) => [at, figures[server].descriptors - figures[server].connections]), limits.descriptors, '');
    });
    for (const kind of ['ack', 'delivery']) for (const [at, name] of /** @type {const} */ ([[0, 'p50'], [1, 'p99']])) see(`${kind === 'ack' ? 'acknowledgement' : 'delivery'}, ${name}`, rows.map((row) => [row.at, row[kind][at]]), limits[name], 'ms');

    const told = Object.entries(status.reasons).map(([reason, times]) => `${reason} ${times}`).join('; ') || 'none';
    const text = [
      `${connections} connections in ${rooms} rooms, ${rate} messages a second, ${reconnects} reconnects a second, ${number(minutes)} minutes; ${whenAndWhat(checkout)}; two cores shared by servers, PostgreSQL, Redis, nginx, clients and whatever else the machine did.`,
      `Repeat it with \`tests/chaos/soak --minutes ${minutes} --connections ${connections} --seed ${seed}\`.`, '',
      '| figure | median of the first third | of the last third | fitted line, % an hour | verdict |', '|---|---:|---:|---:|---|', ...verdicts, '', header, ...rows.map(({ line }) => line), '',
      `${messages} messages stand on both servers, each acknowledged one once; ${views} whole views and every lean reader compared: ${wrong.length === 0 ? 'nothing lost, doubled or reordered' : `**${wrong.length} findings**`}. `
      + `Lean readers left with a farewell ${status.cleanCloses} times, were cut off ${status.cuts} times, and read ${status.caughtUp} messages on their return; ${status.holes} holes healed. What else happened to them: ${told}.`,
    ].join('\n');
    say(`\n${text}\n`);
    if (options.write) {
      const points = (what) => samples.map(({ at, figures }) => [at / 60, what(figures)]);
      const each = (what) => all.servers.map(({ name }, server) => ({ name, points: points((figures) => what(figures[server])) }));
      const latency = (kind) => ['p50', 'p99', 'max'].map((name, at) => ({ name, points: rows.map((row) => [row.at / 60, row[kind][at]]) }));
      writeFileSync(path.join(checkout, 'docs/pictures/soak.svg'), lineChart({
        title: `${number(minutes)} minutes, ${connections} connections, ${rate} messages and ${reconnects} reconnects a second`, xLabel: 'minutes',
        panels: [
          { title: 'Memory', unit: 'MiB', series: each((one) => one.rss / kMiB) },
          { title: 'Open descriptors', unit: 'of each server', series: each((one) => one.descriptors) },
          { title: 'Acknowledgement of a send', unit: 'ms', log: true, series: latency('ack') },
          { title: 'Delivery', unit: 'ms', log: true, series: latency('delivery') },
        ],
      }));
      write(path.join(checkout, 'docs/reliability.md'), 'soak', text, 'soak');
    }
    say(`medians of all minutes: acknowledgement p99 ${number(median(rows.map(({ ack }) => ack[1])))} ms, delivery p99 ${number(median(rows.map(({ delivery }) => delivery[1])))} ms`);
  } catch (error) {
    findings.push(`stuck: ${inspect(error)}`);
  } finally {
    if (findings.length > 0) {
      mkdirSync(path.join(checkout, 'build/test-logs'), { recursive: true });
      writeFileSync(path.join(checkout, `build/test-logs/soak-${seed}.log`), `${findings.join('\n')}\n${all.logs()}`);
      say(`What everybody wrote last: build/test-logs/soak-${seed}.log`);
    }
    await load?.end();
    await all.close();
  }
  for (const finding of findings.slice(0, 20)) say(`FAIL ${finding}`);
  say(findings.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
  process.exit(findings.length === 0 ? 0 : 1);
}

await main();
