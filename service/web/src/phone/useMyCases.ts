import { computed, ref } from 'vue'
import { service } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Case, CaseEvent } from '@/api/types'
import { readEvents } from '@/cases/api'
import { learnFormWords } from '@/cases/formWords'
import { whySentBack } from '@/cases/sentBack'
import { inOrder, isOurs } from './ordering'
import { keptAtOf } from './offline/kept'
import { here } from './position'

const LIMIT = 300
export const LIST = `/api/cases?limit=${LIMIT}`

/** The open cases of one's villages, in the order to go to them. */
export function useMyCases() {
  const cases = ref<Case[] | null>(null)
  const told = ref<Record<number, CaseEvent[]>>({})
  const words = computed(() => Object.fromEntries(Object.entries(told.value).map(([id, events]) => [id, whySentBack(events)])))
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
      await loadWords(cases.value.filter((one) => isOurs(one) && ('return' in one.facts || 'rejection' in one.facts)))
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  /** The histories that say why cases were handed back. */
  async function loadWords(returned: Case[]): Promise<void> {
    const found = await Promise.all(returned.map(async ({ id }) => [id, await readEvents(id)] as const))
    told.value = Object.fromEntries(found)
    if (returned.length) await learnFormWords()
  }

  return { cases, ours, others, words, problem, keptAt, load }
}
