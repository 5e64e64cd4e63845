// The figures, judgements and pictures of the rolling restart and the soak; and both for some seconds.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { afterShutdownMs, kLongestSendMs, retryDelayMs } from './lib/back_off.mjs';
import { judge, median, slope } from './lib/flat.mjs';
import { Histogram, Latencies } from './lib/histogram.mjs';
import { Installation } from './lib/installation.mjs';
import { LeanClient, LeanLedger, sentAt } from './lib/lean_client.mjs';
import { lineChart, ticks } from './lib/line_chart.mjs';
import { addressOf, optionsOf, peopleOf } from './lib/load.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));
const points = (of, count = 60) => Array.from({ length: count }, (_, at) => [at * 30, of(at * 30)]);

test('back-off: as the web client has it', () => {
  assert.deepEqual([retryDelayMs(0, 0), retryDelayMs(2, 0.5), retryDelayMs(9, 1)], [1_000, 4_500, 30_000]);
  assert.equal(afterShutdownMs(1_500, 0.5), 2_250);
  assert.equal(kLongestSendMs, 6_000);
});

test('histogram: quantiles are at most 5 % too high, and sums are those of all', () => {
  const [low, high] = [new Histogram(), new Histogram()];
  for (let ms = 1; ms <= 500; ++ms) low.add(ms);
  for (let ms = 501; ms <= 1_000; ++ms) high.add(ms);
  low.merge(high);
  for (const [q, exact] of [[0.5, 500], [0.99, 990], [1, 1_000]]) assert.ok(low.quantile(q) >= exact && low.quantile(q) <= exact * 1.05, `${q}: ${low.quantile(q)}`);
  assert.deepEqual([low.count, low.max, new Histogram().quantile(0.5)], [1_000, 1_000, NaN]);
});

test('latencies: by kind and second, and each taken once', () => {
  const [here, there] = [new Latencies(), new Latencies()];
  there.note('ack', 10_500, 7);
  there.note('ack', 11_500, 9);
  there.note('delivery', 10_500, 99);
  here.put(there.take());
  here.put(there.take());
  assert.deepEqual([here.between('ack', 10, 11).max, here.between('ack', 10, 12).count, here.between('ack', 12, 20).count], [7, 2, 0]);
});

describe('flat', () => {
  const memory = { growth: 0.05, slack: 2, perHour: 0.2 };
  test('what wobbles or falls is', () => {
    assert.ok(judge(points((at) => 100 + (at % 90) / 30), memory).flat);
    assert.ok(judge(points((at) => 200 - at / 30), memory).flat);
  });
  test('a leak is not, nor is a step', () => {
    assert.match(judge(points((at) => 100 + at / 60), memory).why, /last third/);
    assert.match(judge(points((at) => (at > 900 ? 120 : 100)), memory).why, /last third/);
    assert.match(judge(points((at) => 100 + at / 400), memory).flat ? '' : 'rises', /^$/, 'within what is allowed');
    assert.match(judge(points((at) => 100 + at / 150), { ...memory, growth: 1 }).why, /line/);
  });
  test('the warm-up does not count, and too little is no proof', () => {
    const settling = points((at) => 100 + Math.min(at, 300));
    assert.equal(judge(settling, { ...memory, warmUp: 300 }).flat, true);
    assert.equal(judge(settling.slice(0, 5), memory).flat, false);
    assert.equal(judge(points(() => NaN), memory).flat, false);
  });
  test('line and median', () => {
    assert.equal(slope([[0, 1], [1, 3], [2, 5]]), 2);
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5]);
  });
});

