// How full the servers are, and what a connection and a delivery cost.
import type { Dashboard } from '@grafana/schema';
import { arrange, dashboard } from './dashboard.js';
import { graph, stat } from './panels.js';
import { of, rate, sum } from './queries.js';
import { runbook } from './runbooks.js';

const files = `${of('process_open_fds')} / ${of('process_max_fds')}`;
const pool = `${of('chillin_database_connections_busy')} / (${of('chillin_database_connections')} > 0)`;
const cpu = rate('process_cpu_seconds_total');

export function capacity(): Dashboard {
  return dashboard({
    uid: 'chillin-capacity', title: 'Chillin / Capacity', description: 'How full the servers are, and what a connection and a delivery cost.',
    panels: arrange([
      { title: 'Now', panels: [
        stat({ title: 'Fullest descriptors', description: 'Of its limit, on the server with the most. The alert is at 80 %.', unit: 'percentunit', width: 4, warn: 0.6, bad: 0.8, queries: [[`max(${files})`, 'used']], links: [runbook('FileDescriptorsLow')] }),
        stat({ title: 'Busiest server', description: 'Cores used by the server with the most. Compare with the cores that it has.', unit: 'none', decimals: 2, width: 4, queries: [[`max(${cpu})`, 'cores']] }),
        stat({ title: 'Most memory', description: 'Resident, of the server with the most. Compare with its limit.', unit: 'bytes', width: 4, queries: [[`max(${of('process_resident_memory_bytes')})`, 'memory']] }),
        stat({ title: 'Busiest pool', description: 'Connections for reads in use, of those that stand (PostgreSQL only).', unit: 'percentunit', width: 4, warn: 0.8, bad: 1, queries: [[`max(${pool})`, 'busy']], links: [runbook('ReadPoolExhausted')] }),
        stat({ title: 'Sockets', description: 'Clients that are in the chat.', unit: 'short', width: 4, queries: [[sum(of('chillin_sockets')), 'sockets']] }),
        stat({ title: 'Registrations', description: 'Accounts made, a second.', unit: 'ops', width: 4, queries: [[sum(rate('chillin_registrations_total', 'result="ok"')), 'registrations']] }),
      ] },
      { title: 'Clients', panels: [
        graph({ title: 'Connections by server', description: 'About equal, but after a restart.', unit: 'short', stacked: true, queries: [[sum(of('chillin_connections'), 'instance'), '{{instance}}']] }),
        graph({ title: 'Handshakes', description: 'New sessions, and those that moved to WebSocket. A peak follows the end of a server.', unit: 'ops', queries: [[sum(rate('chillin_handshakes_total')), 'handshakes'], [sum(rate('chillin_upgrades_total')), 'upgrades']] }),
        graph({ title: 'Handshakes refused', description: 'By reason. rate_limit: too many from one address, such as a proxy that is not named as one.', unit: 'ops', queries: [[sum(rate('chillin_handshakes_refused_total'), 'reason'), '{{reason}}']] }),
        graph({ title: 'Registrations', description: 'By result.', unit: 'ops', queries: [[sum(rate('chillin_registrations_total'), 'result'), '{{result}}']] }),
        graph({ title: 'Requests limited', description: 'By limit.', unit: 'ops', queries: [[sum(rate('chillin_rate_limited_total'), 'limit'), '{{limit}}']] }),
        graph({ title: 'Sockets by server', description: 'Clients that are in the chat.', unit: 'short', queries: [[of('chillin_sockets'), '{{instance}}']] }),
      ] },
      { title: 'CPU and memory', panels: [
        graph({ title: 'CPU', description: 'Cores used by each server.', unit: 'none', queries: [[cpu, '{{instance}}']] }),
        graph({ title: 'CPU of 1,000 deliveries', description: 'Seconds of CPU. It falls as the load grows.', unit: 's', queries: [[`1000 * ${sum(cpu)} / ${sum(rate('chillin_deliveries_total'))}`, 'CPU']] }),
        graph({ title: 'Memory', description: 'Resident. Flat under a steady load.', unit: 'bytes', queries: [[of('process_resident_memory_bytes'), '{{instance}}']] }),
        graph({ title: 'Memory for each connection', description: 'All of the process, divided by its connections; it means something from some thousands on.', unit: 'bytes', queries: [[`${sum(of('process_resident_memory_bytes'), 'instance')} / (${sum(of('chillin_connections'), 'instance')} > 0)`, '{{instance}}']] }),
        graph({ title: 'Descriptors', description: 'Open, of the limit. The alert is at 80 %.', unit: 'percentunit', max: 1, bad: 0.8, queries: [[files, '{{instance}}']], links: [runbook('FileDescriptorsLow')] }),
        graph({ title: 'Pool of reads', description: 'In use, of those that stand (PostgreSQL only).', unit: 'percentunit', max: 1, queries: [[pool, '{{instance}}']], links: [runbook('ReadPoolExhausted')] }),
      ] },
      { title: 'Network', panels: [
        graph({ title: 'Bytes', description: 'Of all HTTP and WebSocket.', unit: 'Bps', queries: [[sum(rate('chillin_sent_bytes_total')), 'sent'], [sum(rate('chillin_received_bytes_total')), 'received']] }),
        graph({ title: 'Packets', description: 'Of Engine.IO.', unit: 'ops', queries: [[sum(rate('chillin_packets_sent_total')), 'sent'], [sum(rate('chillin_packets_received_total')), 'received']] }),
        graph({ title: 'Bytes queued', description: 'For clients, not taken by the kernel yet.', unit: 'bytes', queries: [[of('chillin_send_queue_bytes'), '{{instance}}']], links: [runbook('SlowReaders')] }),
      ] },
    ]),
  });
}
