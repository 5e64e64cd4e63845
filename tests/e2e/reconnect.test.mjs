// The connection: ten tries and then the person's decision, a server that says goodbye, and a blip that nobody sees.
import assert from 'node:assert/strict';
import { recordBanner } from './lib/banner.mjs';
import { plugIn } from './lib/cable.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';

const site = openSite();

site.test('ten tries end in FAILED; Retry connects when the server is there again', async ({ person, account, fresh, server }) => {
  const ada = await person({ identity: await account(), clock: true, path: null });
  // The jitter of the delays, which would otherwise decide for how long the first try is to be seen.
  await ada.context.addInitScript(() => { Math.random = () => 0.5; });
  const tea = await ada.enter(fresh('tea'));
  await tea.say('before');
  await tea.shows('before');
  await server.kill();

  const seen = [];
  await eventually(async () => {
    // Whatever it waits for, it is due now; the tries themselves are real.
    await ada.page.clock.runFor(seen.length < 2 ? 200 : 1_000);
    const attempt = (await tea.banner.innerText()).match(/Attempt (\d+) of 10/)?.[1];
    if (attempt !== undefined && seen.at(-1) !== Number(attempt)) seen.push(Number(attempt));
    assert.equal(await tea.bannerState(), 'FAILED');
  }, { timeoutMs: 60_000, everyMs: 0 });
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'every try was counted, none was left out');
  // It has given up: time changes nothing any more.
  await ada.page.clock.runFor(60_000);
  assert.equal(await tea.bannerState(), 'FAILED');
  await tea.say('while it was gone');
  await eventually(async () => assert.equal((await tea.rows()).at(-1)?.delivery, 'SENDING'));

  // A retry that fails begins a new count.
  await tea.retry.click();
  await eventually(async () => assert.equal(await tea.bannerState(), 'RECONNECTING'));

  await server.start();
  await tea.retry.click();
  await tea.shows('before', 'while it was gone');
  await ada.page.clock.runFor(10_000);
  await eventually(async () => assert.equal(await tea.bannerState(), null));
});

site.test('a server that is stopped says so; everybody comes back by itself', async ({ person, account, fresh, server }) => {
  const ada = await person({ identity: await account() });
  const tea = await ada.enter(fresh('tea'));
  await tea.say('before');
  await tea.shows('before');
  await server.stop();
  await eventually(async () => assert.equal(await tea.bannerState(), 'RECONNECTING'));
  await tea.say('in between');
  await server.start();
  await tea.shows('before', 'in between');
  await eventually(async () => assert.equal(await tea.bannerState(), null));
});

site.test('a blip under a second is not to be seen', async ({ person, account, fresh, server }) => {
  const cable = await plugIn(server);
  const ada = await person({ identity: await account(), url: cable.url, clock: true });
  const { page } = ada;
  const sockets = [];
  page.on('websocket', (socket) => sockets.push({
    // As soon as the server has taken it into the namespace: only then is it a connection for the page.
    open: new Promise((resolve) => { socket.on('framereceived', ({ payload }) => { if (String(payload).startsWith('40')) resolve(); }); }),
    closed: new Promise((resolve) => { socket.on('close', resolve); }),
  }));
  const tea = await ada.enter(fresh('tea'));
  await recordBanner(tea);
  // The page's time stands still from here on, so that a slow machine does not make the blip longer than it is.
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1_000));
  cable.break();
  await sockets[0].closed;
  await page.clock.runFor(600);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually(() => assert.equal(sockets.length, 2));
  await sockets[1].open;
  await page.clock.runFor(10_000);
  await page.clock.resume();
  await tea.say('straight after');
  await tea.shows('straight after');
  assert.deepEqual(await page.evaluate(() => window.bannerStates), ['none']);
});

site.test('a cable that swallows everything is noticed, and what was sent arrives once', async ({ person, account, fresh, server }) => {
  const cable = await plugIn(server);
  const ada = await person({ identity: await account(), url: cable.url });
  const tea = await ada.enter(fresh('tea'));
  cable.freeze();
  await tea.say('into the void');
  // The browser notices that the network changed, and the page asks whether anybody is still there.
  await ada.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually(async () => assert.equal(await tea.bannerState(), 'RECONNECTING'));
  await cable.mend();
  await tea.shows('into the void');
  const { json } = await server.get(`/api/rooms/${tea.name}/messages`);
  assert.deepEqual(json.messages.map((message) => message.text), ['into the void']);
});
