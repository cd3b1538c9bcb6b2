import createClient from 'openapi-fetch'
import { token } from '@/session/token'
import { Problem, problemOf } from './problem'
import type { paths } from './schema'

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>

let onExpired: () => void = () => undefined

/** What to do when the service says that the login is over. */
export function whenExpired(act: () => void): void {
  onExpired = act
}

/** The headers that prove who asks. */
export function authorization(): Record<string, string> {
  const value = token()
  return value ? { Authorization: `Bearer ${value}` } : {}
}

/**
 * The service's addresses with the types of its OpenAPI document (`npm run schema`).
 *
 * Every call throws a `Problem` unless the service answers with success.
 */
export const service = createClient<paths>({ fetch: (request) => answered(request) })

/** The content of a successful answer. */
export async function content<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}

/** The same where the document says less than is so: of geometry, boxes and what intake decided. */
export async function contentAs<T>(answer: Promise<{ data?: unknown }>): Promise<T> {
  return (await answer).data as T
}

/** An address with its query; empty values are left out, lists repeat their name. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value]
    for (const one of values) {
      if (one !== null && one !== undefined && one !== '') search.append(name, String(one))
    }
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

interface Wish {
  query?: Query
  accept?: string
  signal?: AbortSignal | undefined
}

/** Read an address that is no JSON of the document: files, streams, pictures. */
export function read(path: string, { query, accept, signal }: Wish = {}): Promise<Response> {
  const headers = new Headers(accept ? { Accept: accept } : undefined)
  return answered(new Request(new URL(address(path, query), location.origin), { headers, signal: signal ?? null }))
}

/** Read JSON from an address that the document does not describe. */
export async function readJson<T>(path: string, wish: Wish = {}): Promise<T> {
  return (await (await read(path, wish)).json()) as T
}

/** The page that follows: the service names it by its whole public address, a proxy's path included. */
export function readFollowing<T>(next: string): Promise<T> {
  const { pathname, search } = new URL(next)
  return readJson(pathname.slice(pathname.indexOf('/api/')) + search)
}

async function answered(request: Request): Promise<Response> {
  for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value)
  const answer = await send(request)
  if (answer.ok) return answer
  if (answer.status === 401 && !new URL(request.url).pathname.startsWith('/api/auth/')) onExpired()
  throw await problemOf(answer)
}

async function send(request: Request): Promise<Response> {
  try {
    // Without this the browser answers a 401 with a login window of its own, over the page's.
    return await fetch(request, { credentials: 'omit' })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(0, 'offline')
  }
}
