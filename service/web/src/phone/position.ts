import { ref } from 'vue'
import type { Position } from '@/map/geodesy'

export interface Here {
  position: Position
  /** Metres. */
  accuracy: number
}

/** Where the device is; null while that is unknown or not allowed. */
export const here = ref<Here | null>(null)
export const hereDenied = ref(false)

let watching: number | null = null
let watchers = 0

/** Follow the device's position; returns how to stop. */
export function watchPosition(): () => void {
  watchers += 1
  if (watching === null && 'geolocation' in navigator) {
    watching = navigator.geolocation.watchPosition(
      ({ coords }) => (here.value = { position: [coords.longitude, coords.latitude], accuracy: coords.accuracy }),
      ({ code, PERMISSION_DENIED }) => (hereDenied.value = code === PERMISSION_DENIED),
      { enableHighAccuracy: true, maximumAge: 10_000 },
    )
  }
  return () => {
    watchers -= 1
    if (watchers === 0 && watching !== null) {
      navigator.geolocation.clearWatch(watching)
      watching = null
    }
  }
}
