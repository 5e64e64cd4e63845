// The real Prometheus and alertmanager, with the configuration of deploy/ changed only in addresses and intervals, so that a
// test need not wait for minutes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from './free_port.mjs';
import { temporaryFolder } from './server.mjs';
import { waitFor } from './wait.mjs';

const deploy = fileURLToPath(new URL('../../../deploy', import.meta.url));
const running = new Set();
after(() => running.forEach((child) => child.kill('SIGKILL')));
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Replaces each [pattern, by] in a file; fails for one that is not there, since then the file has changed. */
function edit(file, changes) {
  let text = readFileSync(file, 'utf8');
  for (const [pattern, by] of changes) {
    assert.match(text, pattern, `${file} has ${pattern}`);
    text = text.replace(pattern, by);
  }
  writeFileSync(file, text);
}

/** Starts a program that says at /-/ready whether it is; its address. */
async function start(program, args, port) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
  let ended = '';
  child.once('error', (error) => { ended = error.message; });
  child.once('close', (code) => {
    ended ||= `ended with ${code}`;
    running.delete(child);
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(async () => ended || (await fetch(`${url}/-/ready`)).ok, { what: `${program} is ready` }).catch((error) => { ended ||= error.message; });
  assert.equal(ended, '', output);
  return url;
}

/** Sends what alertmanager sends to `webhook`, within a second instead of minutes; its address. */
export async function startAlertmanager(webhook) {
  const folder = temporaryFolder('chillin-alertmanager-');
  const file = path.join(folder, 'alertmanager.yml');
  cpSync(path.join(deploy, 'alertmanager/alertmanager.yml'), file);
  edit(file, [[/http:\/\/webhook\.invalid\//, webhook], [/group_wait: \w+/, 'group_wait: 200ms'], [/group_interval: \w+/, 'group_interval: 1s']]);
  const port = await freePort();
  return start('prometheus-alertmanager', [`--config.file=${file}`, `--storage.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='], port);
}

/** Scrapes `servers` each second; what alerts have to last is a second. { url, query(), range(), labelValues() } */
export async function startPrometheus({ servers, token, alertmanager }) {
  const folder = temporaryFolder('chillin-prometheus-');
  cpSync(path.join(deploy, 'prometheus'), folder, { recursive: true });
  const tokenFile = path.join(folder, 'metrics_token');
  writeFileSync(tokenFile, token);
  const port = await freePort();
  const host = (url) => new URL(url).host;
  edit(path.join(folder, 'prometheus.yml'), [
    [/_interval: 15s/g, '_interval: 1s'], [/\/tmp\/metrics_token/, tokenFile], [/"alertmanager:9093"/, `"${host(alertmanager)}"`],
    [/"api-server-1:5000", "api-server-2:5000"/, servers.map(({ url }) => `"${host(url)}"`).join(', ')], [/"localhost:9090"/, `"127.0.0.1:${port}"`],
  ]);
  edit(path.join(folder, 'rules/alerts.yml'), [[/for: \d+m/g, 'for: 1s']]);
  const url = await start('prometheus', [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`], port);
  async function ask(target, parameters) {
    const answer = await (await fetch(`${url}/api/v1/${target}`, { method: target.startsWith('query') ? 'POST' : 'GET', body: new URLSearchParams(parameters) })).json();
    if (answer.status !== 'success') throw new Error(`${JSON.stringify(parameters)}: ${answer.error}`);
    return answer.data.result;
  }
  return {
    url,
    /** Series now: [{ metric, values: [[time, text]] }] */
    query: async (expr) => (await ask('query', { query: expr })).map(({ metric, value }) => ({ metric, values: [value] })),
    /** The same of the last minute, second by second. */
    range: (expr) => ask('query_range', { query: expr, start: Date.now() / 1000 - 60, end: Date.now() / 1000, step: 1 }),
  };
}
