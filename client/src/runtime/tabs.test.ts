import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OutboxItem } from '../state/outbox';
import type { DeviceStore } from './device_store';
import { joinTabs, type TabMessage, type Tabs } from './tabs';
import { FakeBroadcastChannel, FakeLocks } from './testing/fake_channels';

const ITEM: OutboxItem = {
  tempId: 't1', author: 'account:ann', room: 'lobby', text: 'hello', replyTo: null, createdAt: 1, order: 1, status: 'QUEUED', failure: null, notBefore: 0, tries: 0, revision: 1,
};

/** The part of a device store that tabs use: who holds the lease. */
class Leases {
  private held: { owner: string; until: number } | null = null;
  broken = false;
  /** The first tab's timers stand still. */
  frozen = false;
  private first: string | null = null;
  readonly store = {
    lease: (_name: string, owner: string, forMs: number, now: number, force = false): Promise<boolean> => {
      this.first ??= owner;
      if (this.frozen && owner === this.first) return new Promise(() => undefined);
      if (this.broken) return Promise.reject(new Error('The device does not answer'));
      const mine = force || this.held === null || this.held.owner === owner || this.held.until <= now;
      if (mine) this.held = { owner, until: now + forMs };
      return Promise.resolve(mine);
    },
    endLease: (_name: string, owner: string): Promise<void> => {
      if (this.held?.owner === owner) this.held = null;
      return Promise.resolve();
    },
  } as unknown as DeviceStore;
}

interface Tab {
  readonly tabs: Tabs;
  readonly heard: TabMessage[];
  readonly leads: boolean[];
}
const open: Tabs[] = [];
let leases = new Leases();

