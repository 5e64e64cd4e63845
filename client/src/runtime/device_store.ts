/** What this device keeps in IndexedDB: the outbox, the newest messages of each room, and who may send. Where there is
 *  no IndexedDB (some private windows), it keeps everything in memory and says so. */

import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { fields, parseFailure, parseMessage, parseRoomInfo, text } from '../protocol/parse';
import type { Failure, Message } from '../protocol/types';
import type { OutboxItem } from '../state/outbox';
import type { CachedRoom } from '../state/rooms';

export interface DeviceStore {
  /** False: nothing survives a reload. */
  readonly durable: boolean;
  readonly outbox: (author: string) => Promise<readonly OutboxItem[]>;
  readonly save: (item: OutboxItem) => Promise<void>;
  readonly remove: (tempId: string) => Promise<void>;
  readonly room: (author: string, room: string) => Promise<CachedRoom | null>;
  readonly keepRoom: (author: string, room: string, cached: CachedRoom) => Promise<void>;
  readonly forgetRoom: (author: string, room: string) => Promise<void>;
  /** Takes or renews the lease for `forMs` if nobody else holds it, or, with `force`, whoever holds it; whether `owner`
   *  holds it now. */
  readonly lease: (name: string, owner: string, forMs: number, now: number, force?: boolean) => Promise<boolean>;
  readonly endLease: (name: string, owner: string) => Promise<void>;
}

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxItem; indexes: { author: string } };
  rooms: { key: [string, string]; value: { author: string; name: string; cached: unknown } };
  leases: { key: string; value: { name: string; owner: string; until: number } };
}

const NAME = 'chillin';
const VERSION = 1;

const finite = (value: unknown, otherwise: number): number => (typeof value === 'number' && Number.isFinite(value) ? value : otherwise);

function keptFailure(reason: Readonly<Record<string, unknown>>): Failure {
  const failure = parseFailure(reason.message, reason);
  return reason.code === 'NETWORK' ? { ...failure, code: 'NETWORK' } : failure;
}

/** One that the device kept, or that another tab tells of: perhaps in another version of the client. */
export function parseItem(value: unknown): OutboxItem | null {
  const f = fields(value);
  const tempId = text(f?.tempId);
  const author = text(f?.author);
  const room = text(f?.room);
  const body = text(f?.text);
  if (f === null || tempId === null || author === null || room === null || body === null) return null;
  if (typeof f.order !== 'number' || typeof f.createdAt !== 'number' || typeof f.revision !== 'number') return null;
  const reason = fields(f.failure);
  const failure = reason === null ? null : keptFailure(reason);
  return {
    tempId, author, room, text: body, replyTo: text(f.replyTo), createdAt: f.createdAt, order: f.order, revision: f.revision, failure,
    // What failed is shown with the reason; without one, it is tried once more.
    status: f.status === 'FAILED' && failure !== null ? 'FAILED' : 'QUEUED',
    notBefore: finite(f.notBefore, 0), tries: finite(f.tries, 0),
  };
}

/** Messages are kept in the form of the wire, so that one parser serves both. */
function wire(message: Message): unknown {
  const iso = (ms: number | null) => (ms === null ? undefined : new Date(ms).toISOString());
  return { ...message, timestamp: iso(message.timestamp), editedAt: iso(message.editedAt), deletedAt: iso(message.deletedAt) };
}

function parseCached(value: unknown): CachedRoom | null {
  const f = fields(value);
  if (f === null || !Array.isArray(f.messages) || typeof f.lastSeq !== 'number') return null;
  const messages = f.messages.map(parseMessage);
  // One that cannot be read would be a hole in the middle: rather nothing, and a fresh history from the server.
  if (messages.some((message) => message === null)) return null;
  return {
    messages: messages as Message[], lastSeq: f.lastSeq, hasOlder: f.hasOlder === true,
    readSeq: typeof f.readSeq === 'number' ? f.readSeq : null, info: parseRoomInfo(f.info),
  };
}

function keptRoom(cached: CachedRoom): unknown {
  const createdAt = cached.info?.createdAt;
  const info = cached.info === null ? null : { ...cached.info, createdAt: typeof createdAt === 'number' ? new Date(createdAt).toISOString() : null };
  return { ...cached, info, messages: cached.messages.map(wire) };
}

export async function openDeviceStore(): Promise<DeviceStore> {
  try {
    const db = await openDB<Schema>(NAME, VERSION, {
      upgrade(database) {
        database.createObjectStore('outbox', { keyPath: 'tempId' }).createIndex('author', 'author');
        database.createObjectStore('rooms', { keyPath: ['author', 'name'] });
        database.createObjectStore('leases', { keyPath: 'name' });
      },
      // A newer version of the client, in another tab, must not wait for this one.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
    return databaseStore(db);
  } catch {
    return memoryStore();
  }
}

function databaseStore(db: IDBPDatabase<Schema>): DeviceStore {
  return {
    durable: true,
    outbox: async (author) => {
      const all: unknown[] = await db.getAllFromIndex('outbox', 'author', author);
      return all.map(parseItem).filter((item) => item !== null).sort((a, b) => a.order - b.order);
    },
    save: async (item) => {
      // A tab that is behind must not put back what another has changed since.
      const tx = db.transaction('outbox', 'readwrite');
      if (item.revision > 1) {
        const there = await tx.store.get(item.tempId);
        if (there === undefined || there.revision <= item.revision) await tx.store.put(item);
        await tx.done;
        return;
      }
      // A new one, at once: a page that is being left has no later.
      const put = tx.store.put(item);
      tx.commit();
      await Promise.all([put, tx.done]);
    },
    remove: (tempId) => db.delete('outbox', tempId),
    room: async (author, room) => parseCached((await db.get('rooms', [author, room]))?.cached),
    keepRoom: async (author, room, cached) => {
      const tx = db.transaction('rooms', 'readwrite');
      const put = tx.store.put({ author, name: room, cached: keptRoom(cached) });
      // At once, not when the event loop comes round to it: a page that is being left has no later.
      tx.commit();
      await Promise.all([put, tx.done]);
    },
    forgetRoom: (author, room) => db.delete('rooms', [author, room]),
    lease: async (name, owner, forMs, now, force = false) => {
      const tx = db.transaction('leases', 'readwrite');
      const held = await tx.store.get(name);
      const mine = force || held === undefined || held.owner === owner || held.until <= now || held.until > now + 10 * forMs;
      if (mine) await tx.store.put({ name, owner, until: now + forMs });
      await tx.done;
      return mine;
    },
    endLease: async (name, owner) => {
      const tx = db.transaction('leases', 'readwrite');
      if ((await tx.store.get(name))?.owner === owner) await tx.store.delete(name);
      await tx.done;
    },
  };
}

function memoryStore(): DeviceStore {
  const items = new Map<string, OutboxItem>();
  return {
    durable: false,
    outbox: (author) => Promise.resolve([...items.values()].filter((item) => item.author === author)),
    save: (item) => Promise.resolve(void items.set(item.tempId, item)),
    remove: (tempId) => Promise.resolve(void items.delete(tempId)),
    room: () => Promise.resolve(null),
    keepRoom: () => Promise.resolve(),
    forgetRoom: () => Promise.resolve(),
    lease: () => Promise.resolve(true),
    endLease: () => Promise.resolve(),
  };
}
