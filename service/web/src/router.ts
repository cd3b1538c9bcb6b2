import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { Action } from '@/api/types'
import { can, loggedIn, me, startPage } from '@/session/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Pages that anybody may open. */
    open?: boolean
    /** The action of the permission table that the page needs. */
    needs?: Action
    /** Pages that show what the device keeps when there is no signal. */
    offline?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: () => startPage() },
  { path: '/login', name: 'login', component: () => import('@/session/LoginPage.vue'), meta: { open: true } },
  { path: '/map', name: 'map', component: () => import('@/map/MapPage.vue'), meta: { needs: 'read-map' } },
  { path: '/cases', name: 'cases', component: () => import('@/cases/CasesPage.vue'), meta: { needs: 'read-cases' } },
  { path: '/cases/:id(\\d+)', name: 'case', component: () => import('@/cases/CasePage.vue'), meta: { needs: 'read-cases' } },
  { path: '/imports', name: 'imports', component: () => import('@/imports/ImportsPage.vue'), meta: { needs: 'read-imports' } },
  { path: '/imports/new', name: 'import-new', component: () => import('@/imports/UploadPage.vue'), meta: { needs: 'import-layers' } },
  { path: '/imports/:id(\\d+)', name: 'import', component: () => import('@/imports/ImportPage.vue'), meta: { needs: 'read-imports' } },
  { path: '/scenes', name: 'scenes', component: () => import('@/scenes/ScenesPage.vue'), meta: { needs: 'read-imports' } },
  { path: '/villages', name: 'villages', component: () => import('@/villages/VillagesPage.vue'), meta: { needs: 'read-cases' } },
  { path: '/villages/:code', name: 'village', component: () => import('@/villages/VillagePage.vue'), meta: { needs: 'read-cases' } },
  { path: '/assessment', name: 'assessment', component: () => import('@/assessment/AssessmentPage.vue'), meta: { needs: 'read-assessment' } },
  { path: '/alerts', name: 'alerts', component: () => import('@/alerts/AlertsPage.vue'), meta: { needs: 'manage-subscriptions' } },
  { path: '/accounts', name: 'accounts', component: () => import('@/accounts/AccountsPage.vue'), meta: { needs: 'manage-accounts' } },
  { path: '/accounts/:id(\\d+)', name: 'managed-account', component: () => import('@/accounts/ManagedAccountPage.vue'), meta: { needs: 'manage-accounts' } },
  { path: '/my', name: 'my', component: () => import('@/phone/MyCasesPage.vue'), meta: { needs: 'read-cases', offline: true } },
  { path: '/my/queue', name: 'queue', component: () => import('@/phone/QueuePage.vue'), meta: { offline: true } },
  { path: '/my/account', name: 'account', component: () => import('@/phone/AccountPage.vue'), meta: { offline: true } },
  { path: '/my/:id(\\d+)', name: 'my-case', component: () => import('@/phone/MyCasePage.vue'), meta: { needs: 'read-cases', offline: true } },
  { path: '/forbidden', name: 'forbidden', component: () => import('@/shell/ForbiddenPage.vue') },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('@/shell/NotFoundPage.vue'), meta: { open: true } },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach((to) => {
  if (to.meta.open) return true
  const keptForOffline = to.meta.offline && me.value !== null && !navigator.onLine
  if (!loggedIn() && !keptForOffline) {
    return { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  }
  if (to.meta.needs && !can(to.meta.needs)) return { name: 'forbidden' }
  return true
})
