import type { AccountEvent } from '@/api/types'
import { aside, named, t } from '@/language'
import { moment } from '@/ui/dates'
import type { VillageName } from '@/villages/names'
import { scopeWords } from './scope'

/** What happened to an account, as a sentence. */
export function happening({ kind, data }: AccountEvent, known: readonly VillageName[]): string {
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : '')
  const said = t(`accountEvent.${kind}`)
  switch (kind) {
    case 'made':
    case 'changed':
      return `${said}${t('word.colon')}${standing(data, known)}`
    case 'token-made':
    case 'token-revoked':
      return text('name') ? `${said}${t('word.colon')}${text('name')}` : said
    case 'logged-in':
      return text('address') ? `${said}${aside(t('accounts.from', { address: text('address') }))}` : said
    case 'locked-out':
      return `${said}${aside(t('accounts.lockedUntil', { address: text('address'), until: moment(text('until')) }))}`
    default:
      return said
  }
}

function standing(data: Record<string, unknown>, known: readonly VillageName[]): string {
  const { role, villages, department } = data as { role: string; villages: string[]; department: string | null }
  return `${named('role', role)}${t('word.comma')}${scopeWords({ role, villages, department }, known)}`
}
