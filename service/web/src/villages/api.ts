import { call } from '@/api/client'
import type { Figures, NamedFigures } from '@/api/types'

interface FiguresList {
  items: NamedFigures[]
  total: Figures
}

export function villageFigures(): Promise<FiguresList> {
  return call('GET', '/api/villages/summary')
}

export function oneVillage(code: string): Promise<NamedFigures> {
  return call('GET', `/api/villages/${encodeURIComponent(code)}/summary`)
}

export function departmentFigures(): Promise<FiguresList> {
  return call('GET', '/api/departments/summary')
}

/** The share of cases of which nothing is owed any more. */
export function closedShare({ cases, open }: Figures): number | null {
  return cases ? (cases - open) / cases : null
}
