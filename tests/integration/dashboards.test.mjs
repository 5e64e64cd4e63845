// Every query of Grafana's dashboards finds data in a real Prometheus that scrapes two real servers under load, and an alert
// arrives through the real alertmanager at a webhook, and is taken back.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, closeAll, connect, emitWithAck } from './lib/clients.mjs';
import { enter, refusal, startCluster, withoutPostgres } from './lib/cluster.mjs';
import { startAlertmanager, startPrometheus } from './lib/monitoring.mjs';
import { png, upload } from './lib/uploads.mjs';
import { waitFor } from './lib/wait.mjs';

const token = 'a-token-for-prometheus-0123456789';
const folder = new URL('../../deploy/grafana/dashboards/', import.meta.url);
const dashboards = readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
const named = (name) => dashboards.find(({ uid }) => uid === `chillin-${name}`);
const shown = ['overview', 'delivery', 'storage', 'capacity'];

/** As Grafana fills them in: $instance as all servers, $__rate_interval as four scrapes. */
const filledIn = (expr) => expr.replaceAll('$__rate_interval', '4s').replaceAll('$instance', '.*');
/** [where it stands, query, whether it asks for now alone] of every panel and mark. */
const queriesOf = ({ title, panels, annotations }) => [
  ...panels.flatMap((panel) => (panel.targets ?? []).map(({ expr, instant = false }) => [`${title}: ${panel.title}: ${expr}`, filledIn(expr), instant])),
  ...annotations.list.map(({ name, target }) => [`${title}: the marks ${name}: ${target.expr}`, filledIn(target.expr), false]),
];
// There is one only while something is wrong.
const needsAlert = ([, expr]) => expr.includes('ALERTS') && !expr.includes('or vector(0)');

/** People on both servers who do everything that is counted, until stop(), which fails if anything did. */
async function startLoad([a, b]) {
  const password = 'correct horse';
  for (const username of ['ada', 'bob']) await a.post('/api/auth/register', { username, password });
  const { json } = await a.post('/api/auth/login', { username: 'ada', password });
  const people = await Promise.all([[a, 'websocket', 4], [a, 'polling', 4], [b, 'websocket', 4], [b, 'polling', 4], [b, 'websocket', 2]].flatMap(([server, transport, version], n) =>
    ['tea', 'den', 'mill'].map((room) => enter(server, room, { name: `p${n}${room}`, transport, version }).then((person) => ({ ...person, room })))));
  const ada = await enter(a, 'tea', { name: 'ada', token: json.token });
  let loading = true;
  const others = async (n, server) => {
    assert.equal((await server.post('/api/auth/login', { username: 'ada', password: 'guessing' })).status, 401);
    assert.equal((await server.post('/api/auth/login', { username: 'ada', password })).status, 200);
    for (const target of ['/api/rooms', '/api/users/me', '/api/rooms/tea/messages']) assert.equal((await server.get(target, { token: json.token })).status, 200);
    await server.post('/api/auth/register', { username: `new${n}`, password });
    await upload(server, { token: json.token }, png);
    (await connect(server, { transport: 'upgrade' })).close();
  };
  const running = (async () => {
    for (let n = 0; loading; ++n) {
      const { socket, room } = people[n % people.length];
      const { id } = await ask(socket, 'sendMessage', { text: `${n}`, tempId: `t${n}` });
      await ask(socket, 'sendMessage', { text: `${n}`, tempId: `t${n}` });
      assert.equal(await refusal(ask(socket, 'sendMessage', '')), 'MESSAGE_EMPTY');
      await ask(socket, 'react', { id, emoji: '👍', on: true });
      await ask(socket, 'editMessage', { id, text: 'two' });
      await ask(ada.socket, 'markRead', { room: 'tea', seq: 1 });
      await ask(socket, 'sync', { room, lastSeq: 0 });
      await ask(socket, 'loadHistory', { room, limit: 5 });
      await ask(socket, 'deleteMessage', { id });
      await ask(ada.socket, 'setStatus', { status: 'busy' });
      for (const event of ['typing', 'stopTyping']) await emitWithAck(socket, event);
      if (n % 5 === 0) await others(n, [a, b][n % 2]);
      // Some load, not all that the machine can do.
      await delay(20);
    }
  })();
  running.catch(() => {});
  return { stop: () => { loading = false; return running; } };
}

