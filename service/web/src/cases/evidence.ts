import type { Evidence } from '@/api/types'

/** States in which a photo shows what has been put right. */
export const AFTERWARDS: ReadonlySet<string> = new Set(['rectifying', 'enforcement', 'acceptance'])

export function isPhoto({ media_type }: Evidence): boolean {
  return media_type.startsWith('image/')
}

/** Where the picture or document itself, or a small picture of it, is read. */
export function evidenceAddress(caseId: number, { id }: Evidence, what: 'content' | 'thumbnail'): string {
  return `/api/cases/${caseId}/evidence/${id}/${what}`
}