test('line chart: every point within the picture, gaps are gaps, both colour schemes', () => {
  const svg = lineChart({ title: 'a < b', xLabel: 's', marks: [{ x: 1, label: 'gone & back' }], panels: [{ title: 'p', unit: 'ms', log: true, series: [{ name: 'max', points: [[0, 1], [1, NaN], [2, 5_000]] }] }] });
  assert.match(svg, /a &lt; b/);
  assert.match(svg, /gone &amp; back/);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
  const [, line] = /** @type {RegExpMatchArray} */ (svg.match(/class="line s0" d="([^"]+)"/));
  assert.equal(line.match(/M/g)?.length, 2);
  for (const [, x, y] of line.matchAll(/[ML]([\d.]+) ([\d.]+)/g)) assert.ok(Number(x) >= 0 && Number(x) <= 900 && Number(y) >= 0 && Number(y) <= 320);
  assert.deepEqual([ticks(0.5, 2_000, true), ticks(0, 10, false)], [[1, 10, 100, 1_000], [0, 2, 4, 6, 8, 10]]);
});

describe('a lean reader finds', () => {
  /** What a reader that stands at seq 5 finds when this happens to it. */
  const findingsAfter = (...packets) => {
    const ledger = new LeanLedger(new Latencies());
    const reader = new LeanClient({ label: 'l1', name: 'reader', room: 'tea', url: '', from: '', transport: 'websocket', random: /** @type {any} */ (null), ledger });
    reader.socket = /** @type {any} */ ({ send() {} });
    const history = (messages, seq) => reader.hear(`2${JSON.stringify(['messageHistory', { room: 'tea', messages, seq, hasMore: false }])}`);
    history([], 5);
    for (const packet of packets) {
      if (Array.isArray(packet)) history(packet, packet.at(-1)?.seq ?? 6);
      else reader.hear(`2${JSON.stringify(['message', packet])}`);
    }
    return { findings: ledger.findings.map((text) => text.split(' ')[0]), seq: reader.seq, holes: ledger.counts.holes };
  };
  const message = (seq, id = `m${seq}`) => ({ id, seq, room: 'tea', user: 'ada', text: 'c1.1 says something at 12.5' });
  test('nothing where all is well', () => assert.deepEqual(findingsAfter(message(6), [message(6), message(7)], message(7), message(8)), { findings: [], seq: 8, holes: 0 }));
  test('a message pushed twice', () => assert.deepEqual(findingsAfter(message(6), message(6)).findings, ['twice']));
  test('another one at the same seq', () => assert.deepEqual(findingsAfter(message(6), [message(6), message(7)], message(7), message(7, 'x')).findings, ['twice']));
  test('a hole in what it reads on its return', () => assert.deepEqual(findingsAfter([message(6), message(8)]).findings, ['hole']));
  test('an end of that which nothing leads to', () => assert.deepEqual(findingsAfter([]).findings, ['hole']));
  test('a push that is missing, and asks for it', () => assert.deepEqual(findingsAfter(message(7)), { findings: [], seq: 5, holes: 1 }));
  test('when a text was sent', () => assert.deepEqual([sentAt('c1.1 says something at 12.5'), sentAt('hello')], [12.5, NaN]));
});

test('people: so many connections, no address with more than nginx allows, polling with accounts', () => {
  const { full, lean } = peopleOf({ connections: 5_000, rooms: 250, writers: 250, rate: 50, accounts: [{ name: 'a', token: 't' }] });
  assert.equal(full.length + lean.length, 5_000);
  const from = new Map();
  for (const person of [...full, ...lean]) from.set(person.from, (from.get(person.from) ?? 0) + 1);
  assert.ok(Math.max(...from.values()) <= 100);
  assert.ok(lean.every(({ transport, token }) => transport === 'websocket' || token === 't'));
  assert.deepEqual([addressOf(0, 24_000), addressOf(250, 24_000), addressOf(300, 24_000)], ['127.0.1.1', '127.0.2.1', '127.0.1.1']);
  assert.throws(() => optionsOf(['--conections', '5'], { connections: 1 }, {}), /no option/);
});

for (const what of ['rolling', 'soak']) {
  test(`tests/chaos/${what} --short`, { skip: Installation.possible ? false : 'PostgreSQL, Redis or nginx is not installed' }, async () => {
    const child = spawn(process.execPath, [path.join(folder, `${what}.mjs`), '--short'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (text) => { output += text; });
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 0, output);
    assert.match(output, /1 passed, 0 failed\s*$/);
  });
}
