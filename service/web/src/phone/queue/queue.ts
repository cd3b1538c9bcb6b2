import { computed, ref, toRaw } from 'vue'
import { asProblem } from '@/api/problem'
import { loggedIn, me } from '@/session/session'
import { dropPhoto, keepPhoto, photosOf, type QueuedPhoto } from './store'
import { sendPhoto } from './sending'
import { sha256 } from './hash'

const AGAIN_MS = 15_000

/** The current user's photos that the service has not confirmed, or was not asked to forget. */
export const photos = ref<QueuedPhoto[]>([])
export const waiting = computed(() => photos.value.filter(({ state }) => state !== 'confirmed').length)

const confirmed = new Set<(caseId: number) => void>()
let running = false
/** The photo that is being sent: what is shown of it must stay the same object. */
let current: QueuedPhoto | null = null
let timer = 0

/** Call when the service has confirmed a photo of a case. Returns how to stop. */
export function onConfirmed(act: (caseId: number) => void): () => void {
  confirmed.add(act)
  return () => confirmed.delete(act)
}

/** Read what is kept, and send it whenever there is a signal. */
export async function startQueue(): Promise<void> {
  window.addEventListener('online', runQueue)
  await loadQueue()
  await runQueue()
}

export function stopQueue(): void {
  window.removeEventListener('online', runQueue)
  clearTimeout(timer)
}

/** Keep a photo on the device and send it as soon as possible. */
export async function addPhoto(file: File, { caseId, caseCode, kind, place }: Pick<QueuedPhoto, 'caseId' | 'caseCode' | 'kind' | 'place'>): Promise<void> {
  const content = new Blob([await file.arrayBuffer()], { type: file.type })
  await keepPhoto({
    id: crypto.randomUUID(),
    username: me.value?.username ?? '',
    caseId,
    caseCode,
    name: file.name,
    kind,
    content,
    size: file.size,
    sha256: await sha256(content),
    takenAt: new Date(file.lastModified).toISOString(),
    place,
    state: 'waiting',
    sent: 0,
    refusal: '',
  })
  await loadQueue()
  void runQueue()
}

/** Try a refused photo afresh. */
export async function retryPhoto(photo: QueuedPhoto): Promise<void> {
  await change(photo, { state: 'waiting', refusal: '' })
  void runQueue()
}

export async function removePhoto(photo: QueuedPhoto): Promise<void> {
  await dropPhoto(photo.id)
  await loadQueue()
}

async function loadQueue(): Promise<void> {
  const kept = (await photosOf(me.value?.username ?? '')).map((photo) => (photo.id === current?.id ? current : photo))
  photos.value = kept.toSorted((one, other) => one.takenAt.localeCompare(other.takenAt))
}

/** Send what waits, one after the other. Only one run at a time, in this and in other tabs. */
export async function runQueue(): Promise<void> {
  if (running || !navigator.onLine || !loggedIn()) return
  running = true
  clearTimeout(timer)
  try {
    await withLock(sendAll)
  } finally {
    running = false
  }
  if (photos.value.some(({ state }) => state === 'waiting')) timer = window.setTimeout(runQueue, AGAIN_MS)
}

async function sendAll(): Promise<void> {
  await loadQueue()
  const tried = new Set<string>()
  for (;;) {
    // Looked up afresh each time: more may have been taken meanwhile. Nobody else sends now, so
    // one that says it is being sent was left by a page that died.
    const next = photos.value.find(({ id, state }) => !tried.has(id) && (state === 'waiting' || state === 'sending'))
    if (!next) return
    tried.add(next.id)
    current = next
    const goOn = await sendOne(next)
    current = null
    if (!goOn) return
  }
}

/** Whether to go on with the next: not when there is no signal. */
async function sendOne(photo: QueuedPhoto): Promise<boolean> {
  await change(photo, { state: 'sending' })
  try {
    const answered = await sendPhoto(toRaw(photo), (share) => (photo.sent = share))
    if (answered !== photo.sha256) {
      await change(photo, { state: 'waiting', sent: 0 })
      return false
    }
    await change(photo, { state: 'confirmed', sent: 1 })
    confirmed.forEach((act) => act(photo.caseId))
    return true
  } catch (error) {
    const problem = asProblem(error)
    const refused = problem.status >= 400 && problem.status < 500 && ![401, 408, 429].includes(problem.status)
    await change(photo, refused ? { state: 'refused', refusal: problem.sentence } : { state: 'waiting' })
    return refused
  }
}

async function change(photo: QueuedPhoto, values: Partial<QueuedPhoto>): Promise<void> {
  Object.assign(photo, values)
  await keepPhoto({ ...toRaw(photo) })
}

async function withLock(act: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) await navigator.locks.request('plotwatch.photos', act)
  else await act()
}
