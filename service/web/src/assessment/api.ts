import { content, read, service } from '@/api/client'
import type { components } from '@/api/schema'

type Schemas = components['schemas']

export type Assessment = Schemas['AssessmentAnswer']
export type Card = Schemas['CardAnswer']
export type Item = Schemas['ItemAnswer']
export type Part = Schemas['PartAnswer']
export type Flag = Schemas['FlagAnswer']
export type Kind = 'villages' | 'departments'

/** A year, or one of its quarters. */
export interface Period {
  year: number
  quarter: number | null
}

export function readAssessment(kind: Kind, { year, quarter }: Period): Promise<Assessment> {
  const params = { query: { year, quarter } }
  return content(kind === 'villages' ? service.GET('/api/assessment', { params }) : service.GET('/api/assessment/departments', { params }))
}

/** Enter a value; null takes the earlier one back. */
export async function enter(kind: Kind, code: string, item: string, { year, quarter }: Period, value: number | null, note: string): Promise<void> {
  const wish = { params: { path: { year, code, item } }, body: { value, note, quarter } }
  await (kind === 'villages' ? service.PUT('/api/assessment/{year}/villages/{code}/entries/{item}', wish) : service.PUT('/api/assessment/{year}/departments/{code}/entries/{item}', wish))
}

export async function decide(code: string, flag: string, year: number, confirmed: boolean, reason: string): Promise<void> {
  await service.PUT('/api/assessment/{year}/villages/{code}/vetoes/{flag}', { params: { path: { year, code, flag } }, body: { confirmed, reason } })
}

export async function downloadAssessment({ year, quarter }: Period): Promise<Blob> {
  return (await read('/api/assessment.xlsx', { query: { year, quarter } })).blob()
}
