import { ref } from 'vue'
import type { Router } from 'vue-router'

const SOON_MS = 400

/** Whether a page is on its way that a slow connection lets wait. */
export const opening = ref(false)

export function watchOpening(router: Router): void {
  let timer = 0
  const over = () => {
    clearTimeout(timer)
    opening.value = false
  }
  router.beforeEach(() => {
    over()
    timer = window.setTimeout(() => (opening.value = true), SOON_MS)
  })
  router.afterEach(over)
  router.onError(over)
}
