import { cleanup, render, screen, within } from '@testing-library/svelte'
import { tick } from 'svelte'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadLanguage, loadStaffWords } from '../../i18n/i18n.svelte'
import { hashOf } from '../../secret'
import type { Format, Group, Practice as PracticeRecord } from '../../wire.gen'
import HomePage from './HomePage.svelte'

/** The server's calls of the home: it keeps groups by version and, like the real one, never tells a hash. */
class Practice {
  groups: Group[] = []
  /** Bodies of saved groups, hashes and all. */
  saved: Group[] = []
  online = true
  practice: PracticeRecord = { version: 1, numbers: { practice: '', emergency: '112', crisis: '113' }, formal: false }

  fetch = async (path: string, init: RequestInit): Promise<Response> => {
    if (!this.online) throw new TypeError('Failed to fetch')
    const body = init.body ? JSON.parse(String(init.body)) : null
    const token = (init.headers as Record<string, string>)['Authorization']
    if (path === '/api/home') {
      return body.capability === 'practice' ? Response.json({ token: 'token' }) : refused(401, 'unauthorized')
    }
    if (token !== 'Bearer token') return refused(401, 'unauthorized')
    if (path === '/api/practice') return Response.json(body ? this.set(body) : this.practice)
    if (path === '/api/groups') return Response.json({ groups: this.groups, formats })
    return init.method === 'PUT' ? this.save(body) : this.plan(path.split('/')[3]!, body.startsAtMs)
  }

  private set(body: PracticeRecord): PracticeRecord {
    this.practice = { ...body, version: body.version + 1 }
    return this.practice
  }

  private save(body: Group): Response {
    const present = this.groups.find(({ id }) => id === body.id)
    if ((present?.version ?? 0) !== body.version) return refused(409, 'stale')
    this.saved.push(body)
    const told = (people: Group['seats']) => people.map((person) => ({ ...person, linkHash: '' }))
    const group = { ...body, version: body.version + 1, seats: told(body.seats), staff: told(body.staff) }
    this.groups = [...this.groups.filter(({ id }) => id !== body.id), group]
    return Response.json(group)
  }

  private plan(id: string, startsAtMs: number): Response {
    const group = this.groups.find((one) => one.id === id)!
    if (group.session) return refused(409, 'exists')
    group.session = { id: 'session', startsAtMs: startsAtMs || Date.now(), ended: false }
    return Response.json(group.session)
  }
}

const formats: Format[] = [
  {
    id: 'skills',
    name: { nl: 'Vaardighedengroep', en: 'Skills group' },
    phases: [
      { nl: 'Openingsronde', en: 'Check-in round' },
      { nl: 'Oefenen', en: 'Practice' },
    ],
  },
]

const refused = (status: number, code: string) => Response.json({ code }, { status })

let practice: Practice

beforeEach(async () => {
  await loadLanguage('nl')
  await loadStaffWords()
  practice = new Practice()
  vi.stubGlobal('fetch', practice.fetch)
  location.hash = '#s=practice'
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  sessionStorage.clear()
  location.hash = ''
})

const person = (id: string, name: string) => ({ id, name, linkHash: '' })
const thursday = (): Group => ({
  id: 'thursday',
  version: 3,
  name: 'Donderdaggroep',
  staff: [person('anna', 'Anna')],
  seats: [person('ben', 'Ben')],
  observers: [],
})

async function open(...groups: Group[]) {
  practice.groups = groups
  render(HomePage)
  await screen.findByRole('heading', { level: 1, name: 'Groepen' })
}

function fill(label: string, text: string) {
  const input = screen.getByLabelText<HTMLInputElement>(label)
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
}

const press = (name: string) => screen.getByRole('button', { name }).click()
const shownLink = (name: string) => screen.findByRole<HTMLInputElement>('textbox', { name: `Link van ${name}` })
const capabilityOf = (url: string) => new URL(url).hash.slice('#c='.length)

