/** The outbox: messages that the server has not acknowledged yet. Pure: it takes events and returns the next state with
 *  what the runtime is to do (send, keep on the device, wake up).
 *
 *  An item is sent with the same tempId as often as it takes; the server answers a second copy with the first id. So
 *  the only thing that loses an item is the person's own Discard. In each room one item is under way at a time, because
 *  a refused one must not be overtaken by the next. One tab of a browser sends (the leader); all tabs show. */

import type { Failure, Message } from '../protocol/types';

export interface OutboxItem {
  readonly tempId: string;
  /** Whose it is: tempIds are unique per author, and another account must not send it. */
  readonly author: string;
  readonly room: string;
  readonly text: string;
  readonly replyTo: string | null;
  /** epoch ms */
  readonly createdAt: number;
  /** Grows with each item of this browser: the order in which they go out. */
  readonly order: number;
  /** `QUEUED`: not acknowledged, will be sent (again) by itself. `FAILED`: refused, stays until the person decides. */
  readonly status: 'QUEUED' | 'FAILED';
  readonly failure: Failure | null;
  /** Epoch ms before which it is not sent. */
  readonly notBefore: number;
  readonly tries: number;
  /** Grows with each change: of two copies, in two tabs, the later one counts. */
  readonly revision: number;
}

/** Acknowledged, and shown until the room's log brings it. */
export interface Confirmation {
  readonly id: string;
  readonly seq: number;
  readonly timestamp: number;
}

export interface Outbox {
  /** In `order`. */
  readonly items: readonly OutboxItem[];
  /** By tempId; not on the device any more. */
  readonly confirmed: ReadonlyMap<string, Confirmation>;
  /** tempIds that were logged or discarded: word of them from another tab, or a copy on the device, comes too late. */
  readonly ended: ReadonlySet<string>;
  /** By room: the seq up to which its log is shown. */
  readonly passed: ReadonlyMap<string, number>;
  readonly inFlight: ReadonlySet<string>;
  /** Rooms that can be sent to now. */
  readonly ready: ReadonlySet<string>;
  readonly leader: boolean;
}

export const EMPTY_OUTBOX: Outbox = {
  items: [], confirmed: new Map(), ended: new Set(), passed: new Map(), inFlight: new Set(), ready: new Set(), leader: false,
};

export type OutboxEvent =
  /** What the device kept. */
  | { readonly type: 'loaded'; readonly items: readonly OutboxItem[]; readonly at: number }
  | { readonly type: 'added'; readonly item: OutboxItem; readonly at: number }
  /** This tab sends for all from now on, or no longer. */
  | { readonly type: 'leader'; readonly on: boolean; readonly at: number }
  /** The rooms in which this tab's connection is now; none after it was lost. */
  | { readonly type: 'ready'; readonly rooms: ReadonlySet<string>; readonly at: number }
  | { readonly type: 'acknowledged'; readonly tempId: string; readonly confirmation: Confirmation; readonly at: number }
  | { readonly type: 'refused'; readonly tempId: string; readonly failure: Failure; readonly at: number }
  /** The room's log has everything up to `seq`; these messages of it came out of our outbox. */
  | { readonly type: 'logged'; readonly room: string; readonly seq: number; readonly own: readonly Message[]; readonly at: number }
  | { readonly type: 'due'; readonly at: number }
  | { readonly type: 'retry'; readonly tempId: string; readonly at: number }
  | { readonly type: 'discard'; readonly tempId: string; readonly at: number }
  /** Another tab changed one. */
  | { readonly type: 'saved-elsewhere'; readonly item: OutboxItem; readonly at: number }
  | { readonly type: 'removed-elsewhere'; readonly tempId: string; readonly confirmation: Confirmation | null; readonly at: number };

export type OutboxEffect =
  | { readonly type: 'send'; readonly item: OutboxItem }
  /** Keep it on the device, and tell the other tabs. */
  | { readonly type: 'save'; readonly item: OutboxItem }
  | { readonly type: 'remove'; readonly tempId: string; readonly confirmation: Confirmation | null }
  /** Tell `due` then; replaces an earlier one. */
  | { readonly type: 'wake'; readonly at: number };

export type OutboxStep = readonly [Outbox, readonly OutboxEffect[]];

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
// The server answers, only its storage does not: asking costs it little, and what waits should leave soon after it is back.
const LAST_UNAVAILABLE_RETRY_MS = 4_000;
const MAX_ENDED = 1_000;

