import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** The filters of a list, kept in the address bar; empty text does not filter. */
export function useAddressFilters<Filters extends object>(none: Filters) {
  const route = useRoute()
  const router = useRouter()
  const names = Object.keys(none) as (keyof Filters & string)[]

  const filters = computed<Filters>(() => {
    const read = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : '')
    return Object.fromEntries(names.map((name) => [name, read(name)])) as Filters
  })

  const filtered = computed(() => names.some((name) => filters.value[name] !== ''))

  function change(values: Partial<Filters> | Record<string, string>): void {
    const query = Object.entries({ ...route.query, ...values }).filter(([, value]) => value)
    void router.replace({ query: Object.fromEntries(query) })
  }

  return { filters, filtered, change, clear: () => change({ ...none }) }
}
