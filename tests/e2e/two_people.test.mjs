// Two people meet: an account that registers at the door, and a guest. Everything that one does the other sees.
import assert from 'node:assert/strict';
import { Directory, Entrance } from './lib/entrance.mjs';
import { visitor } from './lib/history.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';

const site = openSite();

site.test('an account and a guest come in by the forms, meet in a room, and talk', async ({ person, fresh }) => {
  const [adasName, bobsName, roomName] = [fresh('ada'), fresh('bob'), fresh('tea')];
  const [ada, bob] = await Promise.all([person(), person()]);

  await new Entrance(ada.page).register({ name: adasName, password: 'correct horse', email: 'ada@example.org' });
  await new Directory(ada.page).create({ name: roomName, description: 'Leaves in hot water' });
  const adasTea = ada.room(roomName);
  await adasTea.ready();
  assert.equal(new URL(ada.page.url()).pathname, `/r/${roomName}`);

  await new Entrance(bob.page).asGuest(bobsName);
  const directory = new Directory(bob.page);
  await directory.search.fill(roomName);
  await directory.enter(roomName);
  const bobsTea = bob.room(roomName);
  await bobsTea.ready();

  // Presence: each sees both.
  for (const page of [ada.page, bob.page]) {
    const members = page.getByRole('complementary', { name: 'Members' });
    for (const name of [adasName, bobsName]) await members.getByText(name, { exact: true }).first().waitFor();
  }

  await adasTea.say('hello');
  await bobsTea.row('hello').waitFor();
  await bobsTea.say('hi there');
  await adasTea.shows('hello', 'hi there');
  await bobsTea.shows('hello', 'hi there');

  // Bob leaves; Ada sees it.
  await bob.page.close();
  await eventually(async () => assert.equal(await ada.page.getByRole('complementary', { name: 'Members' }).getByText(bobsName, { exact: true }).count(), 0));
});

site.test('wrong entries are told beside the field they belong to', async ({ person, account }) => {
  const existing = await account();
  const ada = await person();
  const entrance = new Entrance(ada.page);
  // In one go: a hint that an error replaces between two questions would be waited for in vain.
  const errorOf = (field) => entrance.field(field).evaluate((input) => (input.getAttribute('aria-describedby') ?? '').split(' ')
    .map((id) => document.getElementById(id)?.innerText ?? '').join(' '));

  await entrance.register({ name: 'ab', password: 'correct horse' });
  await eventually(async () => assert.match(await errorOf('Name'), /3 to 20/));
  await entrance.register({ name: 'ada lovelace', password: 'short' });
  await eventually(async () => assert.match(await errorOf('Password'), /at least 6/));
  await entrance.register({ name: existing.name, password: 'correct horse' });
  await eventually(async () => assert.match(await errorOf('Name'), /taken/));
  assert.equal(await entrance.field('Name').evaluate((field) => field === document.activeElement), true, 'the field that is wrong has the focus');

  await entrance.signIn({ name: existing.name, password: 'wrong horse' });
  await eventually(async () => assert.match(await errorOf('Password'), /wrong/));
  await entrance.asGuest('');
  await eventually(async () => assert.match(await errorOf('What should others call you?'), /Enter a name/));

  await entrance.signIn(existing);
  await ada.page.getByRole('button', { name: 'New room' }).first().waitFor();
  // Signed in for good: also after the page was loaded again.
  await ada.page.reload();
  await ada.page.getByRole('button', { name: 'New room' }).first().waitFor();
});

site.test('typing shows while somebody types, and goes with the message', async ({ person, account, guest, fresh }) => {
  const room = fresh('tea');
  const bob = await person({ identity: guest() });
  const ada = await person({ identity: await account() });
  const [adasTea, bobsTea] = [await ada.enter(room), await bob.enter(room)];
  await bobsTea.composer.pressSequentially('I am wri');
  const typing = adasTea.page.getByText(new RegExp(`${bob.name} is typing`));
  await typing.waitFor();
  await bobsTea.composer.press('Enter');
  await adasTea.row('I am wri').waitFor();
  await typing.waitFor({ state: 'hidden' });
});

site.test('reply, reaction, edit and deletion reach the other page', async ({ person, account, guest, fresh }) => {
  const room = fresh('tea');
  const [ada, bob] = await Promise.all([person({ identity: await account() }), person({ identity: guest() })]);
  const [adasTea, bobsTea] = [await ada.enter(room), await bob.enter(room)];
  await adasTea.say('Earl Grey or Assam?');
  await bobsTea.row('Earl Grey').waitFor();

  // Bob answers that very message.
  await bobsTea.row('Earl Grey').hover();
  await bobsTea.row('Earl Grey').getByRole('button', { name: 'Reply', exact: true }).click();
  await bobsTea.say('Assam, always');
  const answer = adasTea.row('Assam, always');
  await answer.getByRole('button', { name: /Earl Grey or Assam/ }).waitFor();

  // Ada reacts; Bob sees who, and takes part.
  await answer.hover();
  await answer.getByRole('group', { name: 'What to do with the message' }).getByRole('button', { name: 'React with 👍' }).click();
  const reaction = bobsTea.row('Assam, always').getByRole('button', { name: /👍/ }).first();
  await reaction.waitFor();
  await eventually(async () => assert.match(await reaction.getAttribute('aria-label'), new RegExp(ada.name)));
  await reaction.click();
  await eventually(async () => assert.match(await answer.getByRole('group', { name: 'Reactions' }).innerText(), /2/));
  await eventually(async () => assert.equal(await reaction.getAttribute('aria-pressed'), 'true'));
  await reaction.click();
  await eventually(async () => assert.match(await answer.getByRole('group', { name: 'Reactions' }).innerText(), /1/));

  // Ada changes what she wrote: with the keyboard, from the composer.
  await adasTea.composer.press('ArrowUp');
  const edit = adasTea.log.getByRole('textbox', { name: 'Edit message' });
  await edit.fill('Earl Grey, Assam or Darjeeling?');
  await edit.press('Enter');
  await bobsTea.row('Darjeeling?').getByText('(edited)').waitFor();

  // And takes it back.
  await adasTea.row('Darjeeling?').first().hover();
  await adasTea.row('Darjeeling?').first().getByRole('button', { name: 'Delete' }).click();
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await eventually(async () => assert.doesNotMatch(await bobsTea.log.innerText(), /Darjeeling/));
  for (const tea of [adasTea, bobsTea]) await tea.log.getByText(/deleted/i).first().waitFor();
});

