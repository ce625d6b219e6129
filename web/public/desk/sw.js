/* The desk without a line, for home visits.  The page itself is kept as it was
 * last loaded; of the bureau's data only what an officer took along (a message
 * "keep"), for a day, until he signs out or the server no longer knows him.
 * On line nothing is answered from here but files that never change. */
const SHELL = 'mz-shell-1';
const KEPT = 'mz-kept-1';
const KEPT_MS = 24 * 3600 * 1000;
const PAGE = '/desk/';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('mz-') && name !== SHELL && name !== KEPT) await caches.delete(name);
  await self.clients.claim();
})()));

/* A new page names new files: those of the old one go. */
async function keepPage(response) {
  const cache = await caches.open(SHELL);
  const old = await cache.match(PAGE);
  const text = await response.clone().text();
  if (old && (await old.text()) !== text) for (const request of await cache.keys()) await cache.delete(request);
  await cache.put(PAGE, response);
}

async function page(request) {
  try {
    const response = await fetch(request);
    if (response.ok) await keepPage(response.clone());
    return response;
  } catch (error) {
    const kept = await (await caches.open(SHELL)).match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

async function file(request) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

async function data(request) {
  let response;
  try {
    response = await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(KEPT)).match(request.url, { ignoreVary: true });
    const at = Number(kept?.headers.get('X-Kept-At') ?? 0);
    if (kept && Date.now() - at < KEPT_MS) return kept;
    throw error;
  }
  if (response.status === 401) await caches.delete(KEPT);
  return response;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (url.pathname.startsWith('/assets/') || url.pathname === '/icon.svg') event.respondWith(file(request));
  else if (url.pathname.startsWith('/api/')) event.respondWith(data(request));
});

async function keepOne(cache, url, headers) {
  const response = await fetch(url, { credentials: 'same-origin', headers });
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  const marked = new Headers(response.headers);
  marked.set('X-Kept-At', String(Date.now()));
  await cache.put(url, new Response(await response.blob(), { status: 200, headers: marked }));
}

/* { keep: [addresses of the API], files: [of the page], language } or { forget: true }; answered with { ok }. */
async function told({ keep, files = [], language, forget }) {
  if (forget) await caches.delete(KEPT);
  if (!keep) return;
  const shell = await caches.open(SHELL);
  await keepPage(await fetch(PAGE));
  await Promise.all(files.map(async (url) => { if (!(await shell.match(url))) await shell.add(url); }));
  const cache = await caches.open(KEPT);
  await Promise.all(keep.map((url) => keepOne(cache, url, { 'Accept-Language': language })));
}
self.addEventListener('message', (event) => event.waitUntil(
  told(event.data).then(() => event.ports[0]?.postMessage({ ok: true }), () => event.ports[0]?.postMessage({ ok: false }))));
