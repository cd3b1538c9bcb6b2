import { t } from '@/language'
import { monthNow } from '@/ui/dates'

/** This month and the last, this quarter and the last, this year and the last, as filters write them. */
export function latePeriods(): string[] {
  const [year, month] = monthNow()
  const quarter = Math.ceil(month / 3)
  return [
    monthOf(year, month),
    month > 1 ? monthOf(year, month - 1) : monthOf(year - 1, 12),
    `${year}-Q${quarter}`,
    quarter > 1 ? `${year}-Q${quarter - 1}` : `${year - 1}-Q4`,
    `${year}`,
    `${year - 1}`,
  ]
}

/** A period as people say it. */
export function periodName(code: string): string {
  const [year = '', part = ''] = code.split('-')
  if (!part) return t('period.year', { year })
  return part.startsWith('Q') ? t('period.quarter', { year, n: part.slice(1) }) : t('period.month', { year, month: part, n: Number(part) })
}

const monthOf = (year: number, month: number) => `${year}-${String(month).padStart(2, '0')}`
