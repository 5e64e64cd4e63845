/** Makes the application open without a connection. Only in secure contexts: elsewhere there are no service workers. */
export function registerServiceWorker(): void {
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  if (serviceWorker === undefined) return;
  const register = (): void => void serviceWorker.register('/sw.js').catch(() => undefined);
  // After everything that the first page needs.
  if (document.readyState === 'complete') register();
  else window.addEventListener('load', register, { once: true });
}
