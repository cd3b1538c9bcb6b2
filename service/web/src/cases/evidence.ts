import type { Evidence } from '@/api/types'

export function isPhoto({ media_type }: Evidence): boolean {
  return media_type.startsWith('image/')
}

/** Where the picture or document itself, or a small picture of it, is read. */
export function evidenceAddress(caseId: number, { id }: Evidence, what: 'content' | 'thumbnail'): string {
  return `/api/cases/${caseId}/evidence/${id}/${what}`
}
