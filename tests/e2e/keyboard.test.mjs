// Without a mouse: everything is reached with the keyboard, and one always sees where the focus is.
import assert from 'node:assert/strict';
import { focused, tabTo } from './lib/focus.mjs';
import { visitor } from './lib/history.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';

const site = openSite();

/** Stops of the Tab key at which one would not see where one is. */
const unseen = (stops) => stops.filter((stop) => !stop.visible || !stop.inSight || stop.covered).map((stop) => `${stop.name} <${stop.tag}>${stop.covered ? ' is covered' : stop.inSight ? ' shows no focus' : ' is out of sight'}`);

for (const colorScheme of ['light', 'dark']) {
  site.test(`from the door to the goodbye with the keyboard alone, in ${colorScheme} colours`, async ({ person, account, fresh, room: create, server }) => {
    const [adasName, tea, cake] = [fresh('ada'), fresh('tea'), fresh('cake')];
    await create(cake, { by: await account() });
    const ada = await person({ colorScheme, permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = ada;
    const { keyboard } = page;
    const stops = [];
    const to = (name, options) => tabTo(page, name, { stops, ...options });

    // Register. The tabs are one stop, the arrows move between them.
    await page.getByRole('tablist').waitFor();
    await to('Sign in', { back: true });
    await keyboard.press('ArrowRight');
    assert.equal((await focused(page)).name, 'Register');
    await to('Name');
    await keyboard.type(adasName);
    await to('Password');
    await keyboard.type('correct horse');
    await keyboard.press('Enter');

    // A new room.
    await page.getByRole('button', { name: 'New room' }).first().waitFor();
    await to('New room');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New room' }).waitFor();
    await eventually(async () => assert.equal((await focused(page))?.name, 'Name'));
    await keyboard.type(tea);
    await keyboard.press('Enter');
    const room = ada.room(tea);
    await room.ready();

    // The composer has the focus already. Shift+Enter breaks the line, Ctrl+B makes bold.
    await eventually(async () => assert.equal((await focused(page))?.name, `Message #${tea}`));
    await keyboard.type('first line');
    await keyboard.press('Shift+Enter');
    await keyboard.press('Control+b');
    await keyboard.type('second');
    await keyboard.press('Enter');
    await room.row('first line').locator('strong', { hasText: 'second' }).waitFor();
    await eventually(async () => assert.equal((await room.rows()).at(-1).delivery, 'SENT'));

    // Up in the empty field changes the last one; Escape leaves it as it was.
    await keyboard.press('ArrowUp');
    await keyboard.type(' changed');
    await keyboard.press('Enter');
    await room.row('changed').getByText('(edited)').waitFor();
    await eventually(async () => assert.notEqual(await focused(page), null));

    // To the messages: one stop of Tab, the arrows move, and single keys act.
    const bob = await visitor(server, tea, fresh('bob'));
    for (const text of ['one', 'two', 'three']) await bob.say(`from bob ${text}`);
    await room.row('from bob three').waitFor();
    await room.composer.focus();
    const onRow = async (text) => eventually(async () => assert.match(await page.evaluate(() => document.activeElement?.closest('article')?.innerText ?? ''), text));
    for (let i = 0; i < 12 && !(await page.evaluate(() => document.activeElement?.matches('article') ?? false)); ++i) {
      await keyboard.press('Shift+Tab');
      stops.push(await focused(page));
    }
    // The row that was changed is the one that Tab comes back to.
    await onRow(/first line/);
    await keyboard.press('End');
    await onRow(/from bob three/);
    await keyboard.press('ArrowUp');
    await onRow(/from bob two/);
    stops.push(await focused(page));
    await keyboard.press('Home');
    await onRow(/first line/);
    await keyboard.press('End');
    await onRow(/from bob three/);
    await keyboard.press('c');
    await eventually(async () => assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'from bob three'));
    await onRow(/from bob three/);
    // A reaction: search, and Enter takes the first that was found.
    await keyboard.press('+');
    await page.getByRole('combobox', { name: /emoji/i }).waitFor();
    await keyboard.type('tada');
    await page.getByRole('gridcell', { name: 'tada' }).waitFor();
    await keyboard.press('Enter');
    await room.row('from bob three').getByRole('group', { name: 'Reactions' }).getByRole('button', { name: /🎉/ }).waitFor();
    // A reply, and another thought.
    await room.row('from bob three').focus();
    await keyboard.press('r');
    await eventually(async () => assert.equal((await focused(page))?.name, `Message #${tea}`));
    await keyboard.press('Escape');
    await keyboard.type('an answer that goes away');
    await keyboard.press('Enter');
    await room.row('goes away').waitFor();
    await eventually(async () => assert.equal((await room.rows()).at(-1).delivery, 'SENT'));
    await room.row('goes away').focus();
    await keyboard.press('Delete');
    await page.getByRole('dialog').waitFor();
    await keyboard.press('Enter');
    await room.row('goes away').waitFor({ state: 'detached' });

    // To another room, and back by the rooms in order.
    await keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await keyboard.type(cake);
    await keyboard.press('Enter');
    await ada.room(cake).ready();
    await keyboard.press('Alt+ArrowUp');
    await room.ready();
    await keyboard.press('Alt+ArrowDown');
    await ada.room(cake).ready();

    // Suggestions for a name, and for an emoji.
    await keyboard.press('Alt+ArrowUp');
    await room.ready();
    await eventually(async () => assert.equal((await focused(page))?.name, `Message #${tea}`));
    await keyboard.type('@bo');
    await page.getByRole('option').first().waitFor();
    await keyboard.press('Enter');
    await keyboard.type(':tad');
    await page.getByRole('option', { name: /tada/ }).waitFor();
    await keyboard.press('Enter');
    assert.match(await room.composer.inputValue(), /^@bob\d+ 🎉/u);
    await keyboard.press('Control+a');
    await keyboard.press('Delete');

    // Help, which is a key only where no letters are typed.
    await keyboard.type('?');
    assert.equal(await room.composer.inputValue(), '?');
    await keyboard.press('Backspace');
    await to(/^(Members|Copy invite link|Leave room)/, { back: true });
    await keyboard.press('?');
    await page.getByRole('dialog', { name: /shortcuts/i }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await eventually(async () => assert.match((await focused(page)).name, /^(Members|Copy invite link|Leave room)/));

    // Settings and the way out.
    await to(new RegExp(adasName), { back: true, most: 40 });
    await keyboard.press('Enter');
    await to('Settings', { back: true });
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await to(/sign out/i);
    await keyboard.press('Enter');
    await page.getByRole('tablist').waitFor();

    assert.ok(stops.length > 20, `${stops.length} stops were looked at`);
    assert.deepEqual(unseen(stops.filter(Boolean)), []);
  });
}

site.test('Tab goes round every page, in sight at each stop, and round nothing else', async ({ person, account, fresh }) => {
  const stranger = await person();
  await stranger.page.getByRole('tablist').waitFor();
  const ada = await person({ identity: await account() });
  const round = async (page) => {
    const stops = [];
    // Whatever has the focus to begin with: in this many steps it comes by everything.
    for (let i = 0; i < 40; ++i) {
      await page.keyboard.press('Tab');
      const now = await focused(page);
      if (now !== null) stops.push(now);
    }
    return stops;
  };
  for (const [what, page, go] of [
    ['the entrance', stranger.page, async () => {}],
    ['the directory', ada.page, () => ada.page.getByRole('button', { name: 'New room' }).first().waitFor()],
    ['a room', ada.page, () => ada.enter(fresh('tea'))],
    ['the settings', ada.page, async () => { await ada.goto('/rooms'); await ada.page.getByRole('button', { name: 'Settings' }).click(); await ada.page.getByRole('heading', { name: 'Settings' }).waitFor(); }],
  ]) {
    await go();
    const stops = await round(page);
    assert.ok(new Set(stops.map((stop) => stop.name)).size >= 4, `${what} has these stops: ${stops.map((stop) => stop.name).join(' | ')}`);
    assert.deepEqual([...new Set(unseen(stops))], [], what);
  }
});

site.test('Escape marks the room as read and goes to its end', async ({ person, account, fresh, server }) => {
  const [tea, cake] = [fresh('tea'), fresh('cake')];
  const bob = await visitor(server, tea, fresh('bob'));
  for (let i = 0; i < 30; ++i) await bob.say(`before ${i}`);
  const ada = await person({ identity: await account() });
  await ada.enter(tea);
  await ada.room(tea).row('before 29').waitFor();
  await ada.enter(cake);
  for (let i = 0; i < 60; ++i) await bob.say(`after ${i}`);
  const link = ada.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: new RegExp(tea) });
  await link.click();
  const room = ada.room(tea);
  await room.log.getByRole('separator', { name: 'New messages' }).waitFor();
  await room.newMessages.waitFor();
  await ada.page.keyboard.press('Escape');
  await room.row('after 59').waitFor();
  await room.newMessages.waitFor({ state: 'detached' });
  await eventually(async () => assert.equal(await link.getByText(/unread/).count(), 0));
});
