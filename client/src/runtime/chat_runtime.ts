/** The chat of one identity in one tab: owns the connection, the timers and the outbox, feeds the reducers and carries
 *  out what they ask for. Made when the chat is first shown, stopped when the identity changes. */

import { ok, type Message, type Result } from '../protocol/types';
import type { ServerEvent } from '../protocol/events';
import { INITIAL_CONNECTION, connectionReducer, type ConnectionEffect, type ConnectionEvent } from '../state/connection';
import { initialRooms, ownMessages, roomsReducer, type RoomsEffect, type RoomsEvent } from '../state/rooms';
import { createSelector } from '../state/select';
import { nameOf, type Chat, type ChatActions, type ChatView, type Identity } from '../state/view';
import { codePoints } from './browser';
import { followBrowser } from './browser_events';
import type { DeviceStore } from './device_store';
import { readEntered, writeEntered } from './entered_rooms';
import { REJOIN_MS, createMembership } from './membership';
import { createOutboxRunner } from './outbox_runner';
import { createPublisher } from './publisher';
import { changeMessage, loadHistory, syncRoom } from './requests';
import { createRoomKeeper } from './room_keeper';
import type { MyRoom } from './rest';
import type { SessionRuntime } from './session_runtime';
import type { Transport, TransportFactory } from './socket';
import { joinTabs, type TabMessage } from './tabs';
import { createTimers } from './timers';
import { createTypingTeller } from './typing_teller';

export interface ChatRuntime extends Chat {
  readonly stop: () => void;
}

export interface ChatParts {
  readonly session: SessionRuntime;
  readonly identity: Identity;
  readonly store: DeviceStore;
  readonly transport: TransportFactory;
  /** Somebody wrote and nobody saw it. */
  readonly notify: (message: Message, mention: boolean) => void;
}

const MARK_READ_AFTER_MS = 400;
const TICK_MS = 1_000;
const PROBE_TIMEOUT_MS = 3_000;

