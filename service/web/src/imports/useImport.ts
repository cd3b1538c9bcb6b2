import { onBeforeUnmount, ref, watch, type Ref } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import { follow } from '@/api/stream'
import type { ImportJob } from '@/api/types'
import { readImport } from './api'

const FINAL: ReadonlySet<string> = new Set(['published', 'rejected', 'failed'])

/** An import, followed live until it has ended. */
export function useImport(id: Ref<number>) {
  const job = ref<ImportJob | null>(null)
  const problem = ref<Problem | null>(null)
  let stream = new AbortController()

  async function load(): Promise<void> {
    problem.value = null
    try {
      job.value = await readImport(id.value)
      if (!FINAL.has(job.value.status)) void listen()
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  async function listen(): Promise<void> {
    stream = new AbortController()
    const { signal } = stream
    await follow(`/api/imports/${id.value}/events`, {
      signal,
      onEvent: ({ data }) => {
        const told = JSON.parse(data) as Partial<ImportJob>
        if (job.value) job.value = { ...job.value, ...told }
      },
    })
    // The last event carries no list of problems: the whole is read once more. When the stream
    // ended with the login before the import did, it is followed on with the new one.
    if (!signal.aborted) await load()
  }

  watch(id, load, { immediate: true })
  onBeforeUnmount(() => stream.abort())
  return { job, problem, load }
}
