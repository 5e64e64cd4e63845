// What every test file stands on: the real server with data of its own, one Chromium, and people who come and go.
//
//   const site = openSite();
//   site.test('two people chat', async ({ person, fresh }) => {
//     const ada = await person({ account: fresh('ada') });
//     await ada.enter('tea');
//   });
//
// After each test everybody's browser is closed; the test fails if a page threw, logged an error, asked something with a
// dialog or broke the Content-Security-Policy. A failed test leaves pictures in screenshots/failed/.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../integration/lib/server.mjs';
import { launchBrowser } from './browser.mjs';
import { Person } from './person.mjs';

/** Where pictures go; git ignores it. */
export const pictures = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../screenshots');

/** env: added to the server's environment, see tests/integration/lib/server.mjs. */
export function openSite({ env } = {}) {
  const site = new Site();
  site.opened = (async () => {
    [site.server, site.browser] = await Promise.all([startServer({ env }), launchBrowser()]);
  })();
  before(() => site.opened);
  after(() => site.server?.stop());
  return site;
}

const password = 'correct horse';

class Site {
  /** Resolves when server and browser are there: for a file's own `before`, which is run beside this one's. */
  opened = null;
  server = null;
  browser = null;
  #names = 0;

  /** A name that no other test of this file uses. */
  fresh = (what) => `${what}${++this.#names}`;

  /** Registers an account: { kind, name, password, token, user }. */
  account = async (name = this.fresh('user')) => {
    const { status, json } = await this.server.post('/api/auth/register', { username: name, password, email: `${name}@example.org` });
    assert.equal(status, 201, `registering ${name}: ${JSON.stringify(json)}`);
    return { kind: 'account', name, password, token: json.token, user: json.user };
  };

  guest = (name = this.fresh('guest')) => ({ kind: 'guest', name });

  /** Creates a room: { description, isPrivate, password }, by an account or in a guest's name. */
  room = async (name, { by, ...form } = {}) => {
    const { status, json } = await this.server.post('/api/rooms/create', { name, ...form, ...(by?.kind === 'guest' ? { creator: by.name } : {}) }, { token: by?.token });
    assert.equal(status, 201, `creating ${name}: ${JSON.stringify(json)}`);
    return json.room;
  };

  /**
   * A test with people. `run` gets { person, account, guest, room, fresh, server }. person(options): a browser context of its own, see
   * Person.open; `url` is where the site is (a cable's, for example).
   */
  test(name, options, run) {
    if (typeof options === 'function') return this.test(name, {}, options);
    return test(name, options, async (t) => {
      const people = [];
      const person = async (given = {}) => {
        const one = await Person.open(this.browser, { url: this.server.url, ...given });
        people.push(one);
        return one;
      };
      try {
        await run({ t, person, account: this.account, guest: this.guest, room: this.room, fresh: this.fresh, server: this.server });
        for (const one of people) assert.deepEqual(one.problems, [], `what went wrong in ${one.name ?? 'a stranger'}'s pages`);
      } catch (error) {
        await picturesOf(name, people);
        throw error;
      } finally {
        await Promise.all(people.map((one) => one.leave()));
      }
    });
  }
}

async function picturesOf(name, people) {
  const folder = path.join(pictures, 'failed');
  mkdirSync(folder, { recursive: true });
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 60);
  for (const [at, one] of people.entries()) {
    for (const [tab, page] of one.context.pages().entries()) {
      await page.screenshot({ path: path.join(folder, `${slug}-${at}-${tab}.png`), timeout: 5_000 }).catch(() => {});
    }
    if (one.problems.length > 0) console.error(`${one.name ?? 'a stranger'}: ${one.problems.join('\n')}`);
  }
}
