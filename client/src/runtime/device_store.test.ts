import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Failure } from '../protocol/types';
import type { OutboxItem } from '../state/outbox';
import type { CachedRoom } from '../state/rooms';
import { messageOf, messagesOf } from '../testing/messages';
import { openDeviceStore, parseItem } from './device_store';

const FAILURE: Failure = { code: 'MUTED', message: 'You may not write here.', field: null, retryAfterMs: null };

function itemOf(tempId: string, more: Partial<OutboxItem> = {}): OutboxItem {
  return {
    tempId, author: 'account:ann', room: 'lobby', text: 'hello', replyTo: null, createdAt: 1_000, order: 1, status: 'QUEUED', failure: null, notBefore: 0, tries: 0,
    revision: 1, ...more,
  };
}
const CACHED: CachedRoom = {
  messages: [
    messageOf(1, { text: '', deletedAt: 5_000, changeSeq: 4 }),
    messageOf(2, { editedAt: 6_000, reactions: [{ emoji: '👍', users: ['ann'] }], replyTo: 'lobby-1', tempId: 't2', changeSeq: 5 }),
    messageOf(3, { attachments: [{ id: 'u', name: 'a.png', type: 'image/png', size: 3, url: '/api/uploads/u' }] }),
  ],
  lastSeq: 5, hasOlder: true, readSeq: 2,
  info: { name: 'lobby', description: 'd', creator: 'ann', isPrivate: true, memberCount: 3, createdAt: 7_000 },
};

beforeEach(() => void vi.stubGlobal('indexedDB', new IDBFactory()));

describe('the outbox on the device', () => {
  it('is there after a reload, in the order of writing, each author\'s own', async () => {
    const before = await openDeviceStore();
    expect(before.durable).toBe(true);
    await before.save(itemOf('b', { order: 2 }));
    await before.save(itemOf('a', { order: 1 }));
    await before.save(itemOf('c', { author: 'guest:ann' }));
    const after = await openDeviceStore();
    expect((await after.outbox('account:ann')).map(({ tempId }) => tempId)).toEqual(['a', 'b']);
    expect(await after.outbox('guest:ann')).toEqual([itemOf('c', { author: 'guest:ann' })]);
    expect(await after.outbox('account:bob')).toEqual([]);
  });

  it('keeps the later of two versions, whichever tab is slower', async () => {
    const store = await openDeviceStore();
    await store.save(itemOf('a'));
    await store.save(itemOf('a', { revision: 3, status: 'FAILED', failure: FAILURE }));
    await store.save(itemOf('a', { revision: 2 }));
    expect(await store.outbox('account:ann')).toEqual([itemOf('a', { revision: 3, status: 'FAILED', failure: FAILURE })]);
  });

  it('forgets what was acknowledged or discarded', async () => {
    const store = await openDeviceStore();
    await store.save(itemOf('a'));
    await store.remove('a');
    await store.remove('unknown');
    expect(await store.outbox('account:ann')).toEqual([]);
  });
});

describe('an item from the device', () => {
  it('is read as it was written', () => {
    for (const item of [
      itemOf('a', { replyTo: 'lobby-1', notBefore: 9_000, tries: 3, revision: 5, failure: { ...FAILURE, code: 'RATE_LIMITED', retryAfterMs: 200 } }),
      itemOf('b', { status: 'FAILED', failure: FAILURE }),
      itemOf('c', { failure: { ...FAILURE, code: 'NETWORK' } }),
    ]) expect(parseItem(structuredClone(item))).toEqual(item);
  });

  it('is nothing without what makes it one', () => {
    for (const name of ['tempId', 'author', 'room', 'text', 'createdAt', 'order', 'revision'] as const) {
      const { [name]: _, ...rest } = itemOf('a');
      expect(parseItem(rest)).toBeNull();
    }
    for (const other of [null, 'a', [], 7]) expect(parseItem(other)).toBeNull();
  });

  it('makes sense whatever another version of the client left out', () => {
    const { tempId, author, room, text, createdAt, order, revision } = itemOf('a');
    expect(parseItem({ tempId, author, room, text, createdAt, order, revision, status: 'FAILED', notBefore: NaN, colour: 'blue' })).toEqual(itemOf('a'));
  });
});

