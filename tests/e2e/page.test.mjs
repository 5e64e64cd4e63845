// The program's own page opens in a browser: its title is there, the application starts, nothing is refused or missing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../integration/lib/server.mjs';
import { openPage } from './lib/browser.mjs';

for (const address of ['/', '/r/tea']) {
  test(`${address} opens, and the browser has nothing to complain about`, async () => {
    const server = await startServer();
    const { context, page, complaints } = await openPage();
    const missing = [];
    page.on('response', (response) => { if (response.status() >= 400) missing.push(`${response.status()} ${response.url()}`); });
    await page.goto(server.url + address);
    assert.match(await page.title(), /Chillin/);
    await page.waitForFunction(() => document.getElementById('root')?.childElementCount > 0);
    assert.deepEqual({ complaints, missing }, { complaints: [], missing: [] });
    await context.close();
    await server.stop();
  });
}
