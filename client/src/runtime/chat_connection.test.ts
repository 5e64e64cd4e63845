import { describe, expect, it, vi } from 'vitest';
import { checkSnapshots, guestOf } from './testing/fake_browser';
import { go, setScene } from './testing/scene';

/** What becomes of the chat when connections, servers and networks come and go. */

const scene = setScene();

describe('a lost connection', () => {
  it('is made anew, and brings exactly what was missed', async () => {
    for (let i = 1; i <= 3; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    const tab = await scene.inLobby();
    scene.server.lose();
    expect(tab.view.connection).toMatchObject({ status: 'RECONNECTING', attempt: 1 });
    expect(tab.room().phase).toBe('cached');
    scene.server.say('lobby', 'bob', 'text 4');
    scene.server.change('lobby', (log) => log.edit('lobby-2', 'text 2, edited'));
    scene.server.change('lobby', (log) => log.react('lobby-3', 'bob', '👍', true));
    await go(2_000);
    expect(tab.status).toBe('CONNECTED');
    expect(scene.server.askedFor('join').at(-1)).toMatchObject({ lastSeq: 3 });
    expect(tab.texts()).toEqual(['text 1', 'text 2, edited', 'text 3', 'text 4']);
    expect(tab.rows()[2]?.reactions).toHaveLength(1);
    expect(tab.room()).toMatchObject({ phase: 'joined', lastSeq: 6, unread: 1 });
    expect(tab.room().rows[tab.room().unreadIndex + 1]).toMatchObject({ text: 'text 4' });
  });

  it('brings back a day that was slept through, page by page', async () => {
    const tab = await scene.inLobby();
    scene.server.syncLimit = 20;
    scene.server.lose();
    for (let i = 1; i <= 205; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    await go(5_000);
    expect(tab.texts()).toHaveLength(50);
    scene.server.lose();
    for (let i = 206; i <= 305; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    for (let i = 200; i <= 210; ++i) scene.server.change('lobby', (log) => log.edit(`lobby-${i}`, `text ${i}, edited`));
    await go(5_000);
    expect(tab.texts()).toEqual(scene.server.texts('lobby').slice(-150));
    expect(scene.server.askedFor('sync').length).toBeGreaterThanOrEqual(5);
    checkSnapshots(tab, { onceThere: false });
  });

  it('asks for what was lost on the way, by itself', async () => {
    const tab = await scene.inLobby();
    scene.server.say('lobby', 'bob', 'text 1');
    scene.server.loseEvents(2);
    scene.server.say('lobby', 'bob', 'text 2');
    scene.server.change('lobby', (log) => log.edit('lobby-1', 'text 1, edited'));
    await go(1_000);
    expect(tab.texts()).toEqual(['text 1']);
    scene.server.say('lobby', 'bob', 'text 3');
    await go(100);
    expect(scene.server.askedFor('sync')).toEqual([{ room: 'lobby', lastSeq: 1 }]);
    expect(tab.texts()).toEqual(['text 1, edited', 'text 2', 'text 3']);
  });

  it('asks again when the answer does not come', async () => {
    const tab = await scene.inLobby();
    scene.server.refuse('sync', 'UNAVAILABLE', { times: 2 });
    scene.server.loseEvents(1);
    scene.server.say('lobby', 'bob', 'text 1');
    for (let i = 2; i <= 5; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    await go(1_900);
    expect(scene.server.askedFor('sync')).toHaveLength(1);
    expect(tab.texts()).toEqual([]);
    await go(2_300);
    expect(scene.server.askedFor('sync')).toHaveLength(3);
    expect(tab.texts()).toEqual(['text 1', 'text 2', 'text 3', 'text 4', 'text 5']);
  });

  it('does not matter to a page that the server had read already', async () => {
    for (let i = 1; i <= 60; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    const tab = await scene.inLobby();
    tab.actions.loadOlder('lobby');
    await go(7);
    scene.server.lose();
    await go(5_000);
    expect(tab.room()).toMatchObject({ loadingOlder: false, hasOlder: true });
    tab.actions.loadOlder('lobby');
    await go(100);
    expect(tab.texts()).toHaveLength(60);
  });
});

describe('over long-polling, where an answer and what follows it are heard in one turn', () => {
  it('joins, heals and resumes all the same', async () => {
    scene.server.network.batched = true;
    for (let i = 1; i <= 3; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    const tab = await scene.inLobby();
    expect(tab.texts()).toHaveLength(3);
    scene.server.loseEvents(1);
    scene.server.say('lobby', 'bob', 'text 4');
    scene.server.say('lobby', 'bob', 'text 5');
    tab.send('text 6');
    await go(100);
    expect(tab.texts()).toEqual(['text 1', 'text 2', 'text 3', 'text 4', 'text 5', 'text 6']);
    scene.server.lose();
    scene.server.say('lobby', 'bob', 'text 7');
    tab.send('text 8');
    await go(2_000);
    scene.server.loseEvents(1);
    scene.server.say('lobby', 'bob', 'text 9');
    scene.server.say('lobby', 'bob', 'text 10');
    await go(100);
    expect(tab.texts()).toEqual(Array.from({ length: 10 }, (_, i) => `text ${i + 1}`));
    checkSnapshots(tab);
  });
});

describe('a server that dies', () => {
  it('has stored what it had acknowledged, and gets the rest when it is back: once, in order', async () => {
    const tab = await scene.inLobby();
    tab.send('one');
    await go(7);
    // It has stored the first, and nobody has heard so yet.
    scene.server.die();
    tab.send('two');
    tab.send('three');
    await go(7_000);
    expect(tab.deliveries()).toEqual(['one SENDING', 'two SENDING', 'three SENDING']);
    scene.server.start();
    await go(10_000);
    expect(scene.server.texts('lobby')).toEqual(['one', 'two', 'three']);
    expect(tab.deliveries()).toEqual(['one SENT', 'two SENT', 'three SENT']);
    checkSnapshots(tab);
  });

  it('is tried ten times, and then when the person says so', async () => {
    const tab = await scene.inLobby();
    scene.server.die();
    const { connects } = scene.server;
    await go(4 * 60_000);
    expect(tab.view.connection).toEqual({ status: 'FAILED', attempts: 10, maxAttempts: 10 });
    expect(scene.server.connects - connects).toBe(10);
    tab.send('one');
    await go(10 * 60_000);
    expect(scene.server.connects - connects).toBe(10);
    scene.server.start();
    tab.actions.retryConnection();
    expect(tab.view.connection).toMatchObject({ status: 'RECONNECTING', attempt: 1, retryAt: null });
    await go(100);
    expect(tab.status).toBe('CONNECTED');
    expect(tab.deliveries()).toEqual(['one SENT']);
  });

  it('says before when it will be back, and is left in peace until then', async () => {
    const tab = await scene.inLobby();
    scene.server.shutdown(20_000);
    await go(100);
    expect(tab.status).toBe('CONNECTED');
    scene.server.die();
    const { connects } = scene.server;
    await go(5_000);
    scene.server.start();
    window.dispatchEvent(new Event('online'));
    await go(24_000);
    expect(scene.server.connects).toBe(connects);
    await go(1_500);
    expect(tab.status).toBe('CONNECTED');
  });

  it('is tried at once by a person in a hurry', async () => {
    const tab = await scene.inLobby();
    scene.server.shutdown(60_000);
    await go(100);
    scene.server.lose();
    tab.actions.retryConnection();
    await go(100);
    expect(tab.status).toBe('CONNECTED');
  });
});

describe('a network that is gone', () => {
  it('is noticed by a question when the browser says so', async () => {
    const tab = await scene.inLobby();
    scene.server.freeze();
    window.dispatchEvent(new Event('offline'));
    await go(2_900);
    expect(tab.status).toBe('CONNECTED');
    await go(200);
    expect(tab.view.connection).toMatchObject({ status: 'RECONNECTING', offline: true });
    scene.server.reap();
    scene.server.start();
    await go(60_000);
    expect(tab.status).toBe('CONNECTED');
  });

  it('is tried at once when it comes back', async () => {
    const tab = await scene.inLobby();
    scene.server.freeze();
    window.dispatchEvent(new Event('offline'));
    await go(40_000);
    expect(tab.view.connection).toMatchObject({ status: 'RECONNECTING', offline: true });
    scene.server.reap();
    scene.server.start();
    window.dispatchEvent(new Event('online'));
    await go(100);
    expect(tab.status).toBe('CONNECTED');
    expect(tab.room().phase).toBe('joined');
  });

  it('does not matter when the server answers all the same', async () => {
    const tab = await scene.inLobby();
    for (const type of ['offline', 'online']) {
      window.dispatchEvent(new Event(type));
      await go(10_000);
    }
    expect(tab.status).toBe('CONNECTED');
    expect(scene.server.connects).toBe(1);
  });

  it('is noticed after a sleep', async () => {
    const tab = await scene.inLobby();
    scene.server.say('lobby', 'bob', 'text 1');
    await go(100);
    scene.server.freeze();
    vi.setSystemTime(Date.now() + 24 * 3_600_000);
    scene.server.reap();
    scene.server.start();
    for (let i = 2; i <= 4; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    await go(15_000);
    expect(tab.status).toBe('CONNECTED');
    expect(tab.texts()).toEqual(['text 1', 'text 2', 'text 3', 'text 4']);
  });

  it('is not missed by what was written meanwhile', async () => {
    const tab = await scene.inLobby();
    scene.server.freeze();
    tab.send('one');
    tab.send('two');
    await go(10_100);
    // No answer came: it may be stored or not, so it waits.
    expect(tab.deliveries()).toEqual(['one SENDING', 'two SENDING']);
    window.dispatchEvent(new Event('offline'));
    await go(5_000);
    scene.server.reap();
    scene.server.start();
    await go(60_000);
    expect(scene.server.texts('lobby')).toEqual(['one', 'two']);
    expect(tab.deliveries()).toEqual(['one SENT', 'two SENT']);
    checkSnapshots(tab);
  });
});

describe('a guest', () => {
  it('gets its name back when the old connection has died', async () => {
    const tab = await scene.inLobby(guestOf('eve'));
    tab.send('one');
    await go(100);
    scene.server.lose({ lingering: true });
    tab.send('two');
    await go(20_000);
    expect(tab.status).toBe('CONNECTED');
    expect(tab.room()).toMatchObject({ phase: 'cached', refusal: null });
    expect(scene.server.askedFor('join').length).toBeGreaterThan(2);
    scene.server.reap();
    await go(20_000);
    expect(tab.room().phase).toBe('joined');
    expect(tab.deliveries()).toEqual(['one SENT', 'two SENT']);
    checkSnapshots(tab);
  });

  it('is told when the name belongs to somebody else', async () => {
    const tab = await scene.inLobby(guestOf('bob'));
    await go(60_000);
    expect(tab.room()).toMatchObject({ phase: 'refused', refusal: { code: 'NAME_TAKEN' } });
    expect(scene.server.askedFor('join')).toHaveLength(1);
  });
});
