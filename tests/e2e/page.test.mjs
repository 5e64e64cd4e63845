// The program's own page opens in a browser: its title is there, the application starts, nothing is refused or missing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../integration/lib/server.mjs';
import { launchBrowser } from './lib/browser.mjs';

for (const address of ['/', '/r/tea']) {
  test(`${address} opens, and the browser has nothing to complain about`, async () => {
    const [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    const page = await browser.newPage();
    // Warnings as well: that is how Chromium speaks of a header that it does not understand.
    const complaints = [];
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) complaints.push(message.text()); });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('response', (response) => { if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`); });
    await page.goto(server.url + address);
    assert.match(await page.title(), /Chillin/);
    await page.waitForFunction(() => document.getElementById('root')?.childElementCount > 0);
    assert.deepEqual(complaints, []);
    await page.close();
    await server.stop();
  });
}
