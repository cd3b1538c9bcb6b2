import { ref, watch, type Ref } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import type { Case } from '@/api/types'
import { followingCases, listCases, type CaseFilters } from './api'

/** The cases of the filters, page by page; asked for again with every change of them. */
export function useCaseList(filters: Ref<CaseFilters>) {
  const items = ref<Case[]>([])
  const next = ref<string | null>(null)
  const busy = ref(true)
  const problem = ref<Problem | null>(null)
  let request: AbortController | null = null

  async function load(): Promise<void> {
    request?.abort()
    request = new AbortController()
    const { signal } = request
    await guard(async () => {
      const page = await listCases({ ...filters.value }, undefined, signal)
      items.value = page.items
      next.value = page.next
    }, signal)
  }

  async function more(): Promise<void> {
    const address = next.value
    if (!address || busy.value) return
    await guard(async () => {
      const page = await followingCases(address)
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
  return { items, next, busy, problem, load, more }
}
