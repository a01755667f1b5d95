import { cleanup, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadLanguage } from '../../i18n/i18n.svelte'
import type { SessionState } from '../../state'
import type { DistressView, DoorView, MessageView, View } from '../../wire.gen'
import Ended from '../Ended.svelte'
import Room from '../room/Room.svelte'
import { sampleSession, sampleState, sampleView, seat } from '../room/sample'
import Waiting from '../Waiting.svelte'

const alarm = vi.hoisted(() => ({ start: vi.fn(), stop: vi.fn() }))
vi.mock('../../sound', async (original) => ({
  ...(await original<object>()),
  startAlarm: (speaker: string) => {
    alarm.start(speaker)
    return alarm.stop
  },
}))

beforeAll(() => loadLanguage('nl'))
beforeEach(() => vi.clearAllMocks())
afterEach(cleanup)

const numbers = { practice: '020 555 01 23', emergency: '112', crisis: '113' }
const invitation = {
  ticket: '',
  groupName: 'Donderdaggroep',
  name: 'Ben',
  role: 'member' as const,
  observers: [],
  therapists: ['Ana'],
  startsAtMs: 1,
  opensAtMs: 1,
  ended: false,
  numbers,
  formal: false,
}

function signal(change: Partial<DistressView> = {}): DistressView {
  return {
    participant: 'ben',
    name: 'Ben',
    kind: 'help',
    waitedMs: 4000,
    seenBy: '',
    alarm: false,
    presence: 'admitted',
    connected: true,
    circle: 0,
    ...change,
  }
}

const message = (change: Partial<MessageView> = {}): MessageView => ({
  id: 1,
  from: 'ben',
  name: 'Ben',
  text: 'Mag ik even stoppen?',
  back: false,
  agoMs: 1000,
  seenBy: '',
  ...change,
})

async function show(you: string, change: (view: View) => void = () => undefined, state: Partial<SessionState> = {}) {
  const view = sampleView({ you })
  change(view)
  const shown = sampleState(view, { invitation, ...state })
  const session = sampleSession(shown)
  const { rerender } = render(Room, { session, state: shown })
  if (you === 'ana') await screen.findByRole('heading', { name: 'Wachtkamer' })
  return { session, view, rerender: (next: SessionState) => rerender({ session, state: next }) }
}
const press = (name: string | RegExp) => screen.getByRole('button', { name }).click()

