import { figure } from '@/ui/figures'

/** Points as people write them: whole ones without decimals. */
export function points(value: number): string {
  return figure(value, Number.isInteger(value) ? 0 : Number.isInteger(value * 10) ? 1 : 2)
}
