import { ref } from 'vue'
import type { CaseEvent, FieldWords } from '@/api/types'
import { either, sentenceCase, t } from '@/language'
import { day } from '@/ui/dates'
import { readFormWords } from './api'

const known = ref<Record<string, FieldWords>>({})
let asked = false

/** Fetch, once, what fields and values are called; until then values stand as they are. */
export async function learnFormWords(): Promise<void> {
  if (asked) return
  asked = true
  try {
    known.value = Object.fromEntries((await readFormWords()).map((field) => [field.name, field]))
  } catch {
    // Without a signal the history is shown without these words; the next page asks again.
    asked = false
  }
}

/** A value of a form's field in the page's language. */
export function valueWord(field: string, value: string): string {
  const choice = known.value[field]?.choices.find((one) => one.value === value)
  return choice ? either(choice.label, choice.label_en) : value
}

/** Moves with which a deadline begins that people hold on to. */
const SETS_DEADLINE: ReadonlySet<string> = new Set(['dispatch', 'check_again', 'return', 'plan', 'reject'])

const WISHED: ReadonlySet<string> = new Set(['due_on', 'deadline'])

/** What was filled in with an entry of a history, as pairs of field and value. */
export function filledIn({ data }: CaseEvent): [string, string][] {
  const { fields, reason, move, due_at: due } = data as { fields?: Record<string, unknown>; reason?: unknown; move?: string; due_at?: string | null }
  const picked = known.value['reason']?.choices.some(({ value }) => value === reason)
  const filled = { ...fields, ...(picked ? { reason } : {}) }
  const deadline: [string, string][] = due && move && SETS_DEADLINE.has(move) ? [[t('case.due'), day(due)]] : []
  const said = Object.entries(filled).flatMap(([name, value]): [string, string][] => {
    if (value === null || value === '' || typeof value === 'boolean') return []
    const field = known.value[name]
    const text = [value].flat().map((one) => valueWord(name, String(one))).join('、')
    // A wished deadline is left out: the one that came of it stands at the end.
    if (!field || WISHED.has(name)) return []
    // Every form has a reason or several, each by another name.
    return [[name === 'reason' || name === 'reasons' ? t('case.reason') : sentenceCase(either(field.label, field.label_en)), text]]
  })
  return [...said, ...deadline]
}
