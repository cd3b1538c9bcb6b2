import { AJAXError, AttributionControl, type ErrorEvent, type Map } from 'maplibre-gl'
import { ref } from 'vue'
import { content, service } from '@/api/client'
import { problemOf } from '@/api/problem'
import type { BasemapLayer } from '@/api/types'
import { toast } from '@/shell/toasts'
import { layerState } from './layerState'

/** The layers of the ground from the bottom up, where the deployment has any. */
export const basemap = ref<BasemapLayer[]>([])
let asked: Promise<void> | null = null

async function learn(): Promise<void> {
  try {
    basemap.value = (await content(service.GET('/api/basemap'))).items
  } catch {
    // A map does without; the next one asks again.
    asked = null
  }
}

/** Kept for the visit once somebody was told that the ground cannot be read: every tile fails alike. */
const TOLD = 'plotwatch.basemap-told'

async function tellOnce({ error }: ErrorEvent): Promise<void> {
  if (!(error instanceof AJAXError) || !error.url.includes('/api/basemap/')) return console.error(error)
  if (error.status !== 503 || sessionStorage.getItem(TOLD)) return
  sessionStorage.setItem(TOLD, 'yes')
  toast((await problemOf(new Response(error.body, { status: error.status }))).sentence, true)
}

/** Lay the ground beneath all that a map shows. */
export async function layGround(map: Map): Promise<void> {
  await (asked ??= learn())
  if (!basemap.value.length || !map.getContainer().isConnected) return
  map.on('error', tellOnce)
  const above = map.getLayersOrder().find((id) => id !== 'ground')
  const { shown, opacity } = layerState['basemap']!
  for (const { name, attribution, deepest } of basemap.value) {
    const id = `basemap:${name}`
    map.addSource(id, { type: 'raster', tiles: [`${location.origin}/api/basemap/${name}/{z}/{x}/{y}`], tileSize: 256, maxzoom: deepest, attribution })
    map.addLayer({ id, type: 'raster', source: id, layout: { visibility: shown ? 'visible' : 'none' }, paint: { 'raster-opacity': opacity } }, above)
  }
  map.addControl(new AttributionControl({ compact: false }), 'bottom-left')
}
