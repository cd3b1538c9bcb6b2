import type { Me } from '@/api/types'

/** The states in which a case waits for somebody of a role. */
const OF_ROLE: Partial<Record<Me['role'], readonly string[]>> = {
  admin: ['pending_assignment', 'office_review', 'concluded', 'acceptance', 'reopened'],
  office: ['pending_assignment', 'office_review', 'concluded', 'acceptance', 'reopened'],
  leader: ['escalated'],
  department: ['office_review', 'acceptance'],
  village: ['village_check', 'evidence', 'returned', 'rectifying'],
  grid: ['village_check', 'evidence', 'returned'],
}

/** What waits for somebody, as the filter of states in an address; empty when nothing ever does. */
export function toDoOf(me: Me | null): string {
  if (!me) return ''
  if (me.department === 'finance') return ''
  if (me.department === 'law_enforcement') return ['office_review', 'enforcement'].join(',')
  return (OF_ROLE[me.role] ?? []).join(',')
}
