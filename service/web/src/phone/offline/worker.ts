declare const self: ServiceWorkerGlobalScope

export {}

const { revision, files } = JSON.parse('__OFFLINE_ASSETS__') as { revision: string; files: string[] }
const SHELL_PREFIX = 'plotwatch-shell-'
const SHELL = SHELL_PREFIX + revision
const PAGE = '/'
/** A signal too weak to be of use must not keep the page white: then comes what is kept. */
const PATIENCE_MS = 10_000
const STATIC = ['/icon.svg', '/manifest.webmanifest']

/** Answers that the village needs in the field. */
const KEPT = [
  /^\/api\/cases$/,
  /^\/api\/cases\/\d+$/,
  /^\/api\/cases\/\d+\/(events|evidence|transitions|ground)$/,
  /^\/api\/cases\/\d+\/evidence\/[^/]+\/thumbnail$/,
  /^\/api\/tiles\//,
  /^\/api\/villages$/,
  /^\/api\/case-forms$/,
]

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('message', (event) => {
  if (event.data === 'claim') event.waitUntil(self.clients.claim())
})
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (files.includes(url.pathname) || STATIC.includes(url.pathname)) event.respondWith(asset(request))
  else if (KEPT.some((pattern) => pattern.test(url.pathname))) event.respondWith(freshOrKept(request))
})

async function install(): Promise<void> {
  const cache = await caches.open(SHELL)
  await cache.addAll([PAGE, ...STATIC, ...files])
  await self.skipWaiting()
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(SHELL_PREFIX) && name !== SHELL)
  await Promise.all(old.map((name) => caches.delete(name)))
  await self.clients.claim()
}

/** The page comes from the service when it can, so that a new version is seen at once. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) })
  } catch {
    return (await caches.match(PAGE)) ?? Response.error()
  }
}

async function asset(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request)
}

/** The service's answer, kept for later; what was kept before when there is no signal. */
async function freshOrKept(request: Request): Promise<Response> {
  const cache = await caches.open(__KEPT_CACHE__)
  // The login differs from day to day; what is kept belongs to the one user of this device.
  const kept = await cache.match(request, { ignoreVary: true })
  let answer: Response
  try {
    const signals = kept ? [request.signal, AbortSignal.timeout(PATIENCE_MS)] : [request.signal]
    answer = await fetch(request, { signal: AbortSignal.any(signals) })
  } catch {
    return kept ? saidToBeKept(kept) : Response.error()
  }
  // A phone without room still shows what the service says now.
  if (answer.ok) await cache.put(request, answer.clone()).catch(() => undefined)
  return answer
}

/** The page tells its reader from when it is. */
function saidToBeKept(kept: Response): Response {
  const headers = new Headers(kept.headers)
  headers.set(__KEPT_AT__, kept.headers.get('Date') ?? '')
  return new Response(kept.body, { status: kept.status, headers })
}
