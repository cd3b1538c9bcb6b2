import { content, service } from '@/api/client'
import { Problem } from '@/api/problem'
import type { Evidence } from '@/api/types'
import { send } from '@/api/upload'
import type { QueuedPhoto } from './store'

const PIECE = 512 * 1024

/**
 * Send a photo in pieces, going on where an earlier try stopped; the answer is the hash under
 * which the service keeps it. What the case has already is not sent again.
 */
export async function sendPhoto(photo: QueuedPhoto, onProgress: (share: number) => void): Promise<string> {
  const path = { case_id: photo.caseId, sha256: photo.sha256 }
  const state = await content(service.GET('/api/cases/{case_id}/evidence/uploads/{sha256}', { params: { path } }))
  if (state.complete) return photo.sha256
  let offset = state.offset
  while (offset < photo.size) {
    onProgress(offset / photo.size)
    offset = await sendPiece(photo, offset, (share) => onProgress((offset + share * PIECE) / photo.size))
  }
  return (await makeEvidence(photo)).sha256
}

/** Send the piece that begins at an offset; the answer is where the next begins. */
async function sendPiece(photo: QueuedPhoto, offset: number, onProgress: (share: number) => void): Promise<number> {
  const address = `/api/cases/${photo.caseId}/evidence/uploads/${photo.sha256}`
  const piece = photo.content.slice(offset, offset + PIECE)
  try {
    const headers = { 'Upload-Offset': String(offset), 'Content-Type': 'application/octet-stream' }
    return (await send<{ offset: number }>(address, piece, { method: 'PATCH', headers, onProgress })).offset
  } catch (error) {
    // Another try has sent more meanwhile: the service says where it stands.
    const stands = error instanceof Problem && error.status === 409 ? error.body['offset'] : undefined
    if (typeof stands === 'number') return stands
    throw error
  }
}

function makeEvidence(photo: QueuedPhoto): Promise<Evidence> {
  const form = new FormData()
  const place = photo.place && { lon: photo.place.lon, lat: photo.place.lat }
  const fields = { upload: photo.sha256, sha256: photo.sha256, filename: photo.name, kind: photo.kind, taken_at: photo.takenAt, ...place }
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value))
  return send(`/api/cases/${photo.caseId}/evidence`, form)
}
