import { either, named, t } from '@/language'

/** An RFC 9457 answer of the service, or a request that never reached it (status 0). */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly body: Record<string, unknown>

  constructor(status: number, code: string, body: Record<string, unknown> = {}) {
    super(String(body['detail'] ?? code))
    this.status = status
    this.code = code
    this.body = body
  }

  /** What to do, in the page's language. */
  get sentence(): string {
    const { detail, detail_en } = this.body as { detail?: string; detail_en?: string }
    if (this.status === 0) return t('problem.offline')
    return either(detail, detail_en) || t('problem.unexpected', { status: this.status })
  }

  /** The place within a file, where the service named one; names of parameters are no words for people. */
  get place(): string {
    const { file, layer, row, field } = this.body
    const column = field && (row === undefined ? named('field', String(field)) : t('problem.column', { name: String(field) }))
    return [file, layer && named('layer', String(layer)), row !== undefined && t('problem.row', { n: String(row) }), column].filter(Boolean).join(' · ')
  }

  /** Whether the same request may be answered differently: not while it is refused for what it says. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }

  /** The field of a form that it is about; a part of it counts as the field. */
  get field(): string {
    return String(this.body['parameter'] ?? '').split('.')[0] ?? ''
  }

  get offline(): boolean {
    return this.status === 0
  }
}

/** The problem of an answer that is not a success. */
export async function problemOf(answer: Response): Promise<Problem> {
  const type = answer.headers.get('content-type') ?? ''
  const body = type.includes('json') ? ((await answer.json()) as Record<string, unknown>) : {}
  return new Problem(answer.status, String(body['code'] ?? 'http-error'), body)
}

/** Anything thrown by a request, as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof TypeError) return new Problem(0, 'offline')
  throw error
}
