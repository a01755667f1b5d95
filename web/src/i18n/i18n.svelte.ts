/**
 * The interface's words, in the one language that is loaded. Dutch is the source and the default; English is typed by it, and
 * so is Dutch that says u, for practices that do. Choice and form are kept on this device, for a person comes back every week.
 */
import type nl from './nl'

export type Language = 'nl' | 'en'
export type Words = typeof nl

const storageKey = 'kring.language'
const formalKey = 'kring.formal'

class I18n {
  language = $state<Language>('nl')
  /** Set by the first loadLanguage, which is awaited before anything is shown. */
  w = $state.raw(undefined as unknown as Words)
}

export const i18n = new I18n()

/** Loads the words of a language and shows the interface in it. */
export async function loadLanguage(language: Language): Promise<void> {
  const words: { default: Words } = await (language === 'en'
    ? import('./en')
    : stored(formalKey) === 'u'
      ? import('./nl-u')
      : import('./nl'))
  i18n.w = words.default
  i18n.language = language
  document.documentElement.lang = language
}

/** Changes the language by the person's own choice, which is kept. */
export async function chooseLanguage(language: Language): Promise<void> {
  await loadLanguage(language)
  keep(storageKey, language)
}

/** Says u in Dutch, or je, as the practice does. */
export async function speakFormally(formal: boolean): Promise<void> {
  if (formal === (stored(formalKey) === 'u')) return
  keep(formalKey, formal ? 'u' : 'je')
  await loadLanguage(i18n.language)
}

/** The language chosen before, else the browser's, else Dutch. */
export function preferredLanguage(): Language {
  return known(stored(storageKey)) ?? known(navigator.language) ?? 'nl'
}

/** What a browser that stores nothing keeps for as long as the page is open. */
const meanwhile: Record<string, string> = {}

function stored(key: string): string {
  try {
    return localStorage.getItem(key) ?? meanwhile[key] ?? ''
  } catch {
    return meanwhile[key] ?? ''
  }
}

function keep(key: string, value: string): void {
  meanwhile[key] = value
  try {
    localStorage.setItem(key, value)
  } catch {
    // It is kept for now.
  }
}

function known(tag: string): Language | null {
  const primary = tag.split('-')[0]?.toLowerCase()
  return primary === 'nl' || primary === 'en' ? primary : null
}
