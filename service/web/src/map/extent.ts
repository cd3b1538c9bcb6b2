import type { Position } from './geodesy'

export type Bounds = [west: number, south: number, east: number, north: number]

/** The bounding box of a geometry. */
export function boundsOf(geometry: GeoJSON.Geometry): Bounds {
  return extentOf([geometry])
}

/** The bounding box of several geometries together. */
export function extentOf(geometries: readonly GeoJSON.Geometry[]): Bounds {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of geometries.flatMap(positionsOf)) {
    bounds[0] = Math.min(bounds[0], x)
    bounds[1] = Math.min(bounds[1], y)
    bounds[2] = Math.max(bounds[2], x)
    bounds[3] = Math.max(bounds[3], y)
  }
  return bounds
}

function positionsOf(geometry: GeoJSON.Geometry): Position[] {
  switch (geometry.type) {
    case 'Point':
      return [geometry.coordinates as Position]
    case 'LineString':
    case 'MultiPoint':
      return geometry.coordinates as Position[]
    case 'Polygon':
    case 'MultiLineString':
      return geometry.coordinates.flat() as Position[]
    case 'MultiPolygon':
      return geometry.coordinates.flat(2) as Position[]
    case 'GeometryCollection':
      return geometry.geometries.flatMap(positionsOf)
  }
}
