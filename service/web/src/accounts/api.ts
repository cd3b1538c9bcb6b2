import { content, readFollowing, service } from '@/api/client'
import { queryOf } from '@/api/query'
import type { Account, AccountEvent, AccountProfile, ApiToken, MadeAccount, NewAccount, Page } from '@/api/types'
import type { components, operations } from '@/api/schema'

type Answer = components['schemas']['Accounts']
type AccountQuery = NonNullable<operations['read_accounts_api_accounts_get']['parameters']['query']>

export interface AccountFilters {
  q: string
  role: string
  village: string
  department: string
  disabled: string
}

export const NO_FILTERS: AccountFilters = { q: '', role: '', village: '', department: '', disabled: '' }

const LISTS = ['role', 'village', 'department']

export async function listAccounts(filters: AccountFilters, signal: AbortSignal): Promise<Page<Account>> {
  return pageOf(await content(service.GET('/api/accounts', { params: { query: queryOf<AccountQuery>(filters, LISTS) }, signal })))
}

export async function followingAccounts(next: string): Promise<Page<Account>> {
  return pageOf(await readFollowing<Answer>(next))
}

const pageOf = ({ accounts, total, next }: Answer): Page<Account> => ({ items: accounts, total, next })

const of = (account_id: number) => ({ params: { path: { account_id } } })

export function readAccount(id: number): Promise<Account> {
  return content(service.GET('/api/accounts/{account_id}', of(id)))
}

export function makeAccount(body: NewAccount): Promise<MadeAccount> {
  return content(service.POST('/api/accounts', { body }))
}

export async function changeAccount(id: number, body: AccountProfile): Promise<void> {
  await service.PUT('/api/accounts/{account_id}', { ...of(id), body })
}

export async function disableAccount(id: number): Promise<void> {
  await service.POST('/api/accounts/{account_id}/disable', of(id))
}

export async function enableAccount(id: number): Promise<void> {
  await service.POST('/api/accounts/{account_id}/enable', of(id))
}

/** Answers the new password, which is shown once. */
export async function resetPassword(id: number): Promise<string> {
  return (await content(service.POST('/api/accounts/{account_id}/password', { ...of(id), body: {} }))).password ?? ''
}

export async function endSessions(id: number): Promise<void> {
  await service.POST('/api/accounts/{account_id}/logout-everywhere', of(id))
}

export function listTokens(id: number): Promise<ApiToken[]> {
  return content(service.GET('/api/accounts/{account_id}/tokens', of(id)))
}

export async function revokeToken(token_id: number): Promise<void> {
  await service.DELETE('/api/me/tokens/{token_id}', { params: { path: { token_id } } })
}

const EVENTS = 20

export function listEvents(id: number): Promise<Page<AccountEvent>> {
  return content(service.GET('/api/accounts/{account_id}/events', { params: { ...of(id).params, query: { limit: EVENTS } } }))
}

export function followingEvents(next: string): Promise<Page<AccountEvent>> {
  return readFollowing(next)
}

/** How people log in here, and at which address. */
export function loginWays(): Promise<components['schemas']['LoginWays']> {
  return content(service.GET('/api/auth/ways'))
}
