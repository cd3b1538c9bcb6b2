import { t } from '@/language'
import { toast } from '@/shell/toasts'
import { addPhoto } from './queue'

/** Keep the files that somebody chose, each with what `about` says of it; the field is empty then. */
export async function keepChosen(event: Event, about: (file: File) => Parameters<typeof addPhoto>[1]): Promise<void> {
  const input = event.target as HTMLInputElement
  try {
    for (const file of input.files ?? []) await addPhoto(file, about(file))
  } catch {
    // The browser keeps nothing when the phone is full or the window is private.
    toast(t('photo.notKept'), true)
  }
  input.value = ''
}
