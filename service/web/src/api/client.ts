import { Problem, problemOf } from './problem'
import { token } from '@/session/token'

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>

interface Options {
  query?: Query
  json?: unknown
  form?: FormData | URLSearchParams
  signal?: AbortSignal | undefined
  accept?: string
}

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

/** Ask the service; throws a `Problem` unless it answers with success. */
export async function ask(method: string, path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { ...authorization() }
  if (options.accept) headers['Accept'] = options.accept
  let body: BodyInit | null = options.form ?? null
  if (options.json !== undefined) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(options.json)
  }
  const answer = await send(address(path, options.query), { method, headers, body, signal: options.signal ?? null })
  if (answer.ok) return answer
  if (answer.status === 401 && !path.startsWith('/api/auth/')) onExpired()
  throw await problemOf(answer)
}

/** Ask for JSON. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const answer = await ask(method, path, options)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(0, 'offline')
  }
}