/** Whether time alone may mend it. */
export function isTemporary(failure: Failure): boolean {
  return failure.code === 'RATE_LIMITED' || failure.code === 'UNAVAILABLE' || failure.code === 'NETWORK' || failure.code === 'NOT_IN_ROOM';
}

function retryDelayMs(failure: Failure, tries: number): number {
  const last = failure.code === 'UNAVAILABLE' ? LAST_UNAVAILABLE_RETRY_MS : LAST_RETRY_MS;
  return failure.retryAfterMs ?? Math.min(FIRST_RETRY_MS * 2 ** Math.min(tries, 10), last);
}

function insert(items: readonly OutboxItem[], item: OutboxItem): readonly OutboxItem[] {
  const at = items.findIndex((other) => other.tempId === item.tempId);
  if (at >= 0) {
    const there = items[at] as OutboxItem;
    // Two tabs that sent at the same time: a refusal is something that the person has to see in both.
    const refusedAsWell = there.revision === item.revision && there.status === 'QUEUED' && item.status === 'FAILED';
    if (there.revision >= item.revision && !refusedAsWell) return items;
    const next = items.slice();
    next[at] = item;
    return next;
  }
  const next = [...items, item];
  next.sort((a, b) => a.order - b.order || (a.tempId < b.tempId ? -1 : 1));
  return next;
}

function without<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  if (!set.has(value)) return set;
  const next = new Set(set);
  next.delete(value);
  return next;
}

function withEnded(state: Outbox, tempIds: readonly string[]): Outbox {
  if (tempIds.every((tempId) => state.ended.has(tempId))) return state;
  const all = [...state.ended, ...tempIds];
  return { ...state, ended: new Set(all.slice(-MAX_ENDED)) };
}

/** It is in the log, or discarded: neither shown nor sent any more. */
function drop(state: Outbox, tempId: string): Outbox {
  const confirmed = new Map(state.confirmed);
  confirmed.delete(tempId);
  const items = state.items.filter((item) => item.tempId !== tempId);
  return { ...withEnded(state, [tempId]), items, confirmed, inFlight: without(state.inFlight, tempId) };
}

/** It has a place in the log: shown as sent until the log has come that far. */
function confirm(state: Outbox, item: OutboxItem, confirmation: Confirmation): Outbox {
  // The log passed it long ago, or without saying that it is ours.
  if (confirmation.seq <= (state.passed.get(item.room) ?? 0)) return drop(state, item.tempId);
  return { ...state, confirmed: new Map(state.confirmed).set(item.tempId, confirmation), inFlight: without(state.inFlight, item.tempId) };
}

/** Nothing that another tab or the device says of it makes it unsent again. */
function hasEnded(state: Outbox, tempId: string): boolean {
  return state.ended.has(tempId) || state.confirmed.has(tempId);
}
function removal(state: Outbox, tempId: string): OutboxEffect {
  return { type: 'remove', tempId, confirmation: state.confirmed.get(tempId) ?? null };
}

/** Begins what may begin now. */
function pump(state: Outbox, at: number, before: readonly OutboxEffect[] = []): OutboxStep {
  if (!state.leader) return [state, before];
  const effects = before.slice();
  const busy = new Set<string>();
  for (const item of state.items) if (state.inFlight.has(item.tempId)) busy.add(item.room);
  let inFlight: Set<string> | null = null;
  let wakeAt = Infinity;
  for (const item of state.items) {
    if (item.status === 'FAILED' || state.confirmed.has(item.tempId) || busy.has(item.room)) continue;
    if (!state.ready.has(item.room)) continue;
    // The others of the room stand behind it, sent or not.
    busy.add(item.room);
    if (item.notBefore > at) {
      wakeAt = Math.min(wakeAt, item.notBefore);
      continue;
    }
    inFlight ??= new Set(state.inFlight);
    inFlight.add(item.tempId);
    effects.push({ type: 'send', item });
  }
  if (wakeAt !== Infinity) effects.push({ type: 'wake', at: wakeAt });
  return [inFlight === null ? state : { ...state, inFlight }, effects];
}

function change(state: Outbox, item: OutboxItem): readonly [Outbox, OutboxEffect] {
  return [{ ...state, items: insert(state.items, item) }, { type: 'save', item }];
}

function find(state: Outbox, tempId: string): OutboxItem | undefined {
  return state.items.find((item) => item.tempId === tempId);
}

