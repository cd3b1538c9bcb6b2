import 'maplibre-gl/dist/maplibre-gl.css'
import { Map, ScaleControl, setWorkerUrl, type LngLatBoundsLike, type PaddingOptions, type StyleSpecification } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { authorization } from '@/api/client'
import { t } from '@/language'
import { layGround } from './basemap'

setWorkerUrl(workerUrl)

export interface View {
  center: [number, number]
  zoom: number
}

interface Options {
  style: StyleSpecification
  view?: View | undefined
  bounds?: LngLatBoundsLike | undefined
  interactive?: boolean
  padding?: number | PaddingOptions
}

/** A map in an element; requests to the service carry the login. */
export function createMap(container: HTMLElement, { style, view, bounds, interactive = true, padding = 40 }: Options): Map {
  const map = new Map({
    container,
    style,
    ...(view ?? {}),
    ...(bounds && !view ? { bounds, fitBoundsOptions: { padding } } : {}),
    interactive,
    attributionControl: false,
    locale: { 'Map.Title': t('map.title') },
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 21,
    fadeDuration: 120,
    transformRequest: (url) => (url.startsWith(location.origin) ? { url, headers: authorization() } : { url }),
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.addControl(new ScaleControl({ maxWidth: 110 }), 'bottom-right')
  map.once('load', () => void layGround(map))
  countIdle(map, container)
  return map
}

/** Writes on the element how often the map has come to rest: tests and pictures wait for it. */
function countIdle(map: Map, container: HTMLElement): void {
  let count = 0
  map.on('idle', () => {
    count += 1
    container.dataset['idle'] = String(count)
  })
}

/** Whether the browser can draw the map at all. */
export function canDraw(): boolean {
  return document.createElement('canvas').getContext('webgl2') !== null
}
