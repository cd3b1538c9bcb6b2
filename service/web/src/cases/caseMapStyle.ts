import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Case, Evidence } from '@/api/types'
import { mapStyle } from '@/map/style'
import { colourOf } from '@/ui/palette'

const SHOWN = /^(ground|plots:|zone-permanent|zone-high|villages:|patches:line)/
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const PHOTO = '#1668c7'

/** The map's own style, quieter, with one case on top and no other. */
export function caseMapStyle(item: Case): StyleSpecification {
  const whole = mapStyle('category')
  const { cases: _cases, ...sources } = whole.sources
  const seenPatches: FilterSpecification = ['in', ['get', 'id'], ['literal', item.sightings]]
  const kept = whole.layers.filter(({ id }) => SHOWN.test(id)).map((layer) =>
    layer.id === 'patches:line'
      ? ({ ...layer, filter: seenPatches, layout: { visibility: 'visible' } } as LayerSpecification)
      : layer)
  return {
    ...whole,
    sources: {
      ...sources,
      suspect: { type: 'geojson', data: item.geometry },
      ground: { type: 'geojson', data: EMPTY },
      photos: { type: 'geojson', data: EMPTY },
    },
    layers: [...kept, ...ownLayers(colourOf('category', item.category), exempting(item))],
  }
}

/** Parts under an approval that takes them away; one that does not fit the change leaves them suspect. */
function exempting({ exemptions }: Case): FilterSpecification {
  const documents = exemptions.filter(({ exempts }) => exempts).map(({ kind, document_no }) => `${kind} ${document_no ?? ''}`)
  const document = ['concat', ['get', 'kind'], ' ', ['to-string', ['get', 'document_no']]] as ExpressionSpecification
  return ['all', ['==', ['get', 'exempt'], true], ['in', document, ['literal', documents]]] as FilterSpecification
}

function ownLayers(colour: string, exempt: FilterSpecification): LayerSpecification[] {
  const dots: FilterSpecification = ['==', ['geometry-type'], 'Point']
  const wedges: FilterSpecification = ['==', ['geometry-type'], 'Polygon']
  return [
    { id: 'suspect:fill', type: 'fill', source: 'suspect', paint: { 'fill-color': colour, 'fill-opacity': 0.5 } },
    { id: 'suspect:line', type: 'line', source: 'suspect', paint: { 'line-color': '#1a1a1a', 'line-width': 1.8 } },
    { id: 'exempt:fill', type: 'fill', source: 'ground', filter: exempt, paint: { 'fill-color': '#ffffff', 'fill-opacity': 0.7 } },
    { id: 'exempt:line', type: 'line', source: 'ground', filter: exempt, paint: { 'line-color': '#47554f', 'line-width': 1.6, 'line-dasharray': [3, 1.5] } },
    { id: 'photos:wedge', type: 'fill', source: 'photos', filter: wedges, paint: { 'fill-color': PHOTO, 'fill-opacity': 0.35 } },
    { id: 'photos:dot', type: 'circle', source: 'photos', filter: dots, paint: { 'circle-color': PHOTO, 'circle-radius': 6, 'circle-stroke-color': '#fff', 'circle-stroke-width': 2 } },
  ]
}

const REACH_M = 30
const HALF_ANGLE = 22
const METRES_PER_DEGREE = 111_320

/** A dot where each photo was taken, and a wedge in the direction it looks. */
export function photoShapes(photos: readonly Evidence[]): GeoJSON.FeatureCollection {
  const features = photos.flatMap(({ id, lon, lat, azimuth }): GeoJSON.Feature[] => {
    if (lon === null || lat === null) return []
    const dot: GeoJSON.Geometry = { type: 'Point', coordinates: [lon, lat] }
    const shapes = azimuth === null ? [dot] : [wedge(lon, lat, azimuth), dot]
    return shapes.map((geometry) => ({ type: 'Feature', id, properties: { id }, geometry }))
  })
  return { type: 'FeatureCollection', features }
}

function wedge(lon: number, lat: number, azimuth: number): GeoJSON.Polygon {
  const east = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180)
  const corner = (turn: number) => {
    const angle = ((azimuth + turn) * Math.PI) / 180
    return [lon + (REACH_M * Math.sin(angle)) / east, lat + (REACH_M * Math.cos(angle)) / METRES_PER_DEGREE]
  }
  const ring = [[lon, lat], corner(-HALF_ANGLE), corner(0), corner(HALF_ANGLE), [lon, lat]]
  return { type: 'Polygon', coordinates: [ring] }
}
