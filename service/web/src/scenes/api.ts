import { contentAs, service } from '@/api/client'
import { send } from '@/api/upload'
import type { Detection, Page, Scene } from '@/api/types'

export const PICTURES = ['true', 'false', 'ndvi'] as const
export type Picture = (typeof PICTURES)[number]

const MOST = 100

export function listScenes(): Promise<Page<Scene>> {
  return contentAs(service.GET('/api/scenes', { params: { query: { limit: MOST } } }))
}

export function listDetections(): Promise<Page<Detection>> {
  return contentAs(service.GET('/api/scenes/detections', { params: { query: { limit: MOST } } }))
}

/** Look for changes between two scenes; they become patches of an import of their own (自检). */
export function compareScenes(before: number, after: number, least_area_m2: number): Promise<Detection> {
  return contentAs(service.POST('/api/scenes/detections', { body: { before, after, least_area_m2 } }))
}

/** What is known of a picture that its file does not tell. */
export interface SceneWish {
  taken_on: string
  sensor: string
  bands: string
  note: string
}

export async function sendScene(file: File, wish: SceneWish, onProgress: (share: number) => void): Promise<void> {
  const fields = new FormData()
  for (const [name, value] of Object.entries(wish)) if (value) fields.set(name, value)
  fields.set('file', file)
  await send('/api/scenes', fields, { onProgress })
}

/** Where the tiles of a scene are. */
export function sceneTiles(id: number, picture: Picture): string {
  return `${location.origin}/api/scenes/${id}/tiles/{z}/{x}/{y}.png?bands=${picture}`
}