/** A service that takes alertmanager's webhook: { url, alerts: what came, close() } */
async function startWebhook() {
  const alerts = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => { body += text; }).on('end', () => {
      alerts.push(...JSON.parse(body).alerts);
      response.end();
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { url: `http://127.0.0.1:${server.address().port}/`, alerts, close: () => server.close() };
}

describe('monitoring of two servers', { skip: withoutPostgres }, () => {
  let cluster;
  let load;
  let prometheus;
  let webhook;
  before(async () => {
    webhook = await startWebhook();
    cluster = await startCluster(2, { env: { DRAIN_SECONDS: '0', METRICS_TOKEN: token } });
    prometheus = await startPrometheus({ servers: cluster.servers, token, alertmanager: await startAlertmanager(webhook.url) });
    load = await startLoad(cluster.servers);
  });
  after(async () => {
    webhook?.close();
    await cluster?.stop();
  });

  /** Fails with all queries that find nothing, or nothing that is a number. */
  async function allFind(queries) {
    assert.notEqual(queries.length, 0);
    let empty = queries;
    const look = async () => {
      const found = await Promise.all(empty.map(async ([, expr, instant]) => (await prometheus[instant ? 'query' : 'range'](expr)).some(({ values }) => values.some(([, value]) => Number.isFinite(Number(value))))));
      empty = empty.filter((_, n) => !found[n]);
      return empty.length === 0;
    };
    await waitFor(look, { what: 'all find something', timeoutMs: 60_000, everyMs: 500 }).catch((error) => {
      assert.fail(`these find nothing:\n${empty.map(([where]) => where).join('\n')}\n${error.cause ?? ''}`);
    });
  }

  test('there are the dashboards that the servers are watched by', () => {
    assert.deepEqual(dashboards.map(({ uid }) => uid).sort(), ['runbooks', ...shown].map((name) => `chillin-${name}`).sort());
    const ids = dashboards.map(({ uid, panels }) => [uid, new Set(panels.map(({ id }) => id)).size === panels.length]);
    assert.deepEqual(ids.filter(([, unique]) => !unique), []);
  });

  for (const name of shown) {
    test(`every panel of ${name} finds data`, () => allFind(queriesOf(named(name)).filter((query) => !needsAlert(query))));
  }

  test('the list to choose servers from has both', async () => {
    const { query } = named('overview').templating.list.find(({ name }) => name === 'instance').query ?? {};
    const [, series, label] = query.match(/^label_values\((.+), (\w+)\)$/);
    const found = (await prometheus.query(series)).map(({ metric }) => metric[label]);
    assert.deepEqual(found.sort(), cluster.servers.map(({ url }) => new URL(url).host).sort());
  });

  test('an alert arrives at the webhook when a server ends, and its end when it is back', async () => {
    await load.stop();
    closeAll();
    const [a] = cluster.servers;
    const arrives = (status) => waitFor(() => webhook.alerts.find((alert) => alert.labels.alertname === 'ServerDown' && alert.status === status), { what: `ServerDown ${status} arrives`, timeoutMs: 60_000 });
    await a.kill();
    const instance = new URL(a.url).host;
    const { labels, annotations } = await arrives('firing');
    assert.deepEqual([labels.instance, labels.severity], [instance, 'critical']);
    assert.equal(annotations.summary, `${instance} does not answer`);
    assert.equal(annotations.runbook_url, 'docs/runbooks/ServerDown.md');
    await allFind(shown.flatMap((name) => queriesOf(named(name))).filter(needsAlert));
    await a.start();
    assert.equal((await arrives('resolved')).labels.instance, instance);
  });
});
