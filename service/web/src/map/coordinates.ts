import proj4 from 'proj4/lib/core'
import projections from 'proj4/lib/projections'
import transverseMercator from 'proj4/lib/projections/etmerc'
import type { Position } from './geodesy'

projections.add(transverseMercator)

/** EPSG:4523, CGCS2000 3-degree Gauss-Krüger zone 35: easting first, with the zone's prefix. */
const gauss = proj4('+proj=longlat +ellps=GRS80 +no_defs', '+proj=tmerc +lat_0=0 +lon_0=105 +k=1 +x_0=35500000 +y_0=0 +ellps=GRS80 +units=m +no_defs')

/** Easting (with zone prefix) and northing in EPSG:4523 of a longitude and latitude. */
export function toZone35(position: Position): [easting: number, northing: number] {
  const [x, y] = gauss.forward([...position])
  return [x!, y!]
}

export function formatDegrees([longitude, latitude]: Position): string {
  return `${longitude.toFixed(6)}, ${latitude.toFixed(6)}`
}

export function formatZone35(position: Position): string {
  const [easting, northing] = toZone35(position)
  return `${easting.toFixed(1)}, ${northing.toFixed(1)}`
}

/**
 * A position typed by a person: decimal degrees in either order, degrees with minutes and
 * seconds, or EPSG:4523 with or without the zone's prefix. Null when it is none of these.
 */
export function parsePosition(text: string): Position | null {
  const sexagesimal = parseSexagesimal(text)
  if (sexagesimal) return sexagesimal
  const parts = text.trim().split(/[\s,，;；]+/).map(Number)
  const [first, second] = parts
  if (parts.length !== 2 || first === undefined || second === undefined) return null
  if (!Number.isFinite(first) || !Number.isFinite(second)) return null
  return fromDegrees(first, second) ?? fromMetres(first, second) ?? fromMetres(second, first)
}

function fromDegrees(first: number, second: number): Position | null {
  const fits = ([x, y]: Position) => x >= 70 && x <= 140 && y >= 0 && y <= 60
  const position: Position = [first, second]
  if (fits(position)) return position
  return fits([second, first]) ? [second, first] : null
}

function fromMetres(easting: number, northing: number): Position | null {
  const prefixed = easting < 1_000_000 ? easting + 35_000_000 : easting
  const fits = prefixed > 35_200_000 && prefixed < 35_800_000 && northing > 0 && northing < 6_000_000
  if (!fits) return null
  const [x, y] = gauss.inverse([prefixed, northing])
  return [x!, y!]
}

const ANGLE = /([NSEW])?\s*(\d{1,3})\s*[°度]\s*(\d{1,2})?\s*['′分]?\s*([\d.]+)?\s*["″秒]?\s*([NSEW])?/gi

function parseSexagesimal(text: string): Position | null {
  const angles = [...text.matchAll(ANGLE)].map(([, , degrees, minutes, seconds]) =>
    Number(degrees) + Number(minutes ?? 0) / 60 + Number(seconds ?? 0) / 3600)
  const [first, second] = angles
  if (angles.length !== 2 || first === undefined || second === undefined) return null
  return fromDegrees(first, second)
}
