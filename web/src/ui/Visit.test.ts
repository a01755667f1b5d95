import { cleanup, render, screen, within } from '@testing-library/svelte'
import { tick } from 'svelte'
import { writable } from 'svelte/store'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { chooseLanguage, loadLanguage } from '../i18n/i18n.svelte'
import type { Devices, SessionState } from '../state'
import type { EnterResponse, View } from '../wire.gen'
import { sampleSession, sampleState, sampleView } from './room/sample'
import Visit from './Visit.svelte'

beforeEach(() => loadLanguage('nl'))
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const invited: EnterResponse = {
  ticket: 'ticket',
  groupName: 'Donderdaggroep',
  name: 'Ben',
  role: 'member',
  observers: [],
  therapists: ['Ana', 'Tom'],
  startsAtMs: 1,
  opensAtMs: 1,
  ended: false,
  numbers: { practice: '', emergency: '112', crisis: '113' },
  formal: false,
}

/** Shows the screen of a state; go leads to another. */
function visit(change: Partial<SessionState>) {
  const shown = writable(sampleState(sampleView(), { invitation: invited, ...change }))
  const session = { ...sampleSession(sampleState(sampleView())), subscribe: shown.subscribe }
  render(Visit, { session })
  const go = async (next: Partial<SessionState>) => {
    shown.update((present) => ({ ...present, ...next }))
    await tick()
  }
  return { session, go }
}

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name })
const heading = (name: string) => screen.getByRole('heading', { level: 1, name })
const devices = (change: Partial<Devices>) => ({ devices: { ...sampleState(sampleView()).devices, ...change } })

describe('the landing', () => {
  test('tells which group it is and who leads it, and goes on at a click', () => {
    const { session } = visit({ stage: 'landing' })
    heading('Dag Ben')
    screen.getByText(/Dit is de link naar Donderdaggroep\.\s+Met Ana en Tom\./)
    screen.getByText('De bijeenkomst is open.')
    expect(session.startCheck).not.toHaveBeenCalled()
    button('Verder').click()
    expect(session.startCheck).toHaveBeenCalledOnce()
  })

  test('says when the link opens, and has nothing to go on to before', () => {
    const tomorrow = new Date()
    tomorrow.setDate(tomorrow.getDate() + 1)
    const startsAtMs = tomorrow.setHours(19, 30, 0, 0)
    const opensAtMs = tomorrow.setHours(19, 15, 0, 0)
    const { session } = visit({ stage: 'landing', invitation: { ...invited, ticket: '', startsAtMs, opensAtMs } })
    screen.getByText(/begint morgen om 19:30\.\s+Je kunt naar binnen vanaf morgen om 19:15\./)
    expect(screen.queryByRole('button', { name: 'Verder' })).toBeNull()
    button('Kijk of het al open is').click()
    expect(session.comeBack).toHaveBeenCalledOnce()
  })

  test('asks a member to agree to the ground rules, and goes on once they are kept', async () => {
    const groundRules = { text: 'Wat hier gezegd wordt,\nblijft hier.', version: 2 }
    const { session } = visit({ stage: 'landing', invitation: { ...invited, ticket: '', groundRules } })
    screen.getByRole('heading', { name: 'Onze afspraken' })
    screen.getByText(/Wat hier gezegd wordt,\s+blijft hier\./)
    session.agree.mockResolvedValueOnce(false)
    button('Akkoord en verder').click()
    await screen.findByText('Dat lukt nu niet. Lees de afspraken nog eens en probeer opnieuw.')
    expect(session.startCheck).not.toHaveBeenCalled()
    button('Akkoord en verder').click()
    await vi.waitFor(() => expect(session.startCheck).toHaveBeenCalledOnce())
  })

  test('of a session that is over offers no way in', () => {
    visit({ stage: 'landing', invitation: { ...invited, ticket: '', ended: true } })
    heading('Deze bijeenkomst is afgelopen')
    expect(screen.queryByRole('button', { name: 'Verder' })).toBeNull()
  })

  test('is in English at a click, for this and the next visit', async () => {
    visit({ stage: 'landing' })
    await chooseLanguage('en')
    heading('Hello Ben')
    expect(document.documentElement.lang).toBe('en')
    expect(localStorage.getItem('kring.language')).toBe('en')
    button('Nederlands')
  })
})

