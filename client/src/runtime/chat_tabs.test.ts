import { describe, expect, it } from 'vitest';
import { accountOf, checkSnapshots, guestOf } from './testing/fake_browser';
import { ANN, go, setScene } from './testing/scene';

/** Reloads, crashes, and several tabs of one browser. */

const scene = setScene();

describe('a reload', () => {
  it('shows without a connection what was there, also in the room of a deep link', async () => {
    for (let i = 1; i <= 100; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    const before = await scene.inLobby();
    before.actions.openRoom('garden');
    before.send('only here', 'garden');
    await go(2_000);
    before.close();
    scene.server.state = 'away';
    const tab = scene.browser.open(ANN);
    tab.actions.openRoom('lobby');
    await go(100);
    expect(tab.status).toBe('RECONNECTING');
    expect(tab.room().phase).toBe('cached');
    expect(tab.texts()).toEqual(Array.from({ length: 50 }, (_, i) => `text ${i + 51}`));
    expect(tab.texts('garden')).toEqual(['only here']);
  });

  it('asks only for the rest, and shows where the news begin', async () => {
    for (let i = 1; i <= 100; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    const before = await scene.inLobby();
    before.actions.markRead('lobby');
    await go(2_000);
    before.close();
    for (let i = 101; i <= 103; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    const tab = await scene.inLobby();
    expect(scene.server.askedFor('join').at(-1)).toMatchObject({ lastSeq: 100 });
    expect(tab.texts().at(-1)).toBe('text 103');
    expect(tab.room()).toMatchObject({ unread: 3, readSeq: 100 });
    expect(tab.room().rows[tab.room().unreadIndex + 1]).toMatchObject({ text: 'text 101' });
  });

  it('keeps what was written without a connection, and sends it once it is there: each once, in order', async () => {
    const before = await scene.inLobby();
    before.actions.openRoom('garden');
    await go(100);
    scene.server.die();
    const texts = Array.from({ length: 6 }, (_, i) => `text ${i}`);
    for (const text of texts) before.send(text, text.endsWith('0') || text.endsWith('3') ? 'garden' : 'lobby');
    await go(1_000);
    before.close();

    const between = scene.browser.open(ANN);
    await go(1_000);
    expect(between.deliveries()).toEqual(['text 1 SENDING', 'text 2 SENDING', 'text 4 SENDING', 'text 5 SENDING']);
    between.send('text 6');
    await go(10 * 60_000);
    expect(between.status).toBe('FAILED');
    between.close();

    scene.server.start();
    const tab = scene.browser.open(ANN);
    await go(1_000);
    expect(scene.server.texts('lobby')).toEqual(['text 1', 'text 2', 'text 4', 'text 5', 'text 6']);
    expect(scene.server.texts('garden')).toEqual(['text 0', 'text 3']);
    expect(tab.deliveries().every((one) => one.endsWith('SENT'))).toBe(true);
    expect(scene.browser.device.items.size).toBe(0);
    for (const one of [before, between, tab]) checkSnapshots(one);
  });

  it('keeps what was refused, until the person decides', async () => {
    const before = await scene.inLobby();
    scene.server.refuse('sendMessage', 'MUTED');
    const tempId = before.send('one');
    await go(100);
    before.close();
    const tab = await scene.inLobby();
    await go(60_000);
    expect(tab.deliveries()).toEqual(['one FAILED']);
    tab.actions.discard(tempId);
    await go(100);
    tab.close();
    expect((await scene.inLobby()).deliveries()).toEqual([]);
    expect(scene.server.texts('lobby')).toEqual([]);
  });
});

describe('a crash', () => {
  it.each([[0, 'before it was sent'], [7, 'after it was stored, before anybody knew'], [60, 'after all']])('after %d ms loses nothing and doubles nothing: %s', async (ms) => {
    const before = await scene.inLobby();
    const tempId = before.send('one');
    await go(ms);
    before.crash();
    await go(1_000);
    const tab = await scene.inLobby();
    await go(1_000);
    expect(scene.server.texts('lobby')).toEqual(['one']);
    expect(tab.deliveries()).toEqual(['one SENT']);
    expect(new Set(scene.server.askedFor('sendMessage').map((payload) => payload.tempId))).toEqual(new Set([tempId]));
    expect(scene.browser.device.items.size).toBe(0);
    checkSnapshots(tab);
  });

  it('does not show twice what the kept room and the outbox both have', async () => {
    const before = await scene.inLobby();
    const tempId = before.send('one');
    await go(2_000);
    before.close();
    // The device was too slow to forget it.
    scene.browser.device.items.set(tempId, {
      tempId, author: 'account:ann', room: 'lobby', text: 'one', replyTo: null, createdAt: Date.now(), order: 1, status: 'QUEUED', failure: null, notBefore: 0, tries: 0, revision: 1,
    });
    const tab = await scene.inLobby();
    await go(1_000);
    expect(tab.deliveries()).toEqual(['one SENT']);
    expect(scene.server.askedFor('sendMessage')).toHaveLength(1);
    expect(scene.browser.device.items.size).toBe(0);
    checkSnapshots(tab);
  });
});

describe('two tabs', () => {
  it('show the same, and one of them sends', async () => {
    const [one, two] = [await scene.inLobby(), await scene.inLobby()];
    scene.server.network.latencyMs = 50;
    two.send('from two');
    await go(1);
    one.send('from one');
    await go(20);
    expect(one.deliveries()).toEqual(['from two SENDING', 'from one SENDING']);
    expect(two.deliveries()).toEqual(['from two SENDING', 'from one SENDING']);
    await go(1_000);
    expect(one.deliveries()).toEqual(['from two SENT', 'from one SENT']);
    expect(two.deliveries()).toEqual(['from two SENT', 'from one SENT']);
    expect(scene.server.askedFor('sendMessage')).toHaveLength(2);
    for (const tab of [one, two]) checkSnapshots(tab);
  });

  it('keep the row while only one of them has heard from the server', async () => {
    const [one, two] = [await scene.inLobby(), await scene.inLobby()];
    scene.server.network.batched = true;
    // The log is quicker than the answer in the tab that sends, and has not reached the other one at all.
    scene.server.loseAnswer('sendMessage');
    two.send('hello');
    for (let ms = 0; ms < 60; ++ms) {
      await go(1);
      expect([one.texts(), two.texts()]).toEqual([['hello'], ['hello']]);
    }
    for (const tab of [one, two]) checkSnapshots(tab);
  });

  it('send although the one that sent before has given up on the server', async () => {
    const [one, two] = [await scene.inLobby(), await scene.inLobby()];
    for (const [tab, other] of [[one, two], [two, one]] as const) {
      scene.server.die();
      await go(5 * 60_000);
      expect([one.status, two.status]).toEqual(['FAILED', 'FAILED']);
      scene.server.start();
      tab.actions.retryConnection();
      await go(100);
      const text = `sent by ${tab === one ? 'one' : 'two'}`;
      tab.send(text);
      await go(1_000);
      expect(tab.deliveries().at(-1)).toBe(`${text} SENT`);
      expect(other.status).toBe('FAILED');
      other.actions.retryConnection();
      await go(1_000);
      expect(other.texts()).toEqual(tab.texts());
    }
  });

  it('take over from each other, closed or crashed', async () => {
    const [one, two, three] = [await scene.inLobby(), await scene.inLobby(), await scene.inLobby()];
    scene.server.refuse('sendMessage', 'UNAVAILABLE', { times: 1, retryAfterMs: 10_000 });
    three.send('first');
    await go(100);
    one.close();
    await go(15_000);
    expect(scene.server.texts('lobby')).toEqual(['first']);
    three.send('second');
    await go(7);
    two.crash();
    await go(15_000);
    expect(scene.server.texts('lobby')).toEqual(['first', 'second']);
    expect(three.deliveries()).toEqual(['first SENT', 'second SENT']);
    expect(scene.browser.device.items.size).toBe(0);
    checkSnapshots(three);
  });

  it('decide for each other on what was refused', async () => {
    const [one, two] = [await scene.inLobby(), await scene.inLobby()];
    scene.server.refuse('sendMessage', 'MUTED', { times: 2 });
    const [first, second] = [two.send('first'), two.send('second')];
    await go(200);
    expect(two.deliveries()).toEqual(['first FAILED', 'second FAILED']);
    two.actions.retry(first);
    one.actions.discard(second);
    await go(200);
    for (const tab of [one, two]) expect(tab.deliveries()).toEqual(['first SENT']);
    expect(scene.server.texts('lobby')).toEqual(['first']);
  });

  it('are in the same rooms, so that the one that sends can', async () => {
    const [one, two] = [await scene.inLobby(), await scene.inLobby()];
    two.actions.openRoom('garden');
    await go(100);
    expect(one.room('garden').phase).toBe('joined');
    two.send('hello', 'garden');
    await go(100);
    expect(scene.server.texts('garden')).toEqual(['hello']);
    two.actions.openRoom('lobby');
    two.actions.leaveRoom('garden');
    await go(100);
    expect(one.view.summaries.map(({ name }) => name)).toEqual(['lobby']);
    expect(scene.server.names('garden')).toEqual([]);
  });

  it('deliver what one writes in a room that the other, which sends, has left', async () => {
    const [one, two] = [await scene.inLobby(), await scene.inLobby()];
    one.actions.leaveRoom('lobby');
    await go(100);
    expect(two.room().phase).toBe('joined');
    two.send('hello');
    await go(1_000);
    expect(scene.server.texts('lobby')).toEqual(['hello']);
    expect(two.deliveries()).toEqual(['hello SENT']);
  });

  it('know what was read in either', async () => {
    const [one, two] = [await scene.inLobby(), await scene.inLobby()];
    one.actions.closeRoom();
    two.actions.closeRoom();
    scene.server.say('lobby', 'bob', 'hello');
    await go(100);
    expect(one.room().unread).toBe(1);
    two.actions.markRead('lobby');
    await go(100);
    expect(one.room().unread).toBe(0);
  });

  it('of a guest wait for each other: a name is in a room once', async () => {
    const one = await scene.inLobby(guestOf('eve'));
    window.localStorage.clear();
    const two = await scene.inLobby(guestOf('eve'));
    expect(two.room()).toMatchObject({ phase: 'refused', refusal: { code: 'NAME_TAKEN' } });
    one.close();
    await go(5_000);
    expect(two.room().phase).toBe('joined');
  });

  it('of different people do not see each other\'s outbox', async () => {
    const one = await scene.inLobby();
    scene.server.die();
    one.send('hello');
    await go(100);
    const other = scene.browser.open(accountOf('bob'));
    other.actions.openRoom('lobby');
    await go(100);
    expect(other.texts()).toEqual([]);
    scene.server.start();
    one.crash();
    await go(10_000);
    expect(scene.server.texts('lobby')).toEqual([]);
  });
});
