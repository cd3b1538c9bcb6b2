import { ref, watch, type Ref } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import type { Page } from '@/api/types'

interface Source<Item, Filters> {
  first: (filters: Filters, signal: AbortSignal) => Promise<Page<Item>>
  /** The page at an address that the service named. */
  following: (next: string) => Promise<Page<Item>>
  /** How many there are on all pages, where counting is a question of its own. */
  count?: (filters: Filters, signal: AbortSignal) => Promise<number>
}

/** The items of the filters, page by page; asked for again with every change of them. */
export function usePages<Item, Filters extends object>(filters: Ref<Filters>, source: Source<Item, Filters>) {
  const items = ref([]) as Ref<Item[]>
  const next = ref<string | null>(null)
  const total = ref<number | null>(null)
  const busy = ref(true)
  const problem = ref<Problem | null>(null)
  let request: AbortController | null = null

  async function load(): Promise<void> {
    request?.abort()
    request = new AbortController()
    const { signal } = request
    await guard(async () => {
      const page = await source.first({ ...filters.value }, signal)
      items.value = page.items
      next.value = page.next
      total.value = page.total ?? null
    }, signal)
    if (source.count && !signal.aborted && !problem.value) await count(source.count, signal)
  }

  /** Asked when the page is there, which must not wait for it; a list does without. */
  async function count(ask: NonNullable<typeof source.count>, signal: AbortSignal): Promise<void> {
    try {
      const found = await ask({ ...filters.value }, signal)
      if (!signal.aborted) total.value = found
    } catch {
      if (!signal.aborted) total.value = null
    }
  }

  async function more(): Promise<void> {
    const address = next.value
    if (!address || busy.value) return
    await guard(async () => {
      const page = await source.following(address)
      items.value.push(...page.items)
      next.value = page.next
    })
  }

  async function guard(act: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    busy.value = true
    problem.value = null
    try {
      await act()
    } catch (error) {
      if (signal?.aborted) return
      problem.value = asProblem(error)
    }
    busy.value = false
  }

  watch(filters, load, { immediate: true })
  return { items, next, total, busy, problem, load, more }
}
