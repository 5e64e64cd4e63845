// The server is killed with -9 while people write, and starts again on the same data: nothing is lost, nothing is there twice, and the
// banner says what is going on.
import assert from 'node:assert/strict';
import { recordBanner } from './lib/banner.mjs';
import { historyOf } from './lib/history.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';

const site = openSite();

const count = (list) => list.reduce((counts, item) => counts.set(item, (counts.get(item) ?? 0) + 1), new Map());

site.test('kill -9 while two people write: nothing lost, nothing twice, one order for all', async ({ person, account, guest, fresh, server }) => {
  const room = fresh('tea');
  // High enough for every row to be in the document.
  const viewport = { width: 1000, height: 2_400 };
  const [ada, bob] = await Promise.all([person({ identity: await account(), viewport }), person({ identity: guest(), viewport })]);
  const [adasTea, bobsTea] = await Promise.all([ada.enter(room), bob.enter(room)]);
  await recordBanner(adasTea);

  // Both write as fast as keys go; in the middle of it the server dies.
  const written = [];
  const write = async (tea, who, from, to) => {
    for (let i = from; i < to; ++i) {
      const text = `${who} ${i}`;
      written.push(text);
      await tea.say(text);
    }
  };
  await Promise.all([write(adasTea, 'ada', 0, 8), write(bobsTea, 'bob', 0, 8), adasTea.row('ada 3').waitFor().then(() => server.kill())]);
  await Promise.all([write(adasTea, 'ada', 8, 12), write(bobsTea, 'bob', 8, 12)]);

  // The banner names the state, the try, and counts down to the next one.
  for (const tea of [adasTea, bobsTea]) {
    await eventually(async () => assert.equal(await tea.bannerState(), 'RECONNECTING'));
    await eventually(async () => assert.match(await tea.banner.innerText(), /\d+ s|\d+ second|in \d+/i));
    await eventually(async () => assert.match(await tea.banner.innerText(), /(attempt|try) \d+ of 10|\d+ ?\/ ?10/i));
  }
  assert.ok(await adasTea.retry.isVisible());

  await server.start();
  // One presses the button (unless the countdown was quicker), the other's countdown runs out.
  await adasTea.banner.evaluate((banner) => banner.querySelector('button')?.click());

  await eventually(async () => {
    for (const tea of [adasTea, bobsTea]) {
      const rows = await tea.rows();
      assert.deepEqual(rows.filter((row) => row.delivery !== 'SENT').map((row) => row.text), [], 'everything is confirmed');
      assert.equal(rows.length, written.length);
    }
  }, { timeoutMs: 45_000 });

  const truth = await historyOf(server, room);
  const texts = truth.map((message) => message.text);
  assert.deepEqual([...count(texts)].filter(([, times]) => times > 1), [], 'nothing is there twice');
  assert.deepEqual([...texts].sort(), [...written].sort(), 'nothing is lost');
  for (const who of ['ada', 'bob']) {
    const own = texts.filter((text) => text.startsWith(who));
    assert.deepEqual(own, written.filter((text) => text.startsWith(who)), `${who}'s messages are in the order in which they were written`);
  }
  for (const tea of [adasTea, bobsTea]) assert.deepEqual(await tea.texts(), texts, 'the page shows the order of the log');
  await eventually(async () => assert.equal(await adasTea.bannerState(), null));

  const states = (await ada.page.evaluate(() => window.bannerStates)).filter((state) => state !== 'none');
  assert.equal(states[0], 'RECONNECTING');
  assert.deepEqual([...new Set(states)].sort(), ['CONNECTED', 'RECONNECTING'], 'the banner showed these and nothing else');
});
