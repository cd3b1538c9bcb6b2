import { watch } from 'vue'
import { content, contentAs, service } from '@/api/client'
import { t } from '@/language'
import { can, me } from '@/session/session'
import type { VillagePlace } from '@/api/types'

export type VillageName = VillagePlace

export interface BatchName {
  id: number
  name: string
}

let known: Promise<VillageName[]> | null = null

/** The villages that the current user may see; asked for once. */
export function villages(): Promise<VillageName[]> {
  known ??= contentAs<{ items: VillagePlace[] }>(service.GET('/api/villages')).then(({ items }) => items)
  known.catch(() => (known = null))
  return known
}

/** What a village is called; its code when it is not known. */
export async function nameOf(code: string | null): Promise<string> {
  return (await villages()).find((one) => one.code === code)?.name ?? code ?? ''
}

/** Another user may see other villages. */
watch(() => me.value?.username, () => (known = null), { flush: 'sync' })

/** The batches of patches, newest first; empty for users who do not see imports. */
export async function batches(): Promise<BatchName[]> {
  if (!can('read-imports')) return []
  const { items } = await content(service.GET('/api/imports', { params: { query: { layer: 'patches', status: 'published', limit: 50 } } }))
  return items.map(({ id, filename }) => ({ id, name: `${t('map.batchOf', { id })} · ${filename}` }))
}
