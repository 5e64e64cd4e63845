// Snapshot plus events equals fresh snapshot: whatever people do, in whatever order, however often they are cut off, a view
// that was kept by the two rules of docs/protocol.md is the one that a newcomer gets. CHILLIN_SEED repeats a run's choices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, close, connect, everyClient } from './lib/clients.mjs';
import { Random, seedOfRun } from './lib/random.mjs';
import { RoomReplica, freshView } from './lib/room_replica.mjs';
import { startServer } from './lib/server.mjs';
import { waitFor } from './lib/wait.mjs';

const kHistories = 12;
const emojis = ['👍', '🎉', '❤️'];
const texts = ['hello', 'Grüße', '日本語', '<b>not markup</b>', 'line\nbreak', '👩‍👩‍👧'];

/** A refusal that another's action or the end of a connection explains is part of every history; anything else is a fault. */
const expected = new Set(['MESSAGE_NOT_FOUND', 'NOT_IN_ROOM', 'FORBIDDEN', 'NAME_TAKEN']);

class Person {
  constructor(server, random, faults, { name, token, ...options }) {
    Object.assign(this, { server, random, faults, name, options: { ...options, token } });
    this.views = new Map();
    this.inside = new Set();
    this.own = [];
    this.pending = new Set();
  }

  async appear() {
    this.socket = await connect(this.server, this.options);
    for (const view of this.views.values()) view.attach(this.socket);
  }

  /** Lets it run beside what follows. */
  begin(work) {
    const done = work.catch((error) => {
      if (!expected.has(error.code) && !/^disconnected/.test(error.message)) this.faults.push(error);
    });
    this.pending.add(done);
    done.finally(() => this.pending.delete(done));
  }

  async rest() {
    await Promise.all(this.pending);
  }

  async join(room) {
    let view = this.views.get(room);
    if (!view) {
      view = new RoomReplica(room);
      view.attach(this.socket);
      this.views.set(room, view);
    }
    // A guest whose old connection the server has not missed yet is refused under its own name for that moment.
    await waitFor(() => view.join({ name: this.name }).catch((error) => {
      if (error.code !== 'NAME_TAKEN') this.faults.push(error);
      throw error;
    }), { what: `${this.name} joins ${room}` });
    this.inside.add(room);
  }

  async send(room) {
    const text = `${this.random.pick(texts)} ${this.own.length}`;
    const tempId = this.random.next() < 0.5 ? { tempId: `t${this.name}${this.random.between(0, 1e9)}` } : {};
    const { id } = await ask(this.socket, 'sendMessage', { text, room, ...tempId });
    this.own.push(id);
  }

  async change(action, everything) {
    if (action === 'react') {
      if (everything.length === 0) return undefined;
      return ask(this.socket, 'react', { id: this.random.pick(everything), emoji: this.random.pick(emojis), on: this.random.next() < 0.7 });
    }
    if (this.own.length === 0) return undefined;
    const id = this.random.pick(this.own);
    if (action === 'edit') return ask(this.socket, 'editMessage', { id, text: `edited ${this.random.between(0, 999)}` });
    return ask(this.socket, 'deleteMessage', { id });
  }

  async reappear() {
    await this.rest();
    const rooms = [...this.inside];
    if (this.random.next() < 0.5) close(this.socket);
    else this.socket.io.engine.close(); // the line is cut: no farewell of Socket.IO
    if (this.random.next() < 0.3) this.views.clear(); // a reload of the page: nothing is known any more
    await this.appear();
    for (const room of rooms) await this.join(room);
  }
}

