import { read } from '@/api/client'
import type { Bounds } from '@/map/extent'
import { tileAddress } from '@/map/filters'
import { villages } from '@/villages/names'
import { inTurn } from './inTurn'

const SOURCES = ['plots', 'zones', 'villages', 'patches', 'cases']
const ZOOMS = [12, 13, 14, 15, 16]

/** Ask for every map tile of the user's villages, so that the service worker keeps them. */
export async function keepMaps(onProgress: (share: number) => void): Promise<void> {
  const addresses = (await villages()).flatMap(({ bbox }) => (bbox ? tilesOf(bbox) : []))
  let done = 0
  await inTurn(addresses, async (one) => {
    await read(one.replace(location.origin, ''))
    done += 1
    onProgress(done / addresses.length)
  })
}

function tilesOf([west, south, east, north]: Bounds): string[] {
  return ZOOMS.flatMap((z) => {
    const columns = range(column(west, z), column(east, z))
    const rows = range(row(north, z), row(south, z))
    return columns.flatMap((x) => rows.flatMap((y) => SOURCES.map((name) =>
      tileAddress(name).replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y)))))
  })
}

function column(longitude: number, zoom: number): number {
  return Math.floor(((longitude + 180) / 360) * 2 ** zoom)
}

function row(latitude: number, zoom: number): number {
  const angle = (latitude * Math.PI) / 180
  return Math.floor(((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** zoom)
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, step) => first + step)
}
