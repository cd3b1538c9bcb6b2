/** What the service answers, under the names that the page uses. */

import type { components } from './schema'

type Schemas = components['schemas']

/** GeoJSON is only called an object in the document; here it is what it is. */
type Placed<T> = Omit<T, 'geometry'> & { geometry: GeoJSON.MultiPolygon }

export type Me = Schemas['Me']
export type BasemapLayer = Schemas['BasemapLayerAnswer']
export type TokenAnswer = Schemas['TokenAnswer']

export type Areas = Schemas['CaseAreas']
export type Case = Placed<Schemas['CaseAnswer']>
export type CaseDetail = Placed<Schemas['CaseDetail']>
export type CaseEvent = Schemas['service__cases__schemas__EventAnswer']
export type Kin = Schemas['KinAnswer']
export type Evidence = Schemas['EvidenceAnswer']
export type Transition = Schemas['TransitionAnswer']
export type Measure = Schemas['MeasureAnswer']
export type TransitionField = Schemas['FieldAnswer']
export type FieldWords = Schemas['FieldWords']
export type DispatchAnswer = Schemas['DispatchAnswer']

export type Figures = Schemas['Figures']
export type NamedFigures = Schemas['VillageFigures'] | Schemas['DepartmentFigures']
export type PeriodFigures = Schemas['PeriodFigures']
export type VillagePlace = Schemas['VillageAnswer']
export type PlotCard = Schemas['PlotCard']

/** Footprints are only called an object in the document. */
export type Scene = Omit<Schemas['SceneAnswer'], 'footprint'> & { footprint: GeoJSON.Polygon | GeoJSON.MultiPolygon | null }
export type Detection = Schemas['DetectionAnswer']
export type Imagery = Schemas['CaseImageryAnswer']

export type Department = Schemas['Department']
export type Role = Schemas['Role']
export type Account = Schemas['ListedAccountAnswer']
export type AccountProfile = Schemas['AccountProfile']
export type NewAccount = Schemas['NewAccount']
export type MadeAccount = Schemas['MadeAccount']
export type AccountEvent = Schemas['service__accounts__schemas__EventAnswer']
export type ApiToken = Schemas['ApiTokenAnswer']

export type LayerName = Schemas['LayerName']
export type ImportSummary = Schemas['ImportSummary']
export type ImportJob = Omit<Schemas['ImportDetail'], 'decisions' | 'findings' | 'problem'> & {
  decisions: Decision[]
  findings: LayerFinding[]
  problem: Refusal | null
}
export type RowProblem = Schemas['RowProblem']
export type Preview = Omit<Schemas['PreviewAnswer'], 'decisions'> & { decisions: Decision[] }

export type SubscriptionWish = Schemas['SubscriptionWish']
export type Subscription = Schemas['SubscriptionAnswer']
export type Delivery = Schemas['DeliveryAnswer']

export interface Page<T> {
  items: T[]
  next: string | null
  /** How many there are on all pages, where the service counts them. */
  total?: number
}

/** Something that intake decided, and from what. */
export interface Decision {
  name: string
  value: unknown
  how: string
  how_en: string
  evidence: Record<string, unknown>
  warning: boolean
}

/** Why nothing was published. */
export interface Refusal {
  code: string
  detail: string
  detail_en: string
}

/** Something about a layer as a whole. */
export interface LayerFinding {
  code: string
  detail: string
  detail_en: string
  area_m2: number | null
  rows: number[]
}

/** One thing that happened to a case, as feed, events and webhooks tell it. */
export interface Notice {
  position: number
  kind: string
  at: string
  case_id: number
  village: string
  category: string
  severity: number
  code: string
  status: string
  suspect_area_m2: number
  due_at: string | null
  reason: string
  detail: { note?: string | null }
}

/** What the permission table knows, beyond the moves of a case. */
export type Action =
  | 'read-map'
  | 'read-cases'
  | 'read-imports'
  | 'import-layers'
  | 'act-on-cases'
  | 'add-evidence'
  | 'export-ledger'
  | 'manage-subscriptions'
  | 'manage-scenes'
  | 'manage-accounts'
  | 'read-assessment'
  | 'enter-assessment'
  | 'decide-vetoes'
