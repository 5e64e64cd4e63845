import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followAttention } from './attention';
import { navigate } from './navigation';
import { FakeBrowser, accountOf, checkSnapshots, guestOf, type FakeTab } from './testing/fake_browser';
import { FakeServer } from './testing/fake_server';

let server = new FakeServer();
let browser = new FakeBrowser(server);
const ANN = accountOf('ann');

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  FakeBrowser.prepare();
  server = new FakeServer();
  server.accounts.set('token of ann', 'ann').set('token of bob', 'bob');
  browser = new FakeBrowser(server);
});
afterEach(() => {
  FakeBrowser.closeAll();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const go = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** In the lobby, which is open. */
async function inLobby(identity = ANN): Promise<FakeTab> {
  const tab = browser.open(identity);
  tab.actions.openRoom('lobby');
  await go(100);
  expect(tab.status).toBe('CONNECTED');
  return tab;
}

describe('starting', () => {
  it('connects, joins the room that is open, and shows what was said there', async () => {
    for (let i = 1; i <= 60; ++i) server.say('lobby', 'bob', `text ${i}`);
    const tab = browser.open(ANN);
    tab.actions.openRoom('lobby');
    await go(0);
    expect(tab.status).toBe('CONNECTING');
    expect(tab.room().phase).toBe('joining');
    await go(100);
    expect(tab.status).toBe('CONNECTED');
    expect(tab.room()).toMatchObject({ phase: 'joined', hasOlder: true, unread: 0, memberTotal: 1 });
    expect(tab.texts()).toEqual(Array.from({ length: 50 }, (_, i) => `text ${i + 11}`));
    expect(tab.room().rows.at(-1)).toMatchObject({ kind: 'notice', text: 'ann, welcome to room lobby.' });
    expect(server.askedFor('join')).toEqual([{ name: 'ann', room: 'lobby' }]);
  });

  it('comes back to the rooms that were entered, in their order', async () => {
    const before = await inLobby();
    before.actions.openRoom('garden');
    await go(2_000);
    before.close();
    const tab = browser.open(ANN);
    await go(100);
    expect(tab.view.summaries.map(({ name, phase }) => `${name} ${phase}`)).toEqual(['lobby joined', 'garden joined']);
  });

  it('knows the rooms of an account on every device, and what is new there', async () => {
    server.room('garden').members.set('ann', 2);
    for (let i = 1; i <= 5; ++i) server.say('garden', 'bob', `text ${i}${i === 4 ? ' @ann' : ''}`);
    const tab = await inLobby();
    expect(tab.room('garden')).toMatchObject({ phase: 'joined', unread: 3, mentions: 1, readSeq: 2 });
    tab.actions.openRoom('garden');
    expect(tab.room('garden').rows[tab.room('garden').unreadIndex + 1]).toMatchObject({ text: 'text 3' });
  });

  it('is refused where the session has expired, and signs out', async () => {
    const tab = browser.open({ ...ANN, token: 'old' } as typeof ANN);
    await go(100);
    expect(tab.view.connection).toEqual({ status: 'DISCONNECTED', reason: 'auth-failed' });
    expect(tab.session.identity.get()).toBeNull();
  });

  it('is refused where guests are not let in, who stay who they are', async () => {
    server.guestAccess = false;
    const tab = browser.open(guestOf('eve'));
    const expire = vi.spyOn(tab.session, 'expire');
    await go(60_000);
    expect(tab.view.connection).toEqual({ status: 'DISCONNECTED', reason: 'auth-failed' });
    expect(expire).not.toHaveBeenCalled();
    expect(server.connects).toBe(1);
  });
});

describe('sending', () => {
  it('shows it at once, then as sent, in a row that stays where it is', async () => {
    const tab = await inLobby();
    const tempId = tab.send('hello');
    expect(tab.deliveries()).toEqual(['hello SENDING']);
    const [{ key } = { key: '' }] = tab.rows();
    await go(100);
    expect(tab.deliveries()).toEqual(['hello SENT']);
    expect(tab.rows()[0]).toMatchObject({ key, tempId, id: 'lobby-1', seq: 1 });
    expect(server.texts('lobby')).toEqual(['hello']);
    for (const view of tab.seen) for (const row of view.rooms.lobby?.rows ?? []) if (row.kind === 'message') expect(row.key).toBe(key);
    checkSnapshots(tab);
    expect(browser.device.items.size).toBe(0);
  });

  it('keeps the order, also of many at once', async () => {
    const tab = await inLobby();
    const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
    for (const text of texts) tab.send(text);
    await go(2_000);
    expect(server.texts('lobby')).toEqual(texts);
    expect(tab.texts()).toEqual(texts);
    checkSnapshots(tab);
  });

  it('takes neither nothing nor too much, nor what is for a room that one is not in', async () => {
    const tab = await inLobby();
    expect(tab.actions.send('lobby', '  \n ')).toBeNull();
    expect(tab.actions.send('lobby', '😀'.repeat(501))).toBeNull();
    expect(tab.actions.send('lobby', '😀'.repeat(500))).not.toBeNull();
    expect(tab.actions.send('constructor', 'hello')).toBeNull();
  });

  it('shows what was refused with the reason, until it is tried again', async () => {
    const tab = await inLobby();
    server.refuse('sendMessage', 'MUTED');
    const tempId = tab.send('one');
    tab.send('two');
    await go(100);
    expect(tab.deliveries()).toEqual(['two SENT', 'one FAILED']);
    expect(tab.rows().at(-1)?.delivery).toMatchObject({ status: 'FAILED', failure: { code: 'MUTED' } });
    await go(60_000);
    expect(server.texts('lobby')).toEqual(['two']);
    tab.actions.retry(tempId);
    await go(100);
    expect(server.texts('lobby')).toEqual(['two', 'one']);
    expect(new Set(server.askedFor('sendMessage').filter(({ text }) => text === 'one').map((payload) => payload.tempId))).toEqual(new Set([tempId]));
    checkSnapshots(tab);
  });

  it('forgets what was refused on request', async () => {
    const tab = await inLobby();
    server.refuse('sendMessage', 'MUTED');
    const tempId = tab.send('one');
    await go(100);
    tab.actions.discard(tempId);
    expect(tab.texts()).toEqual([]);
    await go(100);
    expect(browser.device.items.size).toBe(0);
  });

  it.each(['RATE_LIMITED', 'UNAVAILABLE'] as const)('waits and tries again by itself, as the same, in order: %s', async (code) => {
    const tab = await inLobby();
    server.refuse('sendMessage', code, { times: 2, retryAfterMs: 3_000 });
    tab.send('one');
    tab.send('two');
    await go(100);
    expect(tab.rows()[0]?.delivery).toEqual({ status: 'SENDING', waitingUntil: expect.any(Number) as number });
    await go(2_800);
    expect(server.askedFor('sendMessage')).toHaveLength(1);
    await go(4_000);
    expect(server.texts('lobby')).toEqual(['one', 'two']);
    expect(new Set(server.askedFor('sendMessage').map(({ tempId }) => tempId)).size).toBe(2);
    expect(tab.deliveries()).toEqual(['one SENT', 'two SENT']);
    checkSnapshots(tab);
  });

  it('sends again what was not answered, and stores it once', async () => {
    const tab = await inLobby();
    server.loseAnswer('sendMessage', 1);
    server.loseEvents(1);
    // The confirmation is lost as well: the connection hangs for a while.
    const hang = vi.spyOn(server.network, 'latencyMs', 'get').mockReturnValue(6_000);
    tab.send('one');
    await go(11_000);
    hang.mockRestore();
    await go(15_000);
    expect(server.texts('lobby')).toEqual(['one']);
    expect(tab.deliveries()).toEqual(['one SENT']);
    checkSnapshots(tab);
  });

  it('comes back into a room that the server does not know it to be in', async () => {
    const tab = await inLobby();
    server.refuse('sendMessage', 'NOT_IN_ROOM');
    tab.send('one');
    await go(1_500);
    expect(server.texts('lobby')).toEqual([]);
    await go(2_000);
    expect(server.askedFor('join')).toHaveLength(2);
    expect(server.texts('lobby')).toEqual(['one']);
    expect(tab.deliveries()).toEqual(['one SENT']);
  });
});

describe('changing messages', () => {
  it('edits, deletes and reacts, and shows it with the answer', async () => {
    const tab = await inLobby();
    tab.send('one');
    await go(100);
    server.say('lobby', 'bob', 'two');
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
    const tab = await inLobby();
    server.die();
    expect(await tab.actions.react('lobby-1', '👍', true)).toMatchObject({ ok: false, failure: { code: 'NETWORK' } });
  });
});

describe('rooms', () => {
  it('are left for good: here, on the server, and after a reload', async () => {
    server.say('lobby', 'bob', 'hello');
    const tab = await inLobby();
    await go(2_000);
    expect(browser.device.rooms.size).toBe(1);
    tab.actions.leaveRoom('lobby');
    await go(100);
    expect(tab.view.summaries).toEqual([]);
    expect(server.names('lobby')).toEqual([]);
    expect(browser.device.rooms.size).toBe(0);
    tab.close();
    const after = browser.open(ANN);
    await go(100);
    expect(after.view.summaries).toEqual([]);
    after.actions.openRoom('lobby');
    await go(100);
    expect(after.room().phase).toBe('joined');
  });

  it('may be left while something waits there, which goes out when they are entered again', async () => {
    const tab = await inLobby();
    server.refuse('sendMessage', 'UNAVAILABLE', { retryAfterMs: 60_000 });
    tab.send('one');
    await go(100);
    tab.actions.leaveRoom('lobby');
    tab.close();
    const after = browser.open(ANN);
    await go(120_000);
    expect(after.view.summaries).toEqual([]);
    after.actions.openRoom('lobby');
    await go(1_000);
    expect(server.texts('lobby')).toEqual(['one']);
  });

  it('tell who was shown the door, who comes back on their own word only', async () => {
    const tab = await inLobby();
    server.kick('ann', 'lobby', 'spam');
    tab.send('one');
    await go(100);
    expect(tab.room()).toMatchObject({ phase: 'kicked', kickedReason: 'spam' });
    server.lose();
    await go(60_000);
    expect(tab.status).toBe('CONNECTED');
    expect(tab.room().phase).toBe('kicked');
    expect(server.names('lobby')).toEqual([]);
    tab.actions.openRoom('lobby');
    await go(3_000);
    expect(tab.room()).toMatchObject({ phase: 'joined', kickedReason: null });
    expect(server.texts('lobby')).toEqual(['one']);
  });

  it('ask for a password, and remember it for the next connection', async () => {
    server.createRoom('attic', 'open sesame');
    const tab = browser.open(guestOf('eve'));
    tab.actions.openRoom('attic');
    await go(100);
    expect(tab.room('attic')).toMatchObject({ phase: 'refused', refusal: { code: 'ROOM_PASSWORD_REQUIRED' } });
    tab.actions.openRoom('attic', 'wrong');
    await go(100);
    expect(tab.room('attic')).toMatchObject({ phase: 'refused', refusal: { code: 'ROOM_PASSWORD_WRONG' } });
    tab.actions.openRoom('attic', 'open sesame');
    await go(100);
    expect(tab.room('attic').phase).toBe('joined');
    server.lose();
    await go(5_000);
    expect(tab.room('attic').phase).toBe('joined');
  });

  it.each(['constructor', '__proto__'])('may be called %s', async (name) => {
    server.say(name, 'bob', 'hello');
    const tab = browser.open(ANN);
    tab.actions.openRoom(name);
    await go(100);
    tab.send('hi', name);
    await go(2_000);
    expect(tab.texts(name)).toEqual(['hello', 'hi']);
    tab.close();
    server.state = 'away';
    const after = browser.open(ANN);
    await go(100);
    expect(after.texts(name)).toEqual(['hello', 'hi']);
    after.actions.leaveRoom(name);
    expect(after.view.summaries).toEqual([]);
  });

  it('load what was said before, page by page', async () => {
    for (let i = 1; i <= 120; ++i) server.say('lobby', 'bob', `text ${i}`);
    const tab = await inLobby();
    tab.actions.loadOlder('lobby');
    tab.actions.loadOlder('lobby');
    expect(tab.room().loadingOlder).toBe(false);
    await go(17);
    expect(tab.room().loadingOlder || tab.texts().length > 50).toBe(true);
    await go(100);
    expect(tab.texts()).toHaveLength(100);
    tab.actions.loadOlder('lobby');
    await go(100);
    expect(tab.texts()).toHaveLength(120);
    expect(tab.room().hasOlder).toBe(false);
    expect(server.askedFor('loadHistory')).toHaveLength(2);
  });

  it('can be asked again for what did not come', async () => {
    for (let i = 1; i <= 60; ++i) server.say('lobby', 'bob', `text ${i}`);
    const tab = await inLobby();
    server.refuse('loadHistory', 'UNAVAILABLE');
    tab.actions.loadOlder('lobby');
    await go(100);
    expect(tab.room().loadingOlder).toBe(false);
    tab.actions.loadOlder('lobby');
    await go(100);
    expect(tab.texts()).toHaveLength(60);
  });

  it('wait their turn when the server is busy', async () => {
    server.refuse('join', 'RATE_LIMITED', { times: 3, retryAfterMs: 2_000 });
    const tab = browser.open(ANN);
    tab.actions.openRoom('lobby');
    await go(5_900);
    expect(tab.room().phase).toBe('joining');
    await go(300);
    expect(tab.room().phase).toBe('joined');
  });
});

describe('reading', () => {
  it('is told to the server once, after a pause', async () => {
    const tab = await inLobby();
    for (let i = 0; i < 5; ++i) {
      server.say('lobby', 'bob', `text ${i}`);
      await go(50);
      tab.actions.markRead('lobby');
    }
    await go(1_000);
    expect(server.askedFor('markRead')).toEqual([{ room: 'lobby', seq: 5 }]);
    expect(server.room('lobby').members.get('ann')).toBe(5);
  });

  it('is told later when there is no connection', async () => {
    const tab = await inLobby();
    server.say('lobby', 'bob', 'text');
    await go(100);
    server.die();
    tab.actions.markRead('lobby');
    await go(1_000);
    expect(server.askedFor('markRead')).toEqual([]);
    server.start();
    await go(5_000);
    expect(server.askedFor('markRead')).toEqual([{ room: 'lobby', seq: 1 }]);
  });

  it('shows in the title and on the icon, which goes when the news are read', async () => {
    document.head.append(Object.assign(document.createElement('link'), { rel: 'icon', href: '/icon.svg' }));
    const tab = await inLobby();
    navigate('/r/lobby');
    const stop = followAttention(tab.runtime.store);
    expect(document.title).toBe('#lobby · Chillin');
    tab.actions.closeRoom();
    server.say('lobby', 'bob', 'text');
    server.say('lobby', 'bob', 'hey @ann');
    await go(100);
    expect(document.title).toBe('(2) #lobby · Chillin');
    expect(document.querySelector('link')?.getAttribute('href')).not.toBe('/icon.svg');
    expect(tab.notified.map(({ message, mention }) => `${message.text} ${mention}`)).toEqual(['text false', 'hey @ann true']);
    navigate('/');
    expect(document.title).toBe('(2) Chillin');
    tab.actions.markRead('lobby');
    expect(document.title).toBe('Chillin');
    expect(document.querySelector('link')?.getAttribute('href')).toBe('/icon.svg');
    stop();
    server.say('lobby', 'bob', 'later');
    await go(100);
    expect(document.title).toBe('Chillin');
  });
});

describe('who is there', () => {
  it('types, and is seen to type for a while', async () => {
    const tab = await inLobby();
    const other = new FakeBrowser(server).open(accountOf('bob'));
    other.actions.openRoom('lobby');
    await go(100);
    other.actions.typing('lobby');
    await go(100);
    expect(tab.room().typing).toEqual(['bob']);
    other.send('hello');
    await go(100);
    expect(tab.room().typing).toEqual([]);
    // Sent, so there is nothing to take back.
    expect(server.askedFor('stopTyping')).toEqual([]);
    other.actions.typing('lobby');
    await go(100);
    other.crash();
    await go(8_000);
    expect(tab.room().typing).toEqual([]);
  });

  it('has a status, which a new connection hears of again', async () => {
    const tab = await inLobby();
    tab.actions.setStatus('busy');
    await go(100);
    server.lose();
    await go(5_000);
    expect(server.askedFor('setStatus')).toEqual([{ status: 'busy' }, { status: 'busy' }]);
  });
});

it('falls silent when it is stopped', async () => {
  const tab = await inLobby();
  tab.send('one');
  tab.close();
  const { length } = tab.seen;
  await go(60_000);
  server.say('lobby', 'bob', 'text');
  await go(60_000);
  expect(tab.seen).toHaveLength(length);
  expect(server.names('lobby')).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
