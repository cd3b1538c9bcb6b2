import type { CaseEvent } from '@/api/types'
import { language, named, t } from '@/language'
import { mu } from '@/ui/figures'

interface Facts {
  category: string
  severity: number
  suspect: number
}

const short = ({ category, severity, suspect }: Facts) => `${named('category', category)}, ${named('severity', severity).toLowerCase()}, ${mu(suspect)} ${t('word.mu')}`

/** What stands under an entry: people's own words, and the system's in the page's language. */
export function noteOf({ actor, note, data }: CaseEvent): string | null {
  const { was, is } = data as { was?: Facts; is?: Facts }
  // The service writes its sentence in Chinese and keeps the facts beside it.
  if (language.value === 'zh' || actor !== 'system' || !is?.category) return note
  if (!was?.category) return short(is)
  return short(was) === short(is) ? t('event.still', { is: short(is) }) : t('event.wasIs', { was: short(was), is: short(is) })
}