export function createChatRuntime({ session, identity, store, transport: makeTransport, notify }: ChatParts): ChatRuntime {
  const me = nameOf(identity);
  const author = `${identity.kind}:${me}`;
  const token = identity.kind === 'account' ? identity.token : null;

  let connection = INITIAL_CONNECTION;
  let rooms = initialRooms(me);
  let stopped = false;
  /** Grows with each connection: answers of an earlier one are not believed. */
  let generation = 0;
  /** Rooms in which the server has not been told how far was read. */
  const unsaidRead = new Set<string>();
  /** False until what the device keeps was read; `early`: the rooms that were entered before. */
  let started = false;
  const early: string[] = [];
  const timers = createTimers();

  const selector = createSelector(me);
  const outbox = createOutboxRunner({
    author, store, timers,
    transport: () => transport,
    tabs: () => tabs,
    generation: () => generation,
    stopped: () => stopped,
    onNotInRoom: (room) => membership.rejoin(room),
    onChange: () => publisher.soon(),
  });
  const publisher = createPublisher<ChatView>(() => selector.select(connection, rooms, outbox.state()));

  // ---- the three reducers

  function onConnection(event: ConnectionEvent): void {
    const before = connection.view.status;
    const [next, effects] = connectionReducer(connection, event);
    connection = next;
    for (const effect of effects) runConnectionEffect(effect);
    if (before === 'CONNECTED' && next.view.status !== 'CONNECTED') disconnected();
    publisher.now();
  }
  function runConnectionEffect(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'open':
        ++generation;
        transport.open();
        break;
      case 'close':
        transport.close();
        break;
      case 'wake':
        if (effect.at === null) timers.cancel('connection');
        else timers.after('connection', effect.at - Date.now(), () => onConnection({ type: 'due', at: Date.now() }));
        break;
      case 'probe':
        void probe();
        break;
    }
  }
  async function probe(): Promise<void> {
    const asked = generation;
    // Anything that is acknowledged will do; a refusal is a sign of life as well.
    const answer = await transport.request('stopTyping', { room: rooms.current ?? '' }, PROBE_TIMEOUT_MS);
    if (stopped || asked !== generation || answer.ok || answer.failure.code !== 'NETWORK') return;
    transport.close();
    onConnection({ type: 'lost', at: Date.now(), random: Math.random() });
  }

  function onRooms(event: RoomsEvent): void {
    const [next, effects] = roomsReducer(rooms, event);
    rooms = next;
    for (const effect of effects) runRoomsEffect(effect);
    publisher.soon();
  }
  function runRoomsEffect(effect: RoomsEffect): void {
    switch (effect.type) {
      case 'sync': void sync(effect.room, effect.lastSeq); break;
      case 'load': void load(effect.room, effect.before); break;
      case 'notify': notify(effect.message, effect.mention); break;
      case 'mark-read':
        timers.after(`read ${effect.room}`, MARK_READ_AFTER_MS, () => {
          unsaidRead.add(effect.room);
          if (membership.joined().has(effect.room)) tellRead(effect.room);
        });
        tabs.tell({ type: 'read', room: effect.room, seq: effect.seq });
        keeper.keepSoon(effect.room);
        break;
      case 'logged':
        outbox.on({ type: 'logged', room: effect.room, seq: effect.seq, own: effect.own, at: Date.now() });
        keeper.keepSoon(effect.room);
        break;
    }
  }

  // ---- rooms and the connection

  function setReady(): void {
    outbox.on({ type: 'ready', rooms: membership.joined(), at: Date.now() });
  }

  function disconnected(): void {
    ++generation;
    membership.connectionLost();
    timers.cancelAll((name) => name.startsWith('sync '));
    onRooms({ type: 'connection-lost' });
    setReady();
  }

  async function connected(): Promise<void> {
    const asked = generation;
    // The room that is looked at comes first.
    const inTurn = [...rooms.order].sort((a, b) => Number(b === rooms.current) - Number(a === rooms.current));
    // Who was shown the door comes back on their own word only.
    const back = inTurn.filter((room) => rooms.byName.get(room)?.phase !== 'kicked');
    // The server knows up to where an account has read. Where this device does not, that comes first: what a room holds when it is
    // first joined counts as read.
    const unmarked = token === null ? [] : back.filter((room) => rooms.byName.get(room)?.readSeq === null);
    for (const room of back) if (!unmarked.includes(room)) void membership.join(room);
    if (token === null) return;
    const mine = await session.rest.myRooms(token);
    if (stopped || asked !== generation) return;
    if (mine.ok) takeMemberships(mine.value);
    for (const room of unmarked) void membership.join(room);
  }
  function takeMemberships(mine: readonly MyRoom[]): void {
    const { left } = readEntered(author);
    onRooms({ type: 'info', infos: mine.map(({ room }) => room) });
    for (const { room, readSeq } of mine) {
      if (!rooms.byName.has(room.name) && !left.includes(room.name)) {
        enter(room.name);
        onRooms({ type: 'info', infos: [room] });
      }
      onRooms({ type: 'read-elsewhere', room: room.name, seq: readSeq });
    }
  }

  async function sync(room: string, lastSeq: number): Promise<void> {
    const asked = generation;
    const answer = await syncRoom(transport, room, lastSeq);
    if (stopped || asked !== generation) return;
    if (answer.ok) {
      onRooms({ type: 'synced', room, ...answer.value });
      return;
    }
    if (answer.failure.code === 'NOT_IN_ROOM') {
      membership.rejoin(room);
      return;
    }
    // A hole that stays open would hide everything that comes after it.
    timers.after(`sync ${room}`, answer.failure.retryAfterMs ?? REJOIN_MS, () => {
      const state = rooms.byName.get(room);
      if (state?.phase === 'joined') void sync(room, state.timeline.lastSeq);
    });
  }

  async function load(room: string, before: number): Promise<void> {
    const asked = generation;
    const answer = await loadHistory(transport, room, before);
    if (stopped) return;
    if (answer.ok && asked === generation) onRooms({ type: 'older', room, before, ...answer.value });
    else onRooms({ type: 'older-failed', room });
    publisher.now();
  }

  function tellRead(room: string): void {
    const seq = rooms.byName.get(room)?.readSeq;
    unsaidRead.delete(room);
    if (typeof seq === 'number') transport.tell('markRead', { room, seq });
  }

  // ---- entering and leaving

  function enter(room: string): void {
    if (rooms.byName.has(room)) return;
    writeEntered(author, room, 'entered');
    tabs.tell({ type: 'entered', room });
    if (!started) {
      early.push(room);
      return;
    }
    onRooms({ type: 'entered', room, cached: null });
    void membership.join(room);
  }
  function forget(room: string): void {
    for (const name of ['sync', 'read']) timers.cancel(`${name} ${room}`);
    unsaidRead.delete(room);
    onRooms({ type: 'left', room });
    membership.forget(room);
    keeper.forget(room);
  }

  // ---- the other tabs

  function onTab(message: TabMessage): void {
    switch (message.type) {
      case 'saved':
        outbox.on({ type: 'saved-elsewhere', item: message.item, at: Date.now() });
        // The tab that sends must be in the room.
        if (outbox.state().leader && message.item.status === 'QUEUED') enter(message.item.room);
        break;
      case 'removed':
        outbox.on({ type: 'removed-elsewhere', tempId: message.tempId, confirmation: message.confirmation, at: Date.now() });
        break;
      case 'entered':
        // The tab that sends must be in the room.
        enter(message.room);
        break;
      case 'left':
        if (rooms.byName.has(message.room) && rooms.current !== message.room) {
          transport.tell('leave', { room: message.room });
          forget(message.room);
        }
        break;
      case 'read':
        onRooms({ type: 'read-elsewhere', room: message.room, seq: message.seq });
        break;
    }
  }
  let leads = false;
  /** The tab that the person works in sends, if it can. */
  function claim(): void {
    if (rooms.focused && membership.joined().size > 0) tabs.claim();
  }
  async function onLeader(leader: boolean): Promise<void> {
    leads = leader;
    // What the tab before us left behind, crashed or closed, is on the device.
    if (leader && !stopped) await loadOutbox();
    if (stopped || leads !== leader) return;
    outbox.on({ type: 'leader', on: leader, at: Date.now() });
    if (!leader) return;
    // A guest's name was taken by the tab that has just gone.
    for (const room of rooms.byName.values()) {
      if (room.phase === 'refused' && room.refusal?.code === 'NAME_TAKEN') void membership.join(room.name);
    }
  }
  async function loadOutbox(): Promise<void> {
    const items = await outbox.load();
    // What waits for a room that was left meanwhile waits until it is entered again.
    const { left } = readEntered(author);
    for (const { room } of items) if (!left.includes(room)) enter(room);
  }

  // ---- actions

  function send(room: string, raw: string, options: { replyTo?: string } = {}): string | null {
    const text = raw.normalize('NFC');
    if (text.trim() === '' || codePoints(text) > session.config.get().maxMessageLength || !rooms.byName.has(room)) return null;
    typing.stop(room, false);
    const tempId = outbox.add(room, text, options.replyTo ?? null);
    onRooms({ type: 'sent', room });
    publisher.now();
    return tempId;
  }

  async function change(event: 'editMessage' | 'deleteMessage' | 'react', payload: unknown): Promise<Result<null>> {
    const answer = await changeMessage(transport, event, payload);
    if (!answer.ok) return answer;
    if (answer.value !== null && !stopped) {
      onRooms({ type: 'own-changed', message: answer.value });
      publisher.now();
    }
    return ok(null);
  }

  const actions: ChatActions = {
    retryConnection: () => onConnection({ type: 'retry', at: Date.now() }),
    openRoom: (room, password) => {
      if (password !== undefined) session.keepPassword(room, password);
      onRooms({ type: 'opened', room });
      const state = rooms.byName.get(room);
      if (state === undefined) enter(room);
      else if (state.phase === 'kicked' || state.phase === 'refused') void membership.join(room);
      publisher.now();
    },
    closeRoom: () => onRooms({ type: 'closed' }),
    leaveRoom: (room) => {
      transport.tell('leave', { room });
      writeEntered(author, room, 'left');
      tabs.tell({ type: 'left', room });
      forget(room);
      publisher.now();
    },
    loadOlder: (room) => onRooms({ type: 'load-older', room }),
    markRead: (room) => {
      onRooms({ type: 'read', room });
      publisher.now();
    },
    send,
    retry: (tempId) => {
      outbox.on({ type: 'retry', tempId, at: Date.now() });
      publisher.now();
    },
    discard: (tempId) => {
      outbox.on({ type: 'discard', tempId, at: Date.now() });
      publisher.now();
    },
    edit: (id, text) => change('editMessage', { id, text: text.normalize('NFC') }),
    remove: (id) => change('deleteMessage', { id }),
    react: (id, emoji, on) => change('react', { id, emoji, on }),
    typing: (room) => typing.key(room),
    stopTyping: (room) => typing.stop(room, true),
    setStatus: (status) => {
      ownStatus = status;
      transport.tell('setStatus', { status });
    },
  };
  let ownStatus: 'online' | 'away' | 'busy' | null = null;
  const typing = createTypingTeller((event, room) => transport.tell(event, { room }));

  // ---- the outside world

  const transport: Transport = makeTransport(token, {
    opened: () => {
      ++generation;
      onConnection({ type: 'opened', at: Date.now() });
      if (ownStatus !== null) transport.tell('setStatus', { status: ownStatus });
      void connected();
    },
    failed: () => onConnection({ type: 'failed', at: Date.now(), random: Math.random() }),
    refused: (failure) => {
      onConnection({ type: 'refused', at: Date.now() });
      if (failure.code === 'AUTH_FAILED' && token !== null) session.expire();
    },
    lost: () => onConnection({ type: 'lost', at: Date.now(), random: Math.random() }),
    event: (event: ServerEvent) => {
      if (event.type === 'shutdown') {
        onConnection({ type: 'shutdown', at: Date.now(), retryAfterMs: event.retryAfterMs, random: Math.random() });
      } else if (event.type === 'confirmed') {
        const { id, seq, timestamp } = event;
        outbox.on({ type: 'acknowledged', tempId: event.tempId, confirmation: { id, seq, timestamp }, at: Date.now() });
      } else {
        onRooms({ type: 'server', event, at: Date.now() });
        if (event.type === 'kicked') membership.outOf(event.room);
      }
    },
  });

  const keeper = createRoomKeeper(author, store, timers, () => rooms.byName);
  const membership = createMembership({
    me, timers, onRooms, onChange: setReady,
    transport: () => transport,
    room: (name) => rooms.byName.get(name),
    passwordOf: session.passwordOf,
    connected: () => connection.view.status === 'CONNECTED' && !stopped,
    generation: () => generation,
    onJoined: (room) => {
      if (unsaidRead.has(room)) tellRead(room);
      claim();
    },
  });
  const tabs = joinTabs(author, store, onTab, (leader) => void onLeader(leader));

  const stopFollowing = followBrowser({
    online: () => onConnection({ type: 'online', at: Date.now() }),
    offline: () => onConnection({ type: 'offline', at: Date.now() }),
    focus: (on) => {
      onRooms({ type: 'focus', on });
      claim();
    },
    leaving: keeper.keepAll,
    woke: () => onConnection({ type: 'woke', at: Date.now() }),
  });
  const tick = window.setInterval(() => {
    if ([...rooms.byName.values()].some((room) => room.typing.size > 0)) onRooms({ type: 'tick', at: Date.now() });
  }, TICK_MS);

  async function restore(names: readonly string[]): Promise<void> {
    const cached = await Promise.all(names.map(keeper.restore));
    if (stopped) return;
    names.forEach((room, i) => {
      const kept = cached[i] ?? null;
      onRooms({ type: 'entered', room, cached: kept });
      if (kept === null) return;
      membership.remember(room);
      outbox.on({ type: 'logged', room, seq: kept.lastSeq, own: ownMessages(kept.messages), at: Date.now() });
    });
  }
  async function start(): Promise<void> {
    if (!navigator.onLine) onConnection({ type: 'offline', at: Date.now() });
    // Before the connection: so that a start without one shows what was there, and a start with one asks only for the rest.
    await restore(readEntered(author).entered);
    while (early.length > 0 && !stopped) await restore(early.splice(0));
    if (stopped) return;
    started = true;
    await loadOutbox();
    if (stopped) return;
    publisher.now();
    onConnection({ type: 'connect', at: Date.now() });
  }
  void start();

  return {
    store: publisher.store,
    actions,
    stop: () => {
      if (stopped) return;
      keeper.keepAll();
      onConnection({ type: 'disconnect', at: Date.now() });
      stopped = true;
      timers.cancelAll();
      window.clearInterval(tick);
      stopFollowing();
      typing.end();
      tabs.stop();
      publisher.stop();
    },
  };
}
