import { onBeforeUnmount, onMounted, ref } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import type { Detection, Scene } from '@/api/types'
import { can } from '@/session/session'
import { listDetections, listScenes } from './api'

const LOOK_AGAIN_MS = 2500
const unfinished = ({ status }: { status: string }) => status === 'queued' || status === 'running'

/** Scenes and comparisons; asked for again while work goes on with one of them. */
export function useScenes() {
  const scenes = ref<Scene[] | null>(null)
  const detections = ref<Detection[]>([])
  const problem = ref<Problem | null>(null)
  let timer = 0

  async function load(): Promise<void> {
    clearTimeout(timer)
    problem.value = null
    try {
      const [found, compared] = await Promise.all([listScenes(), can('read-imports') ? listDetections() : { items: [] }])
      scenes.value = found.items
      detections.value = compared.items
      if (found.items.some(unfinished) || compared.items.some(unfinished)) timer = window.setTimeout(load, LOOK_AGAIN_MS)
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  onMounted(load)
  onBeforeUnmount(() => clearTimeout(timer))
  return { scenes, detections, problem, load }
}
