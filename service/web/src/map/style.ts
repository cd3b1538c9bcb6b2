import type {
  DataDrivenPropertyValueSpecification,
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  StyleSpecification,
  VectorSourceSpecification,
} from 'maplibre-gl'
import { labelColours, lines, symbols, type Theme } from '@/ui/palette'
import { catalogue, type CaseTheme } from './catalogue'
import { tileAddress } from './filters'

const PLOTS_FROM_ZOOM = 8
const DEEPEST_TILE = 16
/** From here on outlines can be told apart; before, a case is a dot and plots are fills alone. */
const OUTLINES_FROM_ZOOM = 14.5

/** The colour of a property, by the shared symbology. */
export function colourBy(theme: Theme, property: string): DataDrivenPropertyValueSpecification<string> {
  const pairs = symbols(theme).flatMap(({ value, colour }) => [[String(value)], colour])
  return ['match', ['to-string', ['get', property]], ...pairs, '#7f7f7f'] as unknown as ExpressionSpecification
}

function source(layer: string): VectorSourceSpecification {
  return {
    type: 'vector',
    tiles: [tileAddress(layer)],
    minzoom: 8,
    maxzoom: DEEPEST_TILE,
  }
}

function visible(shown: boolean): { visibility: 'visible' | 'none' } {
  return { visibility: shown ? 'visible' : 'none' }
}

function plotLayers(): LayerSpecification[] {
  const of = { source: 'plots', 'source-layer': 'plots', minzoom: PLOTS_FROM_ZOOM }
  return [
    {
      id: 'plots:fill',
      type: 'fill',
      ...of,
      paint: { 'fill-color': colourBy('protection', 'protection'), 'fill-opacity': 0.5, 'fill-antialias': false },
    },
    {
      id: 'plots:line',
      type: 'line',
      ...of,
      minzoom: OUTLINES_FROM_ZOOM,
      paint: { 'line-color': lines.plot.colour, 'line-width': lines.plot.width, 'line-opacity': 0.5 },
    },
    {
      id: 'plots:label',
      type: 'symbol',
      source: 'plots',
      'source-layer': 'plots_labels',
      minzoom: 17,
      layout: { 'text-field': ['get', 'land_class'], 'text-size': 11 },
      paint: { 'text-color': '#55604f', 'text-halo-color': labelColours.halo, 'text-halo-width': 1 },
    },
  ]
}

function zoneLayers(): LayerSpecification[] {
  return catalogue.flatMap(({ id, zone, shown, group }): LayerSpecification[] => {
    if (!zone) return []
    const colour = symbols('zone').find((symbol) => symbol.value === zone)?.colour ?? '#7f7f7f'
    const of = { source: 'zones', 'source-layer': 'zones', filter: ['==', ['get', 'kind'], zone] as FilterSpecification }
    const dashed = group === 'approvals' ? { 'line-dasharray': [3, 1.5] } : {}
    return [
      { id: `${id}:fill`, type: 'fill', ...of, layout: visible(shown), paint: { 'fill-color': colour, 'fill-opacity': 0.4, 'fill-antialias': false } },
      { id: `${id}:line`, type: 'line', ...of, minzoom: group === 'approvals' ? 12 : 15, layout: visible(shown), paint: { 'line-color': colour, 'line-width': group === 'approvals' ? 1.6 : 0.5, ...dashed } },
    ]
  })
}

function villageLayers(): LayerSpecification[] {
  return [
    {
      id: 'villages:line',
      type: 'line',
      source: 'villages',
      'source-layer': 'villages',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': lines.village.colour, 'line-width': lines.village.width, 'line-dasharray': [5, 2, 1, 2] },
    },
  ]
}

/** Names lie over everything, dots of cases too. */
function villageNames(): LayerSpecification {
  return {
    id: 'villages:label',
    type: 'symbol',
    source: 'villages',
    'source-layer': 'villages_labels',
    maxzoom: 16,
    layout: { 'text-field': ['get', 'name'], 'text-size': ['interpolate', ['linear'], ['zoom'], 10, 11, 15, 17], 'text-letter-spacing': 0.06 },
    paint: { 'text-color': labelColours.colour, 'text-halo-color': labelColours.halo, 'text-halo-width': 1.8 },
  }
}

function patchLayers(): LayerSpecification[] {
  const of = { source: 'patches', 'source-layer': 'patches', layout: visible(false) }
  return [
    { id: 'patches:fill', type: 'fill', ...of, paint: { 'fill-color': lines.patch.colour, 'fill-opacity': 0.12 } },
    { id: 'patches:line', type: 'line', ...of, paint: { 'line-color': lines.patch.colour, 'line-width': lines.patch.width } },
  ]
}

/** Cases are a dot where their outline would be too small to be seen. */
function caseLayers(theme: CaseTheme): LayerSpecification[] {
  const of = { source: 'cases', 'source-layer': 'cases' }
  const colour = colourBy(theme, theme)
  return [
    { id: 'cases:fill', type: 'fill', ...of, minzoom: OUTLINES_FROM_ZOOM, paint: { 'fill-color': colour, 'fill-opacity': 0.6 } },
    { id: 'cases:line', type: 'line', ...of, minzoom: OUTLINES_FROM_ZOOM, paint: { 'line-color': lines.case.colour, 'line-width': ['interpolate', ['linear'], ['zoom'], 12, 0.4, 16, lines.case.width] } },
    { id: 'cases:overdue', type: 'line', ...of, minzoom: OUTLINES_FROM_ZOOM, filter: ['==', ['get', 'overdue'], true] as FilterSpecification, paint: { 'line-color': lines.overdue.colour, 'line-width': lines.overdue.width } },
    {
      id: 'cases:dot',
      type: 'circle',
      source: 'cases',
      'source-layer': 'cases_labels',
      maxzoom: OUTLINES_FROM_ZOOM,
      paint: {
        'circle-color': colour,
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, 3, 14, 6.5],
        'circle-stroke-color': '#ffffff',
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'cases:chosen',
      type: 'line',
      ...of,
      filter: ['==', ['get', 'id'], -1],
      paint: { 'line-color': '#1668c7', 'line-width': 4 },
    },
    {
      id: 'cases:chosen-dot',
      type: 'circle',
      source: 'cases',
      'source-layer': 'cases_labels',
      maxzoom: OUTLINES_FROM_ZOOM,
      filter: ['==', ['get', 'id'], -1],
      paint: { 'circle-color': 'transparent', 'circle-radius': 11, 'circle-stroke-color': '#1668c7', 'circle-stroke-width': 4 },
    },
  ]
}

/** The whole map, on the service's tiles alone. */
export function mapStyle(theme: CaseTheme): StyleSpecification {
  return {
    version: 8,
    sources: Object.fromEntries(['plots', 'zones', 'villages', 'patches', 'cases'].map((name) => [name, source(name)])),
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': '#f3f4ee' } },
      ...plotLayers(),
      ...zoneLayers(),
      ...villageLayers(),
      ...patchLayers(),
      ...caseLayers(theme),
      villageNames(),
    ],
  }
}
