import { content, service } from '@/api/client'
import type { Figures, NamedFigures } from '@/api/types'

interface FiguresList {
  items: NamedFigures[]
  total: Figures
}

export function villageFigures(): Promise<FiguresList> {
  return content(service.GET('/api/villages/summary'))
}

export function oneVillage(code: string): Promise<NamedFigures> {
  return content(service.GET('/api/villages/{code}/summary', { params: { path: { code } } }))
}

export function departmentFigures(): Promise<FiguresList> {
  return content(service.GET('/api/departments/summary'))
}

/** The share of cases of which nothing is owed any more. */
export function closedShare({ cases, open }: Figures): number | null {
  return cases ? (cases - open) / cases : null
}
