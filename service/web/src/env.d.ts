/** The name of the cache of answers, which page and service worker share; set by the build. */
declare const __KEPT_CACHE__: string
/** The header by which the service worker says that an answer is a kept one, and of when. */
declare const __KEPT_AT__: string
