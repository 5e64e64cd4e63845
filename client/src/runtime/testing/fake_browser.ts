/** A device with tabs in it: they share what is kept, the locks and the channels, and each has a runtime of its own. */

import { vi } from 'vitest';
import type { Message } from '../../protocol/types';
import type { OutboxItem } from '../../state/outbox';
import type { CachedRoom } from '../../state/rooms';
import type { ChatActions, ChatView, Identity, MessageRow, RoomView } from '../../state/view';
import { createChatRuntime, type ChatRuntime } from '../chat_runtime';
import type { DeviceStore } from '../device_store';
import { createRestClient } from '../rest';
import { createSessionRuntime, type SessionRuntime } from '../session_runtime';
import { FakeBroadcastChannel, FakeLocks } from './fake_channels';
import type { FakeServer } from './fake_server';

/** What IndexedDB keeps, without the waiting. */
export class FakeDevice {
  readonly items = new Map<string, OutboxItem>();
  readonly rooms = new Map<string, CachedRoom>();

  /** As one tab sees it, until `cut` says that this tab is no more. */
  storeFor(cut: () => boolean): DeviceStore {
    const run = <T>(work: () => T): Promise<T> => (cut() ? new Promise<T>(() => undefined) : Promise.resolve(work()));
    return {
      durable: true,
      outbox: (author) => run(() => [...this.items.values()].filter((item) => item.author === author).sort((a, b) => a.order - b.order)),
      save: (item) => run(() => {
        const there = this.items.get(item.tempId);
        if (there === undefined || there.revision <= item.revision) this.items.set(item.tempId, structuredClone(item));
      }),
      remove: (tempId) => run(() => void this.items.delete(tempId)),
      room: (author, room) => run(() => this.rooms.get(`${author} ${room}`) ?? null),
      keepRoom: (author, room, cached) => run(() => void this.rooms.set(`${author} ${room}`, structuredClone(cached))),
      forgetRoom: (author, room) => run(() => void this.rooms.delete(`${author} ${room}`)),
      lease: () => run(() => true),
      endLease: () => run(() => undefined),
    };
  }
}

export class FakeTab {
  readonly notified: { readonly message: Message; readonly mention: boolean }[] = [];
  readonly runtime: ChatRuntime;
  /** Each snapshot that was ever shown: for what must not flash up in between. */
  readonly seen: ChatView[] = [];
  private gone = false;

  constructor(browser: FakeBrowser, readonly session: SessionRuntime, readonly identity: Identity) {
    this.runtime = createChatRuntime({
      session, identity, store: browser.device.storeFor(() => this.gone), transport: browser.server.transport,
      notify: (message, mention) => void this.notified.push({ message, mention }),
    });
    this.runtime.store.subscribe(() => this.seen.push(this.view));
  }

  get actions(): ChatActions {
    return this.runtime.actions;
  }
  get view(): ChatView {
    return this.runtime.store.get();
  }
  get status(): string {
    return this.view.connection.status;
  }
  room(name = 'lobby'): RoomView {
    const { [name]: room } = this.view.rooms;
    if (room === undefined) throw new Error(`${name} is not entered`);
    return room;
  }
  rows(name = 'lobby'): MessageRow[] {
    return this.room(name).rows.filter((row) => row.kind === 'message');
  }
  texts(name = 'lobby'): string[] {
    return this.rows(name).map(({ text }) => text);
  }
  deliveries(name = 'lobby'): string[] {
    return this.rows(name).filter(({ own }) => own).map(({ text, delivery }) => `${text} ${delivery.status}`);
  }
  send(text: string, room = 'lobby'): string {
    const tempId = this.actions.send(room, text);
    if (tempId === null) throw new Error(`${room} does not take ${text}`);
    return tempId;
  }

  close(): void {
    this.runtime.stop();
  }
  /** It ends from one moment to the next, and keeps nothing more. */
  crash(): void {
    this.gone = true;
    this.runtime.stop();
  }
}

export class FakeBrowser {
  private static tabs: FakeTab[] = [];
  readonly device = new FakeDevice();

  constructor(readonly server: FakeServer) {}

  /** Before each test. */
  static prepare(): void {
    vi.stubGlobal('BroadcastChannel', FakeBroadcastChannel);
    Object.defineProperty(navigator, 'locks', { value: new FakeLocks(), configurable: true });
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    window.localStorage.clear();
    window.sessionStorage.clear();
  }

  open(identity: Identity): FakeTab {
    const tab = new FakeTab(this, createSessionRuntime(createRestClient(this.server.fetch)), identity);
    FakeBrowser.tabs.push(tab);
    return tab;
  }
  /** After each test. */
  static closeAll(): void {
    for (const tab of FakeBrowser.tabs.splice(0)) tab.close();
  }
}

/** In no snapshot does a tab show a message twice; `onceThere`: nor does one that was there go away again. */
export function checkSnapshots(tab: FakeTab, { onceThere = true } = {}): void {
  const there = new Map<string, Set<string>>();
  for (const view of tab.seen) {
    for (const [name, room] of Object.entries(view.rooms)) {
      const texts = room.rows.flatMap((row) => (row.kind === 'message' ? [row.text] : []));
      if (new Set(texts).size !== texts.length) throw new Error(`Shown twice in ${name}: ${texts.join(', ')}`);
      const keys = room.rows.map(({ key }) => key);
      if (new Set(keys).size !== keys.length) throw new Error(`A key twice in ${name}: ${keys.join(', ')}`);
      for (const text of there.get(name) ?? []) if (onceThere && !texts.includes(text)) throw new Error(`Gone from ${name}: ${text}`);
      there.set(name, new Set(texts));
    }
  }
}

export function accountOf(name: string): Identity {
  return { kind: 'account', token: `token of ${name}`, user: { username: name, email: null, avatar: null, createdAt: null } };
}
export function guestOf(name: string): Identity {
  return { kind: 'guest', name };
}
