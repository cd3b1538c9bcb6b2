import { locale } from '@/language'

const SQUARE_METRES_PER_MU = 2000 / 3

export function toMu(squareMetres: number): number {
  return squareMetres / SQUARE_METRES_PER_MU
}

/** A number with the given digits, grouped as the language does. */
export function figure(value: number, digits = 0): string {
  return value.toLocaleString(locale.value, { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** An area in 亩 to two decimals, from m². */
export function mu(squareMetres: number | null | undefined): string {
  return squareMetres === null || squareMetres === undefined ? '–' : figure(toMu(squareMetres), 2)
}

/** A share (0–1) as a percentage. */
export function percent(share: number | null | undefined, digits = 1): string {
  if (share === null || share === undefined) return '–'
  return share.toLocaleString(locale.value, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** A length in metres, or kilometres from 1,000 m on. */
export function metres(length: number): string {
  return length < 1000 ? `${figure(length)} m` : `${figure(length / 1000, 2)} km`
}

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  let step = 0
  while (size >= 1000 && step < units.length - 1) {
    size /= 1000
    step += 1
  }
  return `${figure(size, step > 0 && size < 100 ? 1 : 0)} ${units[step]}`
}
