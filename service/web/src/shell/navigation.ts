import { computed } from 'vue'
import type { Action } from '@/api/types'
import type { Word } from '@/language'
import { can, worksInVillage } from '@/session/session'
import type { IconName } from '@/ui/icons'

export interface Place {
  to: string
  word: Word
  /** A shorter word for a tab, where the word does not fit. */
  tab?: Word
  icon: IconName
  /** Too rarely gone to for a place among the phone's tabs; the account menu leads there, too. */
  barOnly?: true
  needs?: Action
}

const DESK: Place[] = [
  { to: '/map', word: 'nav.map', icon: 'map', needs: 'read-map' },
  { to: '/cases', word: 'nav.cases', icon: 'list', needs: 'read-cases' },
  { to: '/imports', word: 'nav.imports', icon: 'upload', needs: 'read-imports' },
  { to: '/scenes', word: 'nav.scenes', icon: 'image', needs: 'read-imports' },
  { to: '/villages', word: 'nav.villages', tab: 'nav.villages.tab', icon: 'villages', needs: 'read-cases' },
  { to: '/assessment', word: 'nav.assessment', tab: 'nav.assessment.tab', icon: 'assessment', needs: 'read-assessment' },
  { to: '/alerts', word: 'nav.alerts', icon: 'bell', needs: 'manage-subscriptions' },
  { to: '/accounts', word: 'nav.accounts', icon: 'people', needs: 'manage-accounts', barOnly: true },
]

const VILLAGE: Place[] = [
  { to: '/my', word: 'nav.my', icon: 'cases', needs: 'read-cases' },
  { to: '/map', word: 'nav.map', icon: 'map', needs: 'read-map' },
  { to: '/my/queue', word: 'nav.queue', icon: 'camera' },
  { to: '/villages', word: 'nav.villages', tab: 'nav.villages.tab', icon: 'villages', needs: 'read-cases' },
  { to: '/assessment', word: 'nav.assessment', tab: 'nav.assessment.tab', icon: 'assessment', needs: 'read-assessment' },
  { to: '/my/account', word: 'nav.account', icon: 'person' },
]

/** Where the current user can go, in the order of the day's work. */
export const places = computed(() =>
  (worksInVillage.value ? VILLAGE : DESK).filter((place) => !place.needs || can(place.needs)),
)