describe('opening the home', () => {
  test('takes the secret out of the address bar', async () => {
    await open()
    expect(location.hash).toBe('')
    screen.getByText('Er is nog geen groep. Maak hieronder je eerste groep.')
  })

  test('without a link tells visitors where to go', async () => {
    location.hash = ''
    render(HomePage)
    await screen.findByRole('heading', { level: 1, name: 'Welkom bij Kring' })
  })

  test('with a wrong link says so', async () => {
    location.hash = '#s=wrong'
    render(HomePage)
    await screen.findByRole('heading', { level: 1, name: 'Deze link werkt niet' })
  })

  test('without a server can be tried again', async () => {
    practice.online = false
    render(HomePage)
    await screen.findByRole('heading', { level: 1, name: 'Er is geen verbinding met de server' })
    practice.online = true
    press('Probeer opnieuw')
    await screen.findByRole('heading', { level: 1, name: 'Groepen' })
  })
})

describe('a new group', () => {
  test('gives everyone a link of their own, which only its hash is saved of', async () => {
    await open()
    fill('Naam van de groep', ' Dinsdaggroep ')
    fill('Naam van therapeut 1', 'Anna')
    fill('Naam van deelnemer 2', 'Ben')
    press('Groep maken')
    const [anna, ben] = [(await shownLink('Anna')).value, (await shownLink('Ben')).value]
    const [group] = practice.saved
    expect(group).toMatchObject({
      version: 0,
      name: 'Dinsdaggroep',
      seats: [{ name: 'Ben' }],
      staff: [{ name: 'Anna' }],
    })
    expect(group!.groundRules?.text).toMatch(/^Wat hier gezegd wordt, blijft hier\.\n/)
    expect(group!.staff[0]!.linkHash).toBe(await hashOf(capabilityOf(anna)))
    expect(group!.seats[0]!.linkHash).toBe(await hashOf(capabilityOf(ben)))
    expect(JSON.stringify(group)).not.toContain(capabilityOf(ben))
    screen.getByRole('link', { name: 'Ga naar binnen als Anna' })
    expect(screen.queryByRole('link', { name: 'Ga naar binnen als Ben' })).toBeNull()
  })

  test.each([
    ['Geef de groep een naam.', '', 'Anna', 'Ben', 'Naam van de groep'],
    ['Zet er minstens één therapeut bij.', 'Dinsdaggroep', ' ', 'Ben', 'Naam van therapeut 1'],
    ['Zet er minstens één deelnemer bij.', 'Dinsdaggroep', 'Anna', '', 'Naam van deelnemer 1'],
  ])('is not saved unfinished: %s', async (complaint, name, staff, member, field) => {
    await open()
    fill('Naam van de groep', name)
    fill('Naam van therapeut 1', staff)
    fill('Naam van deelnemer 1', member)
    press('Groep maken')
    const said = await screen.findByText(complaint)
    const asked = screen.getByRole('textbox', { name: field })
    expect(document.activeElement).toBe(asked)
    expect(said.parentElement!.contains(asked)).toBe(true)
    expect(practice.saved).toEqual([])
    fill('Naam van de groep', 'Dinsdaggroep ')
    await vi.waitFor(() => expect(screen.queryByText(complaint)).toBeNull())
  })

  test('is not saved with ground rules that nobody reads to the end', async () => {
    await open()
    fill('Naam van de groep', 'Dinsdaggroep')
    fill('Naam van therapeut 1', 'Anna')
    fill('Naam van deelnemer 1', 'Ben')
    fill('Onze afspraken', 'a'.repeat(2001))
    press('Groep maken')
    await screen.findByText('De afspraken zijn te lang. Er passen 2000 tekens in.')
    expect(practice.saved).toEqual([])
  })

  test('keeps the focus on the names while they are added and taken out', async () => {
    await open()
    press('Deelnemer toevoegen')
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Naam van deelnemer 4')))
    screen.getByRole('button', { name: 'Weghalen: regel 4' }).click()
    await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Deelnemer toevoegen'))
    expect(screen.queryByLabelText('Naam van deelnemer 4')).toBeNull()
  })

  test('is not made by Enter in a name: that goes on to the next', async () => {
    await open()
    const first = screen.getByLabelText('Naam van deelnemer 1')
    const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })
    first.dispatchEvent(enter)
    expect(enter.defaultPrevented).toBe(true)
    expect(document.activeElement).toBe(screen.getByLabelText('Naam van deelnemer 2'))
  })
})

