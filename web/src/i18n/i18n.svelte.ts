/**
 * The interface's words, in the one language that is loaded. Dutch is the source and the default; English is typed by it, and
 * so is Dutch that says u, for practices that do. Choice and form are kept on this device, for a person comes back every week.
 */
import type nl from './nl'
import type nlStaff from './nl-staff'

export type Language = 'nl' | 'en'
export type Words = typeof nl
export type StaffWords = typeof nlStaff

const storageKey = 'kring.language'
const formalKey = 'kring.formal'

class I18n {
  language = $state<Language>('nl')
  /** Set by the first loadLanguage, which is awaited before anything is shown. */
  w = $state.raw(undefined as unknown as Words)
  /** What only staff read, so that members need not load it. Set by loadStaffWords, which is awaited before it is shown. */
  staff = $state.raw(undefined as unknown as StaffWords)
}

export const i18n = new I18n()

/** Loads the words of a language and shows the interface in it. */
export async function loadLanguage(language: Language): Promise<void> {
  const words = await wordsIn(language)
  const staff = withStaff ? await staffWordsIn(language) : null
  i18n.w = words.default
  if (staff) i18n.staff = staff.default
  i18n.language = language
  document.documentElement.lang = language
}

let withStaff = false

/** Loads what only staff read, now and with every language that is chosen later. */
export async function loadStaffWords(): Promise<void> {
  withStaff = true
  let language: Language
  do {
    language = i18n.language
    i18n.staff = (await staffWordsIn(language)).default
  } while (language !== i18n.language)
}

function wordsIn(language: Language): Promise<{ default: Words }> {
  if (language === 'en') return import('./en')
  return formal() ? import('./nl-u') : import('./nl')
}

function staffWordsIn(language: Language): Promise<{ default: StaffWords }> {
  if (language === 'en') return import('./en-staff')
  return formal() ? import('./nl-u-staff') : import('./nl-staff')
}

/** Changes the language by the person's own choice, which is kept. */
export async function chooseLanguage(language: Language): Promise<void> {
  await loadLanguage(language)
  keep(storageKey, language)
}

/** Says u in Dutch, or je, as the practice does. */
export async function speakFormally(says: boolean): Promise<void> {
  if (says === formal()) return
  keep(formalKey, says ? 'u' : 'je')
  await loadLanguage(i18n.language)
}

/** The language chosen before, else the browser's, else Dutch. */
export function preferredLanguage(): Language {
  return known(stored(storageKey)) ?? known(navigator.language) ?? 'nl'
}

const formal = () => stored(formalKey) === 'u'

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
