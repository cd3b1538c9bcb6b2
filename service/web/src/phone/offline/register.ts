const AGAIN_MS = 30_000

/** Let the browser keep the page for times without a signal; needs https or localhost. */
export function keepOffline(): void {
  if (import.meta.env.PROD && 'serviceWorker' in navigator) void register()
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
