const AGAIN_MS = 30_000

/** Let the browser keep the page for times without a signal; needs https or localhost. */
export function keepOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  void register()
  void comeUnderWorker()
}

/**
 * A page that was still on its way when the worker took over is not under it, and no event will
 * say so: a worker claims only pages that are ready. So such a page asks to be claimed.
 */
async function comeUnderWorker(): Promise<void> {
  const { active } = await navigator.serviceWorker.ready
  if (!navigator.serviceWorker.controller) active?.postMessage('claim')
}

/**
 * One file that does not come fails the whole installation, and a weak signal loses files: it is
 * tried until a worker stands, not only when the page is opened the next time.
 */
async function register(): Promise<void> {
  const registration = await navigator.serviceWorker.register('/sw.js').catch(() => null)
  setTimeout(() => {
    if (!registration?.active) void register()
  }, AGAIN_MS)
}
