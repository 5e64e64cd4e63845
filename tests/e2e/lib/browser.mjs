// Debian's Chromium, one process for a test file; each context in it is a person with a browser of their own.
import { after } from 'node:test';
import { chromium } from 'playwright-core';

let starting;

after(async () => (await starting)?.close());

/** The browser of this test file, closed at its end. CHROMIUM names another program. */
export function launchBrowser() {
  starting ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // As root, as in a container, Chromium has no sandbox; and /dev/shm is small there.
    // Nothing of the browser's own goes over the network, and a page behind another one is as awake as the one in front.
    args: [
      '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--mute-audio',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding', '--disable-background-timer-throttling',
    ],
  });
  return starting;
}
