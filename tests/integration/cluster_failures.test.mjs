// Several servers while Redis dies and comes back empty, and while one of them dies.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ask, close, collect, connect, nextEvent, openClient } from './lib/clients.mjs';
import { allWell, enter, metric, names, readiness, refusal, register, startCluster, withoutPostgres } from './lib/cluster.mjs';
import { Random, seedOfRun } from './lib/random.mjs';
import { RoomReplica, freshView } from './lib/room_replica.mjs';
import { waitFor } from './lib/wait.mjs';

const kCaughtUpWithinMs = 5_000;

describe('Redis away', { skip: withoutPostgres }, () => {
  test('loses, doubles and reorders nothing in any view, whenever it is killed and comes back empty', async () => {
    const seed = seedOfRun();
    console.log(`seed ${seed}`);
    const random = new Random(seed);
    const cluster = await startCluster(3);
    const rooms = ['tea', 'cake'];
    const people = [];
    for (const server of cluster.servers) {
      for (const room of rooms) {
        const socket = await connect(server);
        const view = new RoomReplica(room);
        view.attach(socket);
        const name = `guest${people.length}`;
        await view.join({ name });
        people.push({ server, room, socket, view, name, acknowledged: [] });
      }
    }
    let sending = true;
    const all = people.map(async ({ socket, name, room, acknowledged }) => {
      for (let i = 0; sending; ++i) {
        const act = random.weighted({ send: 6, edit: 1, react: 2, remove: 0.5 });
        if (act === 'send' || acknowledged.length === 0) {
          acknowledged.push((await ask(socket, 'sendMessage', { room, text: `${name} ${i}`, tempId: `${name}-${i}` })).id);
        } else if (act === 'react') {
          await refusal(ask(socket, 'react', { id: random.pick(acknowledged), emoji: '👍', on: random.next() < 0.7 }));
        } else if (act === 'edit') {
          await refusal(ask(socket, 'editMessage', { id: random.pick(acknowledged), text: `edited ${i}` }));
        } else {
          await refusal(ask(socket, 'deleteMessage', { id: random.pick(acknowledged) }));
        }
      }
    });
    const progress = (n) => {
      const target = people.map(({ acknowledged }) => acknowledged.length + n);
      return waitFor(() => people.every(({ acknowledged }, i) => acknowledged.length >= target[i]), { what: 'everybody sends' });
    };
    for (let round = 0; round < 3; ++round) {
      await progress(random.between(3, 15));
      await cluster.redis.kill();
      await progress(random.between(3, 15)); // sends go on, durable
      await cluster.redis.start();
    }
    sending = false;
    await Promise.all(all);
    const back = Date.now();
    for (const room of rooms) {
      const fresh = await freshView(random.pick(cluster.servers), room);
      const ids = new Set(fresh.messages.map(({ id }) => id));
      for (const person of people.filter((one) => one.room === room)) {
        await person.view.reached(fresh.seq);
        person.view.assertEquals(fresh, `${person.name} in ${room}`);
        assert.ok(person.acknowledged.every((id) => ids.has(id)), 'what was acknowledged is there');
        assert.equal(person.view.holes, 0, 'the servers left no hole');
      }
    }
    assert.ok(Date.now() - back < kCaughtUpWithinMs * 2, 'all are caught up soon');
    await allWell(cluster.servers);
    await cluster.stop();
  });

  test('its own people hear of a message at once, the others within five seconds of its return', async () => {
    const cluster = await startCluster(2);
    const [a, b] = cluster.servers;
    const [ada, anna, bob] = [await enter(a, 'tea'), await enter(a, 'tea'), await enter(b, 'tea')];
    await cluster.redis.kill();
    for (const server of [a, b]) {
      await waitFor(async () => (await readiness(server)).status === 'degraded');
      await waitFor(async () => (await metric(server, 'chillin_redis_up{connection="subscriptions"}')) === 0);
    }
    for (let i = 1; i <= 5; ++i) await ask(ada.socket, 'sendMessage', `${i}`);
    await anna.log.reached(5);
    // An event of its own shows a server what it has missed (or it has looked by itself).
    await ask(bob.socket, 'sendMessage', '6');
    await bob.log.reached(6);
    bob.log.assertWhole(6);
    await ask(ada.socket, 'sendMessage', '7');
    await bob.log.reached(7); // even now, by a look into the database every two seconds
    await ask(ada.socket, 'sendMessage', '8');

    await cluster.redis.start();
    const back = Date.now();
    await bob.log.reached(8);
    await anna.log.reached(8);
    assert.ok(Date.now() - back < kCaughtUpWithinMs, `${Date.now() - back} ms`);
    await allWell([a, b]);
    assert.ok((await metric(b, 'chillin_bus_holes_filled_total')) > 0);
    assert.ok((await metric(a, 'chillin_bus_publish_failures_total')) > 0);
    for (const { log } of [ada, anna, bob]) log.assertWhole(8);
    const { seq } = await ask(bob.socket, 'sendMessage', '9');
    for (const { log } of [ada, anna, bob]) {
      await log.reached(seq);
      log.assertWhole(9);
    }
    await cluster.stop();
  });

  test('sessions are read from the database, and one that ended meanwhile stays ended', async () => {
    const cluster = await startCluster(2);
    const [a, b] = cluster.servers;
    const [kept, ended] = [await register(a), await register(a)];
    const me = (server, { token }) => server.get('/api/users/me', { token });
    for (const server of [a, b]) for (const account of [kept, ended]) assert.equal((await me(server, account)).status, 200);
    await cluster.redis.kill();
    for (const server of [a, b]) await waitFor(async () => (await readiness(server)).status === 'degraded');
    for (const server of [a, b]) assert.equal((await me(server, kept)).status, 200);
    assert.equal((await a.post('/api/auth/logout', {}, { token: ended.token })).status, 200);
    for (const server of [a, b]) assert.equal((await me(server, ended)).status, 401);
    await cluster.redis.start();
    await allWell([a, b]);
    for (const server of [a, b]) {
      assert.equal((await me(server, ended)).status, 401);
      assert.equal((await me(server, kept)).status, 200);
    }
    await cluster.stop();
  });
});

