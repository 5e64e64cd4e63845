// What one can set, and what makes the page an application: manifest, service worker, offline shell.
import assert from 'node:assert/strict';
import { visitor } from './lib/history.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';
import { controlledByWorker } from './lib/worker.mjs';

const site = openSite();
const openSettings = async (person) => {
  await person.goto('/rooms');
  await person.page.getByRole('button', { name: 'Settings' }).click();
  await person.page.getByRole('heading', { name: 'Settings' }).waitFor();
};
const background = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3);
const isDark = async (page) => (await background(page)) < 80;

site.test('the theme follows the system until somebody chooses one; then it stays, in every tab', async ({ person, account }) => {
  const ada = await person({ identity: await account(), colorScheme: 'dark' });
  await openSettings(ada);
  await eventually(async () => assert.equal(await isDark(ada.page), true));
  await ada.page.emulateMedia({ colorScheme: 'light' });
  await eventually(async () => assert.equal(await isDark(ada.page), false));
  const first = ada.page;
  const second = await ada.newTab('/rooms');
  await second.getByRole('button', { name: 'New room' }).first().waitFor();
  await first.bringToFront();
  await first.getByRole('group', { name: 'Theme' }).getByRole('radio', { name: 'Dark' }).check();
  for (const page of [first, second]) await eventually(async () => assert.equal(await isDark(page), true));
  await first.reload();
  assert.equal(await isDark(first), true);
});

site.test('German: every text, the language of the document, dates and numbers', async ({ person, account, fresh }) => {
  const ada = await person({ identity: await account() });
  await openSettings(ada);
  await ada.page.getByLabel('Language').selectOption({ label: 'Deutsch' });
  await ada.page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
  assert.equal(await ada.page.evaluate(() => document.documentElement.lang), 'de');
  const name = fresh('tee');
  await ada.goto(`/r/${name}`);
  const composer = ada.page.getByRole('textbox', { name: new RegExp(`#${name}`) });
  await composer.waitFor();
  await composer.fill('hallo');
  await composer.press('Enter');
  await ada.page.getByRole('log').getByText('hallo').waitFor();
  await ada.page.getByRole('separator', { name: 'Heute' }).waitFor();
  const text = await ada.page.locator('body').innerText();
  assert.doesNotMatch(text, /\b(Rooms|Members|Settings|Send|Leave room|Today)\b/);
  // No text is missing: then its id would show.
  assert.doesNotMatch(text, /\b(chat|rooms|settings|entrance|app|ui)-[a-z]+(-[a-z]+)*\b/);

  const other = await person({ locale: 'de-DE' });
  await other.page.getByRole('tab', { name: 'Anmelden' }).waitFor();
});

site.test('desktop notifications: allowed, they tell what nobody saw, and lead there', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  const ada = await person({ identity: await account(), permissions: ['notifications'], path: null });
  await ada.context.addInitScript(() => {
    window.shown = [];
    window.Notification = class {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      constructor(title, options) {
        window.shown.push({ title, body: options.body, notification: this });
      }
      close() {}
    };
  });
  await openSettings(ada);
  const toggle = ada.page.getByRole('switch', { name: 'Desktop notifications' });
  await toggle.check();
  await eventually(async () => assert.equal(await toggle.isChecked(), true));
  const tea = await ada.enter(room);
  const bob = await visitor(server, room, fresh('bob'));
  const shown = () => ada.page.evaluate(() => window.shown.map(({ title, body }) => ({ title, body })));

  // Looked at: nothing is told.
  await bob.say('seen');
  await tea.row('seen').waitFor();
  assert.deepEqual(await shown(), []);
  // Not looked at.
  await ada.page.evaluate(() => {
    document.hasFocus = () => false;
    window.dispatchEvent(new Event('blur'));
  });
  await bob.say('not seen');
  await eventually(async () => assert.deepEqual((await shown()).map(({ body }) => body), ['not seen']));
  assert.match((await shown())[0].title, new RegExp(`${room}`));
  await openSettings(ada);
  assert.equal(await toggle.isChecked(), true);
});