describe('the check', () => {
  test('shows how loud one sounds', () => {
    visit({ stage: 'check', ...devices({ level: 0.42 }) })
    expect(screen.getByRole('meter', { name: 'Hoe hard je klinkt' }).getAttribute('aria-valuenow')).toBe('42')
  })

  test('lets choose between devices by name', () => {
    const cameras = [
      { id: 'a', label: 'Ingebouwd' },
      { id: 'b', label: '' },
    ]
    const { session } = visit({ stage: 'check', ...devices({ cameras, camera: 'a' }) })
    const choice = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Camera' })
    expect([...choice.options].map((option) => option.text.trim())).toEqual(['Ingebouwd', 'Apparaat 2'])
    choice.value = 'b'
    choice.dispatchEvent(new Event('change', { bubbles: true }))
    expect(session.chooseDevice).toHaveBeenCalledExactlyOnceWith('camera', 'b')
  })

  test('leaves on and off to the person', () => {
    const { session } = visit({ stage: 'check', ...devices({ wantMic: true, wantCamera: false }) })
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Camera aan' }).checked).toBe(false)
    screen.getByRole('checkbox', { name: 'Microfoon aan' }).click()
    expect(session.setWant).toHaveBeenCalledExactlyOnceWith({ mic: false })
  })

  test('explains blocked devices, tries again, and does not keep anyone out', () => {
    const { session } = visit({ stage: 'check', ...devices({ permission: 'denied' }) })
    screen.getByRole('heading', { name: 'Je camera en microfoon zijn geblokkeerd' })
    button('Probeer opnieuw').click()
    expect(session.openDevices).toHaveBeenCalledOnce()
    expect(button('Ik ben klaar').disabled).toBe(false)
  })

  test('waits while the browser asks', () => {
    visit({ stage: 'check', ...devices({ permission: 'asking' }) })
    expect(button('Ik ben klaar').disabled).toBe(true)
  })

  test('takes a new device only when told to', () => {
    const offered = { id: 'b', label: 'Koptelefoon' }
    const { session } = visit({ stage: 'check', ...devices({ microphones: [offered], offered }) })
    expect(session.chooseDevice).not.toHaveBeenCalled()
    button('Gebruiken').click()
    expect(session.chooseDevice).toHaveBeenCalledExactlyOnceWith('microphone', 'b')
    expect(session.dismissOffered).toHaveBeenCalledOnce()
  })

  test('says that going on was refused', async () => {
    const { session } = visit({ stage: 'check' })
    session.ready.mockResolvedValue('not_now')
    button('Ik ben klaar').click()
    await screen.findByText('Dat lukt nu niet. Probeer het zo nog eens.')
    expect(button('Ik ben klaar').disabled).toBe(false)
  })
})

describe('the waiting room', () => {
  test('tells how the others will meet one, and lets one leave', () => {
    const { session } = visit({ stage: 'waiting' })
    heading('Je bent op de goede plek')
    screen.getByText('De therapeut laat je zo binnen.')
    screen.getByText('met je microfoon aan')
    screen.getByText('met je camera uit')
    button('Weggaan').click()
    expect(session.leave).toHaveBeenCalledOnce()
  })

  test('says that nobody can let one in yet', () => {
    visit({ stage: 'waiting', view: { ...sampleView(), staffPresent: false } })
    screen.getByText('De therapeut is er nog niet. Blijf rustig wachten.')
  })

  const waiting = (social: Partial<View['social']>, door: View['door'] = []): View => {
    const view = sampleView()
    const you = { ...view.you, presence: 'waiting' as const, mic: 'self_off' as const }
    return { ...view, you, seats: [], staff: [], door, social: { ...view.social, on: true, ...social } }
  }
  const samir = { id: 'samir', name: 'Samir', role: 'member', mic: 'on', camera: 'self_off', inMs: 0 } as const

  test('is a meeting place where the group chose it: told first, then the others with the own buttons at hand', async () => {
    const { session, go } = visit({ stage: 'waiting', view: waiting({ inMs: 3000 }, [{ ...samir, inMs: 3000 }]) })
    screen.getByText(/Zo zie en hoor je de anderen in de wachtkamer, en zij jou\./)
    screen.getByText(/Je microfoon en camera zijn uit\./)
    expect(screen.queryByText(/Niemand ziet of hoort je hier/)).toBeNull()
    expect(document.querySelector('[data-person="Samir"]')).toBeNull()
    await go({ view: waiting({ here: true }, [samir, { ...samir, id: 'joke', name: 'Joke', inMs: 2000 }]) })
    screen.getByText(/De groep hoort jullie niet\.\s+Joke komt er zo bij\./)
    expect(document.querySelector('[data-person="Samir"]')).not.toBeNull()
    expect(document.querySelector('[data-person="Joke"]')).toBeNull()
    button('Microfoon staat uit').click()
    expect(session.setMic).toHaveBeenCalledExactlyOnceWith(true)
    await go({ view: waiting({ here: true }) })
    screen.getByText(/Komt er iemand bij, dan hoor je dat eerst\./)
    expect(screen.queryByText(/Je ziet en hoort de anderen/)).toBeNull()
  })

  test('as a meeting place is left at one press, and come back to', async () => {
    const { session, go } = visit({ stage: 'waiting', view: waiting({ here: true }, [samir]) })
    button('Liever alleen wachten').click()
    expect(session.command).toHaveBeenLastCalledWith({ waitAlone: { on: true } })
    await go({ view: waiting({ alone: true }) })
    screen.getByText(/Niemand ziet of hoort je hier\./)
    expect(document.querySelector('[data-person="Samir"]')).toBeNull()
    button('Toch samen wachten').click()
    expect(session.command).toHaveBeenLastCalledWith({ waitAlone: { on: false } })
  })

  test('leaves nobody to each other while no therapist is there', () => {
    visit({ stage: 'waiting', view: { ...waiting({}), staffPresent: false } })
    screen.getByText('Zodra er een therapeut is, zie en hoor je de anderen in de wachtkamer.')
    screen.getByText(/Niemand ziet of hoort je hier\./)
    button('Liever alleen wachten')
  })
})

