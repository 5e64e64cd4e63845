import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HISTORIES_MS, forSeedsAsync, holds, type Random } from '../testing/random';
import { FakeBrowser, accountOf, checkSnapshots, type FakeTab } from './testing/fake_browser';
import { FakeServer } from './testing/fake_server';

/** Random histories of the whole runtime: two tabs of one device, somebody else who writes, and a server and a network that do
 *  what servers and networks do. */

const ANN = accountOf('ann');
const go = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  FakeBrowser.closeAll();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

class World {
  readonly server = new FakeServer();
  private readonly browser = new FakeBrowser(this.server);
  tabs: FakeTab[] = [];
  readonly all: FakeTab[] = [];
  readonly sent: string[] = [];
  private written = 0;

  constructor(private readonly random: Random) {
    vi.spyOn(Math, 'random').mockImplementation(random.next);
    FakeBrowser.prepare();
    this.server.accounts.set('token of ann', 'ann');
    this.server.network.batched = random.chance(0.3);
    this.server.syncLimit = random.pick([3, 200]);
  }

  open(): void {
    const tab = this.browser.open(ANN);
    tab.actions.openRoom('lobby');
    this.tabs.push(tab);
    this.all.push(tab);
  }
  private end(tab: FakeTab): void {
    if (this.random.chance(0.5)) tab.close();
    else tab.crash();
    this.tabs = this.tabs.filter((other) => other !== tab);
  }

  async step(): Promise<void> {
    const { random, server } = this;
    const tab = random.pick(this.tabs);
    const what = random.below(100);
    if (what < 25) {
      const text = `sent ${this.sent.length + 1}`;
      if (tab.actions.send('lobby', text) !== null) this.sent.push(text);
    } else if (what < 45) server.say('lobby', 'bob', `said ${++this.written}`);
    else if (what < 52) this.changeSomething();
    else if (what < 57) server.loseEvents(1 + random.below(3));
    else if (what < 60) server.loseAnswer('sendMessage');
    else if (what < 64) server.refuse(random.pick(['sendMessage', 'sync', 'join']), random.pick(['RATE_LIMITED', 'UNAVAILABLE'] as const), { times: 1 + random.below(2) });
    else if (what < 67) server.lose();
    else if (what < 69) server.die();
    else if (what < 74) server.start();
    else if (what < 76) server.freeze();
    else if (what < 78) window.dispatchEvent(new Event(random.pick(['online', 'offline'])));
    else if (what < 80) tab.actions.retryConnection();
    else if (what < 83) tab.actions.loadOlder('lobby');
    else if (what < 86 && this.tabs.length < 3) this.open();
    else if (what < 88) {
      this.end(tab);
      if (this.tabs.length === 0) this.open();
    } else tab.actions.markRead('lobby');
    await go(random.pick([0, 3, 12, 100, 2_500, 15_000]));
  }
  private changeSomething(): void {
    const { messages } = this.server.room('lobby').log;
    if (messages.length === 0) return;
    const { id } = this.random.pick(messages);
    // Texts stay as they are: they are what the histories are told by.
    this.server.change('lobby', (log) => log.react(id, 'bob', this.random.pick(['👍', '🎉']), this.random.chance(0.7)));
  }

  /** All is well again. */
  async settle(): Promise<void> {
    this.server.reap();
    this.server.start();
    window.dispatchEvent(new Event('online'));
    for (const tab of this.tabs) tab.actions.retryConnection();
    await go(65_000);
    // Shows what is still missing.
    this.server.loseEvents(0);
    this.server.say('lobby', 'bob', 'the last one');
    await go(15_000);
  }

  check(): void {
    const { server, tabs, sent } = this;
    const stored = server.texts('lobby');
    const own = stored.filter((text) => text.startsWith('sent '));
    expect(own.slice().sort(), 'everything arrived, and once').toEqual(sent.slice().sort());
    for (const tab of tabs) {
      expect(tab.status).toBe('CONNECTED');
      const rows = tab.rows();
      expect(rows.map(({ text }) => text), 'every tab shows what the server has').toEqual(stored.slice(-rows.length));
      const { messages } = server.room('lobby').log;
      expect(rows.map(({ reactions }) => reactions)).toEqual(messages.slice(-rows.length).map(({ reactions = [] }) => reactions));
      holds(rows.every(({ delivery }) => delivery.status === 'SENT'), 'nothing is under way any more');
    }
    for (const tab of this.all) checkSnapshots(tab);
  }
}

it('loses nothing, shows nothing twice and ends up with what the server has', async () => {
  await forSeedsAsync(25, async (random) => {
    const world = new World(random);
    world.open();
    await go(100);
    world.open();
    await go(100);
    for (let steps = 60; steps > 0; --steps) await world.step();
    await world.settle();
    world.check();
    FakeBrowser.closeAll();
    vi.clearAllTimers();
    vi.restoreAllMocks();
  });
}, HISTORIES_MS);
