import { describe, expect, it, vi } from 'vitest';
import { checkSnapshots, guestOf } from './testing/fake_browser';
import { ANN, go, setScene } from './testing/scene';

/** The chat of one tab, while all is well: starting, sending, changing. */

const scene = setScene();

describe('starting', () => {
  it('connects, joins the room that is open, and shows what was said there', async () => {
    for (let i = 1; i <= 60; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    const tab = scene.browser.open(ANN);
    tab.actions.openRoom('lobby');
    await go(0);
    expect(tab.status).toBe('CONNECTING');
    expect(tab.room().phase).toBe('joining');
    await go(100);
    expect(tab.status).toBe('CONNECTED');
    expect(tab.room()).toMatchObject({ phase: 'joined', hasOlder: true, unread: 0, memberTotal: 1 });
    expect(tab.texts()).toEqual(Array.from({ length: 50 }, (_, i) => `text ${i + 11}`));
    expect(tab.room().rows.at(-1)).toMatchObject({ kind: 'notice', text: 'ann, welcome to room lobby.' });
    expect(scene.server.askedFor('join')).toEqual([{ name: 'ann', room: 'lobby' }]);
  });

  it('comes back to the rooms that were entered, in their order', async () => {
    const before = await scene.inLobby();
    before.actions.openRoom('garden');
    await go(2_000);
    before.close();
    const tab = scene.browser.open(ANN);
    await go(100);
    expect(tab.view.summaries.map(({ name, phase }) => `${name} ${phase}`)).toEqual(['lobby joined', 'garden joined']);
  });

  it('knows the rooms of an account on every device, and what is new there', async () => {
    scene.server.room('garden').members.set('ann', 2);
    for (let i = 1; i <= 5; ++i) scene.server.say('garden', 'bob', `text ${i}${i === 4 ? ' @ann' : ''}`);
    const tab = await scene.inLobby();
    expect(tab.room('garden')).toMatchObject({ phase: 'joined', unread: 3, mentions: 1, readSeq: 2 });
    tab.actions.openRoom('garden');
    expect(tab.room('garden').rows[tab.room('garden').unreadIndex + 1]).toMatchObject({ text: 'text 3' });
  });

  it('is refused where the session has expired, and signs out', async () => {
    const tab = scene.browser.open({ ...ANN, token: 'old' } as typeof ANN);
    await go(100);
    expect(tab.view.connection).toEqual({ status: 'DISCONNECTED', reason: 'auth-failed' });
    expect(tab.session.identity.get()).toBeNull();
  });

  it('is refused where guests are not let in, who stay who they are', async () => {
    scene.server.guestAccess = false;
    const tab = scene.browser.open(guestOf('eve'));
    const expire = vi.spyOn(tab.session, 'expire');
    await go(60_000);
    expect(tab.view.connection).toEqual({ status: 'DISCONNECTED', reason: 'auth-failed' });
    expect(expire).not.toHaveBeenCalled();
    expect(scene.server.connects).toBe(1);
  });
});

describe('sending', () => {
  it('shows it at once, then as sent, in a row that stays where it is', async () => {
    const tab = await scene.inLobby();
    const tempId = tab.send('hello');
    expect(tab.deliveries()).toEqual(['hello SENDING']);
    const [{ key } = { key: '' }] = tab.rows();
    await go(100);
    expect(tab.deliveries()).toEqual(['hello SENT']);
    expect(tab.rows()[0]).toMatchObject({ key, tempId, id: 'lobby-1', seq: 1 });
    expect(scene.server.texts('lobby')).toEqual(['hello']);
    for (const view of tab.seen) for (const row of view.rooms.lobby?.rows ?? []) if (row.kind === 'message') expect(row.key).toBe(key);
    checkSnapshots(tab);
    expect(scene.browser.device.items.size).toBe(0);
  });

  it('keeps the order, also of many at once', async () => {
    const tab = await scene.inLobby();
    const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
    for (const text of texts) tab.send(text);
    await go(2_000);
    expect(scene.server.texts('lobby')).toEqual(texts);
    expect(tab.texts()).toEqual(texts);
    checkSnapshots(tab);
  });

  it('takes neither nothing nor too much, nor what is for a room that one is not in', async () => {
    const tab = await scene.inLobby();
    expect(tab.actions.send('lobby', '  \n ')).toBeNull();
    expect(tab.actions.send('lobby', '😀'.repeat(501))).toBeNull();
    expect(tab.actions.send('lobby', '😀'.repeat(500))).not.toBeNull();
    expect(tab.actions.send('constructor', 'hello')).toBeNull();
  });

  it('shows what was refused with the reason, until it is tried again', async () => {
    const tab = await scene.inLobby();
    scene.server.refuse('sendMessage', 'MUTED');
    const tempId = tab.send('one');
    tab.send('two');
    await go(100);
    expect(tab.deliveries()).toEqual(['two SENT', 'one FAILED']);
    expect(tab.rows().at(-1)?.delivery).toMatchObject({ status: 'FAILED', failure: { code: 'MUTED' } });
    await go(60_000);
    expect(scene.server.texts('lobby')).toEqual(['two']);
    tab.actions.retry(tempId);
    await go(100);
    expect(scene.server.texts('lobby')).toEqual(['two', 'one']);
    expect(new Set(scene.server.askedFor('sendMessage').filter(({ text }) => text === 'one').map((payload) => payload.tempId))).toEqual(new Set([tempId]));
    checkSnapshots(tab);
  });

  it('forgets what was refused on request', async () => {
    const tab = await scene.inLobby();
    scene.server.refuse('sendMessage', 'MUTED');
    const tempId = tab.send('one');
    await go(100);
    tab.actions.discard(tempId);
    expect(tab.texts()).toEqual([]);
    await go(100);
    expect(scene.browser.device.items.size).toBe(0);
  });

  it.each(['RATE_LIMITED', 'UNAVAILABLE'] as const)('waits and tries again by itself, as the same, in order: %s', async (code) => {
    const tab = await scene.inLobby();
    scene.server.refuse('sendMessage', code, { times: 2, retryAfterMs: 3_000 });
    tab.send('one');
    tab.send('two');
    await go(100);
    expect(tab.rows()[0]?.delivery).toEqual({ status: 'SENDING', waitingUntil: expect.any(Number) as number });
    await go(2_800);
    expect(scene.server.askedFor('sendMessage')).toHaveLength(1);
    await go(4_000);
    expect(scene.server.texts('lobby')).toEqual(['one', 'two']);
    expect(new Set(scene.server.askedFor('sendMessage').map(({ tempId }) => tempId)).size).toBe(2);
    expect(tab.deliveries()).toEqual(['one SENT', 'two SENT']);
    checkSnapshots(tab);
  });

  it('sends again what was not answered, and stores it once', async () => {
    const tab = await scene.inLobby();
    scene.server.loseAnswer('sendMessage', 1);
    scene.server.loseEvents(1);
    // The confirmation is lost as well: the connection hangs for a while.
    const hang = vi.spyOn(scene.server.network, 'latencyMs', 'get').mockReturnValue(6_000);
    tab.send('one');
    await go(11_000);
    hang.mockRestore();
    await go(15_000);
    expect(scene.server.texts('lobby')).toEqual(['one']);
    expect(tab.deliveries()).toEqual(['one SENT']);
    checkSnapshots(tab);
  });

  it('comes back into a room that the server does not know it to be in', async () => {
    const tab = await scene.inLobby();
    scene.server.refuse('sendMessage', 'NOT_IN_ROOM');
    tab.send('one');
    await go(1_500);
    expect(scene.server.texts('lobby')).toEqual([]);
    await go(2_000);
    expect(scene.server.askedFor('join')).toHaveLength(2);
    expect(scene.server.texts('lobby')).toEqual(['one']);
    expect(tab.deliveries()).toEqual(['one SENT']);
  });
});

describe('changing messages', () => {
  it('edits, deletes and reacts, and shows it with the answer', async () => {
    const tab = await scene.inLobby();
    tab.send('one');
    await go(100);
    scene.server.say('lobby', 'bob', 'two');
    await go(100);
    const [one, two] = tab.rows();
    const done = Promise.all([
      tab.actions.edit(one?.id ?? '', 'better'), tab.actions.react(two?.id ?? '', '👍', true), tab.actions.remove('lobby-99'), tab.actions.edit(two?.id ?? '', 'mine'),
    ]);
    await go(100);
    expect(await done).toMatchObject([{ ok: true }, { ok: true }, { ok: false, failure: { code: 'MESSAGE_NOT_FOUND' } }, { ok: false, failure: { code: 'FORBIDDEN' } }]);
    expect(tab.rows().map(({ text }) => text)).toEqual(expect.arrayContaining(['better', 'two']));
    expect(tab.rows().find(({ text }) => text === 'two')?.reactions).toEqual([{ emoji: '👍', users: ['ann'] }]);
    const removed = tab.actions.remove(one?.id ?? '');
    await go(100);
    expect(await removed).toMatchObject({ ok: true });
    expect(tab.rows().find(({ id }) => id === one?.id)).toMatchObject({ deleted: true, key: one?.key });
  });

  it('says so when there is no connection', async () => {
    const tab = await scene.inLobby();
    scene.server.die();
    expect(await tab.actions.react('lobby-1', '👍', true)).toMatchObject({ ok: false, failure: { code: 'NETWORK' } });
  });
});

it('falls silent when it is stopped', async () => {
  const tab = await scene.inLobby();
  tab.send('one');
  tab.close();
  const { length } = tab.seen;
  await go(60_000);
  scene.server.say('lobby', 'bob', 'text');
  await go(60_000);
  expect(tab.seen).toHaveLength(length);
  expect(scene.server.names('lobby')).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
