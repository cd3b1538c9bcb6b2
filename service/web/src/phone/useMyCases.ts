import { computed, ref } from 'vue'
import { service } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Case } from '@/api/types'
import { readEvents } from '@/cases/api'
import { workingState } from '@/cases/states'
import { inOrder, isOurs } from './ordering'
import { keptAtOf } from './offline/kept'
import { here } from './position'

const LIMIT = 300
export const LIST = `/api/cases?limit=${LIMIT}`

/** The open cases of one's villages, in the order to go to them. */
export function useMyCases() {
  const cases = ref<Case[] | null>(null)
  const words = ref<Record<number, string>>({})
  const problem = ref<Problem | null>(null)
  /** Of when the list is, when it could only be taken from what the device keeps. */
  const keptAt = ref<string | null>(null)

  const ordered = computed(() => inOrder(cases.value ?? [], here.value?.position ?? null))
  const ours = computed(() => ordered.value.filter(isOurs))
  const others = computed(() => ordered.value.filter((one) => !isOurs(one)))

  async function load(): Promise<void> {
    problem.value = null
    try {
      const { data, response } = await service.GET('/api/cases', { params: { query: { limit: LIMIT } } })
      keptAt.value = keptAtOf(response)
      cases.value = data!.items as unknown as Case[]
      await loadWords(cases.value.filter((one) => workingState(one) === 'returned'))
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  /** What the reviewer said when a case was returned. */
  async function loadWords(returned: Case[]): Promise<void> {
    const found = await Promise.all(returned.map(async ({ id }) => {
      const events = await readEvents(id)
      return [id, events.findLast(({ to_status }) => to_status === 'returned')?.note ?? ''] as const
    }))
    words.value = Object.fromEntries(found)
  }

  return { cases, ours, others, words, problem, keptAt, load }
}
