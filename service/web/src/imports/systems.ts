import { aside, either } from '@/language'

/** The coordinate systems that files of these counties come in. */
export const SYSTEMS = [
  ['EPSG:4490', 'CGCS2000 经纬度', 'CGCS2000 degrees'],
  ['EPSG:4523', 'CGCS2000 3° 35 带（带号）', 'CGCS2000 3° zone 35 (numbered)'],
  ['EPSG:4544', 'CGCS2000 3° 105E（无带号）', 'CGCS2000 3° 105E'],
  ['EPSG:4524', 'CGCS2000 3° 36 带（带号）', 'CGCS2000 3° zone 36 (numbered)'],
  ['EPSG:4545', 'CGCS2000 3° 108E（无带号）', 'CGCS2000 3° 108E'],
  ['EPSG:4326', 'WGS 84 经纬度', 'WGS 84 degrees'],
  ['EPSG:3857', 'Web 墨卡托', 'Web Mercator'],
  ['EPSG:32648', 'UTM 48N', 'UTM 48N'],
] as const

const SWAPPED = ' (axes swapped)'

/** A coordinate system as the service writes it, with the name that people know it by. */
export function systemName(text: string): string {
  const code = text.replace(SWAPPED, '')
  const known = SYSTEMS.find(([one]) => one === code)
  const name = known ? `${code} ${either(known[1], known[2])}` : code
  return text.endsWith(SWAPPED) ? name + aside(either('X、Y 对调', 'axes swapped')) : name
}
