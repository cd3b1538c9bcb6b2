import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { NO_FILTERS, type CaseFilters } from './api'

/** The filters of the case list, kept in the address bar. */
export function useCaseFilters() {
  const route = useRoute()
  const router = useRouter()
  const names = Object.keys(NO_FILTERS) as (keyof CaseFilters)[]

  const filters = computed<CaseFilters>(() => {
    const read = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : '')
    return Object.fromEntries(names.map((name) => [name, read(name)])) as unknown as CaseFilters
  })

  const filtered = computed(() => names.some((name) => filters.value[name] !== ''))
  const board = computed(() => route.query['view'] === 'board')

  function change(values: Partial<CaseFilters> & { view?: string }): void {
    const query = Object.entries({ ...route.query, ...values }).filter(([, value]) => value)
    void router.replace({ query: Object.fromEntries(query) })
  }

  return { filters, filtered, board, change, clear: () => change({ ...NO_FILTERS }) }
}
