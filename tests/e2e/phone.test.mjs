// On a phone: one column, drawers for what does not fit, nothing that scrolls sideways, and targets that a finger hits.
import assert from 'node:assert/strict';
import { visitor } from './lib/history.mjs';
import { sidewaysFaults, smallTargets } from './lib/layout.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';

const site = openSite();
const phone = (width) => ({ viewport: { width, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
const endless = 'averyveryverylongwordwithoutanyplacetobreakit'.repeat(5);

for (const width of [390, 320]) {
  site.test(`at ${width} px: rooms and members come as drawers, and nothing scrolls sideways`, async ({ person, account, fresh, server }) => {
    const [tea, cake] = [fresh('tea'), `${fresh('x')}-${'long'.repeat(5)}`];
    const ada = await person({ identity: await account(), ...phone(width) });
    const { page } = ada;
    const nothingSideways = async (where) => assert.deepEqual(await sidewaysFaults(page), [], where);
    await page.getByRole('button', { name: 'New room' }).first().waitFor();
    await nothingSideways('the directory');
    await ada.enter(cake);
    const room = await ada.enter(tea);
    const bob = await visitor(server, tea, 'w'.repeat(20));
    await bob.say(endless);
    await bob.say(`\`\`\`js\nconst ${endless} = 1;\n\`\`\``);
    await bob.say(`> ${endless}\n\n- ${endless.slice(0, 200)}`);
    await bob.say(`https://example.org/${endless}`);
    await room.say(`an answer, ${endless}`);
    await room.row('an answer').waitFor();
    await nothingSideways('a room with endless words');

    // The sidebar is not there until it is asked for.
    const rooms = page.getByRole('dialog', { name: 'Rooms' });
    assert.equal(await page.getByRole('navigation', { name: 'Rooms' }).count(), 0);
    await page.getByRole('button', { name: 'Rooms' }).tap();
    await rooms.getByRole('navigation', { name: 'Rooms' }).waitFor();
    await nothingSideways('the rooms drawer');
    await rooms.getByRole('link', { name: new RegExp(cake) }).tap();
    await rooms.waitFor({ state: 'detached' });
    await ada.room(cake).ready();
    assert.equal(new URL(page.url()).pathname, `/r/${cake}`);

    await page.getByRole('button', { name: 'Members' }).tap();
    const members = page.getByRole('dialog', { name: 'Members' });
    await members.getByText(ada.name, { exact: true }).first().waitFor();
    await nothingSideways('the members drawer');
    // A tap beside it closes it.
    await page.touchscreen.tap(8, 400);
    await members.waitFor({ state: 'detached' });

    // The way back of the browser goes back through the rooms.
    await page.goBack();
    await room.ready();
    await room.row('an answer').waitFor();
  });

  site.test(`at ${width} px: everything that one taps is large enough`, async ({ person, account, fresh }) => {
    const stranger = await person(phone(width));
    await stranger.page.getByRole('tablist').waitFor();
    assert.deepEqual(await smallTargets(stranger.page), [], 'the entrance');
    const ada = await person({ identity: await account(), ...phone(width) });
    await ada.page.getByRole('button', { name: 'New room' }).first().waitFor();
    assert.deepEqual(await smallTargets(ada.page), [], 'the directory');
    const room = await ada.enter(fresh('tea'));
    await room.say('hello');
    await room.row('hello').waitFor();
    assert.deepEqual(await smallTargets(ada.page), [], 'a room');
    await ada.goto('/rooms');
    await ada.page.getByRole('button', { name: 'Settings' }).tap();
    await ada.page.getByRole('heading', { name: 'Settings' }).waitFor();
    assert.deepEqual(await smallTargets(ada.page), [], 'the settings');
  });
}

site.test('a tap on a message shows what can be done with it', async ({ person, account, fresh }) => {
  const ada = await person({ identity: await account(), ...phone(390) });
  const room = await ada.enter(fresh('tea'));
  await room.say('hello');
  await room.shows('hello');
  await room.row('hello').tap();
  await room.row('hello').getByRole('button', { name: 'Edit' }).waitFor();
  await room.row('hello').getByRole('button', { name: 'Edit' }).tap();
  await room.log.getByRole('textbox').fill('hello, changed');
  await room.log.getByRole('button', { name: 'Save' }).tap();
  await room.row('hello, changed').waitFor();
});

site.test('the keyboard of a phone takes half of the screen: the composer and the newest message stay in sight', async ({ person, account, fresh }) => {
  const ada = await person({ identity: await account(), ...phone(390) });
  const room = await ada.enter(fresh('tea'));
  for (let i = 0; i < 15; ++i) await room.say(`message ${i}`);
  await room.row('message 14').waitFor();
  await ada.page.setViewportSize({ width: 390, height: 380 });
  await eventually(async () => {
    const box = await room.composer.boundingBox();
    assert.ok(box.y + box.height <= 380, 'the composer is in sight');
    const last = await room.row('message 14').boundingBox();
    assert.ok(last.y + last.height <= box.y + 1, 'the newest message is above it');
  });
});
