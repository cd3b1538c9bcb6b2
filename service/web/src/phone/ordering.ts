import type { Case } from '@/api/types'
import { TERMINAL, workingState } from '@/cases/states'
import { boundsOf } from '@/map/extent'
import { distance, type Position } from '@/map/geodesy'

/** The middle of a case's ground, to go to. */
export function middleOf({ geometry }: Case): Position {
  const [west, south, east, north] = boundsOf(geometry)
  return [(west + east) / 2, (south + north) / 2]
}

const IN_THE_VILLAGE: ReadonlySet<string> = new Set(['village_check', 'evidence', 'returned', 'rectifying'])

/** Whether the village has something to do for it now. */
export function isOurs(one: Case): boolean {
  return IN_THE_VILLAGE.has(workingState(one))
}

/** Open cases: what was returned first, then what is ours, each nearest first or by deadline. */
export function inOrder(cases: readonly Case[], here: Position | null): Case[] {
  const rank = (one: Case) => (workingState(one) === 'returned' ? 0 : isOurs(one) ? 1 : 2)
  const near = new Map(cases.map((one) => [one.id, here ? distance(here, middleOf(one)) : 0]))
  return cases
    .filter(({ status }) => !TERMINAL.has(status))
    .toSorted((one, other) =>
      rank(one) - rank(other) ||
      near.get(one.id)! - near.get(other.id)! ||
      (one.due_at ?? '9').localeCompare(other.due_at ?? '9'))
}
