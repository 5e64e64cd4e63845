import { describe, expect, it } from 'vitest';
import type { ErrorCode, Failure, Message } from '../protocol/types';
import { HISTORIES_MS, forSeeds, holds, type Random } from '../testing/random';
import { EMPTY_OUTBOX, outboxReducer, type Confirmation, type Outbox, type OutboxEvent, type OutboxItem } from './outbox';

/** Random histories of a browser with two tabs on one device, one of them sending, and a server that loses answers,
 *  refuses for a while, refuses for good, and stores each tempId once. */

const ROOMS = ['lobby', 'other'];
const TEMPORARY = ['RATE_LIMITED', 'UNAVAILABLE', 'NETWORK'] as const;
const FINAL: readonly ErrorCode[] = ['MUTED', 'MESSAGE_TOO_LONG', 'INTERNAL'];

type TabMessage =
  | { readonly type: 'saved'; readonly item: OutboxItem }
  | { readonly type: 'removed'; readonly tempId: string; readonly confirmation: Confirmation | null };

interface Request {
  readonly tab: Tab;
  readonly item: OutboxItem;
  /** Of which connection it is; the answer to an earlier one is not heard. */
  readonly generation: number;
}

class Tab {
  state: Outbox = EMPTY_OUTBOX;
  generation = 0;
  wakeAt: number | null = null;
  inbox: TabMessage[] = [];
  answers: (() => void)[] = [];
  /** What the device said; it has not been heard yet. */
  reading: readonly OutboxItem[] | null = null;
  /** Up to where each room's log is shown. */
  readonly shown = new Map(ROOMS.map((room) => [room, 0]));
  connected = false;

  constructor(private readonly world: World) {}

  tell(event: OutboxEvent): void {
    const [next, effects] = outboxReducer(this.state, event);
    this.state = next;
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          this.world.requests.push({ tab: this, item: effect.item, generation: this.generation });
          break;
        case 'save':
          this.world.save(effect.item);
          this.say({ type: 'saved', item: effect.item });
          break;
        case 'remove':
          this.world.device.delete(effect.tempId);
          this.say({ type: 'removed', tempId: effect.tempId, confirmation: effect.confirmation });
          break;
        case 'wake':
          this.wakeAt = effect.at;
      }
    }
    this.check();
  }
  private say(message: TabMessage): void {
    for (const tab of this.world.tabs) if (tab !== this) tab.inbox.push(message);
  }

  hear(): void {
    const message = this.inbox.shift();
    const at = this.world.now;
    if (message?.type === 'saved') this.tell({ type: 'saved-elsewhere', item: message.item, at });
    else if (message?.type === 'removed') this.tell({ type: 'removed-elsewhere', tempId: message.tempId, confirmation: message.confirmation, at });
  }
  readDevice(): void {
    if (this.reading === null) return;
    const items = this.reading;
    this.reading = null;
    this.tell({ type: 'loaded', items, at: this.world.now });
  }

  connect(): void {
    if (this.connected) return;
    this.connected = true;
    ++this.generation;
    this.tell({ type: 'ready', rooms: new Set(ROOMS), at: this.world.now });
  }
  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    ++this.generation;
    this.answers = [];
    this.tell({ type: 'ready', rooms: new Set(), at: this.world.now });
  }

  /** The next `n` messages of a room arrive. */
  follow(room: string, n: number): void {
    const from = this.shown.get(room) ?? 0;
    const fresh = this.world.log(room).slice(from, from + n);
    if (!this.connected || fresh.length === 0) return;
    this.shown.set(room, from + fresh.length);
    this.tell({ type: 'logged', room, seq: from + fresh.length, own: fresh, at: this.world.now });
  }

  /** In no tab is a message shown twice, and none is under way twice. */
  private check(): void {
    const seen = new Set<string>();
    for (const { tempId, room } of this.state.items) {
      holds(!seen.has(tempId), () => `${tempId} is in the outbox twice`);
      seen.add(tempId);
      const place = this.world.log(room).findIndex((message) => message.tempId === tempId);
      holds(place < 0 || place >= (this.shown.get(room) ?? 0), () => `${tempId} is shown by the log and by the outbox`);
    }
    for (const room of ROOMS) {
      const busy = this.state.items.filter((item) => item.room === room && this.state.inFlight.has(item.tempId));
      holds(busy.length <= 1, () => `${busy.length} are under way in ${room}`);
    }
  }
}

