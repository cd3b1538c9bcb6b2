import type { CaseEvent } from '@/api/types'
import { t } from '@/language'
import { valueWord } from './formWords'

/** Moves that hand a case back to the village, and those with which something new is asked or answered. */
const BACK: ReadonlySet<string> = new Set(['return', 'reject'])
const ANEW: ReadonlySet<string> = new Set(['dispatch', 'check_again', 'submit', 'plan', 'report_rectified', 'report_enforced'])

/** Why a case was handed back, until it is answered: the reasons picked and the reviewer's words. */
export function whySentBack(events: readonly CaseEvent[]): string {
  const moveOf = ({ data }: CaseEvent) => String((data as { move?: string }).move)
  const last = events.findLast((one) => BACK.has(moveOf(one)) || ANEW.has(moveOf(one)))
  if (!last || !BACK.has(moveOf(last))) return ''
  const { fields } = last.data as { fields?: { reasons?: string[] } }
  const picked = fields?.reasons ?? []
  // A name for programs is no reason for people: until the words are there it is left out.
  const reasons = picked.map((one) => valueWord('reasons', one)).filter((word, index) => word !== picked[index]).join(t('word.comma'))
  return [reasons, last.note].filter(Boolean).join(t('word.semicolon'))
}
