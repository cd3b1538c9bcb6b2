import { AttributionControl, type Map } from 'maplibre-gl'
import { ref } from 'vue'
import { content, service } from '@/api/client'
import type { BasemapLayer } from '@/api/types'
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

/** Lay the ground beneath all that a map shows. */
export async function layGround(map: Map): Promise<void> {
  await (asked ??= learn())
  if (!basemap.value.length || !map.getContainer().isConnected) return
  const above = map.getLayersOrder().find((id) => id !== 'ground')
  const { shown, opacity } = layerState['basemap']!
  for (const { name, attribution, deepest } of basemap.value) {
    const id = `basemap:${name}`
    map.addSource(id, { type: 'raster', tiles: [`${location.origin}/api/basemap/${name}/{z}/{x}/{y}`], tileSize: 256, maxzoom: deepest, attribution })
    map.addLayer({ id, type: 'raster', source: id, layout: { visibility: shown ? 'visible' : 'none' }, paint: { 'raster-opacity': opacity } }, above)
  }
  map.addControl(new AttributionControl({ compact: false }), 'bottom-left')
}
