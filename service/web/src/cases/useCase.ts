import { ref, watch, type Ref } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import type { CaseDetail, CaseEvent, Evidence, Transition } from '@/api/types'
import { can } from '@/session/session'
import { readCase, readEvents, readEvidence, readGround, readTransitions, type Ground } from './api'

/** A case with everything that its page shows. */
export function useCase(id: Ref<number>) {
  const item = ref<CaseDetail | null>(null)
  const events = ref<CaseEvent[]>([])
  const evidence = ref<Evidence[]>([])
  const transitions = ref<Transition[]>([])
  const ground = ref<Ground | null>(null)
  const problem = ref<Problem | null>(null)

  async function load(): Promise<void> {
    problem.value = null
    try {
      item.value = await readCase(id.value)
      // One after the other could show a state that never was; together they are nearly one moment.
      const [history, photos, allowed, pieces] = await Promise.all([
        readEvents(id.value),
        readEvidence(id.value),
        can('act-on-cases') ? readTransitions(id.value) : [],
        readGround(id.value),
      ])
      events.value = history
      evidence.value = photos
      transitions.value = allowed
      ground.value = pieces
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  watch(id, () => {
    item.value = null
    void load()
  }, { immediate: true })
  return { item, events, evidence, transitions, ground, problem, load }
}
