import type { Case } from '@/api/types'

/** States in which nothing is owed any more. */
export const TERMINAL: ReadonlySet<string> = new Set(['closed_no_violation', 'closed_rectified', 'transferred', 'split'])

/** Moves that lead aside or back: to be found, but not what a case waits for. */
export const ASIDE: ReadonlySet<string> = new Set(['amend_conclusion', 'transfer', 'enforce', 'reopen', 'escalate', 'de_escalate'])

/** States in which what was concluded holds. */
export const CONCLUDED: ReadonlySet<string> = new Set(['concluded', 'rectifying', 'enforcement', 'acceptance', 'closed_no_violation', 'closed_rectified', 'transferred'])

/** Conclusions that ask for rectification. */
export const VIOLATIONS: ReadonlySet<string> = new Set(['non_farm', 'non_grain'])

/** Refusals that say that a case is shown as it no longer is: somebody else was first. */
export const OVERTAKEN: ReadonlySet<string> = new Set(['stale', 'not-from-here', 'voided', 'not-voided', 'not-paused'])

/** The columns of the board, in the order of a case's way; what is escalated is where its work stands. */
export const BOARD: readonly { key: 'assign' | 'village' | 'review' | 'rectify' | 'closed'; statuses: readonly string[] }[] = [
  { key: 'assign', statuses: ['screened', 'pending_assignment', 'reopened'] },
  { key: 'village', statuses: ['village_check', 'evidence', 'returned'] },
  { key: 'review', statuses: ['office_review'] },
  { key: 'rectify', statuses: ['concluded', 'rectifying', 'enforcement', 'acceptance'] },
  { key: 'closed', statuses: [...TERMINAL] },
]

export const ALL_STATUSES: readonly string[] = [...BOARD.flatMap(({ statuses }) => statuses), 'escalated']

/** The state in which the work of a case stands, also while it is escalated. */
export function workingState({ status, facts }: Pick<Case, 'status' | 'facts'>): string {
  const { escalation } = facts as { escalation?: { from?: string } }
  return status === 'escalated' ? (escalation?.from ?? status) : status
}

/** A number as it is read beside its village; a case that came from another village keeps that one's. */
export function shortCode(code: string, village: string): string {
  return code.slice(code.startsWith(village) ? -9 : -14)
}

export const DEPARTMENTS = [
  'planning_and_environment',
  'agriculture_service_center',
  'culture_service_center',
  'law_enforcement',
  'natural_resources_station',
  'task_force_office',
] as const
