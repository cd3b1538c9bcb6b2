import { nextTick } from 'vue'
import type { Router } from 'vue-router'

const WAIT_MS = 5_000
const OWN_WILL = ['wheel', 'touchstart', 'keydown'] as const

/** How far each entry of the browser's history was scrolled when it was left. */
const left = new Map<number, number>()
let current = 0
let giveUp = () => {}

const frame = () => document.getElementById('main')
const entry = () => Number((history.state as { position?: number } | null)?.position ?? 0)

/**
 * The page scrolls within its frame, of which the browser keeps nothing: going back leads to the
 * line that was left, and a new page begins at its top, where the keyboard goes on, too.
 */
export function keepScrolling(router: Router): void {
  current = entry()
  router.beforeEach(() => {
    left.set(current, frame()?.scrollTop ?? 0)
  })
  router.afterEach(async (to, from, failure) => {
    if (failure) return
    const back = entry() < current
    const replaced = entry() === current
    current = entry()
    giveUp()
    if (replaced || to.path === from.path) return
    await nextTick()
    frame()?.focus({ preventScroll: true })
    scrollTo(back ? (left.get(current) ?? 0) : 0)
  })
}

/** Scroll as soon as the page is as long as that, unless somebody scrolls meanwhile. */
function scrollTo(wanted: number): void {
  const until = performance.now() + WAIT_MS
  let next = 0
  const step = () => {
    const main = frame()
    const tall = main !== null && main.scrollHeight - main.clientHeight >= wanted
    if (main && (tall || performance.now() > until)) {
      main.scrollTop = wanted
      giveUp()
    } else {
      next = requestAnimationFrame(step)
    }
  }
  giveUp = () => {
    cancelAnimationFrame(next)
    OWN_WILL.forEach((name) => removeEventListener(name, giveUp))
  }
  OWN_WILL.forEach((name) => addEventListener(name, giveUp, { passive: true }))
  step()
}
