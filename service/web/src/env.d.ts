/** The name of the cache of answers, which page and service worker share; set by the build. */
declare const __KEPT_CACHE__: string
