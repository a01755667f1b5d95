/**
 * The interface's words, in the one language that is loaded. Dutch is the source and the default; English is typed by it. The
 * choice is kept on this device, for a person comes back every week.
 */
import type nl from './nl'

export type Language = 'nl' | 'en'
export type Words = typeof nl

const storageKey = 'kring.language'

class I18n {
  language = $state<Language>('nl')
  /** Set by the first loadLanguage, which is awaited before anything is shown. */
  w = $state.raw(undefined as unknown as Words)
}

export const i18n = new I18n()

/** Loads the words of a language and shows the interface in it. */
export async function loadLanguage(language: Language): Promise<void> {
  const words: { default: Words } = language === 'en' ? await import('./en') : await import('./nl')
  i18n.w = words.default
  i18n.language = language
  document.documentElement.lang = language
}

/** Changes the language by the person's own choice, which is kept. */
export async function chooseLanguage(language: Language): Promise<void> {
  await loadLanguage(language)
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // A browser that stores nothing shows the choice for now.
  }
}

/** The language chosen before, else the browser's, else Dutch. */
export function preferredLanguage(): Language {
  return known(stored()) ?? known(navigator.language) ?? 'nl'
}

function stored(): string {
  try {
    return localStorage.getItem(storageKey) ?? ''
  } catch {
    return ''
  }
}

function known(tag: string): Language | null {
  const primary = tag.split('-')[0]?.toLowerCase()
  return primary === 'nl' || primary === 'en' ? primary : null
}
