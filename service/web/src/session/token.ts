const KEY = 'plotwatch.token'

export interface Token {
  value: string
  /** Milliseconds since 1970. */
  expires: number
}

let current: Token | null = read()

/** The token that requests carry; none when nobody is logged in or its time is over. */
export function token(): string | null {
  return current && current.expires > Date.now() ? current.value : null
}

/** Milliseconds until the token ends. */
export function tokenLife(): number {
  return current ? current.expires - Date.now() : 0
}

/** Keep a token in memory and, so that reloading the page is harmless, for this tab. */
export function keepToken(value: string, seconds: number): void {
  current = { value, expires: Date.now() + seconds * 1000 }
  sessionStorage.setItem(KEY, JSON.stringify(current))
}

export function dropToken(): void {
  current = null
  sessionStorage.removeItem(KEY)
}

function read(): Token | null {
  const text = sessionStorage.getItem(KEY)
  return text ? (JSON.parse(text) as Token) : null
}
