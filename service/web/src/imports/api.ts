import { content, contentAs, read, readFollowing, service } from '@/api/client'
import { queryOf } from '@/api/query'
import type { operations } from '@/api/schema'
import { send } from '@/api/upload'
import type { ImportJob, ImportSummary, LayerName, Page, Preview } from '@/api/types'

export const LAYERS = [
  'patches',
  'plots',
  'villages',
  'permanent-basic-farmland',
  'high-standard-farmland',
  'approved-construction',
  'temporary-land-use',
  'facility-agriculture',
  'homestead-approvals',
  'rural-roads',
  'temporary-adjustment',
  'restoration-and-disaster',
  'shelterbelts',
] as const satisfies readonly LayerName[]

/** What the sender decides; empty values are left to detection. */
export interface Choices {
  crs: string
  encoding: string
  profile: string
  source_layer: string
  effective_on: string
  note: string
}

export const NO_CHOICES: Choices = { crs: '', encoding: '', profile: '', source_layer: '', effective_on: '', note: '' }

type Progress = (share: number) => void

/** A file to send, or one that the service has from looking at it. */
export type Sent = File | { upload: string; filename: string }

function form(sent: Sent, layer: string, choices: Choices): FormData {
  const fields = new FormData()
  const values = { layer, ...choices, ...(sent instanceof File ? {} : sent) }
  for (const [name, value] of Object.entries(values)) if (value) fields.set(name, value)
  if (sent instanceof File) fields.set('file', sent)
  return fields
}

/** What importing would decide; nothing is published. */
export function previewUpload(sent: Sent, layer: string, choices: Choices, onProgress: Progress, signal: AbortSignal): Promise<Preview> {
  const { effective_on: _on, note: _note, ...reading } = choices
  return send('/api/imports/preview', form(sent, layer, { ...NO_CHOICES, ...reading }), { onProgress, signal })
}

export function startImport(sent: Sent, layer: string, choices: Choices, onProgress: Progress): Promise<{ id: number; duplicate_of: number | null }> {
  return send('/api/imports', form(sent, layer, choices), { onProgress })
}

const at = (import_id: number) => ({ params: { path: { import_id } } })

export interface ImportFilters {
  layer: string
  status: string
}

export const NO_FILTERS: ImportFilters = { layer: '', status: '' }
export const STATUSES = ['queued', 'running', 'published', 'rejected', 'failed'] as const satisfies readonly ImportSummary['status'][]

type ImportQuery = NonNullable<operations['list_imports_api_imports_get']['parameters']['query']>

/** Newest first. */
export function listImports(filters: ImportFilters, signal?: AbortSignal): Promise<Page<ImportSummary>> {
  return content(service.GET('/api/imports', { params: { query: queryOf<ImportQuery>(filters) }, signal: signal ?? null }))
}

export function followingImports(next: string): Promise<Page<ImportSummary>> {
  return readFollowing(next)
}

export function readImport(id: number): Promise<ImportJob> {
  return contentAs(service.GET('/api/imports/{import_id}', at(id)))
}

/** Where the rows with problems are. */
export function readProblemPlaces(id: number): Promise<GeoJSON.FeatureCollection> {
  return contentAs(service.GET('/api/imports/{import_id}/problems.geojson', at(id)))
}

export async function downloadReceipt(id: number): Promise<Blob> {
  return (await read(`/api/imports/${id}/receipt.csv`)).blob()
}
