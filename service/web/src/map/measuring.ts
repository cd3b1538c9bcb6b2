import type { FilterSpecification, GeoJSONSource, Map, MapMouseEvent } from 'maplibre-gl'
import { computed, ref } from 'vue'
import { t } from '@/language'
import { figure, metres, mu } from '@/ui/figures'
import { pathLength, ringArea, type Position } from './geodesy'

export type MeasureKind = 'length' | 'area'

const SOURCE = 'measuring'

/** A line or outline that is being drawn by clicks, and what it measures. */
export class Measurement {
  readonly points = ref<Position[]>([])
  readonly done = ref(false)
  readonly result = computed(() => this.describe(this.points.value))
  private readonly map: Map
  readonly kind: MeasureKind

  constructor(map: Map, kind: MeasureKind) {
    this.map = map
    this.kind = kind
    map.doubleClickZoom.disable()
    addLayers(map)
    map.on('click', this.add)
    map.on('mousemove', this.preview)
    map.on('dblclick', this.finish)
    document.addEventListener('keydown', this.keys)
  }

  /** Take everything off the map again. */
  end(): void {
    this.map.off('click', this.add)
    this.map.off('mousemove', this.preview)
    this.map.off('dblclick', this.finish)
    document.removeEventListener('keydown', this.keys)
    removeLayers(this.map)
    this.map.doubleClickZoom.enable()
  }

  /** Begin anew. */
  clear(): void {
    this.points.value = []
    this.done.value = false
    this.draw([])
  }

  private readonly add = ({ lngLat }: MapMouseEvent): void => {
    if (this.done.value) {
      this.points.value = []
      this.done.value = false
    }
    this.points.value = [...this.points.value, [lngLat.lng, lngLat.lat]]
    this.draw(this.points.value)
  }

  private readonly preview = ({ lngLat }: MapMouseEvent): void => {
    if (!this.done.value && this.points.value.length) this.draw([...this.points.value, [lngLat.lng, lngLat.lat]])
  }

  private readonly finish = (): void => {
    // The two clicks of a double-click have each left a point at the same place.
    const points = this.points.value
    const doubled = points.length > 1 && pathLength(points.slice(-2)) < 0.01
    this.points.value = doubled ? points.slice(0, -1) : points
    this.done.value = true
    this.draw(this.points.value)
  }

  private readonly keys = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && this.points.value.length) this.finish()
  }

  private describe(points: Position[]): string {
    if (this.kind === 'length') return metres(pathLength(points))
    const area = points.length > 2 ? ringArea(points) : 0
    return `${mu(area)} ${t('word.mu')} · ${figure(area)} m²`
  }

  private draw(points: Position[]): void {
    const closed = this.kind === 'area' && points.length > 2
    const geometry: GeoJSON.Geometry = closed
      ? { type: 'Polygon', coordinates: [[...points, points[0]!]] }
      : { type: 'LineString', coordinates: points }
    const dots: GeoJSON.Geometry = { type: 'MultiPoint', coordinates: points }
    this.map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: 'GeometryCollection', geometries: [geometry, dots] })
  }
}

function addLayers(map: Map): void {
  map.addSource(SOURCE, { type: 'geojson', data: { type: 'GeometryCollection', geometries: [] } })
  const polygon: FilterSpecification = ['==', ['geometry-type'], 'Polygon']
  const point: FilterSpecification = ['==', ['geometry-type'], 'Point']
  map.addLayer({ id: 'measuring:fill', type: 'fill', source: SOURCE, filter: polygon, paint: { 'fill-color': '#1668c7', 'fill-opacity': 0.15 } })
  map.addLayer({ id: 'measuring:line', type: 'line', source: SOURCE, paint: { 'line-color': '#1668c7', 'line-width': 2, 'line-dasharray': [2, 1] } })
  map.addLayer({ id: 'measuring:dot', type: 'circle', source: SOURCE, filter: point, paint: { 'circle-color': '#fff', 'circle-radius': 4, 'circle-stroke-color': '#1668c7', 'circle-stroke-width': 2 } })
}

function removeLayers(map: Map): void {
  for (const layer of ['measuring:dot', 'measuring:line', 'measuring:fill']) map.removeLayer(layer)
  map.removeSource(SOURCE)
}
