// Names, rooms, descriptions, messages and files that want to run in somebody's page. Nothing runs; everything shows as text.
// That no dialog opened and that nothing broke the Content-Security-Policy is looked at after every test (lib/site.mjs).
import assert from 'node:assert/strict';
import { visitor } from './lib/history.mjs';
import { faultsOf, hostileNames, hostileRooms, hostileTexts } from './lib/hostile.mjs';
import { openSite } from './lib/site.mjs';
import { eventually } from './lib/wait.mjs';

const site = openSite();

/** What a control does that could run: everything in it is pointed at and focused. */
async function provoke(page, inside) {
  await page.evaluate((selector) => {
    for (const element of document.querySelectorAll(`${selector}, ${selector} *`)) {
      for (const type of ['mouseover', 'mouseenter', 'pointerenter', 'focus', 'blur', 'toggle', 'error', 'load']) element.dispatchEvent(new Event(type));
    }
  }, inside);
}

site.test('the Content-Security-Policy would stop and report what ran', async ({ person }) => {
  const ada = await person();
  const { headers } = { headers: (await ada.page.reload()).headers() };
  const policy = headers['content-security-policy'];
  for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) assert.ok(policy.includes(rule), `${rule} in ${policy}`);
  assert.doesNotMatch(policy, /unsafe/);
  await ada.page.evaluate(() => {
    const image = document.createElement('div');
    image.innerHTML = '<img src="/x" onerror="window.__xss = 1">';
    document.body.append(image);
  });
  await eventually(() => assert.ok(ada.problems.some((problem) => /Content.Security.Policy/i.test(problem)), 'it is reported'));
  assert.equal(await ada.page.evaluate(() => window.__xss), undefined, 'it did not run');
  ada.problems.length = 0;
});

site.test('messages: the corpus shows as text and nothing runs', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  const ada = await person({ identity: await account() });
  const tea = await ada.enter(room);
  const bob = await visitor(server, room, fresh('bob'));
  for (const [at, text] of hostileTexts.entries()) {
    // Some of it is empty once the control characters are gone; an end mark tells when the row is there.
    await bob.say(`${text}\n\nend ${at}`);
    if (at % 8 !== 7 && at !== hostileTexts.length - 1) continue;
    await tea.row(`end ${at}`).last().waitFor();
    await provoke(ada.page, 'article');
    assert.deepEqual(await faultsOf(ada.page), []);
  }
  // Plain HTML is there to the letter.
  for (const text of ['<script>window.__xss = 1</script>', '<img src=x onerror="window.__xss = 1">', '<svg onload=alert(1)>', '"><script>alert(1)</script>']) {
    await bob.say(text);
    await eventually(async () => assert.equal((await tea.texts()).at(-1), text));
  }
  // As a reply, as an edit, and in one's own composer.
  const first = await bob.say('<b onmouseover=alert(1)>answered</b>');
  await bob.say('the answer', { replyTo: first.id });
  await tea.row('the answer').waitFor();
  await tea.say('<img src=x onerror=alert(1)> by me');
  await tea.row('by me').waitFor();
  await provoke(ada.page, 'article');
  assert.deepEqual(await faultsOf(ada.page), []);
});

site.test('names, in the list, in the members, in notices and while they type', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  const ada = await person({ identity: await account() });
  const tea = await ada.enter(room);
  const guests = [];
  for (const name of hostileNames) {
    const guest = await visitor(server, room, name);
    guests.push(guest);
    await guest.say(`hello from ${guests.length}`);
    guest.socket.emit('typing', { room });
  }
  await tea.row(`hello from ${hostileNames.length}`).waitFor();
  const members = ada.page.getByRole('complementary', { name: 'Members' });
  for (const name of hostileNames) await members.getByText(name.toLowerCase(), { exact: true }).first().waitFor();
  await provoke(ada.page, 'main, aside, nav');
  assert.deepEqual(await faultsOf(ada.page), []);
  // A mention of such a name, and the suggestions for one.
  await tea.type('@<');
  await eventually(async () => assert.ok(await ada.page.getByRole('option').count() > 0));
  await provoke(ada.page, '[role=listbox]');
  assert.deepEqual(await faultsOf(ada.page), []);
});

site.test('rooms and their descriptions, in the directory, the sidebar, the header, the title and the address', async ({ person, account, room: create, server }) => {
  const owner = await account();
  for (const name of hostileRooms) await create(name, { by: owner, description: `<img src=x onerror=alert(1)> ${name} "><script>alert(1)</script>` });
  const ada = await person({ identity: await account() });
  await ada.page.getByText(hostileRooms[0], { exact: false }).first().waitFor();
  await provoke(ada.page, 'main');
  assert.deepEqual(await faultsOf(ada.page), []);
  for (const name of hostileRooms) {
    const room = await ada.enter(name);
    await room.say(`in ${name}`);
    await room.row('in ').first().waitFor();
    assert.ok((await ada.page.title()).includes(name), `the title names ${name}`);
    await provoke(ada.page, 'main, nav');
    assert.deepEqual(await faultsOf(ada.page), [], name);
  }
  // They are what was typed, to the letter.
  const { json } = await server.get('/api/rooms');
  for (const name of hostileRooms) assert.ok(json.rooms.some((room) => room.name === name), name);
});

site.test('addresses that want to be more than a room', async ({ person, account }) => {
  const ada = await person({ identity: await account() });
  for (const path of ['/r/%3Cscript%3Ealert(1)%3C%2Fscript%3E', '/r/%00', '/r/%E0%A4%A', '/r/..%2F..%2Fapi', '/%3Csvg%20onload=alert(1)%3E', '/r/tea?x=<script>alert(1)</script>#<img src=x onerror=alert(1)>', '//evil.example', '/javascript:alert(1)']) {
    await ada.goto(path).catch(() => {});
    await eventually(async () => assert.equal(new URL(ada.page.url()).origin, new URL(ada.url).origin));
    assert.deepEqual(await faultsOf(ada.page), [], path);
  }
});

site.test('files: their names, and a page in a picture’s clothes', async ({ person, account, fresh, server }) => {
  const room = fresh('tea');
  const owner = await account();
  const ada = await person({ identity: await account() });
  const tea = await ada.enter(room);
  const bob = await visitor(server, room, owner.name, { token: owner.token });
  const attachments = [];
  for (const [name, type, body] of [
    ['"><img src=x onerror=alert(1)>.txt', 'text/plain', 'hello'],
    ['page.html', 'text/html', '<script>alert(1)</script>'],
    ['picture.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['picture.png', 'image/png', '<script>alert(1)</script>'],
  ]) {
    const { status, json } = await server.request('POST', `/api/uploads?name=${encodeURIComponent(name)}`, { token: owner.token, body: Buffer.from(body), headers: { 'content-type': type } });
    if (status === 201) attachments.push(json.attachment);
  }
  assert.ok(attachments.length > 0, 'the server took some of them');
  await bob.say('look at these', { attachments: attachments.map((one) => one.id) });
  await tea.row('look at these').waitFor();
  await provoke(ada.page, 'article');
  assert.deepEqual(await faultsOf(ada.page), []);
  for (const { id } of attachments) {
    const { headers } = await server.get(`/api/uploads/${id}`, { token: owner.token });
    assert.match(headers['content-security-policy'] ?? headers['content-disposition'] ?? '', /default-src 'none'|sandbox|attachment/, 'opened by itself it cannot run either');
  }
});
