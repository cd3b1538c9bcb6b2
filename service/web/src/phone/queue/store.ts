import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

export type PhotoKind = 'far' | 'near' | 'after' | 'photo' | 'document'
export type PhotoState = 'waiting' | 'sending' | 'confirmed' | 'refused'

/** A photo taken for a case, kept on the device until the service has it. */
export interface QueuedPhoto {
  id: string
  /** Who took it: on a shared phone nobody sends another's photos. */
  username: string
  caseId: number
  caseCode: string
  name: string
  kind: PhotoKind
  content: Blob
  size: number
  /** Lower-case hexadecimal SHA-256 of the content: the service answers with the same. */
  sha256: string
  takenAt: string
  place: { lon: number; lat: number; accuracy: number } | null
  state: PhotoState
  /** The share that has been sent, 0–1. */
  sent: number
  /** Why the service refused it, in the language of the time. */
  refusal: string
}

interface Schema extends DBSchema {
  photos: { key: string; value: QueuedPhoto; indexes: { username: string } }
}

let database: Promise<IDBPDatabase<Schema>> | null = null

function open(): Promise<IDBPDatabase<Schema>> {
  database ??= openDB<Schema>('plotwatch', 1, {
    upgrade: (made) => made.createObjectStore('photos', { keyPath: 'id' }).createIndex('username', 'username'),
  })
  return database
}

export async function photosOf(username: string): Promise<QueuedPhoto[]> {
  return (await open()).getAllFromIndex('photos', 'username', username)
}

export async function keepPhoto(photo: QueuedPhoto): Promise<void> {
  await (await open()).put('photos', photo)
}

export async function dropPhoto(id: string): Promise<void> {
  await (await open()).delete('photos', id)
}
