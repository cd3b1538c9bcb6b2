import { computed, ref } from 'vue'
import { asProblem } from '@/api/problem'
import { follow } from '@/api/stream'
import type { Notice } from '@/api/types'
import { me } from '@/session/session'
import { newestNotices } from './api'

/** How many notices are kept; of more that are unread the bell says only so much. */
export const KEPT = 30

export const notices = ref<Notice[]>([])
export const connected = ref(true)

const seen = ref(0)
const position = ref(0)
export const unread = computed(() => notices.value.filter((notice) => notice.position > seen.value).length)

let stream: AbortController | null = null

/** Follow what happens to the cases that the current user sees, until `stopFeed`. */
export async function startFeed(): Promise<void> {
  stopFeed()
  const started = new AbortController()
  stream = started
  seen.value = Number(localStorage.getItem(key()) ?? 0)
  try {
    const page = await newestNotices()
    notices.value = page.items
    position.value = page.position
  } catch (error) {
    connected.value = !asProblem(error).offline
  }
  if (started.signal.aborted) return
  await follow('/api/notices/events', {
    endless: true,
    signal: started.signal,
    query: () => ({ after: position.value }),
    onState: (now) => (connected.value = now),
    onEvent: ({ event, data }) => event === 'notice' && take(JSON.parse(data) as Notice),
  })
}

export function stopFeed(): void {
  stream?.abort()
  stream = null
  notices.value = []
}

/** Everything that is shown now has been seen. */
export function markSeen(): void {
  seen.value = Math.max(seen.value, position.value)
  localStorage.setItem(key(), String(seen.value))
}

function take(notice: Notice): void {
  position.value = Math.max(position.value, notice.position)
  const others = notices.value.filter((one) => one.position !== notice.position)
  notices.value = [notice, ...others].slice(0, KEPT)
}

function key(): string {
  return `plotwatch.seen.${me.value?.username ?? ''}`
}
