import { content, contentAs, read, readFollowing, service, type Query } from '@/api/client'
import { queryOf } from '@/api/query'
import type { Case, CaseDetail, CaseEvent, DispatchAnswer, Evidence, FieldWords, Measure, Page, Transition } from '@/api/types'
import type { components, operations } from '@/api/schema'

export interface CaseFilters {
  village: string
  status: string
  category: string
  severity: string
  batch: string
  overdue: string
  department: string
  period: string
  concluded: string
  q: string
}

export const NO_FILTERS: CaseFilters = { village: '', status: '', category: '', severity: '', batch: '', overdue: '', department: '', period: '', concluded: '', q: '' }

type CaseQuery = NonNullable<operations['get_cases_api_cases_get']['parameters']['query']>
/** Filters as an address carries them: text, empty when they do not filter. */
export type Wanted = Partial<Record<keyof CaseFilters | 'open' | 'bbox', string | readonly string[]>>

const PAGE = 100

const LISTS = ['village', 'status', 'category', 'severity', 'batch', 'department']
const caseQuery = (wanted: Wanted) => queryOf<CaseQuery>(wanted, LISTS)

export function listCases(wanted: Wanted, limit = PAGE, signal?: AbortSignal): Promise<Page<Case>> {
  const query = { ...caseQuery(wanted), limit }
  return contentAs(service.GET('/api/cases', { params: { query }, signal: signal ?? null }))
}

export function followingCases(next: string): Promise<Page<Case>> {
  return readFollowing(next)
}

/** How many there are, as the figures count them: without the parents of splits. */
export async function countCases(wanted: Wanted, signal?: AbortSignal): Promise<number> {
  const { total } = await content(service.GET('/api/departments/summary', { params: { query: caseQuery(wanted) }, signal: signal ?? null }))
  return total.cases
}

const at = (case_id: number) => ({ params: { path: { case_id } } })

export function readCase(id: number): Promise<CaseDetail> {
  return contentAs(service.GET('/api/cases/{case_id}', at(id)))
}

export async function readEvents(id: number): Promise<CaseEvent[]> {
  return (await content(service.GET('/api/cases/{case_id}/events', at(id)))).items
}

export async function readEvidence(id: number): Promise<Evidence[]> {
  return (await content(service.GET('/api/cases/{case_id}/evidence', at(id)))).items
}

/** What the current user may do with a case now. */
export interface Offer {
  moves: Transition[]
  measures: Measure[]
}

export const NO_OFFER: Offer = { moves: [], measures: [] }

export async function readOffer(id: number): Promise<Offer> {
  const { items, measures } = await content(service.GET('/api/cases/{case_id}/transitions', at(id)))
  return { moves: items, measures }
}

/** The pieces of ground that a case stands on, each with its protection or its exemption. */
export type Ground = GeoJSON.FeatureCollection<GeoJSON.MultiPolygon, { exempt: boolean; protection: string; document_no: string | null }>

export function readGround(id: number): Promise<Ground> {
  return contentAs(service.GET('/api/cases/{case_id}/ground', at(id)))
}

/** What a form was filled with. */
export type Filled = Record<string, string | number | boolean | string[]>

export interface Move {
  to: string
  note: string | null
  fields: Filled
  version: number
}

/** Make a move; 409 when somebody else was first. */
export function moveCase(id: number, move: Move): Promise<Case> {
  return contentAs(service.POST('/api/cases/{case_id}/transitions', { ...at(id), body: move }))
}

/** What a form of a measure was filled with. */
interface Wish {
  note: string
  fields: Filled
  version: number
}

/** Take a measure beside the moves: its address ends in its name, and takes the fields of its form. */
export async function takeMeasure(id: number, name: string, { note, fields, version }: Wish): Promise<void> {
  const address = `/api/cases/{case_id}/${name}` as '/api/cases/{case_id}/pause'
  const body = { ...fields, note: note || null, version } as unknown as components['schemas']['Reason']
  await service.POST(address, { ...at(id), body })
}

/** Split a case into parts that are judged apart; answers their codes. */
export async function splitCase(id: number, parts: readonly GeoJSON.Polygon[], note: string, version: number): Promise<string[]> {
  const body = { parts: parts.map((geometry) => ({ geometry: { ...geometry } })), note, version }
  return (await content(service.POST('/api/cases/{case_id}/split', { ...at(id), body }))).codes
}

/** What the fields and values are called that a history mentions. */
export async function readFormWords(): Promise<FieldWords[]> {
  return (await content(service.GET('/api/case-forms'))).items
}

export interface DispatchWish {
  note: string
  due_on: string
  responsible: string
}

export function dispatchCases(case_ids: number[], { note, due_on, responsible }: DispatchWish): Promise<DispatchAnswer> {
  const body = { case_ids, note: note || null, due_on: due_on || null, responsible: responsible || null }
  return content(service.POST('/api/cases/dispatch', { body }))
}

/** The ledger of the filtered cases, as a file to keep. */
export async function downloadLedger(wanted: Wanted): Promise<Blob> {
  return (await read('/api/cases.xlsx', { query: caseQuery(wanted) as Query })).blob()
}
