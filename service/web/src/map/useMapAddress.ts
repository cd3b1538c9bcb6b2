import type { Map } from 'maplibre-gl'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { View } from './engine'
import type { Filters } from './filters'

export interface Chosen {
  kind: 'case' | 'plot'
  id: number
}

/** The map's place, filters and choice, kept in the page's address so that it can be sent on. */
export function useMapAddress() {
  const route = useRoute()
  const router = useRouter()
  const text = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : '')

  function change(values: Record<string, string | undefined>): void {
    const query = { ...route.query, ...values }
    const kept = Object.fromEntries(Object.entries(query).filter(([, value]) => value))
    void router.replace({ query: kept })
  }

  function view(): View | undefined {
    const [longitude, latitude, zoom] = text('at').split(',').map(Number)
    if (!text('at') || [longitude, latitude, zoom].some((part) => !Number.isFinite(part))) return undefined
    return { center: [longitude!, latitude!], zoom: zoom! }
  }

  function rememberView(map: Map): void {
    const { lng, lat } = map.getCenter()
    change({ at: `${lng.toFixed(5)},${lat.toFixed(5)},${map.getZoom().toFixed(2)}` })
  }

  const filters = computed<Filters>({
    get: () => ({ village: text('village'), batch: text('batch'), category: text('category') }),
    set: (next) => change({ ...next }),
  })

  const chosen = computed<Chosen | null>(() => {
    for (const kind of ['case', 'plot'] as const) {
      const id = Number(text(kind))
      if (id > 0) return { kind, id }
    }
    return null
  })

  function choose(next: Chosen | null): void {
    change({ case: undefined, plot: undefined, ...(next ? { [next.kind]: String(next.id) } : {}) })
  }

  return { view, filters, chosen, rememberView, choose }
}
