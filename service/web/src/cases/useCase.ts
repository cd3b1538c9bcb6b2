import { ref, watch, type Ref } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import type { CaseDetail, CaseEvent, Evidence } from '@/api/types'
import { can } from '@/session/session'
import { NO_OFFER, readCase, readEvents, readEvidence, readGround, readOffer, type Ground, type Offer } from './api'

/** A case with everything that its page shows. */
export function useCase(id: Ref<number>) {
  const item = ref<CaseDetail | null>(null)
  const events = ref<CaseEvent[]>([])
  const evidence = ref<Evidence[]>([])
  const offer = ref<Offer>(NO_OFFER)
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
        can('act-on-cases') ? readOffer(id.value) : NO_OFFER,
        readGround(id.value),
      ])
      events.value = history
      evidence.value = photos
      offer.value = allowed
      ground.value = pieces
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  watch(id, () => {
    item.value = null
    void load()
  }, { immediate: true })
  return { item, events, evidence, offer, ground, problem, load }
}