class World {
  now = 1_000_000;
  /** What the device keeps. */
  readonly device = new Map<string, OutboxItem>();
  tabs: Tab[] = [];
  requests: Request[] = [];
  private readonly logs = new Map<string, Message[]>(ROOMS.map((room) => [room, []]));
  readonly added: OutboxItem[] = [];
  readonly discarded = new Set<string>();
  readonly hadFailed = new Set<string>();
  /** Nothing goes wrong any more. */
  calm = false;

  constructor(private readonly random: Random) {
    this.tabs = [new Tab(this), new Tab(this)];
  }

  log(room: string): readonly Message[] {
    return this.logs.get(room) ?? [];
  }
  save(item: OutboxItem): void {
    const there = this.device.get(item.tempId);
    if (there === undefined || there.revision <= item.revision) this.device.set(item.tempId, item);
    if (item.status === 'FAILED') this.hadFailed.add(item.tempId);
  }

  add(tab: Tab): void {
    const tempId = `t${this.added.length + 1}`;
    const item: OutboxItem = {
      tempId, author: 'account:ann', room: this.random.pick(ROOMS), text: tempId, replyTo: null, createdAt: this.now, order: this.added.length + 1,
      status: 'QUEUED', failure: null, notBefore: 0, tries: 0, revision: 1,
    };
    this.added.push(item);
    tab.tell({ type: 'added', item, at: this.now });
  }

  private store(item: OutboxItem): Message {
    const log = this.logs.get(item.room) as Message[];
    const first = log.find(({ tempId }) => tempId === item.tempId);
    if (first !== undefined) return first;
    const seq = log.length + 1;
    const message: Message = {
      id: `${item.room}-${seq}`, room: item.room, seq, changeSeq: seq, user: 'ann', text: item.text, timestamp: this.now, editedAt: null,
      deletedAt: null, replyTo: null, threadRoot: null, reactions: [], attachments: [], tempId: item.tempId,
    };
    log.push(message);
    return message;
  }

  /** The server takes one request. Those of one connection come in order; those of different ones in any. */
  serve(): void {
    const request = this.random.pick(this.requests.filter((one, i) => this.requests.findIndex(({ tab }) => tab === one.tab) === i));
    this.requests.splice(this.requests.indexOf(request), 1);
    const { tab, item, generation } = request;
    const luck = this.calm ? 0 : this.random.below(10);
    let answer: OutboxEvent;
    if (luck < 6) {
      const { id, seq, timestamp } = this.store(item);
      // Stored, and the answer gets lost.
      answer = luck < 5
        ? { type: 'acknowledged', tempId: item.tempId, confirmation: { id, seq, timestamp }, at: this.now }
        : { type: 'refused', tempId: item.tempId, failure: this.failure('NETWORK'), at: this.now };
    } else {
      const code = luck < 9 ? this.random.pick(TEMPORARY) : this.random.pick(FINAL);
      answer = { type: 'refused', tempId: item.tempId, failure: this.failure(code), at: this.now };
    }
    tab.answers.push(() => {
      if (tab.generation === generation || answer.type === 'acknowledged') tab.tell({ ...answer, at: this.now });
    });
  }
  private failure(code: Failure['code']): Failure {
    return { code, message: 'No.', field: null, retryAfterMs: code === 'RATE_LIMITED' && this.random.chance(0.5) ? this.random.below(5_000) : null };
  }

  pass(ms: number): void {
    this.now += ms;
    for (const tab of this.tabs) {
      if (tab.wakeAt === null || tab.wakeAt > this.now) continue;
      tab.wakeAt = null;
      tab.tell({ type: 'due', at: this.now });
    }
  }

  /** One tab ends, however that is, and another begins in its place. */
  reload(old: Tab): void {
    const tab = new Tab(this);
    this.tabs = this.tabs.map((other) => (other === old ? tab : other));
    // What is under way may still reach the server; nobody hears the answer.
    for (const room of ROOMS) {
      const kept = this.random.below((old.shown.get(room) ?? 0) + 1);
      tab.shown.set(room, kept);
      if (kept > 0) tab.tell({ type: 'logged', room, seq: kept, own: this.log(room).slice(0, kept), at: this.now });
    }
    tab.reading = [...this.device.values()];
  }

  /** This tab leads, and the other one does not any more; with a lease, it may hear of it later. */
  lead(tab: Tab, alone: boolean): void {
    for (const other of this.tabs) if (alone && other !== tab) other.tell({ type: 'leader', on: false, at: this.now });
    tab.reading = [...this.device.values()];
    tab.readDevice();
    tab.tell({ type: 'leader', on: true, at: this.now });
  }

