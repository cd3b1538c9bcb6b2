import { computed, ref } from 'vue'
import { content, service } from '@/api/client'
import type { Action, Me, TokenAnswer } from '@/api/types'
import { forgetKept } from '@/phone/offline/kept'
import { dropToken, keepToken, token, tokenLife } from './token'

const KEY = 'plotwatch.me'

/** Who is logged in. Kept without the token, so that the page opens without a signal. */
export const me = ref<Me | null>(remembered())

export const ownVillages = computed(() => me.value?.villages ?? [])
export const worksInVillage = computed(() => me.value?.role === 'village' || me.value?.role === 'grid')

/** Whether the permission table lets the current user do this. */
export function can(action: Action): boolean {
  return me.value?.actions.includes(action) ?? false
}

/** A token alone is half a login: the page may have been left before it knew whose it is. */
export function loggedIn(): boolean {
  return token() !== null && me.value !== null
}

export async function logIn(username: string, password: string): Promise<void> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  await enter(await content(service.POST('/api/auth/token', { body: { username, password }, headers })))
}

/** Exchange the one-time link that the command line printed. */
export async function logInByLink(code: string): Promise<void> {
  await enter(await content(service.POST('/api/auth/link', { body: { token: code } })))
}

export async function logOut(): Promise<void> {
  dropToken()
  await forgetKept()
  me.value = null
  localStorage.removeItem(KEY)
}

/** Change one's own password; every other session ends. */
export async function changePassword(current: string, next: string): Promise<void> {
  const answer = await content(service.POST('/api/me/password', { body: { current, new: next } }))
  keepToken(answer.access_token, answer.expires_in)
}

/** The page that a role starts with. */
export function startPage(): string {
  return worksInVillage.value ? '/my' : '/map'
}

const LOOK_EVERY_MS = 60_000
const RENEW_BELOW_MS = 20 * 60_000

/** Renew the token while the page is open, until the session's hours are over. */
export function keepSession(): void {
  setInterval(() => {
    if (token() && tokenLife() < RENEW_BELOW_MS && navigator.onLine) void renew()
  }, LOOK_EVERY_MS)
}

async function renew(): Promise<void> {
  const answer = await content(service.POST('/api/auth/renew'))
  keepToken(answer.access_token, answer.expires_in)
}

/** Ask again who is logged in: role and scope may have changed. */
export async function refreshMe(): Promise<void> {
  me.value = await content(service.GET('/api/me'))
  localStorage.setItem(KEY, JSON.stringify(me.value))
}

async function enter(answer: TokenAnswer): Promise<void> {
  keepToken(answer.access_token, answer.expires_in)
  const before = me.value?.username
  await refreshMe()
  if (before !== me.value?.username) await forgetKept()
}

function remembered(): Me | null {
  const text = localStorage.getItem(KEY)
  return text ? (JSON.parse(text) as Me) : null
}
