import type { Department, Role } from '@/api/types'
import { DEPARTMENTS as LEADING } from '@/cases/states'
import { named, t } from '@/language'
import type { VillageName } from '@/villages/names'

/** In the order in which a township makes them. */
export const ROLES: readonly Role[] = ['village', 'grid', 'department', 'office', 'leader', 'analyst', 'admin']

/** Also those that read cases and lead none. */
export const DEPARTMENTS: readonly Department[] = [...LEADING, 'finance']

/** Whose ground a role answers for. */
export type Scope = 'villages' | 'department' | 'none'

export function scopeOf(role: Role): Scope {
  if (role === 'department') return 'department'
  return role === 'village' || role === 'grid' || role === 'analyst' ? 'villages' : 'none'
}

interface Scoped {
  role: string
  villages: readonly string[]
  department: string | null
}

const SHOWN = 3

/** Whose ground an account answers for, in words; of many villages the first few. */
export function scopeWords({ role, villages, department }: Scoped, known: readonly VillageName[], most = SHOWN): string {
  const scope = scopeOf(role as Role)
  if (scope === 'department') return named('department', department)
  if (scope === 'none' || !villages.length) return t('accounts.everywhere')
  const names = villages.map((code) => known.find((one) => one.code === code)?.name ?? code)
  const shown = names.slice(0, most).join(t('word.comma'))
  return names.length > most ? t('accounts.andMore', { shown, n: names.length }) : shown
}
