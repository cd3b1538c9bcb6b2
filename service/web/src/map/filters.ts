import type { FilterSpecification, Map, VectorTileSource } from 'maplibre-gl'
import { address } from '@/api/client'

export interface Filters {
  village: string
  batch: string
  category: string
}

const BY_CATEGORY = ['cases:fill', 'cases:line', 'cases:dot', 'cases:overdue']

/** Where the tiles of a layer are; the service narrows them to a village or a batch. */
export function tileAddress(layer: string, filters?: Partial<Filters>): string {
  const tile = `${location.origin}/api/tiles/${layer}/{z}/{x}/{y}.pbf`
  return address(tile, { village: filters?.village, batch: filters?.batch })
}

/** Show only the cases and patches of a village, a batch or a category. */
export function applyFilters(map: Map, filters: Filters): void {
  for (const name of ['cases', 'patches']) {
    const source = map.getSource<VectorTileSource>(name)
    const tiles = [tileAddress(name, filters)]
    if (source && source.tiles[0] !== tiles[0]) source.setTiles(tiles)
  }
  const category: FilterSpecification = filters.category ? ['==', ['get', 'category'], filters.category] : ['all']
  for (const layer of BY_CATEGORY) {
    map.setFilter(layer, layer === 'cases:overdue' ? ['all', category, ['==', ['get', 'overdue'], true]] as FilterSpecification : category)
  }
}
