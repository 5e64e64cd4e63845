// The database, the caches in front of it, Redis, and the store of files.
import type { Dashboard } from '@grafana/schema';
import { arrange, dashboard } from './dashboard.js';
import { graph, stat, timeline } from './panels.js';
import { mean, of, quantile, rate, share, sum } from './queries.js';
import { runbook } from './runbooks.js';

const commit = 'chillin_storage_commit_duration_seconds';
const statement = 'chillin_database_statement_duration_seconds';
const redis = 'chillin_redis_command_duration_seconds';

export function storage(): Dashboard {
  return dashboard({
    uid: 'chillin-storage', title: 'Chillin / Storage', description: 'The database, the caches in front of it, Redis, and the store of files.',
    panels: arrange([
      { title: 'Now', panels: [
        stat({ title: 'Transactions', description: 'Committed, a second.', unit: 'ops', width: 4, queries: [[sum(rate('chillin_storage_commits_total')), 'commits']] }),
        stat({ title: 'Commit, p99', description: 'A transaction from its beginning to the database’s answer. The alert is at 0.5 s.', unit: 's', width: 4, warn: 0.1, bad: 0.5, queries: [[quantile(0.99, commit), 'p99']], links: [runbook('CommitsSlow')] }),
        stat({ title: 'Failed transactions', description: 'A second. The alert is at 0.1 of one server.', unit: 'ops', width: 4, warn: 0.01, bad: 0.1, queries: [[sum(rate('chillin_storage_commit_failures_total')), 'failures']], links: [runbook('CommitsFail')] }),
        stat({ title: 'Writes that wait', description: 'For the next transaction, on all servers.', unit: 'short', width: 4, queries: [[sum(of('chillin_storage_queue')), 'queue']], links: [runbook('CommitsSlow')] }),
        stat({ title: 'Reads that wait', description: 'For a connection, on all servers (PostgreSQL only).', unit: 'short', width: 4, queries: [[sum(of('chillin_database_read_queue')), 'queue']], links: [runbook('ReadPoolExhausted')] }),
        stat({ title: 'Reads given up', description: 'Requests a second that were refused because their turn did not come (PostgreSQL only).', unit: 'ops', width: 4, bad: 0.01, queries: [[sum(rate('chillin_database_wait_timeouts_total')), 'time-outs']], links: [runbook('ReadPoolExhausted')] }),
      ] },
      { title: 'Writing', panels: [
        graph({ title: 'Transactions and writes', description: 'Under load a transaction carries many writes.', unit: 'ops', queries: [[sum(rate('chillin_storage_commits_total')), 'transactions'], [sum(rate('chillin_storage_writes_total')), 'writes']] }),
        graph({ title: 'Writes in a transaction', description: 'The size of a group commit. It grows with the load, or where commits are slow.', unit: 'short', queries: [[mean('chillin_storage_batch_writes'), 'mean'], [quantile(0.99, 'chillin_storage_batch_writes'), 'p99']] }),
        graph({ title: 'Time of a transaction', description: 'The alert is at a p99 of 0.5 s.', unit: 's', bad: 0.5, queries: [[quantile(0.5, commit), 'p50'], [quantile(0.99, commit), 'p99']], links: [runbook('CommitsSlow')] }),
        graph({ title: 'Writes that wait', description: 'By server.', unit: 'short', queries: [[of('chillin_storage_queue'), '{{instance}}']], links: [runbook('CommitsSlow')] }),
        graph({ title: 'Failed and in doubt', description: 'In doubt: the answer to a commit was lost. Each is settled, so that nothing is lost or doubled.', unit: 'ops', queries: [[sum(rate('chillin_storage_commit_failures_total')), 'failed'], [sum(rate('chillin_database_commits_in_doubt_total')), 'in doubt']], links: [runbook('CommitsFail')] }),
        timeline({ title: 'PostgreSQL', description: 'Whether each server can use it to write and to read.', one: 'up', zero: 'DOWN', width: 8, queries: [[of('chillin_database_up'), '{{instance}} {{use}}']], links: [runbook('DatabaseDown')] }),
      ] },
      { title: 'Statements', panels: [
        graph({ title: 'Time spent', description: 'Where the time of the database goes: seconds a second, by statement.', unit: 'none', stacked: true, queries: [[sum(rate(`${statement}_sum`), 'statement'), '{{statement}}']] }),
        graph({ title: 'Statements', description: 'How many, by statement.', unit: 'ops', queries: [[sum(rate(`${statement}_count`), 'statement'), '{{statement}}']] }),
        graph({ title: 'Time of a statement, p99', description: 'One that grows while the others do not misses an index or waits for a lock.', unit: 's', queries: [[quantile(0.99, statement, { by: 'statement' }), '{{statement}}']], links: [runbook('CommitsSlow')] }),
      ] },
      { title: 'Reading', panels: [
        graph({ title: 'Connections for reads', description: 'All of them busy: reads wait.', unit: 'short', queries: [[of('chillin_database_connections'), '{{instance}} open'], [of('chillin_database_connections_busy'), '{{instance}} busy']], links: [runbook('ReadPoolExhausted')] }),
        graph({ title: 'Wait for a turn, p99', description: 'By pool.', unit: 's', queries: [[quantile(0.99, 'chillin_database_wait_seconds', { by: 'pool' }), '{{pool}}']], links: [runbook('ReadPoolExhausted')] }),
        graph({ title: 'Reads', description: 'Answered, waiting, and connections made. Many new connections: they break.', unit: 'short', queries: [[sum(rate('chillin_database_reads_total')), 'reads/s'], [sum(of('chillin_database_read_queue')), 'waiting'], [sum(rate('chillin_database_connects_total')), 'new connections/s']], links: [runbook('ReadPoolExhausted')] }),
        graph({ title: 'Hits of the caches', description: 'Of all look-ups. After a start they are low.', unit: 'percentunit', max: 1, width: 12, queries: [[`${sum(rate('chillin_cache_requests_total', 'result="hit"'), 'cache')} / ${sum(rate('chillin_cache_requests_total'), 'cache')}`, '{{cache}}']] }),
        graph({ title: 'Look-ups in caches', description: 'By cache.', unit: 'ops', width: 12, queries: [[sum(rate('chillin_cache_requests_total'), 'cache'), '{{cache}}']] }),
      ] },
      { title: 'Redis and files', panels: [
        graph({ title: 'Redis: time of a command, p99', description: 'Waiting behind others in the pipeline included.', unit: 's', queries: [[quantile(0.99, redis, { by: 'command' }), '{{command}}']], links: [runbook('RedisDown'), runbook('DeliverySlow')] }),
        graph({ title: 'Redis: commands', description: 'By connection, and connections made: many of those mean that they break.', unit: 'ops', queries: [[sum(rate('chillin_redis_commands_total'), 'connection'), '{{connection}}'], [sum(rate('chillin_redis_connects_total')), 'new connections']], links: [runbook('RedisDown')] }),
        timeline({ title: 'Redis and files', description: 'Whether each server reaches them. The chat goes on without either.', one: 'up', zero: 'DOWN', width: 8, queries: [[of('chillin_redis_up'), '{{instance}} Redis {{connection}}'], [of('chillin_blob_store_up'), '{{instance}} files']], links: [runbook('RedisDown'), runbook('BlobStoreDown')] }),
        stat({ title: 'Look-ups answered by a cache', description: 'Of all caches together.', unit: 'percentunit', width: 6, queries: [[share(sum(rate('chillin_cache_requests_total', 'result="hit"')), sum(rate('chillin_cache_requests_total'))), 'hits']] }),
      ] },
    ]),
  });
}
