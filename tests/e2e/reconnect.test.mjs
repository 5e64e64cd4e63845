// The connection: ten tries and then the person's decision, a server that says goodbye, and a blip that nobody sees.
import assert from 'node:assert/strict';
import { recordBanner } from './lib/banner.mjs';
import { plugIn } from './lib/cable.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';

const site = openSite();

site.test('ten tries end in FAILED; Retry connects when the server is there again', async ({ person, account, fresh, server }) => {
  const ada = await person({ identity: await account(), clock: true });
  const tea = await ada.enter(fresh('tea'));
  await tea.say('before');
  await tea.shows('before');
  await server.kill();

  const seen = [];
  await eventually(async () => {
    // Whatever it waits for, it is due now; the tries themselves are real.
    await ada.page.clock.runFor(2_000);
    const state = await tea.bannerState();
    const attempt = (await tea.banner.innerText()).match(/(\d+)\s*(?:of|\/)\s*10/)?.[1];
    if (attempt !== undefined && seen.at(-1) !== Number(attempt)) seen.push(Number(attempt));
    assert.equal(state, 'FAILED');
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
  const tea = await ada.enter(fresh('tea'));
  await recordBanner(ada.page);
  // Time stands still, so that a slow machine does not make the blip longer than it is.
  await ada.page.clock.pauseAt(Date.now() + 60_000);
  const before = cable.connections;
  const closed = ada.page.evaluate(() => new Promise((resolve) => { window.addEventListener('offline', resolve, { once: true }); }));
  cable.break();
  await ada.page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await closed;
  await ada.page.clock.runFor(400);
  await ada.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually(() => assert.ok(cable.connections > before, 'it has connected again'));
  await tea.say('straight after');
  await tea.shows('straight after');
  await ada.page.clock.runFor(5_000);
  assert.deepEqual(await ada.page.evaluate(() => window.bannerStates), ['none']);
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
