import { computed, ref } from 'vue'
import { symbolOf, type Theme } from '@/ui/palette'
import { words } from './words'

export type Language = 'zh' | 'en'
export type Word = keyof typeof words

const KEY = 'plotwatch.language'

function remembered(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
}

export const language = ref<Language>(remembered())

export const locale = computed(() => (language.value === 'zh' ? 'zh-CN' : 'en-GB'))

/** Switch the page's language, and keep it for the next visit. */
export function speak(next: Language): void {
  language.value = next
  localStorage.setItem(KEY, next)
  document.documentElement.lang = locale.value
}

/** The sentence of a key in the page's language, with `{name}` places filled in. */
export function t(key: Word, values: Record<string, string | number> = {}): string {
  const [zh, en] = words[key]
  const text = language.value === 'zh' ? zh : en
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}

/** Something said in brackets after a word. */
export function aside(text: string | number): string {
  return language.value === 'zh' ? `（${text}）` : ` (${text})`
}

/** Picks from a pair that the service sent in both languages. */
export function either(zh: string | null | undefined, en: string | null | undefined): string {
  return (language.value === 'zh' ? zh || en : en || zh) ?? ''
}

/** The word for a value of one of the product's enumerations; the value itself when unknown. */
export function named(family: string, value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === '') return ''
  const symbol = isTheme(family) ? symbolOf(family, value) : undefined
  if (symbol) return language.value === 'zh' ? symbol.zh : sentenceCase(symbol.en)
  const key = `${family}.${value}`
  return key in words ? t(key as Word) : String(value)
}

function isTheme(family: string): family is Theme {
  return ['category', 'severity', 'protection', 'zone', 'status'].includes(family)
}

/** A phrase as it begins a line. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
