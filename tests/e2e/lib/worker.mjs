// The page's service worker.

/** Resolves when a worker is active and the page is under its control: from then on the page loads without a network. */
export function controlledByWorker(page) {
  return page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}
