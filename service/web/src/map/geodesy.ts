/** Lengths and areas on the CGCS2000 ellipsoid, from longitudes and latitudes in degrees. */

export type Position = [longitude: number, latitude: number]

const A = 6378137
const F = 1 / 298.257222101
const E2 = F * (2 - F)
const E = Math.sqrt(E2)

const radians = (degrees: number) => (degrees * Math.PI) / 180

/** The authalic function q of Snyder, Map Projections (3-12). */
function q(latitude: number): number {
  const s = Math.sin(latitude)
  return (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E))
}

/** The area of a ring in m², on the ellipsoid's cylindrical equal-area plane (as the service). */
export function ringArea(ring: readonly Position[]): number {
  let doubled = 0
  ring.forEach(([x1, y1], index) => {
    const [x2, y2] = ring[(index + 1) % ring.length]!
    doubled += radians(x1) * q(radians(y2)) - radians(x2) * q(radians(y1))
  })
  return Math.abs(doubled) * A * A * 0.25
}

/** The length between two near positions in metres, from the radii of curvature between them. */
export function distance([x1, y1]: Position, [x2, y2]: Position): number {
  const middle = radians((y1 + y2) / 2)
  const w2 = 1 - E2 * Math.sin(middle) ** 2
  const meridian = (A * (1 - E2)) / w2 ** 1.5
  const normal = A / Math.sqrt(w2)
  return Math.hypot(radians(y2 - y1) * meridian, radians(x2 - x1) * normal * Math.cos(middle))
}

export function pathLength(path: readonly Position[]): number {
  return path.slice(1).reduce((sum, position, index) => sum + distance(path[index]!, position), 0)
}

/** The direction from one position to another, in degrees clockwise from north. */
export function bearing([x1, y1]: Position, [x2, y2]: Position): number {
  const east = radians(x2 - x1) * Math.cos(radians((y1 + y2) / 2))
  return ((Math.atan2(east, radians(y2 - y1)) * 180) / Math.PI + 360) % 360
}
