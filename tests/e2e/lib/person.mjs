// Somebody with a browser of their own: a context, its pages, and everything that went wrong in them.
import { patienceMs } from './wait.mjs';
import { Room } from './room.mjs';

// What the browser itself says of a network that is not there, or of a request that was answered with an error. It is no fault of the
// page, and nothing that a page could keep it from saying.
const networkTalk = /net::ERR_|WebSocket connection to|Failed to load resource|ServiceWorker script at|An unknown error occurred when fetching the script/;

export class Person {
  /**
   * url: of the site. identity: of an account or a guest (see Site), who is then signed in already; none: a stranger.
   * preferences: as the client keeps them. path: where to go first; null for nowhere. Everything else goes to Playwright's newContext: viewport,
   * colorScheme, locale, ...
   */
  static async open(browser, { url, identity = null, preferences, path = '/', clock = false, ...options }) {
    const localStorage = [];
    if (identity !== null) localStorage.push({ name: 'chillin.identity', value: JSON.stringify(keptIdentity(identity)) });
    if (preferences) localStorage.push({ name: 'chillin.preferences', value: JSON.stringify(preferences) });
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce',
      storageState: { cookies: [], origins: [{ origin: url, localStorage }] },
      ...options,
    });
    context.setDefaultTimeout(patienceMs);
    if (clock) await context.clock.install();
    const person = new Person(context, url, identity?.name ?? null);
    await person.newTab(path);
    return person;
  }

  constructor(context, url, name) {
    this.context = context;
    this.url = url;
    this.name = name;
    /** What went wrong in any page: errors thrown or logged, dialogs, violations of the Content-Security-Policy. */
    this.problems = [];
    this.page = null;
    context.on('page', (page) => this.#watch(page));
    // Nothing of a chat of one's own comes from elsewhere.
    context.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (!['data:', 'blob:'].includes(protocol) && origin !== url) this.problems.push(`asked ${origin} for ${request.url()}`);
    });
  }

  #watch(page) {
    page.on('pageerror', (error) => this.problems.push(`threw ${error.stack ?? error}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !networkTalk.test(message.text())) this.problems.push(`logged ${message.text()}`);
    });
    page.on('dialog', (dialog) => {
      this.problems.push(`asked ${dialog.type()} "${dialog.message()}"`);
      void dialog.dismiss();
    });
  }

  /** Another tab, in front from now on as `page`; the earlier one is returned by `context.pages()`. */
  async newTab(path = '/') {
    this.page = await this.context.newPage();
    if (path !== null) await this.page.goto(this.url + path);
    return this.page;
  }

  goto(path) {
    return this.page.goto(this.url + path);
  }

  /** The room, in this person's page or another tab of theirs; nothing is asked of the page yet. */
  room(name, page = this.page) {
    return new Room(page, name);
  }

  /** Goes to the room's address and resolves when one can write in it. */
  async enter(name) {
    await this.goto(`/r/${encodeURIComponent(name)}`);
    const room = this.room(name);
    await room.ready();
    return room;
  }

  leave() {
    return this.context.close();
  }
}

/** As the client keeps it in localStorage (client/src/runtime/session_runtime.ts). */
function keptIdentity({ kind, name, user, token }) {
  return kind === 'guest' ? { kind, name } : { kind, user, token };
}