export function outboxReducer(state: Outbox, event: OutboxEvent): OutboxStep {
  switch (event.type) {
    case 'loaded': {
      let items = state.items;
      const effects: OutboxEffect[] = [];
      for (const item of event.items) {
        if (hasEnded(state, item.tempId)) effects.push(removal(state, item.tempId));
        else items = insert(items, item);
      }
      return pump({ ...state, items }, event.at, effects);
    }
    case 'added': {
      const [next, save] = change(state, event.item);
      return pump(next, event.at, [save]);
    }
    case 'leader':
      // What was under way goes on; if another tab sends it as well, the server answers both alike.
      return pump({ ...state, leader: event.on, inFlight: event.on ? state.inFlight : new Set() }, event.at);

    case 'ready': {
      // A send whose connection has gone gets no answer any more.
      const inFlight = new Set<string>();
      for (const item of state.items) {
        if (state.inFlight.has(item.tempId) && event.rooms.has(item.room)) inFlight.add(item.tempId);
      }
      return pump({ ...state, ready: event.rooms, inFlight }, event.at);
    }
    case 'acknowledged': {
      const item = find(state, event.tempId);
      if (item === undefined || state.confirmed.has(event.tempId)) return [state, []];
      return pump(confirm(state, item, event.confirmation), event.at, [{ type: 'remove', tempId: event.tempId, confirmation: event.confirmation }]);
    }
    case 'refused': {
      const item = find(state, event.tempId);
      // One that is not under way was given up, or is another tab's by now: what became of it will be heard again.
      if (item === undefined || state.confirmed.has(event.tempId) || !state.inFlight.has(event.tempId)) return [state, []];
      const temporary = isTemporary(event.failure);
      const [next, save] = change(state, {
        ...item,
        status: temporary ? 'QUEUED' : 'FAILED',
        failure: event.failure,
        notBefore: temporary ? event.at + retryDelayMs(event.failure, item.tries) : 0,
        tries: item.tries + 1,
        revision: item.revision + 1,
      });
      return pump({ ...next, inFlight: without(next.inFlight, event.tempId) }, event.at, [save]);
    }
    case 'logged': {
      const passed = Math.max(event.seq, state.passed.get(event.room) ?? 0);
      let next = passed === state.passed.get(event.room) ? state : { ...state, passed: new Map(state.passed).set(event.room, passed) };
      const effects: OutboxEffect[] = [];
      for (const { tempId, id, seq, timestamp } of event.own) {
        if (tempId === null || find(next, tempId) === undefined) continue;
        // The other tabs go on showing it until their logs have it as well.
        if (!next.confirmed.has(tempId)) effects.push({ type: 'remove', tempId, confirmation: { id, seq, timestamp } });
        next = drop(next, tempId);
      }
      for (const [tempId, confirmation] of next.confirmed) {
        if (confirmation.seq <= passed && find(next, tempId)?.room === event.room) next = drop(next, tempId);
      }
      const nothingEnded = next.items === state.items;
      // Also those that this tab has not heard of yet: the device may still hold them.
      next = withEnded(next, event.own.flatMap(({ tempId }) => tempId ?? []));
      return nothingEnded ? [next, []] : pump(next, event.at, effects);
    }
    case 'due':
      return pump(state, event.at);

    case 'retry': {
      const item = find(state, event.tempId);
      if (item === undefined || state.confirmed.has(item.tempId) || state.inFlight.has(item.tempId)) return [state, []];
      const [next, save] = change(state, { ...item, status: 'QUEUED', failure: null, notBefore: 0, tries: 0, revision: item.revision + 1 });
      return pump(next, event.at, [save]);
    }
    case 'discard': {
      if (find(state, event.tempId) === undefined || state.confirmed.has(event.tempId)) return [state, []];
      return pump(drop(state, event.tempId), event.at, [{ type: 'remove', tempId: event.tempId, confirmation: null }]);
    }
    case 'saved-elsewhere': {
      const { tempId } = event.item;
      // The other tab put back on the device what had ended.
      if (hasEnded(state, tempId)) return [state, [removal(state, tempId)]];
      return pump({ ...state, items: insert(state.items, event.item) }, event.at);
    }
    case 'removed-elsewhere': {
      const { tempId, confirmation } = event;
      const item = find(state, tempId);
      // We may have put it back since: what was saved more than once is taken off the device once more.
      const again: readonly OutboxEffect[] = item !== undefined && item.revision > 1 && !hasEnded(state, tempId) ? [{ type: 'remove', tempId, confirmation }] : [];
      const next = item === undefined || confirmation === null ? drop(state, tempId) : confirm(state, item, confirmation);
      return pump(next, event.at, again);
    }
  }
}
