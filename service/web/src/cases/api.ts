import { call } from '@/api/client'
import type { Case } from '@/api/types'

export function readCase(id: number): Promise<Case> {
  return call('GET', `/api/cases/${id}`)
}
