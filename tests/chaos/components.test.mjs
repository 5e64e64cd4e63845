// The cluster's real PostgreSQL and Redis do what the faults need of them, before a server of the chat is there.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { PostgresPair } from './lib/postgres_pair.mjs';
import { RedisSentinels } from './lib/redis_sentinels.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'chillin-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('PostgreSQL: what was committed is there after kill -9 and after two failovers', { skip: !PostgresPair.installed }, async (t) => {
  const pair = await PostgresPair.start(folder, { quick: true });
  t.after(() => pair.close());
  const add = (what) => pair.primary.sql(`insert into kept values ('${what}')`);
  const kept = () => pair.primary.sql("select string_agg(what, ' ' order by what) from kept");
  await pair.primary.sql('create table kept (what text)');
  await add('a');
  await pair.killPrimary();
  await pair.restartPrimary();
  await pair.synchronous();
  await add('b');
  await pair.failOver();
  assert.equal(pair.primary.name, 'two');
  await add('c');
  await pair.buildStandby();
  await add('d');
  await pair.failOver();
  assert.equal(pair.primary.name, 'one');
  assert.equal(await kept(), 'a b c d');
});

test('Redis: Sentinels promote the replica, and what died comes back as its replica', { skip: !RedisSentinels.installed }, async (t) => {
  const redis = await RedisSentinels.start(folder);
  t.after(() => redis.close());
  const first = await redis.master();
  await first.ask('set', 'key', 'value');
  assert.equal(await first.ask('wait', '1', '5000'), '1');
  const dead = await redis.failOver();
  assert.equal(dead, first);
  const second = await redis.master();
  assert.equal(await second.ask('get', 'key'), 'value');
  await redis.rejoin(dead);
  assert.equal(await redis.restartEmpty(), second);
  await redis.complete();
  assert.equal(await (await redis.master()).ask('get', 'key'), '');
  await redis.killAll();
  await redis.startAll();
  await redis.complete();
});