site.test('what is written elsewhere is counted: in the sidebar, in the title, on the icon; a mention stands out', async ({ person, account, fresh, server }) => {
  const [tea, cake] = [fresh('tea'), fresh('cake')];
  const ada = await person({ identity: await account() });
  await ada.enter(cake);
  await ada.enter(tea);
  const bob = await visitor(server, cake, fresh('bob'));
  await bob.say('one');
  await bob.say('two');
  const link = ada.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: new RegExp(cake) });
  await link.getByText('2 unread messages').waitFor({ state: 'attached' });
  await eventually(async () => assert.equal(await ada.page.title(), `(2) #${tea} · Chillin`));
  await bob.say(`three, @${ada.name}`);
  await link.getByText('1 mention of you').waitFor({ state: 'attached' });
  await eventually(async () => assert.equal(await ada.page.title(), `(3) #${tea} · Chillin`));
  assert.match(await ada.page.locator('link[rel~=icon]').first().getAttribute('href'), /unread/);

  await link.click();
  const room = ada.room(cake);
  await room.ready();
  await room.log.getByRole('separator', { name: 'New messages' }).waitFor();
  await eventually(async () => assert.equal(await ada.page.title(), `#${cake} · Chillin`));
  assert.doesNotMatch(await ada.page.locator('link[rel~=icon]').first().getAttribute('href'), /unread/);
  await link.getByText('1 mention of you').waitFor({ state: 'detached' });
});

// The list repeated its last scroll to the end with each message that came, and took whoever scrolled up back down.
site.test('who scrolls up in a busy room stays where they read', async ({ person, account, fresh, server }) => {
  const tea = fresh('tea');
  const bob = await visitor(server, tea, fresh('bob'));
  for (let i = 0; i < 40; ++i) await bob.say(`early ${i}`);
  const ada = await person({ identity: await account() });
  const room = await ada.enter(tea);
  await room.row('early 39').waitFor();
  let talking = true;
  // Several at a time: between two frames the end goes further than the wheel.
  const talk = Promise.all(Array.from({ length: 4 }, async (_, k) => { for (let i = 0; talking; ++i) await bob.say(`more ${i} of ${k}`); }));
  await eventually(async () => assert.match((await room.texts()).join(), /more \d/));
  await room.log.hover();
  await ada.page.mouse.wheel(0, -600);
  await room.newMessages.waitFor();
  const top = () => room.log.evaluate((list) => list.scrollTop);
  const before = await top();
  const count = async () => Number((await room.newMessages.innerText()).match(/\d+/)[0]);
  const counted = await count();
  await eventually(async () => assert.ok(await count() >= counted + 20));
  assert.ok(Math.abs(await top() - before) < 100, `stood at ${before}, stands at ${await top()}`);
  talking = false;
  await talk;
});

site.test('what came while one was away stands below a divider, and the pill leads there', async ({ person, account, fresh, server }) => {
  const [tea, cake] = [fresh('tea'), fresh('cake')];
  const bob = await visitor(server, tea, fresh('bob'));
  for (let i = 0; i < 40; ++i) await bob.say(`before ${i}`);
  const ada = await person({ identity: await account() });
  await ada.enter(tea);
  await ada.room(tea).row('before 39').waitFor();
  await ada.enter(cake);
  for (let i = 0; i < 40; ++i) await bob.say(`after ${i}`);
  await ada.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: new RegExp(tea) }).click();
  const room = ada.room(tea);
  await room.ready();
  const divider = room.log.getByRole('separator', { name: 'New messages' });
  await divider.waitFor();
  await eventually(async () => {
    const [list, line] = [await room.log.boundingBox(), await divider.boundingBox()];
    assert.ok(line.y >= list.y && line.y < list.y + list.height / 2, 'the divider is in the upper half of what is on screen');
  });
  await room.newMessages.click();
  await room.row('after 39').waitFor();
  await eventually(async () => assert.ok(await room.row('after 39').evaluate((row) => {
    const list = row.closest('[role=log]').getBoundingClientRect();
    return row.getBoundingClientRect().bottom <= list.bottom + 1;
  })));
  // Further up, what comes is counted on the pill and does not move what is read.
  await eventually(async () => {
    await room.log.evaluate((list) => { list.scrollTop -= 400; });
    assert.equal(await ada.page.getByRole('button', { name: 'To the latest' }).count(), 1);
  });
  await bob.say('while she reads');
  await eventually(async () => assert.match(await room.newMessages.innerText(), /1/));
});
