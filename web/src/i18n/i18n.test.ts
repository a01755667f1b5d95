import { expect, test } from 'vitest'
import { chooseLanguage, i18n, loadLanguage, loadStaffWords } from './i18n.svelte'
import nl from './nl'
import nlStaff from './nl-staff'
import formal from './nl-u'
import formalStaff from './nl-u-staff'

const all = { ...nl, staff: nlStaff }
const allFormal = { ...formal, staff: formalStaff }

/** The two forms are named by their word in both. */
const names = /^staff\.home\.form(Informal|Formal)$/

/** Every sentence, by its path; those with parts are said with some. */
function* sentences(words: object, path = ''): Generator<[string, string]> {
  for (const [key, value] of Object.entries(words) as [string, unknown][]) {
    const at = path ? `${path}.${key}` : key
    if (names.test(at)) continue
    if (typeof value === 'string') yield [at, value]
    else if (typeof value === 'function') {
      const say = value as (...parts: unknown[]) => string
      for (const parts of [
        ['Sam', 1, 1],
        ['', 2, 2],
        [1, 1],
        [2, 2],
      ])
        yield [at, say(...parts)]
    } else yield* sentences(value as object, at)
  }
}

const informal = /\b(je|jij|jou|jouw|jezelf|jijzelf|jullie)\b/i
const polite = /\b(u|uw|uzelf)\b/i

test('the u form says je nowhere', () => {
  expect([...sentences(allFormal)].filter(([, text]) => informal.test(text))).toEqual([])
})

test('the je form says u nowhere', () => {
  expect([...sentences(all)].filter(([, text]) => polite.test(text))).toEqual([])
})

test('both say the same to nobody in particular', () => {
  const said = new Map(sentences(allFormal))
  for (const [at, text] of sentences(all)) if (!informal.test(text)) expect(said.get(at), at).not.toMatch(polite)
})

test('what only staff read comes when it is asked for, and follows the language', async () => {
  await loadLanguage('nl')
  expect(i18n.staff).toBeUndefined()
  await loadStaffWords()
  expect(i18n.staff.room.admitAll).toBe('Iedereen binnenlaten')
  await chooseLanguage('en')
  expect(i18n.staff.room.admitAll).toBe('Admit everyone')
})
