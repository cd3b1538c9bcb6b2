import { ref } from 'vue'

export interface Toast {
  id: number
  text: string
  bad: boolean
}

const SECONDS = 6
const CHARACTERS_READ_IN_A_SECOND = 10
let last = 0

export const toasts = ref<Toast[]>([])

/** Say briefly that something happened. */
export function toast(text: string, bad = false): void {
  const id = ++last
  toasts.value.push({ id, text, bad })
  setTimeout(() => dismiss(id), Math.max(SECONDS, text.length / CHARACTERS_READ_IN_A_SECOND) * 1000)
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id)
}