site.test('desktop notifications: refused by the browser, the switch says so', async ({ person, account }) => {
  const ada = await person({ identity: await account(), path: null });
  await ada.context.addInitScript(() => {
    window.Notification = class {
      static permission = 'denied';
      static requestPermission = async () => 'denied';
    };
  });
  await openSettings(ada);
  await ada.page.getByText('Your browser blocks them.', { exact: false }).waitFor();
  assert.equal(await ada.page.getByRole('switch', { name: 'Desktop notifications' }).isChecked(), false);
});

site.test('sounds are off until they are switched on; then one plays for what nobody saw', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  const ada = await person({ identity: await account(), path: null });
  await ada.context.addInitScript(() => {
    const Real = window.AudioContext;
    window.played = 0;
    window.AudioContext = class extends Real {
      constructor(...args) {
        super(...args);
        ++window.played;
      }
    };
  });
  const lookAway = () => ada.page.evaluate(() => {
    document.hasFocus = () => false;
    window.dispatchEvent(new Event('blur'));
  });
  const bob = await visitor(server, room, fresh('bob'));
  let tea = await ada.enter(room);
  await lookAway();
  await bob.say('quiet');
  await tea.row('quiet').waitFor();
  assert.equal(await ada.page.evaluate(() => window.played), 0);

  await openSettings(ada);
  const sounds = ada.page.getByRole('switch', { name: 'Sounds' });
  assert.equal(await sounds.isChecked(), false);
  await sounds.check();
  tea = await ada.enter(room);
  await lookAway();
  await bob.say('audible');
  await eventually(async () => assert.ok(await ada.page.evaluate(() => window.played) > 0));
});

site.test('it can be installed: a manifest with icons that are there, and a worker', async ({ person, server }) => {
  const ada = await person();
  const cdp = await ada.context.newCDPSession(ada.page);
  const manifest = await cdp.send('Page.getAppManifest');
  assert.deepEqual(manifest.errors, []);
  const { name, start_url: start, display, icons, theme_color: colour } = JSON.parse(manifest.data);
  assert.equal(name, 'Chillin');
  assert.equal(display, 'standalone');
  assert.ok(colour && start);
  for (const size of ['192x192', '512x512']) assert.ok(icons.some((icon) => icon.sizes === size && icon.type === 'image/png'), size);
  assert.ok(icons.some((icon) => icon.purpose?.includes('maskable')));
  for (const icon of icons) assert.equal((await server.get(new URL(icon.src, 'http://x/').pathname)).status, 200, icon.src);
  await controlledByWorker(ada.page);
  // What Chromium itself says of it, apart from the setting in which it is tested.
  const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.map((error) => error.errorId).filter((id) => id !== 'in-incognito'), []);
});

site.test('without a network the shell comes from the worker, on every address', async ({ person, account, fresh }) => {
  const ada = await person({ identity: await account() });
  await ada.enter(fresh('tea'));
  await controlledByWorker(ada.page);
  await ada.context.setOffline(true);
  await openSettings(ada);
  await ada.goto('/r/somewhere-new');
  await ada.page.getByRole('main').waitFor();
  await ada.goto('/rooms');
  await eventually(async () => assert.match(await ada.page.locator('body').innerText(), /cannot be reached|could not be loaded|offline/i));
  // And the server's answers are never the worker's.
  assert.equal(await ada.page.evaluate(() => fetch('/api/rooms').then(() => 'answered', () => 'refused')), 'refused');
});

site.test('an address that leads nowhere says so and leads back', async ({ person, account }) => {
  const ada = await person({ identity: await account(), path: '/nowhere/at/all' });
  await ada.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await ada.page.getByText('To the rooms').click();
  await ada.page.getByRole('button', { name: 'New room' }).first().waitFor();
});
