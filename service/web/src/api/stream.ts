import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { read, type Query } from './client'
import { asProblem } from './problem'

const WAIT_MS = 3000

export interface StreamOptions {
  query?: () => Query
  onEvent: (event: EventSourceMessage) => void
  /** The service never has told everything: a stream that ends is a break. */
  endless?: boolean
  /** Told with every break; the stream comes back by itself. */
  onState?: (connected: boolean) => void
  signal: AbortSignal
}

/**
 * Follow server-sent events until the signal ends it or the service says that all is told.
 *
 * The browser's own EventSource cannot send the login, so the stream is read by `fetch`.
 */
export async function follow(path: string, options: StreamOptions): Promise<void> {
  const { signal, onState } = options
  while (!signal.aborted) {
    try {
      await readOnce(path, options)
      if (!options.endless) return
    } catch (error) {
      if (signal.aborted) return
      onState?.(false)
      const problem = asProblem(error)
      if (problem.status >= 400 && problem.status < 500) return
    }
    await pause(WAIT_MS, signal)
  }
}

async function readOnce(path: string, { query, onEvent, onState, signal }: StreamOptions): Promise<void> {
  const answer = await read(path, { query: query?.() ?? {}, accept: 'text/event-stream', signal })
  onState?.(true)
  const parser = createParser({ onEvent })
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    parser.feed(value)
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
