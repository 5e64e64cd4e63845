/** The tabs of one browser that are signed in as the same author: one of them sends, and all learn of each other's
 *  outbox. The one that sends is the one that the person works in: the others may be frozen, as phones do it, or may have
 *  given up on their connections. */

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
  /** From now on this tab sends. Until then it is whichever was there first. */
  readonly claim: () => void;
  readonly stop: () => void;
}

interface Election {
  readonly claim: () => void;
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
  const locks = (navigator as { readonly locks?: LockManager }).locks;
  const election = locks === undefined ? electByLease(name, store, onLeader) : electByLock(name, locks, onLeader);
  return {
    tell: (message) => channel?.postMessage(message),
    claim: election.claim,
    stop: () => {
      election.stop();
      channel?.close();
    },
  };
}

/** The lock goes with the tab, however that ends. */
function electByLock(name: string, locks: LockManager, onLeader: (leader: boolean) => void): Election {
  const stop = new AbortController();
  let leader = false;
  let queued = false;
  let claiming = false;
  let release: () => void = () => undefined;

  function become(next: boolean): void {
    if (next === leader) return;
    leader = next;
    onLeader(next);
  }
  function request(options: LockOptions, begun: () => void): void {
    let held = false;
    locks.request(name, options, () => {
      begun();
      if (stop.signal.aborted) return Promise.resolve();
      held = true;
      become(true);
      return new Promise<void>((resolve) => (release = resolve));
    }).catch((error: unknown) => {
      begun();
      if (stop.signal.aborted) return;
      const stolen = error instanceof DOMException && error.name === 'AbortError';
      // Forbidden, as storage may be: then this tab sends for itself, and the server sees to it that nothing comes twice.
      if (!stolen) become(true);
      else if (held) become(false);
      if (stolen) queue();
    });
  }
  function queue(): void {
    if (queued) return;
    queued = true;
    request({ signal: stop.signal }, () => (queued = false));
  }
  queue();
  return {
    claim: () => {
      if (leader || claiming) return;
      claiming = true;
      request({ steal: true }, () => (claiming = false));
    },
    stop: () => {
      stop.abort();
      release();
    },
  };
}

/** Locks need a secure context; a chat at http://192.168.1.5 has none. There a lease in IndexedDB does it, renewed while
 *  the tab lives. */
function electByLease(name: string, store: DeviceStore, onLeader: (leader: boolean) => void): Election {
  const owner = `${Date.now()}-${Math.random()}`;
  let leader = false;
  let stopped = false;
  const renew = async (force = false): Promise<void> => {
    const mine = await store.lease(name, owner, LEASE_MS, Date.now(), force).catch(() => true);
    if (stopped || mine === leader) return;
    leader = mine;
    onLeader(mine);
  };
  void renew();
  const timer = window.setInterval(() => void renew(), RENEW_MS);
  return {
    claim: () => void renew(true),
    stop: () => {
      stopped = true;
      window.clearInterval(timer);
      void store.endLease(name, owner).catch(() => undefined);
    },
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
