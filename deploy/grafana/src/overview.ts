// The first one to open: is everything up, does everything arrive, and what has changed.
import type { Dashboard } from '@grafana/schema';
import { arrange, dashboard } from './dashboard.js';
import { graph, stat, table, timeline } from './panels.js';
import { of, quantile, rate, share, sum } from './queries.js';
import { alerts, runbook } from './runbooks.js';

const firing = `ALERTS{alertstate="firing",alertname=~"${alerts.join('|')}",instance=~"$instance|"}`;
const failed = sum(rate('chillin_sends_total', 'code=~"UNAVAILABLE|INTERNAL"'));
const latency = 'chillin_delivery_latency_seconds';

export function overview(): Dashboard {
  return dashboard({
    uid: 'chillin-overview', title: 'Chillin / Overview', description: 'Whether everything is up and everything arrives.',
    panels: arrange([
      { title: 'Now', panels: [
        stat({ title: 'Servers up', description: 'Servers that Prometheus can read.', unit: 'none', queries: [[sum(of('up')), 'up']], lowIsBad: true, bad: 1, links: [runbook('ServerDown')] }),
        stat({ title: 'Servers down', description: 'Servers that Prometheus knows and cannot read.', unit: 'none', queries: [[`count(${of('up')} == 0) or vector(0)`, 'down']], bad: 1, links: [runbook('ServerDown')] }),
        stat({ title: 'Connections', description: 'Open sessions of clients.', unit: 'short', queries: [[sum(of('chillin_connections')), 'connections']] }),
        stat({ title: 'Deliveries', description: 'Changes of rooms handed to clients, a second.', unit: 'ops', queries: [[sum(rate('chillin_deliveries_total')), 'deliveries']] }),
        stat({ title: 'p99 same server', description: 'From the commit to the socket, where writer and reader are on one server. The alert is at 1 s.', unit: 's', queries: [[quantile(0.99, latency, { labels: 'path="same_server"' }), 'p99']], warn: 0.25, bad: 1, links: [runbook('DeliverySlow')] }),
        stat({ title: 'p99 cross server', description: 'The same from one server to another. It compares their clocks. The alert is at 1 s.', unit: 's', queries: [[quantile(0.99, latency, { labels: 'path="cross_server"' }), 'p99']], warn: 0.25, bad: 1, links: [runbook('DeliverySlow')] }),
        stat({ title: 'Sends that fail', description: 'Messages answered with UNAVAILABLE or INTERNAL, of all. Clients try again. The alert is at 1 %.', unit: 'percentunit', queries: [[share(failed, sum(rate('chillin_sends_total'))), 'failed']], warn: 0.001, bad: 0.01, links: [runbook('SendsFail')] }),
        stat({ title: 'Firing alerts', description: 'Alerts that fire now; the table below names them.', unit: 'none', queries: [[`count(${firing}) or vector(0)`, 'firing']], bad: 1 }),
      ] },
      { title: 'What is wrong', panels: [
        table({ title: 'Alerts that fire', description: 'None is good. The dashboard Runbooks says what each means and what to do.', unit: 'none', query: firing, noValue: 'None',
          columns: { alertname: 'Alert', severity: 'Severity', instance: 'Server', use: 'Use', connection: 'Connection', path: 'Path' }, links: [runbook('ServerDown')] }),
        timeline({ title: 'Servers and what they need', description: 'Each server, and whether it can use PostgreSQL, Redis and the store of files. With embedded storage there is no PostgreSQL.', one: 'up', zero: 'DOWN',
          queries: [[of('up'), '{{instance}}'], [of('chillin_database_up'), '{{instance}} PostgreSQL {{use}}'], [of('chillin_redis_up'), '{{instance}} Redis {{connection}}'], [of('chillin_blob_store_up'), '{{instance}} files']],
          links: [runbook('DatabaseDown'), runbook('RedisDown'), runbook('BlobStoreDown')] }),
      ] },
      { title: 'Traffic', panels: [
        graph({ title: 'Connections', description: 'By transport and revision of the protocol. Much polling means that something on the way refuses WebSocket.', unit: 'short', stacked: true, queries: [[sum(of('chillin_connections'), 'transport, protocol'), '{{transport}} {{protocol}}']] }),
        graph({ title: 'Sends by answer', description: 'OK is stored, DUPLICATE was stored before; the others are refusals.', unit: 'ops', queries: [[sum(rate('chillin_sends_total'), 'code'), '{{code}}']], links: [runbook('SendsFail')] }),
        graph({ title: 'Delivery latency, p99', description: 'From the commit to the socket, by path. The alert is at 1 s.', unit: 's', queries: [[quantile(0.99, latency, { by: 'path' }), '{{path}}']], bad: 1, links: [runbook('DeliverySlow'), runbook('why-did-this-not-arrive')] }),
      ] },
      { title: 'Servers', panels: [
        graph({ title: 'CPU', description: 'Cores used by each server.', unit: 'none', queries: [[rate('process_cpu_seconds_total'), '{{instance}}']] }),
        graph({ title: 'Log-ins', description: 'By result. Many that are refused: somebody guesses passwords.', unit: 'ops', queries: [[sum(rate('chillin_logins_total'), 'result'), '{{result}}']], links: [runbook('PasswordGuessing')] }),
        table({ title: 'Versions', description: 'What each server runs. Two versions at once belong to an upgrade under way.', unit: 'none', query: of('chillin_build_info'), columns: { instance: 'Server', version: 'Version', commit: 'Commit' }, width: 8, height: 4 }),
        timeline({ title: 'Draining', description: 'Servers that move their clients away because they are about to end.', one: 'DRAINING', zero: 'serving', queries: [[of('chillin_draining'), '{{instance}}']], width: 8, isGood: 0 }),
        graph({ title: 'Age', description: 'Since each server started. A saw-tooth means that it starts again and again.', unit: 's', queries: [[`time() - ${of('process_start_time_seconds')}`, '{{instance}}']], links: [runbook('ServerRestarting')] }),
      ] },
    ]),
  });
}
