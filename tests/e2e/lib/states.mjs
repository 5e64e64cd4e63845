// Every page, dialog and state of the client, and how one gets there. Each is shown from anew in a context of its own width; the theme is changed
// while it stands. `show(stage)` gets { open, phone, site, cast }: open(options) gives a Person (see Person.open) whose page it is.
import assert from 'node:assert/strict';
import { Directory, Entrance } from './entrance.mjs';
import { visitor } from './history.mjs';
import { eventually } from './wait.mjs';
import { interceptSends } from './wire.mjs';

/** What all states stand on: rooms with a life of their own, made once. */
export async function makeCast(site) {
  const { server } = site;
  const ada = await site.account('ada');
  const grace = await site.account('grace');
  await site.room('tea-room', { by: ada, description: 'Leaves in hot water, and whatever comes to mind meanwhile' });
  await site.room('book-club', { by: grace, description: 'This month: a novel about lighthouses' });
  await site.room('garden', { by: grace, description: 'Tomatoes, slugs, and the weather' });
  await site.room('committee', { by: ada, description: 'Minutes and plans', isPrivate: true, password: 'open sesame' });
  await site.room('مقهى', { by: grace, description: 'غرفة للحديث عن القهوة والشاي' });
  await site.room('a-room-with-a-name-of-thirty-c', { by: grace, description: 'With a description that is as long as it may be, so that one sees where it ends: '.repeat(2).slice(0, 190) });
  const graces = await visitor(server, 'tea-room', 'grace', { token: grace.token });
  const linus = await visitor(server, 'tea-room', 'linus');
  const margaret = await visitor(server, 'tea-room', 'margaret_hamilton_ln');
  const yusuf = await visitor(server, 'tea-room', 'يوسف');
  const adas = await visitor(server, 'tea-room', 'ada', { token: ada.token });
  const first = await graces.say('Good morning! Who has the **good** kettle?');
  await linus.say('Not me.');
  await linus.say('I only ever make coffee: ☕');
  const answer = await adas.say('It is here. I descaled it, too.', { replyTo: first.id });
  await margaret.say('> Good morning\n\nTwo questions:\n\n1. how long for *Darjeeling*?\n2. and at what temperature, exactly?\n\nThe list is at https://example.org/tea and in `docs/tea.md`.');
  await graces.say('```js\n// Steep, and wait.\nexport async function steep(leaves, minutes = 3) {\n  await boil({ celsius: 85 });\n  return leaves.map((leaf) => `${leaf.name}: ${minutes} min`);\n}\n```');
  await yusuf.say('صباح الخير! أنا أفضل الشاي بالنعناع، مع قليل من السكر.');
  await adas.say('👍');
  const mention = await graces.say('@ada could you show us how at five? @linus you are welcome, too, even with coffee');
  await linus.say('And a word that does not end: ' + 'steeping'.repeat(14));
  for (const [who, id, emoji] of [[linus, first.id, '👋'], [adas, first.id, '👋'], [yusuf, answer.id, '🎉'], [graces, answer.id, '🎉'], [margaret, answer.id, '❤️'], [adas, mention.id, '👍']]) {
    await new Promise((resolve) => { who.socket.emit('react', { id, emoji, on: true }, resolve); });
  }
  const gone = await linus.say('this was nonsense');
  await new Promise((resolve) => { linus.socket.emit('deleteMessage', { id: gone.id }, resolve); });
  const changed = await adas.say('At five, in the kitchen');
  await new Promise((resolve) => { adas.socket.emit('editMessage', { id: changed.id, text: 'At five, in the *small* kitchen. Bring a cup.' }, resolve); });
  margaret.socket.emit('setStatus', { status: 'busy', text: 'in a meeting until four' });
  linus.socket.emit('setStatus', { status: 'away' });
  adas.leave();
  const others = await visitor(server, 'garden', 'linus');
  return { ada, grace, graces, linus, others, visitors: [graces, linus, margaret, yusuf, others] };
}

const inRoom = async ({ open, cast }, room = 'tea-room', options = {}) => {
  const person = await open({ identity: cast.ada, ...options });
  // Rooms at the side, one of them with news.
  await person.enter('book-club');
  const there = await person.enter(room);
  await there.log.locator('article').first().waitFor();
  return { ...person, page: person.page, person, room: there };
};

const roomOf = (name) => async (stage) => {
  const { page } = await inRoom(stage, name);
  return page;
};

/** From the sidebar's foot, which on a phone is in a drawer. */
async function ownMenu(page, name, phone) {
  if (phone) await page.getByRole('button', { name: 'Rooms', exact: true }).click();
  await page.getByRole('button', { name: new RegExp(name) }).last().click();
}

