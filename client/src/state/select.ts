/** From the state to what the views see. What did not change stays the same object. */

import type { Connection } from './connection';
import type { Outbox } from './outbox';
import type { RoomState, Rooms } from './rooms';
import { countMentions, createRowBuilder, type PendingMessage, type RowBuilder } from './rows';
import type { ChatView, MemberView, RoomSummary, RoomView } from './view';

interface Memory {
  readonly builder: RowBuilder;
  room: RoomState | null;
  pending: readonly PendingMessage[];
  view: RoomView | null;
}

const RANK = { online: 0, busy: 1, away: 2, offline: 3 } as const;
const NO_PENDING: readonly PendingMessage[] = [];

function membersOf(room: RoomState): readonly MemberView[] {
  const seen = new Map<string, MemberView>();
  for (const { name } of room.members) {
    const status = room.statuses.get(name);
    // Who stands in the list is in the room, whatever an older word about them said.
    const shown = status === undefined || status.status === 'offline' ? 'online' : status.status;
    if (!seen.has(name)) seen.set(name, { name, status: shown, statusText: status?.text ?? null });
  }
  return [...seen.values()].sort((a, b) => RANK[a.status] - RANK[b.status] || a.name.localeCompare(b.name));
}

function samePending(a: readonly PendingMessage[], b: readonly PendingMessage[]): boolean {
  return a.length === b.length && a.every((one, i) => one.item === b[i]?.item && one.confirmation === b[i]?.confirmation);
}

export interface Selector {
  readonly select: (connection: Connection, rooms: Rooms, outbox: Outbox) => ChatView;
}

export function createSelector(me: string): Selector {
  const memory = new Map<string, Memory>();
  let last: { connection: Connection; rooms: Rooms; outbox: Outbox; view: ChatView } | null = null;

  function viewOf(room: RoomState, pending: readonly PendingMessage[]): RoomView {
    let known = memory.get(room.name);
    if (known === undefined) memory.set(room.name, (known = { builder: createRowBuilder(me), room: null, pending: NO_PENDING, view: null }));
    if (known.view !== null && known.room === room && samePending(known.pending, pending)) return known.view;
    const before = known.room;
    const { rows, unreadIndex } = known.builder.build(room, pending);
    const counts = countMentions(room, me);
    const sameMembers = before !== null && known.view !== null && before.members === room.members && before.statuses === room.statuses;
    const sameTyping = before !== null && known.view !== null && before.typing === room.typing;
    const view: RoomView = {
      name: room.name, info: room.info, phase: room.phase, refusal: room.refusal, kickedReason: room.kickedReason,
      rows, unreadIndex, hasOlder: room.timeline.hasOlder, loadingOlder: room.loadingOlder,
      members: sameMembers ? (known.view as RoomView).members : membersOf(room), memberTotal: room.memberTotal,
      typing: sameTyping ? (known.view as RoomView).typing : [...room.typing.keys()],
      lastSeq: room.timeline.lastSeq, readSeq: room.readSeq ?? 0, unread: counts.unread, mentions: counts.mentions,
    };
    Object.assign(known, { room, pending, view });
    return view;
  }

  function summaryOf(view: RoomView, old: RoomSummary | undefined): RoomSummary {
    const isPrivate = view.info?.isPrivate === true;
    if (old !== undefined && old.name === view.name && old.isPrivate === isPrivate && old.unread === view.unread && old.mentions === view.mentions && old.phase === view.phase) {
      return old;
    }
    return { name: view.name, isPrivate, unread: view.unread, mentions: view.mentions, phase: view.phase };
  }

  return {
    select(connection, rooms, outbox) {
      if (last !== null && last.connection === connection && last.rooms === rooms && last.outbox === outbox) return last.view;
      const pending = new Map<string, PendingMessage[]>();
      for (const item of outbox.items) {
        const one = { item, confirmation: outbox.confirmed.get(item.tempId) ?? null };
        const others = pending.get(item.room);
        if (others === undefined) pending.set(item.room, [one]);
        else others.push(one);
      }
      // Without a prototype: people may call a room `constructor`.
      const views = Object.create(null) as Record<string, RoomView>;
      const summaries: RoomSummary[] = [];
      for (const name of rooms.order) {
        const room = rooms.byName.get(name);
        if (room === undefined) continue;
        const view = viewOf(room, pending.get(name) ?? NO_PENDING);
        views[name] = view;
        summaries.push(summaryOf(view, last?.view.summaries[summaries.length]));
      }
      for (const name of memory.keys()) if (views[name] === undefined) memory.delete(name);
      const before = last?.view;
      const view: ChatView = {
        connection: connection.view,
        summaries: before !== undefined && before.summaries.length === summaries.length && summaries.every((one, i) => one === before.summaries[i]) ? before.summaries : summaries,
        rooms: views,
      };
      last = { connection, rooms, outbox, view };
      return view;
    },
  };
}
