// What the client may cost: script to load, time until one's own message shows, scrolling a long room, memory over a long day.
// See lib/figures.mjs for where the figures go.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { figures } from './lib/figures.mjs';
import { seed, visitor } from './lib/history.mjs';
import { settled, sweep, traceTasks } from './lib/long_list.mjs';
import { openSite } from './lib/site.mjs';
import { eventually, waitFor } from './lib/wait.mjs';

const site = openSite();
const { of, note } = figures();
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** What the page loads as script from here on, each file once: bytes after gzip, whatever coding it came in. */
function scriptsOf(page) {
  const sizes = new Map();
  const reading = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script' || response.status() !== 200) return;
    reading.push(response.body().then((body) => sizes.set(new URL(response.url()).pathname, gzipSync(body, { level: 9 }).length), () => {}));
  });
  return async () => {
    await Promise.all(reading);
    return { total: [...sizes.values()].reduce((sum, size) => sum + size, 0), files: [...sizes.keys()] };
  };
}

site.test('the entrance loads at most 60 KB of script, the first page of the chat 150 KB', async ({ person, account, fresh }) => {
  of(`Chromium ${site.browser.version()}`);
  const stranger = await person({ path: null });
  // What comes next is fetched while the page is idle, which is after the entrance is there: here it never is.
  await stranger.page.addInitScript(() => { window.requestIdleCallback = () => 0; });
  const entrance = scriptsOf(stranger.page);
  await stranger.goto('/');
  await stranger.page.getByRole('button', { name: /sign in/i }).first().waitFor();
  const sizeOfEntrance = (await entrance()).total;

  const ada = await person({ identity: await account(), path: null });
  const chat = scriptsOf(ada.page);
  await ada.enter(fresh('tea'));
  const sizeOfChat = (await chat()).total;
  note('script of the entrance, gzip', kilobytes(sizeOfEntrance), '60 KB');
  note('script of the first page (a room), gzip', kilobytes(sizeOfChat), '150 KB');
  assert.ok(sizeOfEntrance > 0 && sizeOfEntrance <= 60 * 1024, `entrance: ${kilobytes(sizeOfEntrance)}`);
  assert.ok(sizeOfChat > 0 && sizeOfChat <= 150 * 1024, `chat: ${kilobytes(sizeOfChat)}`);
});

site.test('a message shows in the frame after Enter', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  await seed(server, room, 200, (i) => `message ${i} with some **bold** text in it`);
  const ada = await person({ identity: await account() });
  const tea = await ada.enter(room);
  await tea.row('message 199').waitFor();
  await ada.page.evaluate(() => {
    window.sends = [];
    const lastRow = () => [...document.querySelectorAll('article[data-delivery]')].at(-1);
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.target instanceof HTMLTextAreaElement)) return;
      const send = { text: event.target.value, took: null, shown: null };
      const begun = event.timeStamp;
      window.sends.push(send);
      const observer = new MutationObserver(() => {
        if (!lastRow()?.textContent.includes(send.text)) return;
        observer.disconnect();
        send.took = performance.now() - begun;
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      requestAnimationFrame(() => {
        // A message to oneself comes when this frame has been laid out and drawn: what is to be seen now was in it.
        const after = new MessageChannel();
        after.port1.onmessage = () => {
          const row = lastRow();
          const list = row.closest('[role=log]').getBoundingClientRect();
          const { top, bottom } = row.getBoundingClientRect();
          send.shown = row.textContent.includes(send.text) && row.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && top >= list.top && bottom <= list.bottom + 1;
        };
        after.port2.postMessage(null);
      });
    }, { capture: true });
  });
  const sends = 30;
  for (let i = 0; i < sends; ++i) {
    await tea.say(`mine ${i}.`);
    await tea.row(`mine ${i}.`).waitFor();
  }
  await waitFor(() => ada.page.evaluate((n) => window.sends.length === n && window.sends.every((one) => one.took !== null && one.shown !== null), sends), { what: 'every send was measured' });
  const measured = await ada.page.evaluate(() => window.sends);
  const took = measured.map((one) => one.took);
  const late = measured.filter((one) => !one.shown).length;
  note('from Enter to the row in the document', `${median(took).toFixed(1)} ms (median of ${sends}), ${Math.max(...took).toFixed(1)} ms (longest)`, '16 ms');
  note('sends whose row was not to be seen in the first frame after Enter', `${late} of ${sends}`, '0');
  assert.equal(late, 0, 'every row is to be seen in the first frame after Enter');
  assert.ok(median(took) <= 16, `median ${median(took)} ms`);
});

