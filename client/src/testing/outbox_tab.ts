/** One tab for the tests of the outbox: the reducer, and what it was told to do. */

import type { Failure, Message } from '../protocol/types';
import { EMPTY_OUTBOX, outboxReducer, type Confirmation, type Outbox, type OutboxEffect, type OutboxEvent, type OutboxItem } from '../state/outbox';

export const T0 = 1_000_000;

export function failure(code: Failure['code'], retryAfterMs: number | null = null): Failure {
  return { code, message: 'No.', field: null, retryAfterMs };
}
export const confirmation = (seq: number, room = 'lobby'): Confirmation => ({ id: `${room}-${seq}`, seq, timestamp: T0 });

export function logged(tempId: string | null, seq: number, room = 'lobby'): Message {
  return {
    id: `${room}-${seq}`, room, seq, changeSeq: seq, user: 'ann', text: 'text', timestamp: T0, editedAt: null, deletedAt: null,
    replyTo: null, threadRoot: null, reactions: [], attachments: [], tempId,
  };
}

/** One tab: the outbox, and what it was told to do. */
export class Tab {
  state: Outbox = EMPTY_OUTBOX;
  now = T0;
  effects: readonly OutboxEffect[] = [];
  sent: string[] = [];
  wakeAt: number | null = null;
  private made = 0;

  tell(event: OutboxEvent): readonly OutboxEffect[] {
    const [next, effects] = outboxReducer(this.state, event);
    this.state = next;
    this.effects = effects;
    for (const effect of effects) {
      if (effect.type === 'send') this.sent.push(effect.item.tempId);
      if (effect.type === 'wake') this.wakeAt = effect.at;
    }
    return effects;
  }

  item(tempId: string, room = 'lobby'): OutboxItem {
    const order = ++this.made;
    return {
      tempId, author: 'account:ann', room, text: `text of ${tempId}`, replyTo: null, createdAt: this.now, order, status: 'QUEUED', failure: null,
      notBefore: 0, tries: 0, revision: 1,
    };
  }
  add(tempId: string, room?: string): OutboxItem {
    const item = this.item(tempId, room);
    this.tell({ type: 'added', item, at: this.now });
    return item;
  }
  lead(on = true): void {
    this.tell({ type: 'leader', on, at: this.now });
  }
  ready(...rooms: string[]): void {
    this.tell({ type: 'ready', rooms: new Set(rooms), at: this.now });
  }
  acknowledge(tempId: string, seq: number): void {
    this.tell({ type: 'acknowledged', tempId, confirmation: confirmation(seq), at: this.now });
  }
  refuse(tempId: string, code: Failure['code'], retryAfterMs: number | null = null): void {
    this.tell({ type: 'refused', tempId, failure: failure(code, retryAfterMs), at: this.now });
  }
  log(seq: number, ...tempIds: string[]): void {
    this.tell({ type: 'logged', room: 'lobby', seq, own: tempIds.map((tempId) => logged(tempId, seq)), at: this.now });
  }
  pass(ms: number): void {
    this.now += ms;
    if (this.wakeAt === null || this.wakeAt > this.now) return;
    this.wakeAt = null;
    this.tell({ type: 'due', at: this.now });
  }
  get ids(): string[] {
    return this.state.items.map(({ tempId }) => tempId);
  }
  find(tempId: string): OutboxItem | undefined {
    return this.state.items.find((item) => item.tempId === tempId);
  }
}

export function online(...rooms: string[]): Tab {
  const tab = new Tab();
  tab.lead();
  tab.ready(...(rooms.length === 0 ? ['lobby'] : rooms));
  return tab;
}
