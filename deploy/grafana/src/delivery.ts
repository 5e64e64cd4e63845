// Whether messages arrive, how fast, and where they are held up.
import type { Dashboard } from '@grafana/schema';
import { arrange, dashboard } from './dashboard.js';
import { graph, heatmap, timeline } from './panels.js';
import { increase, of, quantile, rate, sum } from './queries.js';
import { runbook } from './runbooks.js';

const latency = 'chillin_delivery_latency_seconds';
const events = 'chillin_event_duration_seconds';
const paths = [['same_server', 'same server'], ['cross_server', 'cross server']] as const;

export function delivery(): Dashboard {
  return dashboard({
    uid: 'chillin-delivery', title: 'Chillin / Delivery', description: 'Whether messages arrive, how fast, and where they are held up.',
    panels: arrange([
      { title: 'From the commit to the socket', panels: [
        ...paths.map(([path, name]) => graph({ title: `Latency, ${name}`, description: 'Quantiles over all deliveries. The alert is at a p99 of 1 s.', unit: 's', bad: 1, width: 6, links: [runbook('DeliverySlow')],
          queries: [0.5, 0.95, 0.99].map((q) => [quantile(q, latency, { labels: `path="${path}"` }), `p${q * 100}`] as const) })),
        ...paths.map(([path, name]) => heatmap({ title: `Latencies, ${name}`, description: 'How many deliveries took how long.', unit: 's', width: 6, links: [runbook('DeliverySlow')],
          query: sum(increase(`${latency}_bucket`, `path="${path}"`), 'le') })),
        graph({ title: 'p99 by server', description: 'One server alone: its CPU. All of them: the database, Redis or the network.', unit: 's', bad: 1, queries: [[quantile(0.99, latency, { by: 'instance, path' }), '{{instance}} {{path}}']], links: [runbook('DeliverySlow')] }),
        graph({ title: 'Deliveries', description: 'One for each recipient and change. caught_up: read from the room log after a hole.', unit: 'ops', stacked: true, queries: [[sum(rate('chillin_deliveries_total'), 'path'), '{{path}}']] }),
        graph({ title: 'Deliveries for each message', description: 'How many recipients a message has, edits and reactions counted as well.', unit: 'short', queries: [[`${sum(rate('chillin_deliveries_total'))} / ${sum(rate('chillin_sends_total', 'code="OK"'))}`, 'deliveries']] }),
      ] },
      { title: 'What clients ask for', panels: [
        graph({ title: 'Events', description: 'By name.', unit: 'ops', queries: [[sum(rate(`${events}_count`), 'event'), '{{event}}']] }),
        graph({ title: 'Time to the answer, p99', description: 'By event, the wait for the database included.', unit: 's', queries: [[quantile(0.99, events, { by: 'event' }), '{{event}}']], links: [runbook('CommitsSlow')] }),
        graph({ title: 'Refused events', description: 'By event and code, where there is one. UNAVAILABLE and INTERNAL are ours, the others the asker’s.', unit: 'ops', queries: [[`${sum(rate('chillin_events_refused_total'), 'event, code')} > 0`, '{{event}} {{code}}']], links: [runbook('SendsFail')] }),
        graph({ title: 'Refused sends', description: 'By code.', unit: 'ops', queries: [[sum(rate('chillin_sends_total', 'code!~"OK|DUPLICATE"'), 'code'), '{{code}}']], links: [runbook('SendsFail')] }),
        graph({ title: 'Sent again', description: 'Messages that were stored already: clients that lost an answer. Many: the network or the database loses answers.', unit: 'ops', queries: [[sum(rate('chillin_sends_total', 'code="DUPLICATE"')), 'duplicates']] }),
        graph({ title: 'Rate limits', description: 'Requests refused, by limit.', unit: 'ops', queries: [[sum(rate('chillin_rate_limited_total'), 'limit'), '{{limit}}']] }),
      ] },
      { title: 'Between servers', panels: [
        graph({ title: 'Events over Redis', description: 'What servers told each other. Nothing received where something is published: a subscription is broken.', unit: 'ops', queries: [[sum(rate('chillin_bus_published_total')), 'published'], [sum(rate('chillin_bus_received_total')), 'received'], [sum(rate('chillin_bus_publish_failures_total')), 'not taken by Redis']], links: [runbook('RedisDown')] }),
        graph({ title: 'Holes healed', description: 'Holes in room logs that were filled from the database. Some around an outage of Redis are right. The alert is at 1 a second.', unit: 'ops', bad: 1, queries: [[sum(rate('chillin_bus_holes_filled_total'), 'instance'), '{{instance}}']], links: [runbook('RoomLogHoles')] }),
        graph({ title: 'Rooms with people', description: 'Rooms that each server follows.', unit: 'short', queries: [[of('chillin_bus_followed_rooms'), '{{instance}}']] }),
        timeline({ title: 'Catching up', description: 'Servers that compare their rooms with the database after an outage of Redis. It takes seconds.', one: 'catching up', zero: 'in step', queries: [[of('chillin_bus_catching_up'), '{{instance}}']], isGood: 0, links: [runbook('RedisDown')] }),
      ] },
      { title: 'Readers that do not read', panels: [
        graph({ title: 'Bytes queued', description: 'What the kernel has not taken yet. It grows where clients or the network are slow.', unit: 'bytes', width: 12, queries: [[of('chillin_send_queue_bytes'), '{{instance}}']], links: [runbook('SlowReaders')] }),
        graph({ title: 'Slow readers closed', description: 'By transport. They come back and catch up.', unit: 'ops', width: 12, queries: [[sum(rate('chillin_slow_readers_closed_total'), 'transport'), '{{transport}}']], links: [runbook('SlowReaders')] }),
      ] },
    ]),
  });
}
