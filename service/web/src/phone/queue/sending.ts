import { send } from '@/api/upload'
import type { QueuedPhoto } from './store'

/** Send a photo; the answer is the hash under which the service keeps it. */
export async function sendPhoto(photo: QueuedPhoto, onProgress: (share: number) => void): Promise<string> {
  const form = new FormData()
  form.set('file', photo.content, photo.name)
  form.set('sha256', photo.sha256)
  form.set('taken_at', photo.takenAt)
  if (photo.place) {
    form.set('lon', String(photo.place.lon))
    form.set('lat', String(photo.place.lat))
  }
  const { sha256 } = await send<{ sha256: string }>(`/api/cases/${photo.caseId}/evidence`, form, { onProgress })
  return sha256
}
