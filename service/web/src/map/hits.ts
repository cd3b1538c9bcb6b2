import type { Map, MapGeoJSONFeature, PointLike } from 'maplibre-gl'

const SLACK = 4

/** The number of the case at a point of the screen; small ones count a little around them. */
export function hitCase(map: Map, { x, y }: { x: number; y: number }): number | null {
  const around: [PointLike, PointLike] = [[x - SLACK, y - SLACK], [x + SLACK, y + SLACK]]
  const found = map.queryRenderedFeatures(around, { layers: ['cases:dot', 'cases:fill'] })
  return idOf(found)
}

export function hitPlot(map: Map, { x, y }: { x: number; y: number }): number | null {
  return idOf(map.queryRenderedFeatures([x, y], { layers: ['plots:fill'] }))
}

function idOf([feature]: MapGeoJSONFeature[]): number | null {
  const id: unknown = feature?.properties['id'] ?? feature?.id
  return id === undefined || id === null ? null : Number(id)
}
