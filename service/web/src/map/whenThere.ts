import { defineAsyncComponent, type AsyncComponentLoader, type Component } from 'vue'
import MapPlace from './MapPlace.vue'

/** A component with a map, whose large code follows: what stands beside it is not kept waiting. */
export function whenThere<T extends Component>(loader: AsyncComponentLoader<T>): T {
  return defineAsyncComponent<T>({ loader, loadingComponent: MapPlace, errorComponent: MapPlace, delay: 0 })
}
