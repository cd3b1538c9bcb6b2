/** Forget all that the device keeps: another user of it must not see it. */
export async function forgetKept(): Promise<void> {
  if ('caches' in globalThis) await caches.delete(__KEPT_CACHE__)
}

/** The kept answer of an address, if there is one. */
export async function keptAnswer(address: string): Promise<Response | undefined> {
  return (await caches.open(__KEPT_CACHE__)).match(address, { ignoreVary: true })
}

/** When an answer was kept, if the offline worker took it from there; null when it is fresh. */
export function keptAtOf(answer: Response): string | null {
  return answer.headers.get(__KEPT_AT__)
}
