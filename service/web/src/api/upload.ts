import { authorization } from './client'
import { Problem } from './problem'

export interface Sending {
  method?: 'POST' | 'PUT' | 'PATCH'
  headers?: Record<string, string>
  /** The share that has been sent, 0–1. */
  onProgress?: (share: number) => void
  signal?: AbortSignal
}

/** Send a form or a part of a file, and say how far it is: `fetch` cannot tell. */
export function send<T>(path: string, body: FormData | Blob, options: Sending = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(options.method ?? 'POST', path)
    const headers = { ...authorization(), ...options.headers }
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => options.onProgress?.(total ? loaded / total : 0)
    request.onerror = () => reject(new Problem(0, 'offline'))
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'))
    request.onload = () => {
      const content = parse(request)
      if (request.status < 300) resolve(content as T)
      else reject(new Problem(request.status, String(content?.['code'] ?? 'http-error'), content ?? {}))
    }
    options.signal?.addEventListener('abort', () => request.abort())
    request.send(body)
  })
}

function parse(request: XMLHttpRequest): Record<string, unknown> | undefined {
  const type = request.getResponseHeader('content-type') ?? ''
  return type.includes('json') ? (JSON.parse(request.responseText) as Record<string, unknown>) : undefined
}
