// Without a network: what was written stays, survives a reload, and goes out once and in order when the network is back.
import assert from 'node:assert/strict';
import { historyOf, visitor } from './lib/history.mjs';
import { openSite } from './lib/site.mjs';
import { controlledByWorker } from './lib/worker.mjs';
import { eventually } from './lib/wait.mjs';
import { interceptSends } from './lib/wire.mjs';

const site = openSite();

site.test('messages written offline survive a reload and are delivered once, in order, in the rows they had', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  const bob = await visitor(server, room, fresh('bob'));
  await bob.say('before');

  const ada = await person({ identity: await account() });
  let tea = await ada.enter(room);
  await tea.shows('before');
  await controlledByWorker(ada.page);

  await ada.context.setOffline(true);
  for (const text of ['one', 'two', 'three']) await tea.say(text);
  await eventually(async () => assert.deepEqual((await tea.rows()).map(({ text, delivery }) => [text, delivery]), [
    ['before', 'SENT'], ['one', 'SENDING'], ['two', 'SENDING'], ['three', 'SENDING'],
  ]));

  await ada.page.reload();
  tea = ada.room(room);
  await eventually(async () => assert.deepEqual((await tea.rows()).map(({ text, delivery }) => [text, delivery]), [
    ['before', 'SENT'], ['one', 'SENDING'], ['two', 'SENDING'], ['three', 'SENDING'],
  ]), { timeoutMs: 15_000 });
  for (const text of ['one', 'two', 'three']) await tea.mark(text);
  const keys = (await tea.rows()).map((row) => row.key);

  // Meanwhile somebody else writes: it stands before what is only queued here.
  await bob.say('meanwhile');
  await ada.context.setOffline(false);
  await tea.shows('before', 'meanwhile', 'one', 'two', 'three');
  for (const text of ['one', 'two', 'three']) assert.ok(await tea.marked(text), `the row of "${text}" is the very element it was`);
  const after = await tea.rows();
  assert.deepEqual(after.filter((row) => row.text !== 'meanwhile').map((row) => row.key), keys);
  assert.deepEqual(after.map((row) => row.seq), [1, 2, 3, 4, 5]);
  assert.deepEqual((await historyOf(server, room)).map((message) => message.text), ['before', 'meanwhile', 'one', 'two', 'three']);

  // And nothing of it is still in the outbox: another reload sends nothing again.
  await ada.page.reload();
  await ada.room(room).shows('before', 'meanwhile', 'one', 'two', 'three');
  assert.equal((await historyOf(server, room)).length, 5);
});

site.test('the rows of an open page stay the same elements from SENDING to SENT', async ({ person, account, fresh }) => {
  const ada = await person({ identity: await account() });
  const tea = await ada.enter(fresh('tea'));
  await ada.context.setOffline(true);
  await tea.say('on its way');
  await eventually(async () => assert.equal((await tea.rows())[0]?.delivery, 'SENDING'));
  await tea.mark('on its way');
  const before = await tea.row('on its way').boundingBox();
  await ada.context.setOffline(false);
  await tea.shows('on its way');
  assert.ok(await tea.marked('on its way'));
  assert.deepEqual(await tea.row('on its way').boundingBox(), before, 'the row does not move');
});

/** In the page: how many messages of the room this device has kept. */
async function keptMessages(room) {
  const done = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
  const db = await done(indexedDB.open('chillin'));
  const rooms = await done(db.transaction('rooms').objectStore('rooms').getAll());
  db.close();
  return rooms.find((one) => one.name === room)?.cached.messages.length ?? 0;
}

site.test('days offline: what the browser kept shows at once without any network', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  const bob = await visitor(server, room, fresh('bob'));
  for (const text of ['one', 'two']) await bob.say(text);
  const ada = await person({ identity: await account() });
  const tea = await ada.enter(room);
  await tea.shows('one', 'two');
  await controlledByWorker(ada.page);
  // Kept a moment after the last change. What the page keeps while it is being left may come too late, on a slow machine.
  await eventually(async () => assert.equal(await ada.page.evaluate(keptMessages, room), 2));
  await ada.context.setOffline(true);
  await ada.goto('/');
  await ada.goto(`/r/${room}`);
  await eventually(async () => assert.deepEqual(await ada.room(room).texts(), ['one', 'two']));
  await eventually(async () => assert.match(await ada.room(room).bannerState() ?? '', /CONNECTING|RECONNECTING/));
});

site.test('what the server refuses stays, also over a reload, until one decides: again, or away with it', async ({ person, account, fresh, server }) => {
  const ada = await person({ identity: await account(), path: null });
  const rules = await interceptSends(ada.page, { refuse: /refused/ });
  const tea = await ada.enter(fresh('tea'));
  for (const text of ['refused one', 'taken', 'refused two']) await tea.say(text);
  const deliveries = async () => Object.fromEntries((await tea.rows()).map(({ text, delivery }) => [text, delivery]));
  const expected = { 'refused one': 'FAILED', taken: 'SENT', 'refused two': 'FAILED' };
  await eventually(async () => assert.deepEqual(await deliveries(), expected));
  await tea.row('refused one').getByText('Not sent').waitFor();
  await ada.page.reload();
  await eventually(async () => assert.deepEqual(await deliveries(), expected));
  // Nothing goes out by itself.
  delete rules.refuse;
  await tea.say('taken as well');
  await eventually(async () => assert.deepEqual(await deliveries(), { ...expected, 'taken as well': 'SENT' }));

  await tea.row('refused one').getByRole('button', { name: 'Retry' }).click();
  await tea.row('refused two').getByRole('button', { name: 'Discard' }).click();
  await tea.shows('taken', 'taken as well', 'refused one');
  assert.deepEqual((await historyOf(server, tea.name)).map((message) => message.text), ['taken', 'taken as well', 'refused one']);
  await ada.page.reload();
  await tea.shows('taken', 'taken as well', 'refused one');
});

site.test('too much at once waits and goes on by itself', async ({ person, account, fresh }) => {
  await site.server.restart({ env: { MESSAGE_RATE_LIMIT: '3/2' } });
  const ada = await person({ identity: await account() });
  const tea = await ada.enter(fresh('tea'));
  const texts = Array.from({ length: 8 }, (_, i) => `message ${i}`);
  for (const text of texts) await tea.say(text);
  await tea.shows(...texts);
  await site.server.restart({ env: { MESSAGE_RATE_LIMIT: '0' } });
});
