// The page's service worker.

/** Resolves when a worker is active and the page is under its control: from then on the page loads without a network. */
export async function controlledByWorker(page) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => { navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }); });
  });
}
