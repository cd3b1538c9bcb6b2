import type { Position } from '@/map/geodesy'
import { boundsOf } from '@/map/extent'

/**
 * The two sides of a line across a case's ground, as polygons that reach well beyond it.
 *
 * The service cuts off what lies outside, so that the parts meet along the line and nowhere else.
 * The line's ends are drawn out in their own directions until they have left the ground.
 */
export function sidesOf(line: readonly Position[], ground: GeoJSON.Geometry): [GeoJSON.Polygon, GeoJSON.Polygon] {
  const [west, south, east, north] = boundsOf(ground)
  const reach = 4 * Math.max(east - west, north - south)
  const first = beyond(line[1]!, line[0]!, reach)
  const last = beyond(line.at(-2)!, line.at(-1)!, reach)
  const drawn = [first, ...line, last]
  const [x, y] = unit(first, last)
  const side = (turn: number): GeoJSON.Polygon => {
    const aside = ([px, py]: Position): Position => [px - turn * y * reach, py + turn * x * reach]
    return { type: 'Polygon', coordinates: [[...drawn, aside(last), aside(first), first]] }
  }
  return [side(1), side(-1)]
}

function beyond(from: Position, to: Position, reach: number): Position {
  const [x, y] = unit(from, to)
  return [to[0] + x * reach, to[1] + y * reach]
}

function unit([x1, y1]: Position, [x2, y2]: Position): Position {
  const length = Math.hypot(x2 - x1, y2 - y1)
  return [(x2 - x1) / length, (y2 - y1) / length]
}
