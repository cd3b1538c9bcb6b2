import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { offlineAssets } from './build/offlineAssets.ts'

const api = process.env.PLOTWATCH_API ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [vue(), offlineAssets()],
  define: { __KEPT_CACHE__: JSON.stringify('plotwatch-kept'), __KEPT_AT__: JSON.stringify('Plotwatch-Kept-At') },
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  build: {
    target: 'es2022',
    // Inlined images would need a wider content security policy than the page has.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/phone/offline/worker.ts' },
      output: {
        // The service worker's address must not change with its content.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { proxy: { '/api': api, '/ogc': api } },
})
