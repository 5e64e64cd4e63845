// The two pictures of the README, into docs/pictures: a room on a desk in the light theme, and on a phone in the dark one. Run by take-pictures.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { visitor } from './lib/history.mjs';
import { openSite } from './lib/site.mjs';

const folder = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const pictures = [
  { name: 'room-light', theme: 'light', viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 },
  { name: 'room-phone-dark', theme: 'dark', viewport: { width: 390, height: 800 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
];

const site = openSite();
let ada;
const visitors = [];
before(async () => {
  await site.opened;
  ada = await site.account('ada');
  const grace = await site.account('grace');
  for (const [name, description] of [['tea-room', 'Leaves in hot water, and whatever comes to mind meanwhile'], ['book-club', 'This month: a novel about lighthouses'], ['garden', 'Tomatoes, slugs, and the weather']]) {
    await site.room(name, { by: grace, description });
  }
  await site.room('committee', { by: ada, description: 'Minutes and plans', isPrivate: true, password: 'open sesame' });
  const enter = async (name, token) => {
    const one = await visitor(site.server, 'tea-room', name, { token });
    visitors.push(one);
    return one;
  };
  const [graces, linus, margaret, yusuf, adas] = [await enter('grace', grace.token), await enter('linus'), await enter('margaret'), await enter('يوسف'), await enter('ada', ada.token)];
  const react = (who, { id }, emoji) => new Promise((resolve) => { who.socket.emit('react', { id, emoji, on: true }, resolve); });

  const first = await graces.say('Good morning! Who has the **good** kettle?');
  await linus.say('Not me. I only ever make coffee ☕');
  const answer = await adas.say('It is here. I descaled it, too.', { replyTo: first.id });
  await margaret.say('Two questions:\n\n1. how long for *Darjeeling*?\n2. and at what temperature, exactly?');
  const code = await graces.say('```js\n// Steep, and wait.\nexport async function steep(leaves, minutes = 3) {\n  await boil({ celsius: 85 });\n  return leaves.map((leaf) => `${leaf.name}: ${minutes} min`);\n}\n```');
  await yusuf.say('صباح الخير! أنا أفضل الشاي بالنعناع، مع قليل من السكر.');
  const mention = await graces.say('@ada could you show us at five? @linus you are welcome, too, even with coffee');
  const last = await adas.say('At five, in the small kitchen.');
  for (const [who, message, emoji] of [[linus, first, '👋'], [adas, first, '👋'], [yusuf, answer, '🎉'], [graces, answer, '🎉'], [margaret, answer, '❤️'], [margaret, code, '🙏'], [adas, mention, '👍'], [linus, last, '🍵'], [margaret, last, '🍵']]) await react(who, message, emoji);
  await new Promise((resolve) => { adas.socket.emit('editMessage', { id: last.id, text: 'At five, in the *small* kitchen. Bring a cup.' }, resolve); });
  // What ada has written she has read.
  await new Promise((resolve) => { adas.socket.emit('markRead', { room: 'tea-room', seq: 1_000 }, resolve); });
  adas.leave();
});
after(() => visitors.forEach((one) => one.leave()));

/** Chromium takes PNG and JPEG, and draws WebP: a quarter of the size. */
async function asWebp(png) {
  const page = await site.browser.newPage();
  try {
    const url = await page.evaluate(async (source) => {
      const image = await createImageBitmap(await (await fetch(source)).blob());
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: image.width, height: image.height });
      canvas.getContext('2d').drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', 0.82);
    }, `data:image/png;base64,${png.toString('base64')}`);
    assert.match(url, /^data:image\/webp;/);
    return Buffer.from(url.split(',')[1], 'base64');
  } finally {
    await page.close();
  }
}

for (const { name, theme, ...options } of pictures) {
  site.test(name, async ({ person }) => {
    const visit = await person({ identity: ada, colorScheme: theme, ...options });
    // Rooms at the side.
    await visit.enter('garden');
    await visit.enter('book-club');
    const room = await visit.enter('tea-room');
    await room.row('At five, in the').waitFor();
    await visit.page.evaluate(() => document.fonts.ready);
    const file = path.join(folder, `${name}.webp`);
    writeFileSync(file, await asWebp(await visit.page.screenshot({ animations: 'disabled' })));
    console.log(path.relative(process.cwd(), file));
  });
}
