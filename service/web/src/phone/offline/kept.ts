/** Forget all that the device keeps: another user of it must not see it. */
export async function forgetKept(): Promise<void> {
  if ('caches' in globalThis) await caches.delete(__KEPT_CACHE__)
}