describe('a member who needs help', () => {
  test('asks with one press, from the room and from the waiting room', async () => {
    const { session } = await show('ben')
    press('Ik heb hulp nodig')
    expect(session.askHelp).toHaveBeenCalledWith('help')
    cleanup()
    const view = sampleView({ you: 'ben' })
    const waiting = sampleState({ ...view, you: { ...view.you, presence: 'waiting' } }, { invitation })
    const outside = sampleSession(waiting)
    render(Waiting, { session: outside, state: waiting })
    press('Ik heb hulp nodig')
    expect(outside.askHelp).toHaveBeenCalledWith('help')
  })

  test('sees it sent, arrived, and seen by a name', async () => {
    const { view, rerender } = await show('ben', undefined, { helpUnsent: 'help' })
    screen.getByText(/Je vraag wordt verstuurd/)
    expect(screen.queryByRole('button', { name: 'Ik heb hulp nodig' })).toBeNull()
    await rerender(sampleState({ ...view, distress: [signal()] }, { invitation }))
    screen.getByText(/Je vraag is aangekomen bij je therapeut/)
    expect(screen.queryByRole('link', { name: '112' })).toBeNull()
    await rerender(sampleState({ ...view, distress: [signal({ seenBy: 'Ana' })] }, { invitation }))
    screen.getByText(/Gezien door Ana/)
  })

  test('is given telephone numbers when nobody looks, or nobody is there', async () => {
    await show('ben', (view) => (view.distress = [signal({ alarm: true })]))
    expect(screen.getByRole('link', { name: '112' }).getAttribute('href')).toBe('tel:112')
    expect(screen.getByRole('link', { name: '020 555 01 23' }).getAttribute('href')).toBe('tel:0205550123')
    expect(screen.getByRole('link', { name: '113' }).getAttribute('href')).toBe('tel:113')
    cleanup()
    await show('ben', (view) => {
      view.distress = [signal()]
      view.staffPresent = false
    })
    screen.getByText(/Er is nog geen therapeut/)
    screen.getByRole('link', { name: '112' })
  })

  test('makes it an emergency, or takes it back', async () => {
    const { session } = await show('ben', (view) => (view.distress = [signal()]))
    press('Nood')
    expect(session.askHelp).toHaveBeenCalledWith('emergency')
    press('Het gaat weer')
    expect(session.withdrawHelp).toHaveBeenCalled()
  })

  test('sees nothing of what another asks', async () => {
    await show('cleo')
    expect(screen.queryByText('Je vraag om hulp')).toBeNull()
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('staff', () => {
  test('see who needs help and where, look, and close it', async () => {
    const { session, view, rerender } = await show('ana', (v) => (v.distress = [signal({ circle: 2 })]))
    const inbox = within(screen.getByRole('alert', { name: 'Hulpvragen' }))
    inbox.getByRole('heading', { name: 'Ben heeft hulp nodig' })
    inbox.getByText(/in deelkring 2/)
    press('Ik zie het: Ben')
    expect(session.command).toHaveBeenLastCalledWith({ seeDistress: { participant: 'ben' } })
    press('Langskomen')
    expect(session.command).toHaveBeenLastCalledWith({ dropIn: { circle: 2 } })
    expect(alarm.start).not.toHaveBeenCalled()
    await rerender(sampleState({ ...view, distress: [signal({ seenBy: 'Ana' })] }, { invitation }))
    press('Hulpvraag van Ben is klaar')
    expect(session.command).toHaveBeenLastCalledWith({ closeDistress: { participant: 'ben' } })
  })

  test('hear an alarm until one of them looks, and see the number', async () => {
    const loud = signal({ kind: 'emergency', alarm: true })
    const { view, rerender } = await show('ana', (v) => (v.distress = [loud]))
    expect(alarm.start).toHaveBeenCalledTimes(1)
    screen.getByRole('link', { name: 'Direct gevaar: bel 112' })
    await rerender(sampleState({ ...view, distress: [{ ...loud, seenBy: 'Bas', alarm: false }] }, { invitation }))
    expect(alarm.stop).toHaveBeenCalledTimes(1)
  })

  test('read messages of members, and write to each other', async () => {
    const { session } = await show('ana', (view) => {
      view.messages = [message(), message({ id: 2, from: 'bas', name: 'Bas', text: 'Let jij op Ben?', back: true })]
    })
    // At the top of the room too: the messages themselves may be far below.
    const jump = screen.getByRole('button', { name: '1 nieuw bericht' })
    const messages = screen.getByRole('heading', { name: 'Berichten' }).closest('details')!
    messages.open = false
    jump.click()
    expect(messages.open).toBe(true)
    expect(document.activeElement).toBe(messages.querySelector('summary'))
    press('Bericht van Ben is gelezen')
    expect(session.command).toHaveBeenLastCalledWith({ seeMessage: { id: 1 } })
    screen.getByText("Bas, onder collega's")
    const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: "Bericht aan collega's" })
    field.value = 'Ja.'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await Promise.resolve()
    field.form!.requestSubmit()
    expect(session.command).toHaveBeenLastCalledWith({ staffMessage: { text: 'Ja.' } })
  })
})

describe('a side message', () => {
  test('goes to staff, and shows who read it', async () => {
    const { session } = await show('ben', (view) => (view.messages = [message({ seenBy: 'Ana' })]))
    screen.getByText('Gelezen door Ana')
    const field = document.querySelector<HTMLTextAreaElement>('header textarea')!
    field.value = 'Dank je.'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await Promise.resolve()
    field.form!.requestSubmit()
    expect(session.command).toHaveBeenLastCalledWith({ sideMessage: { text: 'Dank je.' } })
  })
})

const doorOf = (id: string, name: string, change: Partial<DoorView> = {}): DoorView => ({
  id,
  name,
  role: 'member',
  mic: 'on',
  camera: 'on',
  inMs: 0,
  ...change,
})

describe('at the door', () => {
  const cleo = { id: 'cleo', name: 'Cleo', role: 'member' as const, presence: 'waiting' as const }

  test('staff look in, see who is there, and let them in or go back', async () => {
    const { session, view, rerender } = await show('ana', (v) => {
      v.waiting = [
        { ...cleo, connected: true, waitingMs: 1000, with: [], together: false, alone: false, announced: false },
      ]
    })
    press('Even praten met Cleo')
    expect(session.command).toHaveBeenLastCalledWith({ peek: { participant: 'cleo' } })
    const pictures = new Map([['cleo', new MediaStream()]])
    await rerender(sampleState({ ...view, door: [doorOf('cleo', 'Cleo')] }, { invitation, pictures }))
    const door = within(screen.getByRole('region', { name: 'Bij de deur met Cleo' }))
    door.getByText('De groep ziet en hoort jullie niet.')
    expect(document.querySelector('[data-person="Cleo"] video')).not.toBeNull()
    door.getByRole('button', { name: 'Terug, Cleo wacht nog' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ endPeek: {} })
    door.getByRole('button', { name: 'Binnenlaten: Cleo' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ admit: { participant: 'cleo' } })
  })

  test('whoever asked for help is not left at the door without a question', async () => {
    const { session, view, rerender } = await show('ana', (v) => {
      v.door = [doorOf('cleo', 'Cleo')]
      v.distress = [signal({ participant: 'cleo', name: 'Cleo', presence: 'waiting', seenBy: 'Ana' })]
    })
    press('Terug, Cleo wacht nog')
    await screen.findByRole('dialog', { name: 'Cleo vroeg om hulp' })
    await rerender(sampleState({ ...view, door: [] }, { invitation }))
    await rerender(sampleState(view, { invitation }))
    expect(screen.queryByRole('dialog', { name: 'Cleo vroeg om hulp' })).toBeNull()
    press('Terug, Cleo wacht nog')
    expect(session.command).not.toHaveBeenCalledWith({ endPeek: {} })
    const question = within(await screen.findByRole('dialog', { name: 'Cleo vroeg om hulp' }))
    question.getByRole('button', { name: 'Toch terug' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ endPeek: {} })
  })

  test('who was taken aside goes back to the circle with staff', async () => {
    const { session } = await show('ana', (v) => {
      v.seats[1] = seat('cleo', 'Cleo', { presence: 'waiting' })
      v.door = [doorOf('cleo', 'Cleo')]
    })
    const door = within(screen.getByRole('region', { name: 'Even apart met Cleo' }))
    door.getByRole('button', { name: 'Terug naar de kring: Cleo' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ admit: { participant: 'cleo' } })
  })

  test('who waits is told first, and then sees them with the own buttons at hand', async () => {
    const view = sampleView({ you: 'ben' })
    const ana = doorOf('ana', 'Ana', { role: 'therapist', inMs: 3000 })
    const waiting = { ...view, seats: [], staff: [], door: [ana] }
    waiting.you = { ...view.you, presence: 'waiting', mic: 'on' }
    const told = sampleState(waiting, { invitation })
    const session = sampleSession(told)
    const { rerender } = render(Waiting, { session, state: told })
    screen.getByText('Ana komt zo even bij je.')
    expect(document.querySelector('[data-person="Ana"]')).toBeNull()
    await rerender({ session, state: sampleState({ ...waiting, door: [{ ...ana, inMs: 0 }] }, { invitation }) })
    screen.getByText('Ana is bij je. De groep hoort jullie niet.')
    expect(document.querySelector('[data-person="Ana"]')).not.toBeNull()
    press('Microfoon staat aan')
    expect(session.setMic).toHaveBeenCalledWith(false)
  })

  test('a visit covers what one was writing, and keeps it', async () => {
    const view = sampleView({ you: 'ben' })
    const waiting = { ...view, seats: [], staff: [], you: { ...view.you, presence: 'waiting' as const } }
    const alone = sampleState(waiting, { invitation })
    const session = sampleSession(alone)
    const { rerender } = render(Waiting, { session, state: alone })
    press('Bericht aan de therapeut')
    const text = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Je bericht' })
    text.value = 'Mag ik even'
    await rerender({
      session,
      state: sampleState({ ...waiting, door: [doorOf('ana', 'Ana', { role: 'therapist' })] }, { invitation }),
    })
    expect(text.closest('dialog')!.open).toBe(false)
    expect(text.isConnected && text.value).toBe('Mag ik even')
  })

  test('the others see that the therapist is away at the door, in their own place', async () => {
    await show('ben', (view) => (view.staff = [{ ...view.staff[0]!, here: false, atDoor: true }]))
    within(document.querySelector<HTMLElement>('[data-person="Ana"]')!).getByText('Ana is even bij de deur.')
  })
})

describe('leaving together', () => {
  test('is told to all, and staff can stay', async () => {
    await show('ben', (view) => (view.leavingMs = 10_000))
    expect(screen.queryByText('De therapeut geeft de beurt')).toBeNull()
    screen.getByText('We gaan zo uit elkaar')
    expect(screen.queryByRole('button', { name: 'Toch nog even blijven' })).toBeNull()
    cleanup()
    const { session } = await show('ana', (view) => (view.leavingMs = 10_000))
    press('Toch nog even blijven')
    expect(session.command).toHaveBeenLastCalledWith({ stayTogether: {} })
  })
})

describe('the look-back', () => {
  const asked: { path: string; body: unknown }[] = []
  const answers: Record<string, unknown> = {}
  beforeEach(() => {
    asked.length = 0
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      asked.push({ path, body: JSON.parse(String(init.body)) })
      return Response.json(answers[path] ?? {})
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  test('of a member goes to their therapists, once', async () => {
    render(Ended, { invitation })
    const seen = screen.getByRole('slider', { name: /Voelde je je gezien en gehoord/ })
    expect(seen.getAttribute('aria-valuetext')).toBe('niet ingevuld')
    const overall = screen.getByRole<HTMLInputElement>('slider', { name: /alles bij elkaar/ })
    overall.value = '80'
    overall.dispatchEvent(new Event('input', { bubbles: true }))
    screen.getByText(/Alleen je therapeuten lezen dit/)
    press('Versturen')
    await screen.findByText(/Dank je/)
    const said = { overall: 80, line: '' }
    expect(asked).toEqual([{ path: '/api/lookback', body: { capability: '', lookBack: said } }])
    expect(screen.queryByRole('button', { name: 'Versturen' })).toBeNull()
  })

  test('is read by a therapist as a line over sessions, when asked for', async () => {
    const lookBack = { relationship: 70, approach: 50, overall: 80, line: 'Ik durfde iets.' }
    answers['/api/lookbacks'] = {
      members: [
        { id: 'ben', name: 'Ben', sessions: [{ startsAtMs: 1_800_000_000_000, lookBack }] },
        { id: 'cleo', name: 'Cleo', sessions: [] },
      ],
    }
    render(Ended, { invitation: { ...invitation, role: 'therapist' } })
    expect(asked).toEqual([])
    ;(await screen.findByRole('button', { name: 'Bekijken' })).click()
    await screen.findByRole('img', { name: /Ben/ })
    screen.getByText('Ik durfde iets.')
    expect(screen.getAllByRole('cell').map((cell) => cell.textContent)).toEqual([
      '70',
      '–',
      '50',
      '80',
      'Ik durfde iets.',
    ])
    expect(screen.queryByRole('heading', { name: 'Cleo' })).toBeNull()
  })
})