describe('PostgreSQL away', { skip: withoutPostgres }, () => {
  test('who is signed in stays so, and history comes from the cache where that is whole', async () => {
    const cluster = await startCluster(2);
    const [a, b] = cluster.servers;
    const account = await register(a);
    const ada = await enter(a, 'tea', account);
    const { seq } = await ask(ada.socket, 'sendMessage', 'kept');
    const history = (server) => server.get('/api/rooms/tea/messages?limit=30', { token: account.token });
    assert.equal((await history(a)).json.messages.at(-1).seq, seq);
    assert.equal((await b.get('/api/users/me', { token: account.token })).status, 200);
    await cluster.postgres.kill();
    try {
      await waitFor(async () => (await readiness(a)).checks.database.status === 'down');
      assert.equal((await history(a)).json.messages.at(-1).text, 'kept');
      assert.equal(await refusal(ask(ada.socket, 'sendMessage', 'lost?')), 'UNAVAILABLE');
      // Nobody of this one's is in the room, so it cannot know whether the page is whole.
      assert.equal((await history(b)).status, 503);
      assert.equal((await b.get('/api/users/me', { token: account.token })).status, 200);
    } finally {
      await cluster.postgres.start();
    }
    await allWell([a, b]);
    await ask(ada.socket, 'sendMessage', 'back');
    assert.equal((await history(b)).json.messages.at(-1).text, 'back');
    await cluster.stop();
  });
});

describe('a server that is killed', { skip: withoutPostgres }, () => {
  test('its people are gone from roomData within a minute, and its clients go on elsewhere', async () => {
    const cluster = await startCluster(2);
    const [a, b] = cluster.servers;
    const bob = await enter(b, 'tea', { name: 'bob' });
    const lists = collect(bob.socket, 'roomData');
    await enter(a, 'tea', { name: 'ada' });
    const cleo = await enter(a, 'tea', { name: 'cleo' });
    await lists.next(({ total }) => total === 3);
    await ask(cleo.socket, 'sendMessage', 'before');
    await bob.log.reached(1);
    await a.kill();
    const since = Date.now();
    // Acknowledged on the one, read on the other: what the client knows is enough to go on.
    const again = await connect(b);
    await waitFor(async () => {
      await ask(again, 'join', { name: 'cleo', room: 'tea', lastSeq: 1 });
      return true;
    }, { what: 'the name is free again', timeoutMs: 60_000 });
    await ask(again, 'sendMessage', 'after');
    await bob.log.reached(2);
    bob.log.assertWhole(2);
    await lists.next((list) => !names(list).includes('ada'), { timeoutMs: 60_000 });
    assert.ok(Date.now() - since < 60_000);
    close(again);
    await b.stop();
  });
});
