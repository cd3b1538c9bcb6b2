import { onScopeDispose, ref, watchEffect } from 'vue'

/** What the page that is open is about; empty when its route says it all. */
export const about = ref('')

/** Name what a page shows, for the browser's tab and history: of many open cases each its own. */
export function usePageTitle(said: () => string | null | undefined): void {
  watchEffect(() => (about.value = said() ?? ''))
  onScopeDispose(() => (about.value = ''))
}
