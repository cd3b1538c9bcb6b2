import { contentAs, service } from '@/api/client'
import type { Case, PlotCard } from '@/api/types'
import { listCases } from '@/cases/api'
import { villages } from '@/villages/names'
import type { Bounds } from './extent'

/** The extent of the villages that the user may see. Nothing while no boundary is loaded. */
export async function townshipExtent(): Promise<Bounds | undefined> {
  const boxes = (await villages()).flatMap(({ bbox }) => (bbox ? [bbox] : []))
  if (!boxes.length) return undefined
  const side = (index: number) => boxes.map((box) => box[index]!)
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))]
}

export function readPlot(plot_id: number): Promise<PlotCard> {
  return contentAs(service.GET('/api/plots/{plot_id}', { params: { path: { plot_id } } }))
}

/** Cases whose suspect ground meets a bounding box. */
export async function casesWithin(bounds: readonly number[]): Promise<Case[]> {
  return (await listCases({ bbox: bounds.join(',') }, 20)).items
}
