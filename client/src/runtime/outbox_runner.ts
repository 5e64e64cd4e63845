/** Carries out what the outbox's reducer asks for: sends, keeps on the device, tells the other tabs, wakes up. */

import { EMPTY_OUTBOX, outboxReducer, type Outbox, type OutboxEffect, type OutboxEvent, type OutboxItem } from '../state/outbox';
import { newTempId } from './browser';
import type { DeviceStore } from './device_store';
import { sendMessage } from './requests';
import type { Transport } from './socket';
import type { Tabs } from './tabs';
import type { Timers } from './timers';

export interface OutboxRunner {
  readonly state: () => Outbox;
  readonly on: (event: OutboxEvent) => void;
  /** Puts a new message at the end; its temporary id. */
  readonly add: (room: string, text: string, replyTo: string | null) => string;
  /** Takes in what the device has kept, and returns it. */
  readonly load: () => Promise<readonly OutboxItem[]>;
}

export interface OutboxParts {
  readonly author: string;
  readonly store: DeviceStore;
  readonly timers: Timers;
  readonly transport: () => Transport;
  readonly tabs: () => Tabs;
  /** Changes with each connection: no word of an earlier one is a refusal. */
  readonly generation: () => number;
  readonly stopped: () => boolean;
  readonly onNotInRoom: (room: string) => void;
  readonly onChange: () => void;
}

export function createOutboxRunner(parts: OutboxParts): OutboxRunner {
  const { author, store, timers } = parts;
  let outbox = EMPTY_OUTBOX;
  let lastOrder = 0;

  function on(event: OutboxEvent): void {
    const [next, effects] = outboxReducer(outbox, event);
    outbox = next;
    for (const effect of effects) run(effect);
    parts.onChange();
  }
  function run(effect: OutboxEffect): void {
    switch (effect.type) {
      case 'send':
        void deliver(effect.item);
        break;
      case 'save':
        void store.save(effect.item).catch(() => undefined);
        parts.tabs().tell({ type: 'saved', item: effect.item });
        break;
      case 'remove':
        void store.remove(effect.tempId).catch(() => undefined);
        parts.tabs().tell({ type: 'removed', tempId: effect.tempId, confirmation: effect.confirmation });
        break;
      case 'wake':
        timers.after('outbox', effect.at - Date.now(), () => on({ type: 'due', at: Date.now() }));
        break;
    }
  }
  async function deliver(item: OutboxItem): Promise<void> {
    const asked = parts.generation();
    const answer = await sendMessage(parts.transport(), item);
    if (parts.stopped()) return;
    const at = Date.now();
    if (answer.ok) {
      on({ type: 'acknowledged', tempId: item.tempId, confirmation: answer.value, at });
      return;
    }
    // The connection it went over is gone; the outbox has learnt that already and sends it again.
    if (asked !== parts.generation()) return;
    on({ type: 'refused', tempId: item.tempId, failure: answer.failure, at });
    if (answer.failure.code === 'NOT_IN_ROOM') parts.onNotInRoom(item.room);
  }

  return {
    state: () => outbox,
    on,
    add: (room, text, replyTo) => {
      const at = Date.now();
      lastOrder = Math.max(lastOrder + 1, at * 1_000);
      const item: OutboxItem = {
        tempId: newTempId(), author, room, text, replyTo, createdAt: at, order: lastOrder,
        status: 'QUEUED', failure: null, notBefore: 0, tries: 0, revision: 1,
      };
      on({ type: 'added', item, at });
      return item.tempId;
    },
    load: async () => {
      const items = await store.outbox(author).catch(() => []);
      if (parts.stopped()) return [];
      for (const item of items) lastOrder = Math.max(lastOrder, item.order);
      on({ type: 'loaded', items, at: Date.now() });
      return items;
    },
  };
}
