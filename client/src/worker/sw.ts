/** The service worker: the application opens without a connection, and what it loads has been checked to belong together.
 *  It touches nothing of the chat itself: `/api` and `/socket.io` go to the network as if it were not there.
 *
 *  A script of its own: tools/service_worker.ts puts it at /sw.js and fills in the two names below. */

const worker = self as unknown as ServiceWorkerGlobalScope;

/** The files of this build, as absolute paths. */
declare const FILES: readonly string[];
/** Changes with the content of any of them. */
declare const VERSION: string;

const CACHE = `chillin ${VERSION}`;
const SHELL = '/';
// A page that does not come within this time is shown as it was: the network may be one that swallows everything.
const SHELL_TIMEOUT_MS = 2_500;

worker.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // Past the HTTP cache: index.html must be the one of this build.
    await cache.addAll([SHELL, ...FILES].map((path) => new Request(path, { cache: 'reload' })));
    await worker.skipWaiting();
  })());
});

worker.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('chillin ') && name !== CACHE);
    // The newest of the others stays: a page that is still open may load a part of it only now.
    for (const name of names.slice(0, -1)) await caches.delete(name);
    await worker.clients.claim();
  })());
});

async function shell(request: Request): Promise<Response> {
  const kept = await caches.match(SHELL, { cacheName: CACHE });
  if (kept === undefined) return fetch(request);
  const timeout = new Promise<null>((resolve) => setTimeout(() => resolve(null), SHELL_TIMEOUT_MS));
  const fresh = fetch(request).catch(() => null);
  const first = await Promise.race([fresh, timeout]);
  // A proxy that speaks for a server that is away must not replace the application.
  return first !== null && first.status < 500 ? first : kept;
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (/^\/(api|socket\.io|health|metrics)(\/|$)/.test(url.pathname)) return;
  if (request.mode === 'navigate') event.respondWith(shell(request));
  else if (url.pathname.startsWith('/assets/') || FILES.includes(url.pathname)) event.respondWith(file(request));
});
