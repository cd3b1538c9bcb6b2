import { locale } from '@/language'

const ZONE = 'Asia/Shanghai'
const DAY = 24 * 60 * 60 * 1000

/** A date as people of the language write it. */
export function day(text: string | null | undefined): string {
  if (!text) return '–'
  return new Date(text).toLocaleDateString(locale.value, { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: ZONE })
}

/** Date and time to the minute. */
export function moment(text: string | null | undefined): string {
  if (!text) return '–'
  const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
  return new Date(text).toLocaleString(locale.value, { ...options, hour12: false, timeZone: ZONE })
}

/** Whole calendar days from today to a time, in the township's time zone; negative when past. */
export function daysUntil(text: string): number {
  return dayNumber(new Date(text)) - dayNumber(new Date())
}

/** The month that it is in the township's time zone: its year, and its number from 1 on. */
export function monthNow(): [year: number, month: number] {
  const [year, month] = isoDay(new Date()).split('-').map(Number)
  return [year!, month!]
}

/** Today's date in the township's time zone, as date fields and names of files write it. */
export function today(): string {
  return isoDay(new Date())
}

function dayNumber(time: Date): number {
  return Math.round(Date.parse(`${isoDay(time)}T00:00:00Z`) / DAY)
}

function isoDay(time: Date): string {
  return time.toLocaleDateString('sv-SE', { timeZone: ZONE })
}
