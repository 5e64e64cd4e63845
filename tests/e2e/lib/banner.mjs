// What the connection banner showed, moment by moment.

/** From now on window.bannerStates holds every state that was to be seen, 'none' while there is no banner; each change once. */
export async function recordBanner(page) {
  await page.evaluate(() => {
    window.bannerStates = [];
    const look = () => {
      const banner = document.querySelector('[role=status][data-state]');
      const shown = banner !== null && banner.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && banner.getBoundingClientRect().height > 0;
      const state = shown ? banner.dataset.state : 'none';
      if (window.bannerStates.at(-1) !== state) window.bannerStates.push(state);
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}
