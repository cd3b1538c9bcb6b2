import { onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'
import type { Case } from '@/api/types'
import { keptAnswer } from './offline/kept'
import { keepTasks } from './offline/tasks'
import { online } from './online'
import { LIST } from './useMyCases'

const AGAIN_MS = 5_000

export type Readiness = 'impossible' | 'preparing' | 'ready'

/**
 * Whether the tasks can be worked on without a signal: the offline worker has the page, and the
 * list and every task were read through it. What was read before it took over is read again.
 */
export function useReadiness(tasks: Ref<Case[] | null>, load: () => Promise<void>): Ref<Readiness> {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker : null
  const readiness = ref<Readiness>(worker ? 'preparing' : 'impossible')
  let timer = 0

  async function keep(): Promise<void> {
    clearTimeout(timer)
    if (!worker || !tasks.value || !(await keptAnswer(LIST))) return
    try {
      await keepTasks(tasks.value)
      readiness.value = 'ready'
    } catch {
      readiness.value = 'preparing'
      timer = window.setTimeout(keep, AGAIN_MS)
    }
  }

  watch([tasks, online], keep)
  onMounted(() => worker?.addEventListener('controllerchange', load))
  onBeforeUnmount(() => {
    clearTimeout(timer)
    worker?.removeEventListener('controllerchange', load)
  })
  return readiness
}
