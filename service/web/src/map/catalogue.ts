import type { Word } from '@/language'

export type CaseTheme = 'category' | 'severity' | 'status'

/** A layer that can be switched; `zone` names the kind within the tiles' zones. */
export interface SwitchableLayer {
  id: string
  group: 'cases' | 'villages' | 'protections' | 'plots' | 'patches' | 'approvals' | 'basemap'
  word?: Word
  zone?: string
  shown: boolean
  opacity: number
}

const zone = (kind: string, group: 'protections' | 'approvals', shown: boolean, opacity: number): SwitchableLayer => ({
  id: `zone-${kind}`,
  group,
  zone: kind,
  shown,
  opacity,
})

/** All layers in the order of the panel: what lies on top first. */
export const catalogue: readonly SwitchableLayer[] = [
  { id: 'cases', group: 'cases', word: 'map.cases', shown: true, opacity: 0.75 },
  { id: 'patches', group: 'patches', word: 'map.patches', shown: false, opacity: 0.8 },
  { id: 'villages', group: 'villages', word: 'map.villages', shown: true, opacity: 1 },
  zone('permanent-basic-farmland', 'protections', true, 0.35),
  zone('high-standard-farmland', 'protections', true, 0.35),
  { id: 'plots', group: 'plots', word: 'map.plots', shown: true, opacity: 0.4 },
  zone('approved-construction', 'approvals', false, 0.5),
  zone('temporary-land-use', 'approvals', false, 0.5),
  zone('facility-agriculture', 'approvals', false, 0.5),
  zone('homestead-approvals', 'approvals', false, 0.5),
  zone('rural-roads', 'approvals', false, 0.5),
  zone('temporary-adjustment', 'approvals', false, 0.5),
  zone('restoration-and-disaster', 'approvals', false, 0.5),
  zone('shelterbelts', 'approvals', false, 0.5),
  { id: 'basemap', group: 'basemap', word: 'map.basemap', shown: true, opacity: 1 },
]
