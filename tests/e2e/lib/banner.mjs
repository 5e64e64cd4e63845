// What the connection banner showed, moment by moment.
import assert from 'node:assert/strict';
import { eventually } from './wait.mjs';

/**
 * From now on window.bannerStates holds every state that was to be seen, 'none' while there is no banner; each change once. Begins when none is
 * there: on a slow machine the first connection takes long enough to show one.
 */
export async function recordBanner(room) {
  const { page } = room;
  await eventually(async () => assert.equal(await room.bannerState(), null));
  await page.evaluate(() => {
    window.bannerStates = [];
    const look = () => {
      const banner = document.querySelector('[data-look]');
      const status = banner?.querySelector('[data-state]');
      const seen = banner != null && banner.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && status.innerText.trim() !== '';
      const state = seen ? status.dataset.state : 'none';
      if (window.bannerStates.at(-1) !== state) window.bannerStates.push(state);
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}
