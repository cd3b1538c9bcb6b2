import { call } from '@/api/client'
import type { Case, Page } from '@/api/types'
import { villages } from '@/villages/names'
import type { Position } from './geodesy'

export type Bounds = [west: number, south: number, east: number, north: number]

/** The extent of the villages that the user may see. Nothing while no boundary is loaded. */
export async function townshipExtent(): Promise<Bounds | undefined> {
  const boxes = (await villages()).flatMap(({ bbox }) => (bbox ? [bbox] : []))
  if (!boxes.length) return undefined
  const side = (index: number) => boxes.map((box) => box[index]!)
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))]
}

export interface PlotCover {
  zone_id: number
  kind: string
  zone_no: string
  document_no: string | null
  valid_from: string | null
  valid_to: string | null
  area: number
  share: number
}

export interface PlotCard {
  id: number
  plot_no: string
  village_code: string | null
  land_class: string
  ownership: string | null
  area: number
  area_reported: number | null
  protection: string
  attributes: Record<string, unknown>
  version: { version: number; effective_on: string }
  zones: PlotCover[]
  bbox: Bounds
}

export function readPlot(id: number): Promise<PlotCard> {
  return call('GET', `/api/plots/${id}`)
}

/** Cases whose suspect ground meets an outline's bounding box. */
export async function casesWithin(bounds: Bounds): Promise<Case[]> {
  return (await call<Page<Case>>('GET', '/api/cases', { query: { bbox: bounds.join(','), limit: 20 } })).items
}

export function boundsOf(geometry: GeoJSON.MultiPolygon | GeoJSON.Polygon): Bounds {
  const positions = (geometry.coordinates.flat(geometry.type === 'MultiPolygon' ? 2 : 1) as unknown) as Position[]
  const xs = positions.map(([x]) => x)
  const ys = positions.map(([, y]) => y)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}
