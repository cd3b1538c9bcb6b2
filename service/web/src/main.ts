import '@/ui/tokens.css'
import '@/ui/base.css'
import { createApp } from 'vue'
import { whenExpired } from '@/api/client'
import { locale } from '@/language'
import { keepOffline } from '@/phone/offline/register'
import { router } from '@/router'
import { keepSession } from '@/session/session'
import { dropToken } from '@/session/token'
import AppShell from '@/shell/AppShell.vue'

document.documentElement.lang = locale.value

whenExpired(() => {
  dropToken()
  const { name, fullPath } = router.currentRoute.value
  if (name !== 'login') void router.push({ name: 'login', query: { to: fullPath, expired: '1' } })
})

const app = createApp(AppShell).use(router)
// Until the first page has come, or when it does not, what index.html says stays.
router.isReady().then(() => app.mount('#app'), () => undefined)
keepOffline()
keepSession()
