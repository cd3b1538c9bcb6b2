import { ask, call, type Query } from '@/api/client'
import type { Case, CaseDetail, CaseEvent, Evidence, Page, Transition } from '@/api/types'

export interface CaseFilters {
  village: string
  status: string
  category: string
  severity: string
  batch: string
  overdue: string
  department: string
  q: string
}

export const NO_FILTERS: CaseFilters = { village: '', status: '', category: '', severity: '', batch: '', overdue: '', department: '', q: '' }

const PAGE = 100

export function listCases(filters: Query, limit = PAGE, signal?: AbortSignal): Promise<Page<Case>> {
  return call('GET', '/api/cases', { query: { ...filters, limit }, signal })
}

/** The page that follows: the service names it by its whole address. */
export function followingCases(next: string): Promise<Page<Case>> {
  const { pathname, search } = new URL(next)
  return call('GET', pathname + search)
}

export function readCase(id: number): Promise<CaseDetail> {
  return call('GET', `/api/cases/${id}`)
}

export async function readEvents(id: number): Promise<CaseEvent[]> {
  return (await call<Page<CaseEvent>>('GET', `/api/cases/${id}/events`)).items
}

export async function readEvidence(id: number): Promise<Evidence[]> {
  return (await call<Page<Evidence>>('GET', `/api/cases/${id}/evidence`)).items
}

export async function readTransitions(id: number): Promise<Transition[]> {
  return (await call<Page<Transition>>('GET', `/api/cases/${id}/transitions`)).items
}

export interface Move {
  to: string
  note?: string | undefined
  fields: Record<string, unknown>
  version?: number
}

export function moveCase(id: number, move: Move): Promise<Case> {
  return call('POST', `/api/cases/${id}/transitions`, { json: move })
}

export interface DispatchAnswer {
  dispatched: number[]
  refused: { id: number; detail: string; detail_en: string }[]
}

export function dispatchCases(ids: number[], note: string): Promise<DispatchAnswer> {
  return call('POST', '/api/cases/dispatch', { json: { case_ids: ids, note: note || null } })
}

/** The ledger of the filtered cases, as a file to keep. */
export async function downloadLedger(filters: Query): Promise<Blob> {
  return (await ask('GET', '/api/cases.xlsx', { query: filters })).blob()
}

/** The pieces of ground that a case stands on, each with its protection or its exemption. */
export type Ground = GeoJSON.FeatureCollection<GeoJSON.MultiPolygon, { exempt: boolean; protection: string; document_no: string | null }>

export function readGround(id: number): Promise<Ground> {
  return call('GET', `/api/cases/${id}/ground`)
}
