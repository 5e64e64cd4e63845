import { describe, expect, it } from 'vitest';
import { followAttention } from './attention';
import { navigate } from './navigation';
import { FakeBrowser, accountOf, guestOf } from './testing/fake_browser';
import { ANN, go, setScene } from './testing/scene';

/** The rooms of one tab: entering and leaving, reading, and who is there. */

const scene = setScene();

describe('rooms', () => {
  it('are left for good: here, on the server, and after a reload', async () => {
    scene.server.say('lobby', 'bob', 'hello');
    const tab = await scene.inLobby();
    await go(2_000);
    expect(scene.browser.device.rooms.size).toBe(1);
    tab.actions.leaveRoom('lobby');
    await go(100);
    expect(tab.view.summaries).toEqual([]);
    expect(scene.server.names('lobby')).toEqual([]);
    expect(scene.browser.device.rooms.size).toBe(0);
    tab.close();
    const after = scene.browser.open(ANN);
    await go(100);
    expect(after.view.summaries).toEqual([]);
    after.actions.openRoom('lobby');
    await go(100);
    expect(after.room().phase).toBe('joined');
  });

  it('may be left while something waits there, which goes out when they are entered again', async () => {
    const tab = await scene.inLobby();
    scene.server.refuse('sendMessage', 'UNAVAILABLE', { retryAfterMs: 60_000 });
    tab.send('one');
    await go(100);
    tab.actions.leaveRoom('lobby');
    tab.close();
    const after = scene.browser.open(ANN);
    await go(120_000);
    expect(after.view.summaries).toEqual([]);
    after.actions.openRoom('lobby');
    await go(1_000);
    expect(scene.server.texts('lobby')).toEqual(['one']);
  });

  it('tell who was shown the door, who comes back on their own word only', async () => {
    const tab = await scene.inLobby();
    scene.server.kick('ann', 'lobby', 'spam');
    tab.send('one');
    await go(100);
    expect(tab.room()).toMatchObject({ phase: 'kicked', kickedReason: 'spam' });
    scene.server.lose();
    await go(60_000);
    expect(tab.status).toBe('CONNECTED');
    expect(tab.room().phase).toBe('kicked');
    expect(scene.server.names('lobby')).toEqual([]);
    tab.actions.openRoom('lobby');
    await go(3_000);
    expect(tab.room()).toMatchObject({ phase: 'joined', kickedReason: null });
    expect(scene.server.texts('lobby')).toEqual(['one']);
  });

  it('ask for a password, and remember it for the next connection', async () => {
    scene.server.createRoom('attic', 'open sesame');
    const tab = scene.browser.open(guestOf('eve'));
    tab.actions.openRoom('attic');
    await go(100);
    expect(tab.room('attic')).toMatchObject({ phase: 'refused', refusal: { code: 'ROOM_PASSWORD_REQUIRED' } });
    tab.actions.openRoom('attic', 'wrong');
    await go(100);
    expect(tab.room('attic')).toMatchObject({ phase: 'refused', refusal: { code: 'ROOM_PASSWORD_WRONG' } });
    tab.actions.openRoom('attic', 'open sesame');
    await go(100);
    expect(tab.room('attic').phase).toBe('joined');
    scene.server.lose();
    await go(5_000);
    expect(tab.room('attic').phase).toBe('joined');
  });

  it.each(['constructor', '__proto__'])('may be called %s', async (name) => {
    scene.server.say(name, 'bob', 'hello');
    const tab = scene.browser.open(ANN);
    tab.actions.openRoom(name);
    await go(100);
    tab.send('hi', name);
    await go(2_000);
    expect(tab.texts(name)).toEqual(['hello', 'hi']);
    tab.close();
    scene.server.state = 'away';
    const after = scene.browser.open(ANN);
    await go(100);
    expect(after.texts(name)).toEqual(['hello', 'hi']);
    after.actions.leaveRoom(name);
    expect(after.view.summaries).toEqual([]);
  });

  it('load what was said before, page by page', async () => {
    for (let i = 1; i <= 120; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    const tab = await scene.inLobby();
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
    expect(scene.server.askedFor('loadHistory')).toHaveLength(2);
  });

  it('can be asked again for what did not come', async () => {
    for (let i = 1; i <= 60; ++i) scene.server.say('lobby', 'bob', `text ${i}`);
    const tab = await scene.inLobby();
    scene.server.refuse('loadHistory', 'UNAVAILABLE');
    tab.actions.loadOlder('lobby');
    await go(100);
    expect(tab.room().loadingOlder).toBe(false);
    tab.actions.loadOlder('lobby');
    await go(100);
    expect(tab.texts()).toHaveLength(60);
  });

  it('wait their turn when the server is busy', async () => {
    scene.server.refuse('join', 'RATE_LIMITED', { times: 3, retryAfterMs: 2_000 });
    const tab = scene.browser.open(ANN);
    tab.actions.openRoom('lobby');
    await go(5_900);
    expect(tab.room().phase).toBe('joining');
    await go(300);
    expect(tab.room().phase).toBe('joined');
  });
});

describe('reading', () => {
  it('is told to the server once, after a pause', async () => {
    const tab = await scene.inLobby();
    for (let i = 0; i < 5; ++i) {
      scene.server.say('lobby', 'bob', `text ${i}`);
      await go(50);
      tab.actions.markRead('lobby');
    }
    await go(1_000);
    expect(scene.server.askedFor('markRead')).toEqual([{ room: 'lobby', seq: 5 }]);
    expect(scene.server.room('lobby').members.get('ann')).toBe(5);
  });

  it('is told later when there is no connection', async () => {
    const tab = await scene.inLobby();
    scene.server.say('lobby', 'bob', 'text');
    await go(100);
    scene.server.die();
    tab.actions.markRead('lobby');
    await go(1_000);
    expect(scene.server.askedFor('markRead')).toEqual([]);
    scene.server.start();
    await go(5_000);
    expect(scene.server.askedFor('markRead')).toEqual([{ room: 'lobby', seq: 1 }]);
  });

  it('shows in the title and on the icon, which goes when the news are read', async () => {
    document.head.append(Object.assign(document.createElement('link'), { rel: 'icon', href: '/icon.svg' }));
    const tab = await scene.inLobby();
    navigate('/r/lobby');
    const stop = followAttention(tab.runtime.store);
    expect(document.title).toBe('#lobby · Chillin');
    tab.actions.closeRoom();
    scene.server.say('lobby', 'bob', 'text');
    scene.server.say('lobby', 'bob', 'hey @ann');
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
    scene.server.say('lobby', 'bob', 'later');
    await go(100);
    expect(document.title).toBe('Chillin');
  });
});

describe('who is there', () => {
  it('types, and is seen to type for a while', async () => {
    const tab = await scene.inLobby();
    const other = new FakeBrowser(scene.server).open(accountOf('bob'));
    other.actions.openRoom('lobby');
    await go(100);
    other.actions.typing('lobby');
    await go(100);
    expect(tab.room().typing).toEqual(['bob']);
    other.send('hello');
    await go(100);
    expect(tab.room().typing).toEqual([]);
    // Sent, so there is nothing to take back.
    expect(scene.server.askedFor('stopTyping')).toEqual([]);
    other.actions.typing('lobby');
    await go(100);
    other.crash();
    await go(8_000);
    expect(tab.room().typing).toEqual([]);
  });

  it('has a status, which a new connection hears of again', async () => {
    const tab = await scene.inLobby();
    tab.actions.setStatus('busy');
    await go(100);
    scene.server.lose();
    await go(5_000);
    expect(scene.server.askedFor('setStatus')).toEqual([{ status: 'busy' }, { status: 'busy' }]);
  });
});
