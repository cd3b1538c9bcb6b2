import type { Map } from 'maplibre-gl'
import { reactive, ref, watch } from 'vue'
import { catalogue, type CaseTheme } from './catalogue'
import { colourBy } from './style'

const KEY = 'plotwatch.layers'

interface State {
  shown: boolean
  opacity: number
}

/** What is switched on, and how strongly; kept for the next visit. */
export const layerState = reactive<Record<string, State>>(remembered())

export const caseTheme = ref<CaseTheme>('category')

/** The share of a layer's opacity that each kind of paint gets. */
const STRENGTH: Record<string, number> = { 'patches:fill': 0.2, 'plots:line': 0.9, 'villages:label': 1 }
const PAINT = { fill: 'fill-opacity', line: 'line-opacity', circle: 'circle-opacity', symbol: 'text-opacity', raster: 'raster-opacity' } as const

/** Keep a map as the panel says, now and with every change. */
export function followLayerState(map: Map): void {
  const apply = () => catalogue.forEach(({ id }) => applyLayer(map, id, layerState[id]!))
  const stop = [
    watch(layerState, () => {
      apply()
      localStorage.setItem(KEY, JSON.stringify(layerState))
    }),
    watch(caseTheme, (theme) => {
      map.setPaintProperty('cases:fill', 'fill-color', colourBy(theme, theme))
      map.setPaintProperty('cases:dot', 'circle-color', colourBy(theme, theme))
    }),
  ]
  apply()
  map.once('remove', () => stop.forEach((end) => end()))
}

function applyLayer(map: Map, id: string, { shown, opacity }: State): void {
  for (const name of map.getLayersOrder()) {
    if (!name.startsWith(`${id}:`) || name.startsWith('cases:chosen')) continue
    const type = map.getLayer(name)?.type
    map.setLayoutProperty(name, 'visibility', shown ? 'visible' : 'none')
    if (type && type in PAINT) {
      map.setPaintProperty(name, PAINT[type as keyof typeof PAINT], opacity * (STRENGTH[name] ?? 1))
    }
  }
}

function remembered(): Record<string, State> {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, State>
  return Object.fromEntries(catalogue.map(({ id, shown, opacity }) => [id, kept[id] ?? { shown, opacity }]))
}