describe('a room on the device', () => {
  it('is there after a reload, as it was', async () => {
    await (await openDeviceStore()).keepRoom('account:ann', 'lobby', CACHED);
    const store = await openDeviceStore();
    expect(await store.room('account:ann', 'lobby')).toEqual(CACHED);
    expect(await store.room('guest:ann', 'lobby')).toBeNull();
    expect(await store.room('account:ann', 'garden')).toBeNull();
    await store.forgetRoom('account:ann', 'lobby');
    expect(await store.room('account:ann', 'lobby')).toBeNull();
  });

  it('is nothing rather than a list with a hole in the middle', async () => {
    const store = await openDeviceStore();
    await store.keepRoom('account:ann', 'lobby', { ...CACHED, messages: [...messagesOf(1, 2), messageOf(3, { user: '' }), messageOf(4)] });
    expect(await store.room('account:ann', 'lobby')).toBeNull();
  });

  it('may lack what was not known', async () => {
    const store = await openDeviceStore();
    const bare: CachedRoom = { messages: [], lastSeq: 3, hasOlder: false, readSeq: null, info: null };
    await store.keepRoom('account:ann', 'lobby', bare);
    expect(await store.room('account:ann', 'lobby')).toEqual(bare);
  });

  it.each(['constructor', '__proto__', ''])('may be called %j', async (room) => {
    const store = await openDeviceStore();
    expect(await store.room('account:ann', room)).toBeNull();
    await store.keepRoom('account:ann', room, CACHED);
    expect(await store.room('account:ann', room)).toEqual(CACHED);
  });
});

describe('the lease', () => {
  it('is held by one at a time, until it ends', async () => {
    const store = await openDeviceStore();
    expect(await store.lease('tabs', 'one', 5_000, 1_000)).toBe(true);
    expect(await store.lease('tabs', 'two', 5_000, 2_000)).toBe(false);
    expect(await store.lease('tabs', 'one', 5_000, 4_000)).toBe(true);
    expect(await store.lease('tabs', 'two', 5_000, 8_999)).toBe(false);
    expect(await store.lease('tabs', 'two', 5_000, 9_000)).toBe(true);
    expect(await store.lease('tabs', 'one', 5_000, 9_001)).toBe(false);
    expect(await store.lease('others', 'one', 5_000, 9_001)).toBe(true);
  });

  it('is taken by who must have it', async () => {
    const store = await openDeviceStore();
    await store.lease('tabs', 'one', 5_000, 1_000);
    expect(await store.lease('tabs', 'two', 5_000, 2_000, true)).toBe(true);
    expect(await store.lease('tabs', 'one', 5_000, 3_000)).toBe(false);
  });

  it('is given back by its holder only', async () => {
    const store = await openDeviceStore();
    await store.lease('tabs', 'one', 5_000, 1_000);
    await store.endLease('tabs', 'two');
    expect(await store.lease('tabs', 'two', 5_000, 1_001)).toBe(false);
    await store.endLease('tabs', 'one');
    expect(await store.lease('tabs', 'two', 5_000, 1_002)).toBe(true);
  });

  it('does not last for ever when the clock was set back', async () => {
    const store = await openDeviceStore();
    await store.lease('tabs', 'one', 5_000, 1_000_000_000);
    expect(await store.lease('tabs', 'two', 5_000, 1_000)).toBe(true);
  });
});

describe('without IndexedDB', () => {
  it('keeps the outbox in memory, and says that it is not for long', async () => {
    vi.stubGlobal('indexedDB', { open: () => { throw new DOMException('denied', 'SecurityError'); } });
    const store = await openDeviceStore();
    expect(store.durable).toBe(false);
    await store.save(itemOf('a'));
    expect(await store.outbox('account:ann')).toEqual([itemOf('a')]);
    await store.remove('a');
    expect(await store.outbox('account:ann')).toEqual([]);
    await store.keepRoom('account:ann', 'lobby', CACHED);
    expect(await store.room('account:ann', 'lobby')).toBeNull();
    expect(await store.lease('tabs', 'one', 5_000, 1_000)).toBe(true);
    await store.endLease('tabs', 'one');
    await store.forgetRoom('account:ann', 'lobby');
  });
});

it('makes way for a newer version of the client in another tab', async () => {
  await openDeviceStore();
  const newer = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('chillin', 2);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('not opened'));
    request.onblocked = () => reject(new Error('blocked'));
  });
  expect(newer.version).toBe(2);
  newer.close();
});
