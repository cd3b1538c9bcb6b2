import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { Action } from '@/api/types'
import { t, type Word } from '@/language'
import { can, loggedIn, me, startPage, worksInVillage } from '@/session/session'
import { watchOpening } from '@/shell/opening'
import { keepScrolling } from '@/shell/scrolling'
import { toast } from '@/shell/toasts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Pages that anybody may open. */
    open?: boolean
    /** The action of the permission table that the page needs. */
    needs?: Action
    /** Pages that show what the device keeps when there is no signal. */
    offline?: boolean
    /** What the browser's tab says; a page that shows one of many says which (`usePageTitle`). */
    title?: Word
  }
}

const NARROW = '(max-width: 760px)'

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: () => startPage() },
  { path: '/login', name: 'login', component: () => import('@/session/LoginPage.vue'), meta: { title: 'login.title', open: true } },
  { path: '/map', name: 'map', component: () => import('@/map/MapPage.vue'), meta: { title: 'nav.map', needs: 'read-map' } },
  { path: '/cases', name: 'cases', component: () => import('@/cases/CasesPage.vue'), meta: { title: 'cases.title', needs: 'read-cases' } },
  { path: '/cases/:id(\\d+)', name: 'case', component: () => import('@/cases/CasePage.vue'), meta: { title: 'cases.title', needs: 'read-cases' } },
  { path: '/imports', name: 'imports', component: () => import('@/imports/ImportsPage.vue'), meta: { title: 'nav.imports', needs: 'read-imports' } },
  { path: '/imports/new', name: 'import-new', component: () => import('@/imports/UploadPage.vue'), meta: { title: 'nav.imports', needs: 'import-layers' } },
  { path: '/imports/:id(\\d+)', name: 'import', component: () => import('@/imports/ImportPage.vue'), meta: { title: 'nav.imports', needs: 'read-imports' } },
  { path: '/scenes', name: 'scenes', component: () => import('@/scenes/ScenesPage.vue'), meta: { title: 'nav.scenes', needs: 'read-imports' } },
  { path: '/villages', name: 'villages', component: () => import('@/villages/VillagesPage.vue'), meta: { title: 'nav.villages', needs: 'read-cases' } },
  { path: '/villages/:code', name: 'village', component: () => import('@/villages/VillagePage.vue'), meta: { title: 'nav.villages', needs: 'read-cases' } },
  { path: '/assessment', name: 'assessment', component: () => import('@/assessment/AssessmentPage.vue'), meta: { title: 'nav.assessment', needs: 'read-assessment' } },
  { path: '/alerts', name: 'alerts', component: () => import('@/alerts/AlertsPage.vue'), meta: { title: 'nav.alerts', needs: 'manage-subscriptions' } },
  { path: '/accounts', name: 'accounts', component: () => import('@/accounts/AccountsPage.vue'), meta: { title: 'nav.accounts', needs: 'manage-accounts' } },
  { path: '/accounts/:id(\\d+)', name: 'managed-account', component: () => import('@/accounts/ManagedAccountPage.vue'), meta: { title: 'nav.accounts', needs: 'manage-accounts' } },
  { path: '/my', name: 'my', component: () => import('@/phone/MyCasesPage.vue'), meta: { title: 'my.title', needs: 'read-cases', offline: true } },
  { path: '/my/queue', name: 'queue', component: () => import('@/phone/QueuePage.vue'), meta: { title: 'queue.title', offline: true } },
  { path: '/my/account', name: 'account', component: () => import('@/phone/AccountPage.vue'), meta: { title: 'account.title', offline: true } },
  { path: '/my/:id(\\d+)', name: 'my-case', component: () => import('@/phone/MyCasePage.vue'), meta: { title: 'my.title', needs: 'read-cases', offline: true } },
  { path: '/forbidden', name: 'forbidden', component: () => import('@/shell/ForbiddenPage.vue'), meta: { title: 'problem.forbidden.title' } },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('@/shell/NotFoundPage.vue'), meta: { title: 'problem.notFound.title', open: true } },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach((to) => {
  if (to.meta.open) return true
  const keptForOffline = to.meta.offline && me.value !== null && !navigator.onLine
  if (!loggedIn() && !keptForOffline) {
    return { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  }
  if (to.meta.needs && !can(to.meta.needs)) return { name: 'forbidden' }
  // Links in mails are the same for everybody; on a phone a village has a page of its own for them.
  if (to.name === 'case' && worksInVillage.value && matchMedia(NARROW).matches) return { name: 'my-case', params: to.params }
  return true
})

/** What browsers say of code that does not come: without a signal, or gone with an older version. */
const NOT_FETCHED = /dynamically imported module|module script failed|preload CSS/i

router.onError((error, to) => {
  const opened = router.currentRoute.value.matched.length > 0
  if (!opened || !NOT_FETCHED.test(String(error))) return
  if (navigator.onLine) location.assign(to.fullPath)
  else toast(t('problem.offline'), true)
})

keepScrolling(router)
watchOpening(router)
