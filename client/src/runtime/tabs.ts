/** The tabs of one browser that are signed in as the same author: one of them sends, and all learn of each other's
 *  outbox. */

import { fields, text } from '../protocol/parse';
import type { Confirmation, OutboxItem } from '../state/outbox';
import type { DeviceStore } from './device_store';

export type TabMessage =
  | { readonly type: 'saved'; readonly item: OutboxItem }
  | { readonly type: 'removed'; readonly tempId: string; readonly confirmation: Confirmation | null }
  | { readonly type: 'entered'; readonly room: string }
  | { readonly type: 'left'; readonly room: string }
  | { readonly type: 'read'; readonly room: string; readonly seq: number };

export interface Tabs {
  readonly tell: (message: TabMessage) => void;
  readonly stop: () => void;
}

const LEASE_MS = 5_000;
const RENEW_MS = 1_500;

export function joinTabs(
  author: string, store: DeviceStore, onMessage: (message: TabMessage) => void, onLeader: (leader: boolean) => void,
): Tabs {
  const name = `chillin:${author}`;
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  if (channel !== null) {
    channel.onmessage = (event: MessageEvent<unknown>) => {
      const message = parseTabMessage(event.data);
      if (message !== null) onMessage(message);
    };
  }
  const stopElection = lead(name, store, onLeader);
  return {
    tell: (message) => channel?.postMessage(message),
    stop: () => {
      stopElection();
      channel?.close();
    },
  };
}

/** Web Locks where there are any: the lock goes with the tab, however that ends. They need a secure context; a chat at
 *  http://192.168.1.5 has none, and there a lease in IndexedDB does it, renewed while the tab lives. */
function lead(name: string, store: DeviceStore, onLeader: (leader: boolean) => void): () => void {
  const locks = (navigator as { readonly locks?: LockManager }).locks;
  if (locks !== undefined) {
    const stop = new AbortController();
    let release: () => void = () => undefined;
    locks.request(name, { signal: stop.signal }, () => {
      if (stop.signal.aborted) return Promise.resolve();
      onLeader(true);
      return new Promise<void>((resolve) => (release = resolve));
    }).catch(() => undefined);
    return () => {
      stop.abort();
      release();
    };
  }
  const owner = `${Date.now()}-${Math.random()}`;
  let leader = false;
  let stopped = false;
  const renew = async (): Promise<void> => {
    const mine = await store.lease(name, owner, LEASE_MS, Date.now()).catch(() => true);
    if (stopped || mine === leader) return;
    leader = mine;
    onLeader(mine);
  };
  void renew();
  const timer = window.setInterval(() => void renew(), RENEW_MS);
  return () => {
    stopped = true;
    window.clearInterval(timer);
    void store.endLease(name, owner).catch(() => undefined);
  };
}

function parseTabMessage(value: unknown): TabMessage | null {
  const f = fields(value);
  // The other tabs run our own code, perhaps another version of it: the shape is checked, the items are trusted.
  switch (f?.type) {
    case 'saved': return fields(f.item) === null ? null : (value as TabMessage);
    case 'removed': return text(f.tempId) === null ? null : (value as TabMessage);
    case 'entered':
    case 'left':
    case 'read': return text(f.room) === null ? null : (value as TabMessage);
    default: return null;
  }
}
