import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { useAddressFilters } from '@/ui/useAddressFilters'
import { NO_FILTERS } from './api'

/** The filters of the case list, and whether it is shown as a board. */
export function useCaseFilters() {
  const route = useRoute()
  const board = computed(() => route.query['view'] === 'board')
  return { ...useAddressFilters(NO_FILTERS), board }
}
