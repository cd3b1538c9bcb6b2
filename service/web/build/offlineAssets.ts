import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

const PLACE = '__OFFLINE_ASSETS__'

/**
 * Writes the names of all built files into the service worker, so that it can keep the page for
 * times without a signal. A changed file changes the list, and with it the worker.
 */
export function offlineAssets(): Plugin {
  return {
    name: 'plotwatch-offline-assets',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') this.error('the service worker was not built')
      const names = Object.keys(bundle).filter((name) => /\.(js|mjs|css)$/.test(name) && name !== 'sw.js')
      const revision = createHash('sha256').update(names.sort().join()).digest('hex').slice(0, 12)
      const list = JSON.stringify({ revision, files: names.map((name) => `/${name}`) })
      if (!worker.code.includes(PLACE)) this.error('the service worker has no place for the list')
      worker.code = worker.code.replace(PLACE, list)
    },
  }
}
