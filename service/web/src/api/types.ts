/** What the service answers, under the names that the page uses. */

export type Action =
  | 'read-map'
  | 'read-cases'
  | 'read-imports'
  | 'import-layers'
  | 'edit-plots'
  | 'act-on-cases'
  | 'add-evidence'
  | 'export-ledger'
  | 'manage-subscriptions'
  | 'manage-scenes'
  | 'manage-accounts'
  | 'manage-calendar'
  | 'screen-again'

export interface Me {
  id: number | null
  username: string
  role: string
  role_label: string
  villages: string[]
  department: string | null
  actions: string[]
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface VillageName {
  code: string
  name: string
}

export interface Areas {
  patch: number
  farmland: number
  permanent_basic_farmland: number
  high_standard_farmland: number
  cropland: number
  recoverable: number
  exempt: number
  suspect: number
  suspect_low: number
  suspect_high: number
  suspect_mu: number
}

export interface Exemption {
  kind: string
  document_no: string | null
  valid_from: string | null
  valid_to: string | null
  area: number
}

export interface Case {
  id: number
  code: string
  village: VillageName
  patch: {
    id: number
    patch_no: string
    batch_id: number
    change_code: string | null
    change_group: string
    before_date: string | null
    after_date: string | null
  }
  sightings: number[]
  recurrence_of: number | null
  category: string
  category_label: string
  rule: number
  rule_version: string
  prohibitions: number[]
  severity: number
  department: string
  supporting_departments: string[]
  reason: string
  reason_en: string
  legal_basis: string
  areas: Areas
  exemptions: Exemption[]
  provenance: { run_id: string; plots_version: number | null; zones_versions: Record<string, number>; tolerance_m: number }
  countable: boolean
  status: string
  version: number
  conclusion: string | null
  facts: Record<string, unknown>
  due_at: string | null
  closed_at: string | null
  created_at: string
  geometry: GeoJSON.MultiPolygon
}

export interface Kin {
  relation: string
  id: number
  code: string
  status: string
  category: string
  conclusion: string | null
  created_at: string
  closed_at: string | null
}

export interface Sighting {
  patch: Case['patch']
  category: string
  severity: number
  suspect: number
  joined_at: string
  deciding: boolean
}

export interface CaseDetail extends Case {
  sighting_details: Sighting[]
  kin: Kin[]
}

export interface VillagePlace {
  code: string
  name: string
  area: number | null
  bbox: [number, number, number, number] | null
}

export interface Share {
  cases: number
  suspect: number
  farmland: number
  exempt: number
}

export interface Figures extends Share {
  open: number
  overdue: number
  countable: number
  by_category: Record<string, Share>
  by_severity: Record<string, Share>
  by_status: Record<string, Share>
  by_protection: Record<string, { cases: number; area: number }>
}

export interface NamedFigures extends Figures {
  code: string
  name: string
}

export interface Decision {
  name: string
  value: unknown
  how: string
  how_en: string
  evidence: Record<string, unknown>
  warning: boolean
}

export interface RowProblem {
  row: number
  status: string
  code: string
  detail: string
  detail_en: string
  field: string | null
}

export interface LayerFinding {
  code: string
  detail: string
  detail_en: string
  area_m2: number | null
  rows: number[]
}

export interface ImportSummary {
  id: number
  layer: string
  filename: string
  size: number
  status: 'queued' | 'running' | 'published' | 'rejected' | 'failed'
  stage: string
  progress: number
  counts: Record<string, number>
  created_at: string
}

export interface ImportJob extends ImportSummary {
  note: string | null
  effective_on: string | null
  decisions: Decision[]
  findings: LayerFinding[]
  problems: RowProblem[]
  problem: { code: string; detail: string; detail_en: string } | null
  finished_at: string | null
}

export interface Preview {
  upload: string
  filename: string
  row_count: number
  decisions: Decision[]
  source_fields: string[]
  mapping: Record<string, string>
  sample: Record<string, unknown>[]
}

export interface CaseEvent {
  number: number
  at: string
  actor: string
  kind: string
  from_status: string | null
  to_status: string | null
  note: string | null
  data: Record<string, unknown>
}

export interface Evidence {
  id: number
  kind: string
  filename: string
  media_type: string
  sha256: string
  size: number
  taken_at: string | null
  lon: number | null
  lat: number | null
  azimuth: number | null
  distance_m: number | null
  uploaded_by: string
  uploaded_at: string
}

export interface FieldChoice {
  value: string
  label: string
  label_en: string
}

export interface TransitionField {
  name: string
  type: 'text' | 'number' | 'date' | 'choice' | 'boolean'
  label: string
  label_en: string
  required: boolean
  choices: FieldChoice[]
}

export interface Transition {
  to: string
  label: string
  label_en: string
  note_required: boolean
  fields: TransitionField[]
}

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
}

export interface SubscriptionWish {
  kinds: string[]
  villages: string[]
  categories: string[]
  least_severity: number
  channel: string
  target: string
  frequency: string
}

export interface Subscription extends SubscriptionWish {
  id: number
  created_at: string
}

export interface Delivery {
  id: string
  channel: string
  target: string
  status: string
  attempts: number
  last_error: string | null
  created_at: string
  sent_at: string | null
}
