/** The tabs of one browser that are signed in as the same author: one of them sends, and all learn of each other's
 *  outbox. */

import { count, fields, text } from '../protocol/parse';
import type { Confirmation, OutboxItem } from '../state/outbox';
import { parseItem, type DeviceStore } from './device_store';

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
    }).catch(() => {
      // Forbidden, as storage may be: then this tab sends for itself, and the server sees to it that nothing comes twice.
      if (!stop.signal.aborted) onLeader(true);
    });
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

/** The other tabs run our own code, but perhaps another version of it. */
function parseTabMessage(value: unknown): TabMessage | null {
  const f = fields(value);
  if (f?.type === 'saved') {
    const item = parseItem(f.item);
    return item === null ? null : { type: 'saved', item };
  }
  if (f?.type === 'removed') {
    const tempId = text(f.tempId);
    return tempId === null ? null : { type: 'removed', tempId, confirmation: parseConfirmation(f.confirmation) };
  }
  const room = text(f?.room);
  if (room === null) return null;
  switch (f?.type) {
    case 'entered':
    case 'left': return { type: f.type, room };
    case 'read': {
      const seq = count(f.seq);
      return seq === null ? null : { type: 'read', room, seq };
    }
    default: return null;
  }
}

function parseConfirmation(value: unknown): Confirmation | null {
  const f = fields(value);
  const id = text(f?.id);
  const seq = count(f?.seq);
  return id === null || seq === null || typeof f?.timestamp !== 'number' ? null : { id, seq, timestamp: f.timestamp };
}
