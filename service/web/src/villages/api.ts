import { content, service } from '@/api/client'
import type { Figures, NamedFigures, PeriodFigures } from '@/api/types'

interface FiguresList<Item> {
  items: Item[]
  total: Figures
  illegal_cropland_limit: number
}

export type PeriodLength = 'month' | 'quarter' | 'year'

export function villageFigures(): Promise<FiguresList<NamedFigures>> {
  return content(service.GET('/api/villages/summary'))
}

export function oneVillage(code: string): Promise<NamedFigures> {
  return content(service.GET('/api/villages/{code}/summary', { params: { path: { code } } }))
}

export function departmentFigures(): Promise<FiguresList<NamedFigures>> {
  return content(service.GET('/api/departments/summary'))
}

export function periodFigures(by: PeriodLength): Promise<FiguresList<PeriodFigures>> {
  return content(service.GET('/api/periods/summary', { params: { query: { by } } }))
}