describe('the format', () => {
  test('of a group is chosen, told in its parts, and kept', async () => {
    await open(thursday())
    press('Groep aanpassen')
    const choice = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Werkvorm' })
    expect(choice.value).toBe('')
    choice.value = 'skills'
    choice.dispatchEvent(new Event('change', { bubbles: true }))
    await screen.findByText('Verloop: Openingsronde, Oefenen.')
    press('Opslaan')
    await screen.findByText('De groep is opgeslagen.')
    expect(practice.saved.at(-1)).toMatchObject({ format: 'skills', name: 'Donderdaggroep' })
  })
})

describe('a group that a colleague changed while its form was open', () => {
  test('is not written over, however often one presses', async () => {
    await open(thursday())
    press('Groep aanpassen')
    await screen.findByRole('button', { name: 'Opslaan' })
    practice.groups = [{ ...thursday(), version: 4, seats: [person('ben', 'Ben'), person('eva', 'Eva')] }]
    for (let times = 0; times < 2; times++) {
      press('Opslaan')
      await screen.findByText(/^Iemand anders paste deze groep intussen aan\. Sluit dit formulier/)
    }
    expect(practice.saved).toEqual([])
    press('Niet doen')
    await screen.findByText(/^2 deelnemers/)
  })
})

describe('the waiting room', () => {
  test('of a group becomes a meeting place by choice, which is kept', async () => {
    await open(thursday())
    press('Groep aanpassen')
    const choice = await screen.findByRole<HTMLInputElement>('checkbox', { name: 'Wachtkamer als ontmoetingsplek' })
    expect(choice.checked).toBe(false)
    choice.click()
    press('Opslaan')
    await screen.findByText('De groep is opgeslagen.')
    expect(practice.saved.at(-1)).toMatchObject({ social: true, name: 'Donderdaggroep' })
  })
})

describe('links', () => {
  test('are copied at a click and gone once they are kept', async () => {
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    await open()
    fill('Naam van de groep', 'Dinsdaggroep')
    fill('Naam van therapeut 1', 'Anna')
    fill('Naam van deelnemer 1', 'Ben')
    press('Groep maken')
    const { value } = await shownLink('Ben')
    const section = screen.getByRole('region', { name: 'Nieuwe links voor Dinsdaggroep' })
    within(section)
      .getAllByRole('button', { name: /^Kopieer/ })[1]!
      .click()
    await screen.findByText('De link van Ben is gekopieerd.')
    expect(writeText).toHaveBeenCalledExactlyOnceWith(value)
    press('Ik heb de links bewaard')
    await tick()
    expect(screen.queryByRole('textbox', { name: 'Link van Ben' })).toBeNull()
  })

  test('that cannot be copied are said to be, where there is no clipboard', async () => {
    vi.stubGlobal('navigator', { ...navigator, clipboard: undefined })
    await open()
    fill('Naam van de groep', 'Dinsdaggroep')
    fill('Naam van therapeut 1', 'Anna')
    fill('Naam van deelnemer 1', 'Ben')
    press('Groep maken')
    await shownLink('Ben')
    screen.getAllByRole('button', { name: /^Kopieer/ })[0]!.click()
    await screen.findByText(/Kopiëren lukt niet/)
  })

  test('are renewed for one person, after a question', async () => {
    await open(thursday())
    screen.getByText('Persoonlijke links').click()
    screen.getByRole('button', { name: 'Maak een nieuwe link voor Ben' }).click()
    const dialog = await screen.findByRole('dialog')
    expect(practice.saved).toEqual([])
    within(dialog).getByRole('button', { name: 'Nieuwe link' }).click()
    const { value } = await shownLink('Ben')
    const [group] = practice.saved
    expect(group!.seats[0]!.linkHash).toBe(await hashOf(capabilityOf(value)))
    expect(group!.staff[0]!.linkHash).toBe('') // an empty hash keeps the present link
  })
})

