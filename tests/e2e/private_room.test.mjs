// A private room, its password, and the ways that lead to a room: the directory, an address, an invite link.
import assert from 'node:assert/strict';
import { Directory, Entrance } from './lib/entrance.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';

const site = openSite();
/** The dialog of the directory, or the form that stands in place of the room. */
const unlock = (page, room) => page.getByRole('dialog', { name: `#${room} is private` }).or(page.getByRole('form', { name: `#${room} is private` }));

async function tryPassword(page, room, password) {
  await unlock(page, room).getByLabel('Room password', { exact: true }).fill(password);
  await unlock(page, room).getByRole('button', { name: /^(Enter room|Join)$/ }).click();
}

for (const kind of ['account', 'guest']) {
  site.test(`${kind === 'account' ? 'an account' : 'a guest'} enters a private room with its password, and not with another`, async (stage) => {
    const { person, account, guest, fresh, server } = stage;
    const name = fresh('den');
    const ada = await person({ identity: await account() });
    await new Directory(ada.page).create({ name, password: 'open sesame' });
    const adasDen = ada.room(name);
    await adasDen.ready();
    await adasDen.say('a secret');

    const bob = await person({ identity: kind === 'account' ? await account() : guest() });
    const directory = new Directory(bob.page);
    await directory.entry(name).getByText('Private room').first().waitFor({ state: 'attached' });
    await directory.enter(name);
    await tryPassword(bob.page, name, 'close sesame');
    await unlock(bob.page, name).getByText('That password is wrong.').waitFor();
    assert.doesNotMatch(await bob.page.locator('body').innerText(), /a secret/);
    await tryPassword(bob.page, name, 'open sesame');
    const bobsDen = bob.room(name);
    await bobsDen.ready();
    await bobsDen.shows('a secret');
    await bobsDen.say('mine as well');
    await adasDen.shows('a secret', 'mine as well');

    // Once in, in: the page loaded again asks nothing.
    await bob.page.reload();
    await bobsDen.shows('a secret', 'mine as well');

    // The messages are not for the rest of the world.
    assert.ok((await server.get(`/api/rooms/${name}/messages`)).status >= 400);
  });
}

site.test('the address of a private room asks for the password; one may give up, and come back', async ({ person, account, guest, fresh, room }) => {
  const name = fresh('den');
  await room(name, { by: await account(), isPrivate: true, password: 'open sesame' });
  const bob = await person({ identity: guest(), path: `/r/${name}` });
  await tryPassword(bob.page, name, 'close sesame');
  await unlock(bob.page, name).getByText('That password is wrong.').waitFor();
  await unlock(bob.page, name).getByRole('button', { name: 'Browse rooms' }).click();
  await new Directory(bob.page).enter(name);
  await tryPassword(bob.page, name, 'open sesame');
  await bob.room(name).ready();
});

site.test('who follows a link to a room arrives there after signing in', async ({ person, account, fresh, room }) => {
  const name = fresh('tea');
  const owner = await account();
  await room(name, { by: owner });
  const bob = await person({ path: `/r/${name}` });
  await bob.page.getByRole('heading', { name: 'You are invited' }).waitFor();
  await new Entrance(bob.page).asGuest(fresh('bob'));
  await bob.room(name).ready();

  const cy = await person({ path: `/r/${name}` });
  await new Entrance(cy.page).signIn(owner);
  await cy.room(name).ready();
});

site.test('the invite link is copied from the directory and from the room, and leads there', async ({ person, account, fresh, room }) => {
  const name = fresh('tea & cake');
  await room(name, { by: await account() });
  const ada = await person({ identity: await account(), permissions: ['clipboard-read', 'clipboard-write'] });
  const clipboard = () => ada.page.evaluate(() => navigator.clipboard.readText());
  const link = `${ada.url}/r/${encodeURIComponent(name)}`;
  await ada.page.getByRole('button', { name: `Copy invite link to #${name}` }).click();
  await eventually(async () => assert.equal(await clipboard(), link));
  await ada.page.evaluate(() => navigator.clipboard.writeText(''));
  await new Directory(ada.page).enter(name);
  await ada.room(name).ready();
  await ada.page.getByRole('button', { name: /^copy invite link/i }).first().click();
  await eventually(async () => assert.equal(await clipboard(), link));
});

site.test('a guest whose name is taken in the room is told, and gets in under another', async ({ person, guest, fresh }) => {
  const [name, room] = [fresh('bob'), fresh('tea')];
  const bob = await person({ identity: guest(name) });
  await bob.enter(room);
  const other = await person({ identity: guest(name), path: `/r/${room}` });
  await other.page.getByText('Your name is taken here').waitFor();
  await other.page.getByRole('button', { name: 'Use another name' }).click();
  await new Entrance(other.page).asGuest(`${name}2`);
  await other.goto(`/r/${room}`);
  await other.room(room).ready();
});