site.test('ten thousand messages: each is seen, once and in order, without a long task, and the place is kept', { timeout: 240_000 }, async ({ person, account, fresh, server }) => {
  const room = fresh('long');
  const count = 10_000;
  await seed(server, room, count, (i) => (i % 7 === 0 ? `message ${i}: a **longer** one with \`code\`, a link https://example.org/${i} and enough words to fill more than a single line on most screens` : `message ${i}`));
  const ada = await person({ identity: await account(), viewport: { width: 1280, height: 1000 } });
  const tea = await ada.enter(room);
  await tea.row(`message ${count - 1}`).waitFor();
  const everything = Array.from({ length: count }, (_, i) => i + 1);

  // The place is kept while older messages load above.
  await settled(tea.log);
  const moved = await tea.log.evaluate(async (list) => {
    const frame = () => new Promise((resolve) => { requestAnimationFrame(() => resolve()); });
    // Until a page is on its way: one that comes within a frame is not seen to be.
    while (list.getAttribute('aria-busy') !== 'true') {
      list.scrollTop -= 100;
      await frame();
    }
    const top = list.getBoundingClientRect().top;
    // One in the middle of what is on screen.
    const { seq } = [...list.querySelectorAll('article[data-seq]')].find((one) => one.getBoundingClientRect().top > top + list.clientHeight / 2).dataset;
    const place = () => list.querySelector(`article[data-seq="${seq}"]`)?.getBoundingClientRect().top ?? Infinity;
    const before = place();
    const height = list.scrollHeight;
    let worst = 0;
    for (let still = 0; still < 10;) {
      await frame();
      worst = Math.max(worst, Math.abs(place() - before));
      still = list.scrollHeight > height && list.getAttribute('aria-busy') !== 'true' ? still + 1 : 0;
    }
    return worst;
  });
  assert.ok(moved <= 1, `the row moved by ${moved} px while older messages came`);
  note('movement of what is on screen while older messages load', `${moved.toFixed(2)} px`, '1 px');

  const swept = async (direction, what) => {
    const endTrace = await traceTasks(site.browser);
    const seen = await sweep(tea.log, direction);
    const { longestCpu, longestWall, over50 } = await endTrace();
    note(`longest task, ${what} ${count} messages (${seen.frames} frames)`,
      `${longestCpu.toFixed(1)} ms of CPU (${longestWall.toFixed(1)} ms with what else ran; ${over50} such tasks over 50 ms)`, '50 ms of CPU');
    return { ...seen, longestCpu };
  };
  const up = await swept('up', 'scrolling up through');
  const down = await swept('down', 'scrolling down through');
  assert.deepEqual(up.faults, []);
  assert.deepEqual(down.faults, []);
  // The way up begins where the list stood, above its end.
  assert.deepEqual(up.seqs, everything.slice(0, up.seqs.length), 'every message was on screen on the way up');
  assert.ok(up.seqs.length > count / 2);
  assert.deepEqual(down.seqs, everything, 'every message was on screen on the way down');
  for (const { longestCpu } of [up, down]) assert.ok(longestCpu <= 50, `a task took ${longestCpu} ms of CPU`);
});

site.test('memory stays flat while five thousand messages come in', { timeout: 120_000 }, async ({ person, account, fresh, server }) => {
  const room = fresh('busy');
  const bob = await visitor(server, room, fresh('bob'));
  const ada = await person({ identity: await account() });
  const tea = await ada.enter(room);
  const cdp = await ada.context.newCDPSession(ada.page);
  await cdp.send('HeapProfiler.enable');
  const used = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    return (await cdp.send('Runtime.getHeapUsage')).usedSize;
  };
  let sent = 0;
  const come = async (many) => {
    const until = sent + many;
    while (sent < until) {
      await Promise.all(Array.from({ length: 50 }, () => bob.say(`message ${sent++} that somebody wrote on a long day`)));
    }
    await tea.row(`message ${sent - 1} that`).waitFor();
  };
  // Until the list is as long as an open tab lets it become.
  await come(2_500);
  const first = await used();
  const steps = [];
  for (let i = 0; i < 5; ++i) {
    await come(1_000);
    steps.push(await used());
  }
  const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
  note('heap in use, then after each 1,000 of 5,000 incoming messages', `${megabytes(first)}, then ${steps.map(megabytes).join(', ')} MiB`, 'grows by less than 3 MiB');
  assert.ok(Math.min(...steps.slice(-2)) - first < 3 * 2 ** 20, `from ${megabytes(first)} to ${steps.map(megabytes).join(', ')} MiB`);
  await eventually(async () => assert.ok((await tea.rows()).length < 200, 'the document holds only what is on screen'));
});