describe('a lost connection', () => {
  const lost = { link: { state: 'lost', sinceMs: 0 } } as const
  const room = () => screen.queryByRole('heading', { level: 1, name: 'Donderdaggroep' })

  test('is not worth a word for a moment, then a line, then the whole screen', async () => {
    vi.useFakeTimers()
    const { go } = visit({ stage: 'room' })
    await go(lost)
    await vi.advanceTimersByTimeAsync(1999)
    expect(screen.queryByText(/verbinding is even weg\./)).toBeNull()
    await vi.advanceTimersByTimeAsync(1)
    screen.getByText(/Je verbinding is even weg\./)
    expect(screen.queryByText('Je plek blijft vrij')).toBeNull()
    await vi.advanceTimersByTimeAsync(8000)
    expect(document.activeElement).toBe(screen.getByText('Je plek blijft vrij'))
    expect(room()?.closest('[inert]')).not.toBeNull()
  })

  test('gives the room back when it returns, and says so', async () => {
    vi.useFakeTimers()
    const { go } = visit({ stage: 'room' })
    await go(lost)
    await vi.advanceTimersByTimeAsync(10_000)
    await go({ link: { state: 'open' } })
    screen.getByText('Je verbinding is terug')
    expect(screen.queryByText('Je plek blijft vrij')).toBeNull()
    expect(room()?.closest('[inert]')).toBeNull()
  })
})

describe('the ways out', () => {
  test('one who left can come back', () => {
    const { session } = visit({ stage: 'left' })
    expect(document.activeElement).toBe(heading('Je hebt de groep verlaten'))
    button('Kom terug').click()
    expect(session.comeBack).toHaveBeenCalledOnce()
  })

  test.each(['left', 'removed'] as const)('who is %s sees whom they can call', (stage) => {
    visit({ stage })
    const section = within(screen.getByRole('region', { name: 'Heb je nu hulp nodig?' }))
    expect(section.getAllByRole('link').map((link) => link.getAttribute('href'))).toContain('tel:112')
  })

  test('the end has numbers for who needs help', () => {
    visit({ stage: 'ended' })
    const called = screen.getAllByRole<HTMLAnchorElement>('link').map((link) => link.getAttribute('href'))
    expect(called).toEqual(['tel:112', 'tel:113', 'tel:08000113'])
    const line = screen.getByText(/zelfdoding/).textContent!.replace(/\s+/g, ' ')
    expect(line).toContain('Bel 113 of gratis 0800-0113.')
  })

  test.each([
    ['badLink', 'Deze link werkt niet'],
    ['unsupported', 'Deze browser kan dit niet'],
    ['removed', 'Je kunt niet meer meedoen'],
    ['replaced', 'Je doet nu mee op een andere pagina'],
    ['outdated', 'Er is een nieuwe versie'],
  ] as const)('%s is a page of its own', (stage, title) => {
    visit({ stage })
    expect(document.activeElement).toBe(heading(title))
  })
})
