// Two tabs of one browser: both show the same, one of them sends, and what one leaves behind the other delivers.
import assert from 'node:assert/strict';
import { historyOf, visitor } from './lib/history.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';

const site = openSite();

site.test('two tabs of one account show the same, and nothing twice', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  const ada = await person({ identity: await account() });
  const first = await ada.enter(room);
  await ada.newTab(null);
  const second = await ada.enter(room);

  await first.say('from the first');
  await second.say('from the second');
  await first.say('and again');
  for (const tab of [first, second]) {
    await eventually(async () => assert.deepEqual([...await tab.texts()].sort(), ['and again', 'from the first', 'from the second']));
  }
  const truth = (await historyOf(server, room)).map((message) => message.text);
  assert.equal(truth.length, 3);
  await first.shows(...truth);
  await second.shows(...truth);
});

site.test('the tab that sends is closed with messages in its outbox: the other delivers them', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  const ada = await person({ identity: await account() });
  const first = await ada.enter(room);
  await ada.newTab(null);
  const second = await ada.enter(room);
  await ada.context.setOffline(true);
  for (const text of ['one', 'two', 'three']) await first.say(text);
  await second.say('four');
  for (const tab of [first, second]) {
    await eventually(async () => assert.deepEqual((await tab.rows()).map(({ text, delivery }) => [text, delivery]), [
      ['one', 'SENDING'], ['two', 'SENDING'], ['three', 'SENDING'], ['four', 'SENDING'],
    ]));
  }
  await first.page.close();
  await ada.context.setOffline(false);
  await second.shows('one', 'two', 'three', 'four');
  assert.deepEqual((await historyOf(server, room)).map((message) => message.text), ['one', 'two', 'three', 'four']);
});

site.test('what one tab has read is read in the other', async ({ person, account, fresh, server }) => {
  const [tea, cake] = [fresh('tea'), fresh('cake')];
  const ada = await person({ identity: await account() });
  const first = await ada.enter(tea);
  await ada.enter(cake);
  await ada.enter(tea);
  const bob = await visitor(server, cake, fresh('bob'));
  await bob.say('news');
  const link = (page) => page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: new RegExp(cake) });
  await link(first.page).getByText('1 unread message').waitFor({ state: 'attached' });
  await ada.newTab(null);
  await ada.enter(cake);
  await link(first.page).getByText('1 unread message').waitFor({ state: 'detached' });
});

site.test('signing out in one tab signs out the other', async ({ person, account, fresh }) => {
  const ada = await person({ identity: await account() });
  const first = await ada.enter(fresh('tea'));
  await first.say('between us');
  await first.shows('between us');
  await ada.newTab(null);
  const second = await ada.enter(fresh('cake'));
  await second.page.getByRole('button', { name: ada.name }).click();
  await second.page.getByRole('button', { name: 'Sign out' }).click();
  for (const page of [first.page, second.page]) await page.getByRole('tablist', { name: 'How to come in' }).waitFor();
  // What was read and written there is not for whoever comes next.
  assert.doesNotMatch(await first.page.locator('body').innerText(), /between us/);
});
