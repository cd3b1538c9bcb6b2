import { readJson } from '@/api/client'
import { listCases } from '@/cases/api'
import { villages } from '@/villages/names'
import { boundsOf, type Bounds } from './extent'
import { formatDegrees, parsePosition } from './coordinates'
import type { Position } from './geodesy'

/** Something found, and where to go for it. */
export interface Hit {
  kind: 'position' | 'village' | 'plot' | 'patch' | 'case'
  id: number | string
  title: string
  bounds: Bounds
}

const EACH = 5
const SHORTEST_NUMBER = 3

/** Everything that a typed text may mean: coordinates, villages, plots, patches and cases. */
export async function search(text: string, signal: AbortSignal): Promise<Hit[]> {
  const wanted = text.trim()
  const position = parsePosition(wanted)
  if (position) return [positionHit(position)]
  const numbered = wanted.length >= SHORTEST_NUMBER && /\d/.test(wanted)
  const found = await Promise.all([
    matchingVillages(wanted),
    ...(numbered
      ? [
          matchingCases(wanted, signal),
          features('plot', 'plots', 'plot_no', wanted, signal),
          features('patch', 'patches', 'patch_no', wanted, signal),
        ]
      : []),
  ])
  return found.flat()
}

function positionHit([x, y]: Position): Hit {
  const reach = 0.002
  return { kind: 'position', id: `${x},${y}`, title: formatDegrees([x, y]), bounds: [x - reach, y - reach, x + reach, y + reach] }
}

async function matchingVillages(text: string): Promise<Hit[]> {
  const found = (await villages()).filter(({ code, name }) => name.includes(text) || code === text)
  return found.flatMap(({ code, name, bbox }) => (bbox ? [{ kind: 'village' as const, id: code, title: name, bounds: bbox }] : [])).slice(0, EACH)
}

async function matchingCases(text: string, signal: AbortSignal): Promise<Hit[]> {
  const { items } = await listCases({ q: text }, EACH, signal)
  return items.map(({ id, code, geometry }) => ({ kind: 'case', id, title: code, bounds: boundsOf(geometry) }))
}

interface Items {
  features: { id: number | string; properties: Record<string, unknown>; geometry: GeoJSON.MultiPolygon }[]
}

/** Features of a collection whose number contains the text, through the OGC filter. */
async function features(kind: Hit['kind'], collection: string, field: string, text: string, signal: AbortSignal): Promise<Hit[]> {
  const filter = `${field} LIKE '%${text.replace(/['%_\\]/g, '')}%'`
  const query = { filter, 'filter-lang': 'cql2-text', limit: EACH }
  const { features: found } = await readJson<Items>(`/ogc/collections/${collection}/items`, { query, signal, accept: 'application/geo+json' })
  return found.map(({ id, properties, geometry }) => ({ kind, id, title: String(properties[field]), bounds: boundsOf(geometry) }))
}