export const states = [
  ['entrance-sign-in', async ({ open }) => {
    const { page } = await open();
    await new Entrance(page).way('Sign in').click();
    return page;
  }],
  ['entrance-register', async ({ open }) => {
    const { page } = await open();
    await new Entrance(page).way('Register').click();
    return page;
  }],
  ['entrance-guest', async ({ open }) => {
    const { page } = await open();
    await new Entrance(page).way('Guest').click();
    return page;
  }],
  ['entrance-errors', async ({ open }) => {
    const { page } = await open();
    await new Entrance(page).register({ name: 'ab', email: 'nowhere', password: 'short' });
    await page.getByText('A name has 3 to 20 characters.').waitFor();
    return page;
  }],
  ['entrance-invited', async ({ open }) => {
    const { page } = await open({ path: '/r/tea-room' });
    await page.getByRole('heading', { name: 'You are invited' }).waitFor();
    return page;
  }],
  ['entrance-no-server', async ({ open }) => {
    const { page } = await open();
    await page.route('**/api/auth/login', (route) => route.abort());
    await new Entrance(page).signIn({ name: 'ada', password: 'correct horse' });
    await page.getByText('The server cannot be reached.').waitFor();
    return page;
  }],
  ['rooms', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.ada, path: '/rooms' });
    await new Directory(page).entry('tea-room').waitFor();
    return page;
  }],
  ['rooms-guest', async ({ open, site }) => {
    const { page } = await open({ identity: site.guest('visitor'), path: '/rooms' });
    await new Directory(page).entry('tea-room').waitFor();
    return page;
  }],
  ['rooms-none-found', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.ada, path: '/rooms' });
    await new Directory(page).search.fill('lighthouse keepers');
    await page.getByText('No room matches', { exact: false }).waitFor();
    return page;
  }],
  ['rooms-loading', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.ada, path: null });
    await page.route('**/api/rooms', () => {});
    await page.goto(`${cast.url}/rooms`);
    await page.getByText('Loading the rooms').waitFor({ state: 'attached' });
    return page;
  }],
  ['rooms-no-server', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.ada, path: null });
    await page.route('**/api/rooms', (route) => route.abort());
    await page.goto(`${cast.url}/rooms`);
    await page.getByText('The rooms could not be loaded').waitFor();
    return page;
  }],
  ['new-room', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.ada, path: '/rooms' });
    await page.getByRole('button', { name: 'New room' }).first().click();
    await page.getByRole('dialog').getByLabel('Private', { exact: true }).check();
    return page;
  }],
  ['room-password-dialog', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.grace, path: '/rooms' });
    await new Directory(page).enter('committee');
    await page.getByRole('dialog').getByLabel('Room password', { exact: true }).fill('close sesame');
    await page.getByRole('button', { name: 'Enter room' }).click();
    await page.getByText('That password is wrong.').waitFor();
    return page;
  }],
  ['room-password-page', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.grace, path: '/r/committee' });
    await page.getByLabel('Room password', { exact: true }).waitFor();
    return page;
  }],
  ['settings', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.ada, path: '/rooms' });
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    return page;
  }],
  ['settings-guest-german', async ({ open, site }) => {
    const { page } = await open({ identity: site.guest('visitor'), path: '/rooms', locale: 'de-DE' });
    await page.getByRole('button', { name: 'Einstellungen' }).click();
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
    return page;
  }],
  ['nothing-here', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.ada, path: '/nowhere' });
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    return page;
  }],
  ['room', roomOf('tea-room')],
  ['room-hover', async (stage) => {
    const { page, room } = await inRoom(stage);
    await room.row('steep(leaves').hover();
    return page;
  }],
  ['room-empty', async ({ open, cast }) => {
    const person = await open({ identity: cast.ada });
    await person.enter('garden');
    return person.page;
  }],
  ['room-german', async ({ open, cast }) => {
    const { page } = await open({ identity: cast.ada, path: '/r/tea-room', locale: 'de-DE' });
    await page.getByRole('log').locator('article').first().waitFor();
    return page;
  }],
  ['room-right-to-left', async (stage) => {
    const person = await stage.open({ identity: stage.cast.ada });
    const room = await person.enter('مقهى');
    await room.say('مرحبا، كيف الحال؟');
    await room.say('Mixed: שלום and مرحبا and hello, 1, 2, 3.');
    return person.page;
  }],
  ['room-long-name', async ({ open, cast }) => {
    const person = await open({ identity: cast.ada });
    const room = await person.enter('a-room-with-a-name-of-thirty-c');
    await room.type('A text that is being written and is long enough to need more than one line in the field, so that one sees how it grows with what is in it. '.repeat(4).slice(0, 480));
    return person.page;
  }],
  ['room-typing-and-suggestions', async (stage) => {
    const { page, room } = await inRoom(stage);
    await room.composer.pressSequentially('@l');
    await page.getByRole('option').first().waitFor();
    // Once more if it was told before this page was there: the server tells each beginning once.
    await eventually(async () => {
      for (const event of ['stopTyping', 'typing']) stage.cast.graces.socket.emit(event, { room: 'tea-room' });
      assert.equal(await page.getByText('grace is typing').count(), 1);
    }, { everyMs: 500 });
    return page;
  }],
  ['room-reply', async (stage) => {
    const { page, room } = await inRoom(stage);
    await room.row('Two questions').focus();
    await page.keyboard.press('r');
    await page.getByRole('button', { name: 'Do not reply' }).waitFor();
    return page;
  }],
  ['room-edit', async (stage) => {
    const { page, room } = await inRoom(stage);
    await room.composer.press('ArrowUp');
    await page.getByRole('textbox', { name: 'Edit message' }).waitFor();
    return page;
  }],
  ['room-delete', async (stage) => {
    const { page, room } = await inRoom(stage);
    await room.row('At five, in the').last().focus();
    await page.keyboard.press('Delete');
    await page.getByRole('dialog').waitFor();
    return page;
  }],
  ['room-emoji', async (stage) => {
    const { page } = await inRoom(stage);
    await page.getByRole('button', { name: 'Emoji', exact: true }).click();
    await page.getByRole('grid').waitFor();
    return page;
  }],
  ['room-unread', async (stage) => {
    const { page, person } = await inRoom(stage);
    await person.enter('garden');
    await person.goto('/r/tea-room');
    await person.room('tea-room').ready();
    await stage.cast.others.say(`@ada the slugs are back ${Math.random()}`);
    await stage.cast.others.say('Bring beer.');
    if (!stage.phone) await page.getByText(/mentions? of you/).first().waitFor({ state: 'attached' });
    return page;
  }],
  ['room-divider', async (stage) => {
    const { page, person } = await inRoom(stage);
    await person.goto('/r/garden');
    await person.room('garden').ready();
    await stage.cast.graces.say('One more thing: the blue cups are mine.');
    await stage.cast.linus.say('Noted.');
    await person.goto('/r/tea-room');
    await person.room('tea-room').ready();
    return page;
  }],
  ['room-sending-and-failed', async ({ open, cast }) => {
    const person = await open({ identity: cast.ada, path: null });
    await interceptSends(person.page, { refuse: /lost its way/, swallow: /on its way/ });
    const room = await person.enter('tea-room');
    await room.say('This one lost its way');
    await room.row('lost its way').getByRole('button', { name: 'Discard' }).waitFor();
    await room.say('This one is on its way');
    await room.row('is on its way').waitFor();
    return person.page;
  }],
  ['members', async (stage) => {
    const { page } = await inRoom(stage);
    if (stage.phone) await page.getByRole('button', { name: 'Members' }).click();
    await page.getByRole('complementary', { name: 'Members' }).waitFor();
    return page;
  }],
  ['rooms-at-the-side', async (stage) => {
    const { page } = await inRoom(stage);
    if (stage.phone) await page.getByRole('button', { name: 'Rooms', exact: true }).click();
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
    return page;
  }],
  ['own-menu', async (stage) => {
    const { page } = await inRoom(stage);
    await ownMenu(page, 'ada', stage.phone);
    await page.getByText('Keyboard shortcuts').waitFor();
    return page;
  }],
  ['switcher', async (stage) => {
    const { page } = await inRoom(stage);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('g');
    return page;
  }],
  ['shortcuts', async (stage) => {
    const { page } = await inRoom(stage);
    await ownMenu(page, 'ada', stage.phone);
    await page.getByText('Keyboard shortcuts').click();
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    return page;
  }],
  ['name-taken', async ({ open, site }) => {
    const { page } = await open({ identity: site.guest('grace'), path: '/r/tea-room' });
    await page.getByText('Your name is taken here').waitFor();
    return page;
  }],
  ['connection-offline', async (stage) => {
    const { page, person, room } = await inRoom(stage);
    await person.context.setOffline(true);
    await eventually(async () => assert.equal(await room.bannerState(), 'RECONNECTING'));
    await room.say('Written without a network');
    await room.row('Written without').waitFor();
    return page;
  }],
  ['connection-reconnecting', async (stage) => {
    const { page, room } = await inRoom(stage, 'tea-room', { url: stage.cable.url, clock: true });
    await stage.cable.cut();
    await eventually(async () => {
      await page.clock.runFor(1_000);
      assert.match(await room.banner.innerText(), /Attempt [3-9].*next in/s);
    }, { everyMs: 0 });
    return page;
  }, { cable: true }],
  ['connection-failed', async (stage) => {
    const { page, room } = await inRoom(stage, 'tea-room', { url: stage.cable.url, clock: true });
    await stage.cable.cut();
    await eventually(async () => {
      // Ten tries are some four minutes of the page's clock: in large steps, with patience for a machine that is busy.
      await page.clock.runFor(10_000);
      assert.equal(await room.bannerState(), 'FAILED');
    }, { everyMs: 0, timeoutMs: 120_000 });
    return page;
  }, { cable: true }],
];