describe('a session', () => {
  test('starts now at a click', async () => {
    await open(thursday())
    screen.getByText('Er is geen bijeenkomst gepland')
    screen.getByRole('button', { name: /Nu beginnen/ }).click()
    await screen.findByText('De bijeenkomst is open')
    expect(screen.queryByRole('button', { name: /Nu beginnen/ })).toBeNull()
  })

  test('that is open is entered by one of its therapists: with a link of this tab, or with a new one', async () => {
    await open({ ...thursday(), session: { id: 'now', startsAtMs: 1, ended: false } })
    screen.getByText('Je gaat naar binnen met je eigen link. Heb je hem niet meer, maak dan een nieuwe.')
    expect(screen.queryByRole('link', { name: 'Ga naar binnen als Anna' })).toBeNull()
    screen.getAllByRole('button', { name: 'Maak een nieuwe link voor Anna' })[0]!.click()
    within(await screen.findByRole('dialog'))
      .getByRole('button', { name: 'Nieuwe link' })
      .click()
    const { value } = await shownLink('Anna')
    press('Ik heb de links bewaard')
    const way = await screen.findByRole<HTMLAnchorElement>('link', { name: 'Ga naar binnen als Anna' })
    expect(way.href).toBe(value)
  })

  test('that has ended is no longer open once one looks at the page again', async () => {
    await open({ ...thursday(), session: { id: 'now', startsAtMs: 1, ended: false } })
    screen.getByText('De bijeenkomst is open')
    practice.groups = [{ ...thursday(), session: { id: 'now', startsAtMs: 1, ended: true } }]
    document.dispatchEvent(new Event('visibilitychange'))
    await screen.findByText('Er is geen bijeenkomst gepland')
    screen.getByText('Aanwezigheid en terugblikken vind je met de link van een therapeut, ook na afloop.')
  })

  test('that a colleague started meanwhile is told of', async () => {
    await open(thursday())
    practice.groups = [{ ...thursday(), session: { id: 'theirs', startsAtMs: 1, ended: false } }]
    screen.getByRole('button', { name: /Nu beginnen/ }).click()
    await screen.findByText('Er is al een bijeenkomst open of gepland.')
    screen.getByText('De bijeenkomst is open')
  })
})

test('the practice sets the numbers that members see', async () => {
  render(HomePage)
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'De praktijk' })
  field.value = '020 555 01 23'
  field.dispatchEvent(new Event('input', { bubbles: true }))
  screen.getByRole('button', { name: 'Nummers bewaren' }).click()
  await screen.findByText('De nummers zijn bewaard.')
  expect(practice.practice).toEqual({
    version: 2,
    numbers: { practice: '020 555 01 23', emergency: '112', crisis: '113' },
    formal: false,
  })
})

test('the practice says u, and its pages do', async () => {
  render(HomePage)
  await screen.findByText(/Maak hieronder je eerste groep/)
  screen.getByRole('radio', { name: 'Formeel (u)' }).click()
  await screen.findByText(/Maak hieronder uw eerste groep/)
  await screen.findByText('De aanspreekvorm is bewaard.')
  expect(practice.practice.formal).toBe(true)
  screen.getByRole('radio', { name: 'Informeel (je)' }).click()
  await screen.findByText(/Maak hieronder je eerste groep/)
})
