import { computed, reactive, ref, watch } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import type { Preview } from '@/api/types'
import { NO_CHOICES, previewUpload, startImport, type Choices, type Sent } from './api'
import { profileOf, sameMapping, type Said } from './fields'

/** An upload before it is published: the file, what was found in it, what its sender corrects. */
export function useUpload() {
  const file = ref<File | null>(null)
  const layer = ref('patches')
  const choices = reactive<Choices>({ ...NO_CHOICES })
  const preview = ref<Preview | null>(null)
  const mapping = ref<Record<string, string>>({})
  const problem = ref<Problem | null>(null)
  const busy = ref<'looking' | 'publishing' | null>(null)
  const sent = ref(0)
  /** What the sender answered when the service asked: columns of fields not found, the land classes' system. */
  let answered: Said = { columns: {}, landClasses: '' }
  let request: AbortController | null = null

  const edited = computed(() => preview.value !== null && !sameMapping(preview.value.mapping, mapping.value))
  /** A correction that has been looked at stays with the upload. */
  const decided = () => (edited.value ? { ...choices, profile: profileOf({ ...answered, columns: { ...answered.columns, ...mapping.value } }) } : { ...choices })

  /** The service keeps what it has looked at: a correction does not send the file again. */
  const known = ref<Sent | null>(null)
  const what = () => known.value ?? file.value!

  async function look(): Promise<void> {
    request?.abort()
    if (!file.value) return
    request = new AbortController()
    const { signal } = request
    begin('looking')
    try {
      const corrected = decided()
      preview.value = await previewUpload(what(), layer.value, corrected, (share) => (sent.value = share), signal)
      known.value = { upload: preview.value.upload, filename: preview.value.filename }
      choices.profile = corrected.profile
      mapping.value = { ...preview.value.mapping }
    } catch (error) {
      if (signal.aborted) return
      // What was found before stays, so that a correction that did not work can be corrected.
      problem.value = asProblem(error)
    }
    busy.value = null
  }

  /** Name the column of a field that was not found; what that gives shows the next look. */
  function nameColumn(field: string, column: string): void {
    answer({ columns: { ...answered.columns, [field]: column } })
  }

  function nameLandClasses(system: string): void {
    answer({ landClasses: system })
  }

  function answer(said: Partial<Said>): void {
    answered = { ...answered, ...said }
    choices.profile = profileOf(answered)
  }

  async function publish(): Promise<{ id: number; duplicate: boolean } | null> {
    if (!file.value) return null
    begin('publishing')
    try {
      const answer = await startImport(what(), layer.value, decided(), (share) => (sent.value = share))
      return { id: answer.duplicate_of ?? answer.id, duplicate: Boolean(answer.duplicate_of) }
    } catch (error) {
      problem.value = asProblem(error)
      return null
    } finally {
      busy.value = null
    }
  }

  function begin(what: 'looking' | 'publishing'): void {
    busy.value = what
    problem.value = null
    sent.value = 0
  }

  watch(file, () => (known.value = null), { flush: 'sync' })
  watch([file, layer], () => {
    Object.assign(choices, { ...NO_CHOICES, effective_on: choices.effective_on, note: choices.note })
    preview.value = null
    problem.value = null
    busy.value = null
    mapping.value = {}
    answered = { columns: {}, landClasses: '' }
    void look()
  })

  return { file, layer, choices, preview, mapping, problem, busy, sent, edited, look, nameColumn, nameLandClasses, publish }
}
