// A room as somebody sees it: found by what a screen reader would call its parts.
import assert from 'node:assert/strict';
import { eventually } from './wait.mjs';

/** The sentence with the room's name in it, which may stand between marks that keep its direction to itself. */
function sentence(before, name) {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${before}#\\u2068?${escaped}\\u2069?$`);
}

export class Room {
  constructor(page, name) {
    this.page = page;
    this.name = name;
    this.log = page.getByRole('log', { name: sentence('Messages in ', name) });
    this.composer = page.getByRole('textbox', { name: sentence('Message ', name) });
    /** With the words and the button; the element that speaks to screen readers stands in it. */
    this.banner = page.locator('[data-look]').filter({ has: page.locator('[data-state]') });
    this.newMessages = page.getByRole('button', { name: /new messages?/i });
  }

  /** Resolves when the room is joined: the list is there, and the composer takes text. */
  async ready() {
    await this.log.waitFor();
    await this.composer.waitFor();
    await eventually(async () => assert.equal(await this.log.getAttribute('aria-busy') ?? 'false', 'false'));
  }

  async type(text) {
    await this.composer.fill(text);
  }

  /** Writes it and presses Enter. */
  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** The row with exactly this text in it. */
  row(text) {
    return this.log.locator('article').filter({ hasText: text });
  }

  /** Rows in the page, in order: { key, seq, delivery, text }. The list is virtual: a long one is not all there. */
  rows() {
    return this.log.evaluate((log) => [...log.querySelectorAll('article[data-key]')].map((row) => ({
      key: row.dataset.key,
      seq: row.dataset.seq === undefined ? null : Number(row.dataset.seq),
      delivery: row.dataset.delivery,
      text: row.querySelector('[id$="-text"]')?.innerText.trim() ?? '',
    })));
  }

  async texts() {
    return (await this.rows()).map((row) => row.text);
  }

  /** Waits until the rows have exactly these texts, all of them confirmed, in this order. */
  async shows(...texts) {
    await eventually(async () => {
      const rows = await this.rows();
      assert.deepEqual(rows.map((row) => row.text), texts);
      for (const row of rows) assert.equal(row.delivery, 'SENT', `"${row.text}"`);
    });
  }

  /** Hands an element of the page a mark that only this very element has: see `marked`. */
  async mark(text) {
    await this.row(text).evaluate((row) => { row.markedByTest = true; });
  }

  /** Whether the row with this text is the very element that was marked. */
  marked(text) {
    return this.row(text).evaluate((row) => row.markedByTest === true);
  }

  /** The state that the banner shows; null while none is to be seen. */
  bannerState() {
    return this.banner.locator('[data-state]').evaluate((status) => (status.dataset.shown === 'true' ? status.dataset.state : null));
  }

  get retry() {
    return this.banner.getByRole('button', { name: 'Retry' });
  }
}
