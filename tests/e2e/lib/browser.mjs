// Debian's Chromium, one process for a test file; each context is a person with a browser of their own.
import { after } from 'node:test';
import { chromium } from 'playwright-core';

let starting;

after(async () => (await starting)?.close());

/** The browser of this test file. CHROMIUM names another program. */
export function browser() {
  starting ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // As root, as in a container, Chromium has no sandbox; and /dev/shm is small there.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  return starting;
}

/**
 * A page in a new context. Resolves with { context, page, complaints }: complaints collects what the page writes to the
 * console as an error or warning, exceptions that nothing caught, and what the Content-Security-Policy refused.
 */
export async function openPage(options = {}) {
  const context = await (await browser()).newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { context, page, complaints };
}