  decide(tab: Tab): void {
    const refused = tab.state.items.filter(({ status, tempId }) => status === 'FAILED' && !tab.state.confirmed.has(tempId));
    if (refused.length === 0) return;
    const { tempId } = this.random.pick(refused);
    const type = this.random.chance(0.6) ? 'retry' : 'discard';
    if (type === 'discard') this.discarded.add(tempId);
    tab.tell({ type, tempId, at: this.now });
  }

  step(): void {
    const { random } = this;
    const tab = random.pick(this.tabs);
    const what = random.below(100);
    if (what < 15) this.add(tab);
    else if (what < 35) { if (this.requests.length > 0) this.serve(); }
    else if (what < 52) tab.answers.shift()?.();
    else if (what < 67) tab.hear();
    else if (what < 77) tab.follow(random.pick(ROOMS), 1 + random.below(3));
    else if (what < 81) tab.connect();
    else if (what < 83) tab.disconnect();
    else if (what < 85) this.lead(tab, random.chance(0.8));
    else if (what < 87) this.reload(tab);
    else if (what < 90) tab.readDevice();
    else if (what < 94) this.decide(tab);
    else this.pass(random.below(3_000));
  }

  /** The network is well, one tab leads, and everything that is under way arrives. */
  settle(): void {
    this.calm = true;
    for (const tab of this.tabs) {
      tab.readDevice();
      tab.connect();
    }
    this.lead(this.tabs[0] as Tab, true);
    const waiting = (): boolean =>
      this.requests.length > 0 || this.tabs.some((tab) =>
        tab.answers.length + tab.inbox.length > 0 || ROOMS.some((room) => (tab.shown.get(room) ?? 0) < this.log(room).length) ||
        tab.state.items.some(({ status, tempId }) => status === 'QUEUED' && !tab.state.confirmed.has(tempId)));
    for (let turns = 0; waiting(); ++turns) {
      holds(turns < 5_000, () => `it comes to an end: ${JSON.stringify(this.tabs.map(({ state }) => state.items))}`);
      if (this.requests.length > 0) this.serve();
      for (const tab of this.tabs) {
        tab.answers.shift()?.();
        tab.hear();
        for (const room of ROOMS) tab.follow(room, 2);
      }
      this.pass(500);
    }
  }
}

function wander(random: Random): World {
  const world = new World(random);
  world.lead(world.tabs[0] as Tab, true);
  for (const tab of world.tabs) tab.connect();
  for (let steps = 50 + random.below(200); steps > 0; --steps) world.step();
  world.settle();
  return world;
}

describe('whatever happens to two tabs, their connections, the device and the server', () => {
  it('every message ends exactly once: in the log, discarded, or failed until the person decides', () => {
    forSeeds(500, (random) => {
      const world = wander(random);
      const logged = ROOMS.flatMap((room) => world.log(room).map(({ tempId }) => tempId));
      expect(new Set(logged).size).toBe(logged.length);
      const failed = [...world.device.values()].filter(({ status }) => status === 'FAILED').map(({ tempId }) => tempId);
      expect(world.device.size, 'nothing but failures stays on the device').toBe(failed.length);
      for (const { tempId } of world.added) {
        const ends = [logged.includes(tempId), failed.includes(tempId)].filter(Boolean).length;
        // A discarded one may have been stored before: the answer was lost.
        if (world.discarded.has(tempId)) holds(!failed.includes(tempId), () => `${tempId} was discarded, and is there again`);
        else holds(ends === 1, () => `${tempId} ended ${ends} times`);
      }
      for (const tab of world.tabs) expect(tab.state.items.map(({ tempId }) => tempId).sort()).toEqual(failed.sort());
    });
  }, HISTORIES_MS);

  it('what was not refused for good arrives in the order in which it was written', () => {
    forSeeds(300, (random) => {
      const world = new World(random);
      // Between two tabs there is no order that a person could see; here, reloads and lost connections are enough.
      world.tabs = world.tabs.slice(0, 1);
      world.lead(world.tabs[0] as Tab, true);
      for (let steps = 200; steps > 0; --steps) world.step();
      world.settle();
      const orders = new Map(world.added.map(({ tempId, order }) => [tempId, order]));
      for (const room of ROOMS) {
        const inOrder = world.log(room).flatMap(({ tempId }) => (tempId === null || world.hadFailed.has(tempId) ? [] : orders.get(tempId) ?? []));
        expect(inOrder).toEqual(inOrder.slice().sort((a, b) => a - b));
      }
    });
  }, HISTORIES_MS);
});