function tab(author = 'account:ann'): Tab {
  const heard: TabMessage[] = [];
  const leads: boolean[] = [];
  const tabs = joinTabs(author, leases.store, (message) => heard.push(message), (leader) => leads.push(leader));
  open.push(tabs);
  return { tabs, heard, leads };
}
const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('BroadcastChannel', FakeBroadcastChannel);
  leases = new Leases();
});
afterEach(() => {
  for (const tabs of open.splice(0)) tabs.stop();
  Reflect.deleteProperty(navigator, 'locks');
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('what tabs tell each other', () => {
  it('is heard by the others of the same author', async () => {
    const [one, two, three, stranger] = [tab(), tab(), tab(), tab('guest:ann')];
    const messages: TabMessage[] = [
      { type: 'saved', item: ITEM }, { type: 'removed', tempId: 't1', confirmation: { id: 'lobby-1', seq: 1, timestamp: 5 } },
      { type: 'removed', tempId: 't2', confirmation: null }, { type: 'entered', room: 'lobby' }, { type: 'left', room: 'lobby' }, { type: 'read', room: 'lobby', seq: 3 },
    ];
    for (const message of messages) one.tabs.tell(message);
    await turn();
    expect(two.heard).toEqual(messages);
    expect(three.heard).toEqual(messages);
    expect(one.heard).toEqual([]);
    expect(stranger.heard).toEqual([]);
  });

  it('is not believed when it makes no sense: another version of the client may be open', async () => {
    const one = tab();
    const channel = new FakeBroadcastChannel('chillin:account:ann');
    for (const odd of [
      null, 'saved', 7, [], {}, { type: 'saved' }, { type: 'saved', item: {} }, { type: 'saved', item: { ...ITEM, text: 5 } }, { type: 'removed' }, { type: 'entered' },
      { type: 'left', room: 3 }, { type: 'read', room: 'lobby' }, { type: 'read', room: 'lobby', seq: -1 }, { type: 'dance', room: 'lobby' },
    ]) channel.postMessage(odd);
    channel.postMessage({ type: 'removed', tempId: 't1', confirmation: { id: 7 } });
    await turn();
    expect(one.heard).toEqual([{ type: 'removed', tempId: 't1', confirmation: null }]);
    channel.close();
  });

  it('is nothing where there is no BroadcastChannel', async () => {
    vi.stubGlobal('BroadcastChannel', undefined);
    const one = tab();
    one.tabs.tell({ type: 'entered', room: 'lobby' });
    await turn();
    expect(one.leads).toEqual([true]);
  });
});

describe('who sends, by Web Locks', () => {
  let locks = new FakeLocks();
  beforeEach(() => {
    locks = new FakeLocks();
    Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
  });

  it('is one tab, and the next one as soon as it goes', async () => {
    const [one, two, three] = [tab(), tab(), tab()];
    await turn();
    expect([one.leads, two.leads, three.leads]).toEqual([[true], [], []]);
    one.tabs.stop();
    await turn();
    expect([two.leads, three.leads]).toEqual([[true], []]);
    locks.crash('chillin:account:ann');
    await turn();
    expect(three.leads).toEqual([true]);
  });

  it('is each author for itself', async () => {
    const [one, other] = [tab(), tab('guest:bob')];
    await turn();
    expect([one.leads, other.leads]).toEqual([[true], [true]]);
  });

  it('is nobody who has gone before it was their turn', async () => {
    const [one, two, three] = [tab(), tab(), tab()];
    await turn();
    two.tabs.stop();
    await turn();
    one.tabs.stop();
    await turn();
    expect(two.leads).toEqual([]);
    expect(three.leads).toEqual([true]);
  });

  it('is the one that the person works in, also when the first is frozen', async () => {
    const [one, two, three] = [tab(), tab(), tab()];
    await turn();
    two.tabs.claim();
    await turn();
    expect([one.leads, two.leads, three.leads]).toEqual([[true, false], [true], []]);
    two.tabs.claim();
    three.tabs.claim();
    one.tabs.claim();
    await turn();
    expect([one.leads.at(-1), two.leads.at(-1), three.leads.at(-1)]).toEqual([true, false, false]);
    // And back, when that one goes: to whoever has waited longest.
    one.tabs.stop();
    await turn();
    expect([two.leads.at(-1), three.leads.at(-1)].filter(Boolean)).toHaveLength(1);
    two.tabs.stop();
    await turn();
    expect(three.leads.at(-1)).toBe(true);
  });

  it('is claimed once by one who says so twice', async () => {
    const [one, two] = [tab(), tab()];
    await turn();
    for (let i = 0; i < 3; ++i) two.tabs.claim();
    await turn();
    two.tabs.claim();
    await turn();
    expect([one.leads, two.leads]).toEqual([[true, false], [true]]);
  });

  it('is nobody who has claimed it and gone', async () => {
    const [one, two] = [tab(), tab()];
    await turn();
    two.tabs.claim();
    two.tabs.stop();
    await turn();
    expect(two.leads).toEqual([]);
    expect(one.leads.at(-1)).toBe(true);
  });

  it('is each tab for itself where locks are forbidden', async () => {
    Object.defineProperty(navigator, 'locks', { value: { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) }, configurable: true });
    const [one, two] = [tab(), tab()];
    await turn();
    expect([one.leads, two.leads]).toEqual([[true], [true]]);
  });
});

describe('who sends, by a lease where there are no locks', () => {
  it('is one tab while it renews the lease', async () => {
    const one = tab();
    await turn();
    const two = tab();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([one.leads, two.leads]).toEqual([[true], []]);
  });

  it('is the next one soon after the first has gone properly', async () => {
    const one = tab();
    await turn();
    const two = tab();
    one.tabs.stop();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(two.leads).toEqual([true]);
  });

  it('is the next one while the first is frozen, which notices when it thaws', async () => {
    const one = tab();
    await turn();
    const two = tab();
    leases.frozen = true;
    await vi.advanceTimersByTimeAsync(7_000);
    expect([one.leads, two.leads]).toEqual([[true], [true]]);
    leases.frozen = false;
    await vi.advanceTimersByTimeAsync(1_500);
    expect([one.leads, two.leads]).toEqual([[true, false], [true]]);
  });

  it('is the one that the person works in', async () => {
    const one = tab();
    await turn();
    const two = tab();
    two.tabs.claim();
    await vi.advanceTimersByTimeAsync(1_500);
    expect([one.leads, two.leads]).toEqual([[true, false], [true]]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([one.leads, two.leads]).toEqual([[true, false], [true]]);
  });

  it('is each tab for itself where the device does not answer: the server takes nothing twice', async () => {
    leases.broken = true;
    const one = tab();
    await turn();
    expect(one.leads).toEqual([true]);
  });

  it('is nobody any more once it was stopped', async () => {
    const one = tab();
    one.tabs.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(one.leads).toEqual([]);
  });
});