async function live(server, seed, index) {
  const random = new Random(seed + index);
  const faults = [];
  const rooms = [`room a${index}`, `room b${index}`];
  const { token } = (await server.post('/api/auth/register', { username: `account${index}`, password: 'correct horse' })).json;
  const clients = [0, 1, 2].map(() => random.pick(everyClient));
  const people = [
    new Person(server, random, faults, { name: `guest${index}a`, ...clients[0] }),
    new Person(server, random, faults, { name: `guest${index}b`, ...clients[1] }),
    new Person(server, random, faults, { name: `account${index}`, token, ...clients[2] }),
    new Person(server, random, faults, { name: `account${index}`, token, transport: 'websocket' }),
  ];
  for (const person of people) {
    await person.appear();
    await person.join(random.pick(rooms));
  }

  const steps = random.between(40, 160);
  for (let step = 0; step < steps; ++step) {
    const person = random.pick(people);
    const action = random.weighted({ send: 12, react: 5, edit: 4, delete: 2, sync: 1, join: 2, leave: 1, lose: 1, reappear: 1, rest: 2 });
    const room = random.pick([...person.inside, ...(person.inside.size === 0 ? rooms : [])]);
    if (action === 'rest') await Promise.all(people.map((one) => one.rest()));
    else if (action === 'reappear') await person.reappear();
    else if (action === 'join') await person.join(random.pick(rooms));
    else if (!person.inside.has(room)) continue;
    else if (action === 'lose') person.views.get(room).loses = random.between(1, 3);
    else if (action === 'sync') person.begin(Promise.resolve(person.views.get(room).sync()));
    else if (action === 'leave') {
      await person.rest();
      await ask(person.socket, 'leave', { room });
      person.inside.delete(room);
    } else if (action === 'send') {
      for (let burst = random.between(1, 4); burst > 0; --burst) person.begin(person.send(room));
    } else person.begin(person.change(action, people.flatMap((one) => one.own)));
  }

  // One line more in each room: whoever lost an event learns from it that something is missing.
  for (const person of people) {
    await person.rest();
    for (const view of person.views.values()) view.loses = 0;
  }
  for (const room of rooms) {
    const last = await connect(server);
    await ask(last, 'join', { name: `last${index}`, room });
    await ask(last, 'sendMessage', 'goodnight');
    close(last);
    const fresh = await freshView(server, room);
    for (const person of people.filter((one) => one.inside.has(room))) {
      const view = person.views.get(room);
      await view.reached(fresh.seq);
      view.assertEquals(fresh, `${person.name}'s view of ${room}`);
    }
  }
  assert.deepEqual(faults, []);
  const holes = people.flatMap((person) => [...person.views.values()]).reduce((sum, view) => sum + view.holes, 0);
  for (const person of people) close(person.socket);
  return { steps, holes };
}

test('a snapshot plus the events after it equals a fresh snapshot, over random histories', { timeout: 120_000 }, async (t) => {
  const seed = seedOfRun();
  t.diagnostic(`CHILLIN_SEED=${seed}`);
  const server = await startServer();
  let steps = 0;
  let holes = 0;
  for (let index = 0; index < kHistories; ++index) {
    const history = await live(server, seed, index);
    steps += history.steps;
    holes += history.holes;
  }
  t.diagnostic(`${kHistories} histories, ${steps} steps, ${holes} holes healed by sync`);
  await server.stop();
});

test('whoever was away for thousands of changes gets them page by page, each message once, as it is now', async () => {
  const server = await startServer();
  const away = await connect(server);
  const view = new RoomReplica('tea');
  view.attach(away);
  await view.join({ name: 'away' });
  away.disconnect();

  const ada = await connect(server);
  await ask(ada, 'join', { name: 'ada', room: 'tea' });
  const sent = await Promise.all(Array.from({ length: 1_200 }, (_, n) => ask(ada, 'sendMessage', { text: `line ${n}` })));
  await Promise.all(sent.filter((_, n) => n % 3 === 0).map(({ id }) => ask(ada, 'editMessage', { id, text: `edited ${id}` })));
  await Promise.all(sent.filter((_, n) => n % 7 === 0).map(({ id }) => ask(ada, 'deleteMessage', { id })));

  let pages = 0;
  const seen = new Set();
  let page = { seq: 0, hasMore: true };
  while (page.hasMore) {
    page = await ask(ada, 'sync', { room: 'tea', lastSeq: page.seq });
    pages += 1;
    for (const { id } of page.changes) {
      assert.ok(!seen.has(id), `${id} came twice`);
      seen.add(id);
    }
    const order = page.changes.map((message) => message.changeSeq ?? message.seq);
    assert.deepEqual(order, [...order].sort((a, b) => a - b), 'in order of the last change');
  }
  assert.ok(pages > 1, 'there is more than one page');
  assert.equal(seen.size, sent.length);

  away.connect();
  await waitFor(() => away.connected);
  await view.join({ name: 'away' });
  const fresh = await freshView(server, 'tea');
  await view.reached(fresh.seq);
  view.assertEquals(fresh);
  await server.stop();
});
