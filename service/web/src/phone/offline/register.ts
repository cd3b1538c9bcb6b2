/** Let the browser keep the page for times without a signal; needs https or localhost. */
export function keepOffline(): void {
  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    void navigator.serviceWorker.register('/sw.js')
  }
}
