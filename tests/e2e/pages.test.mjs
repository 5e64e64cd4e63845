// Every page, dialog and state (lib/states.mjs), on a phone and on a desk, in both themes: axe finds nothing against WCAG 2.2 AA, nothing
// scrolls sideways, and a picture of each is left in screenshots/ for somebody to look at.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { axeFaults } from './lib/axe.mjs';
import { plugIn } from './lib/cable.mjs';
import { sidewaysFaults } from './lib/layout.mjs';
import { openSite, pictures } from './lib/site.mjs';
import { makeCast, states } from './lib/states.mjs';

const sizes = [
  { width: 390, height: 844, phone: true },
  { width: 1440, height: 900, phone: false },
];

const site = openSite();
let cast;
before(async () => {
  await site.opened;
  cast = { ...(await makeCast(site)), url: site.server.url };
  mkdirSync(pictures, { recursive: true });
});
after(() => cast?.visitors.forEach((visitor) => visitor.leave()));

// Two at a time: most of it is waiting for the page.
describe('every page and state', { concurrency: 2 }, () => {
  for (const [name, show, { cable: withCable = false } = {}] of states) {
    for (const { phone, ...viewport } of sizes) {
      site.test(`${name} at ${viewport.width} px`, async ({ person }) => {
        const cable = withCable ? await plugIn(site.server) : null;
        const open = (options) => person({ viewport, hasTouch: phone, isMobile: phone, ...options });
        const page = await show({ open, phone, site, cast, cable });
        const faults = [];
        for (const theme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme: theme });
          const file = path.join(pictures, `${name}-${viewport.width}-${theme}.png`);
          rmSync(file, { force: true });
          await page.screenshot({ path: file, caret: 'initial' });
          faults.push(...(await axeFaults(page)).map((fault) => `${theme}: ${fault}`));
        }
        faults.push(...(await sidewaysFaults(page)));
        assert.deepEqual(faults, []);
      });
    }
  }
});
