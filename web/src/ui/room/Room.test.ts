import { cleanup, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { loadLanguage } from '../../i18n/i18n.svelte'
import type { SessionState } from '../../state'
import type { View } from '../../wire.gen'
import Room from './Room.svelte'
import { sampleSession, sampleState, sampleView, seat } from './sample'

beforeAll(() => loadLanguage('nl'))
afterEach(cleanup)

/** Shows the room as you see it, after a change to the view. */
function show(you: string, change: (view: View) => void = () => undefined, state: Partial<SessionState> = {}) {
  const view = sampleView({ you })
  change(view)
  const shown = sampleState(view, state)
  const session = sampleSession(shown)
  const { rerender } = render(Room, { session, state: shown })
  return { session, view, rerender: (next: SessionState) => rerender({ session, state: next }) }
}

const press = (name: string | RegExp) => screen.getByRole('button', { name }).click()
const tile = (name: string) => document.querySelector<HTMLElement>(`[data-person="${name}"]`)!

describe('a tile', () => {
  test('shows a picture only while its camera is on', () => {
    const pictures = new Map([
      ['cleo', new MediaStream()],
      ['dirk', new MediaStream()],
    ])
    show('ben', (view) => (view.seats[1] = seat('cleo', 'Cleo', { camera: 'on' })), { pictures })
    expect(tile('Cleo').querySelector('video')?.srcObject).toBe(pictures.get('cleo'))
    expect(tile('Dirk').querySelector('video')).toBeNull()
  })

  test('says who is away, who has left and who is not here yet', () => {
    show('ben', (view) => {
      view.seats[1] = seat('cleo', 'Cleo', { connected: false })
      view.seats[2] = seat('dirk', 'Dirk', { presence: 'left' })
      view.seats.push({ participant: 'els', name: 'Els' })
      view.seats.push(seat('fien', 'Fien', { presence: 'waiting' }))
    })
    within(tile('Cleo')).getByText('Cleo is even weg. De plek blijft vrij.')
    within(tile('Dirk')).getByText('Dirk heeft de groep verlaten.')
    within(tile('Els')).getByText('Els is er nog niet.')
    within(tile('Fien')).getByText('Fien is even bij de deur. De plek blijft vrij.')
  })

  test('is not filled by a long name', () => {
    const name = 'Anna-Margaretha Wilhelmina van Oldenbarnevelt-Bentinck tot Nijenhuis'
    show('ben', (view) => view.seats.push({ participant: 'anna', name }))
    within(tile(name)).getByText('Anna-Margaret… is er nog niet.')
    within(tile(name)).getByText(name)
  })

  test('says in words whose microphone is off, and marks who speaks', () => {
    show('ben', (view) => (view.seats[1] = seat('cleo', 'Cleo', { mic: 'self_off' })), { speaking: new Set(['dirk']) })
    within(tile('Cleo')).getByText('microfoon uit')
    within(tile('Dirk')).getByText('microfoon aan')
    expect(tile('Dirk').classList).toContain('speaking')
    expect(tile('Cleo').classList).not.toContain('speaking')
  })
})

describe('a member', () => {
  test('switches their own microphone and camera', () => {
    const { session } = show('ben')
    press('Microfoon staat aan')
    press('Camera staat uit')
    expect(session.setMic).toHaveBeenCalledWith(false)
    expect(session.setCamera).toHaveBeenCalledWith(true)
  })

  test('covers their screen, and uncovers it', async () => {
    const { session, view, rerender } = show('ben')
    press('Privé')
    expect(session.cover).toHaveBeenCalledOnce()
    dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyP', key: 'π', altKey: true }))
    expect(session.cover).toHaveBeenCalledTimes(2)
    await rerender(sampleState(view, { covered: true }))
    const cover = screen.getByRole('dialog', { name: 'Verder' })
    expect(cover.textContent?.trim(), 'nothing that tells what it covers').toBe('Verder')
    within(cover).getByRole('button').click()
    expect(session.uncover).toHaveBeenCalledOnce()
  })

  test('sees someone large on their own screen, and no more when they go', async () => {
    const { session, view, rerender } = show('ben')
    const large = () =>
      [...document.querySelectorAll('li.large [data-id]')].map((tile) => (tile as HTMLElement).dataset['id'])
    press('Iemand groot zien')
    await screen.findByRole('heading', { name: 'Wie wil je groot zien?' })
    press('Dirk')
    await screen.findByRole('button', { name: 'Dirk groot' })
    expect(large()).toEqual(['dirk'])
    await rerender(sampleState({ ...view, spotlight: ['cleo'] }))
    expect(large()).toEqual(['cleo', 'dirk'])
    await rerender(sampleState({ ...view, seats: view.seats.filter(({ participant }) => participant !== 'dirk') }))
    expect(large()).toEqual([])
    expect(session.command).not.toHaveBeenCalled()
  })

  test('reads that their microphone is locked, and why it was refused', () => {
    show('ben', (view) => (view.you.mic = 'locked'), { refusal: { command: 'mic', code: 'locked' } })
    expect(screen.getByRole('button', { name: 'Microfoon is vastgezet' }).getAttribute('aria-disabled')).toBe('true')
    screen.getByText(/De therapeut heeft dit vastgezet/)
  })

  test('is told when a therapist switches the microphone off, and no longer once it is on again', async () => {
    const { view, rerender } = show('ben', (v) => (v.you.mic = 'on'))
    const off = 'De therapeut zette je microfoon uit. Je kunt hem weer aanzetten.'
    await rerender(sampleState({ ...view, you: { ...view.you, mic: 'staff_off' } }))
    expect(await screen.findByText(off)).toBeTruthy()
    await rerender(sampleState(view))
    expect(screen.queryByText(off)).toBeNull()
    await rerender(sampleState({ ...view, you: { ...view.you, mic: 'self_off' } }))
    expect(screen.queryByText(off)).toBeNull()
  })

  test('is not told so of a microphone that a pause switches off', async () => {
    const { view, rerender } = show('ben', (v) => (v.you.mic = 'on'))
    const resting = { ...view, pause: { on: true, breathing: false }, you: { ...view.you, mic: 'staff_off' as const } }
    await rerender(sampleState(resting))
    screen.getByRole('heading', { name: 'Rustmoment' })
    expect(screen.queryByText(/De therapeut zette/)).toBeNull()
  })

  test('is told in words when a screen comes and goes', async () => {
    const { view, rerender } = show('ben')
    expect(screen.queryByText(/scherm/)).toBeNull()
    await rerender(sampleState({ ...view, screen: 'dirk' }))
    expect((await screen.findByText('Dirk laat een scherm zien.')).getAttribute('role')).toBe('status')
    await rerender(sampleState(view))
    await screen.findByText('Het scherm is niet meer te zien.')
  })

  test('asks for a turn, sees their place, and takes it back', async () => {
    const { session, view, rerender } = show('ben', (v) => (v.floor.speaker = 'dirk'))
    press('Ik wil iets zeggen')
    expect(session.command).toHaveBeenLastCalledWith({ raise: { kind: 'speak' } })
    press('Ik wil reageren')
    expect(session.command).toHaveBeenLastCalledWith({ raise: { kind: 'reply' } })

    const queue = ['cleo', 'ben'].map((participant) => ({
      participant,
      kind: 'speak' as const,
      pinned: false,
      frozen: false,
    }))
    await rerender(sampleState({ ...view, queue }))
    screen.getByText('Nog 1 voor jou')
    screen.getByText('Daarna Cleo, jij')
    expect(screen.queryByRole('button', { name: 'Ik wil iets zeggen' })).toBeNull()
    press('Toch niet')
    expect(session.command).toHaveBeenLastCalledWith({ lower: {} })
    await rerender(sampleState({ ...view, queue, floor: { ...view.floor, speaker: '' } }))
    screen.getByText('In de rij: Cleo, jij')
  })

  test('begins or skips when the turn is offered', () => {
    const { session } = show('ben', (view) => (view.floor.offered = 'ben'))
    screen.getByText('Je bent aan de beurt')
    press('Ik begin')
    expect(session.command).toHaveBeenLastCalledWith({ begin: {} })
    press('Sla over')
    expect(session.command).toHaveBeenLastCalledWith({ pass: {} })
  })

  test('ends their turn, or gives it to someone who is here', () => {
    const { session } = show('ben', (view) => {
      view.floor.speaker = 'ben'
      view.seats[2] = seat('dirk', 'Dirk', { connected: false })
    })
    press('Klaar')
    expect(session.command).toHaveBeenLastCalledWith({ yield: {} })
    press('Beurt doorgeven')
    expect(screen.queryByRole('button', { name: 'Dirk' })).toBeNull()
    press('Cleo')
    expect(session.command).toHaveBeenLastCalledWith({ yield: { to: 'cleo' } })
  })

  test('leaves only after a question', () => {
    const { session } = show('ben')
    press('Weggaan')
    expect(session.leave).not.toHaveBeenCalled()
    within(screen.getByRole('dialog', { name: 'Wil je weggaan?' }))
      .getByRole('button', { name: 'Weggaan' })
      .click()
    expect(session.leave).toHaveBeenCalledOnce()
  })

  test('says to the only therapist what leaving does, and to nobody else', async () => {
    const { view, rerender } = show('ana')
    const alone = /Zonder therapeut gaat de kring na 5 minuten dicht/
    screen.getByText(alone)
    const tom = { ...view.staff[0]!, id: 'tom', name: 'Tom' }
    await rerender(sampleState({ ...view, staff: [...view.staff, tom] }))
    expect(screen.queryByText(alone)).toBeNull()
    await rerender(sampleState(sampleView({ you: 'ben' })))
    expect(screen.queryByText(alone)).toBeNull()
  })

  test('keeps the focus among the buttons of the turn when one gives way to another', async () => {
    const { view, rerender } = show('ben')
    screen.getByRole('button', { name: 'Ik wil iets zeggen' }).focus()
    const raised = { ...view, queue: [{ participant: 'ben', kind: 'speak' as const, frozen: false, pinned: false }] }
    await rerender(sampleState(raised))
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Toch niet' }))
    await rerender(sampleState({ ...raised, queue: [], floor: { ...view.floor, offered: 'ben' } }))
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Ik begin' }))
  })

  test('does not have the focus drawn to a turn that comes', async () => {
    const { view, rerender } = show('ben')
    const microphone = screen.getByRole('button', { name: /^Microfoon/ })
    microphone.focus()
    await rerender(sampleState({ ...view, floor: { ...view.floor, offered: 'ben' } }))
    expect(document.activeElement).toBe(microphone)
  })

  test('finds no button of staff', async () => {
    show('ben', (view) => (view.phase = 'whole'))
    expect(screen.queryByRole('complementary')).toBeNull()
    expect(screen.queryByRole('button', { name: /^Knoppen voor/ })).toBeNull()
  })
})

describe('a question or news', () => {
  test('to switch the microphone on is answered by the member alone', () => {
    const { session } = show('ben', (view) => {
      view.you.mic = 'staff_off'
      view.you.unmuteAskMs = 30_000
    })
    press('Nu niet')
    expect(session.command).toHaveBeenLastCalledWith({ declineUnmute: {} })
    expect(session.setMic).not.toHaveBeenCalled()
    press('Aanzetten')
    expect(session.setMic).toHaveBeenCalledWith(true)
  })

  test('of the spotlight has a way out', () => {
    const { session } = show('ben', (view) => (view.spotlight = ['ben']))
    screen.getByText('Je bent in beeld, bij iedereen groot')
    press('Liever niet')
    expect(session.command).toHaveBeenLastCalledWith({ declineSpotlight: {} })
  })

  test('tells who returned, whose sound is blocked, and that staff are away', () => {
    const { session } = show(
      'ben',
      (view) => {
        view.you.mic = 'self_off'
        view.staffPresent = false
        view.staffGoneMs = 200_000
      },
      { returned: true, soundBlocked: true },
    )
    press('Begrepen')
    expect(session.dismissReturned).toHaveBeenCalledOnce()
    press('Geluid aanzetten')
    expect(session.allowSound).toHaveBeenCalledOnce()
    screen.getByText(/De therapeut komt terug/)
    screen.getByText('De kring blijft nog 4 minuten open.')
  })

  test('does not call the camera off once it is on', () => {
    const on = (view: View) => {
      view.you.mic = 'self_off'
      view.you.camera = 'on'
    }
    show('ben', on, { returned: true })
    expect(screen.queryByText(/Je camera staat ook uit/)).toBeNull()
  })

  test('to all circles stays until it is closed, and a newer one shows', async () => {
    const told = (id: number, text: string) => (view: View) => {
      view.you.circle = 1
      view.breakout = { ...view.breakout, status: 'open', broadcast: { id, from: 'ana', text } }
    }
    const { view, rerender } = show('ben', told(1, 'Nog even'))
    screen.getByRole('heading', { name: 'Bericht van Ana' })
    press('Sluiten')
    await expect.poll(() => screen.queryByText('Nog even')).toBeNull()
    told(2, 'Rond het af')(view)
    await rerender(sampleState(structuredClone(view)))
    screen.getByText('Rond het af')
  })
})

describe('a small circle', () => {
  const inCircle = (view: View) => {
    view.phase = 'circles'
    view.you.circle = 2
    view.you.assigned = 2
    view.seats = [
      seat('ben', 'Ben', { circle: 2 }),
      seat('cleo', 'Cleo', { circle: 2 }),
      seat('dirk', 'Dirk', { circle: 1, here: false }),
    ]
    view.staff[0]!.here = false
    const own = { number: 2, name: '2', members: ['ben', 'cleo'], listening: ['ben', 'cleo', 'ana'] }
    view.breakout = {
      ...view.breakout,
      status: 'open',
      prompt: 'Wat hielp je?',
      remainingMs: 239_000,
      circles: [{ ...own, helpMs: 0, helpBy: '', alone: false, announced: 'ana', announcedMs: 5000 }],
    }
  }

  test('shows its own people, its question, its time and who can hear it', () => {
    show('ben', inCircle)
    screen.getByRole('heading', { name: 'Kleine kring 2' })
    screen.getByText('Wat hielp je?')
    screen.getByText('Nog 4 minuten')
    screen.getByText('Ana kan jullie horen')
    screen.getByText('Ana komt zo langs')
    expect(tile('Dirk')).toBeNull()
    expect(tile('Cleo')).not.toBeNull()
  })

  test('asks the therapist to come, once', async () => {
    const { session, view, rerender } = show('ben', inCircle)
    press('Vraag de therapeut erbij')
    expect(session.command).toHaveBeenLastCalledWith({ callHelp: {} })
    view.breakout.circles[0]!.helpMs = 1000
    await rerender(sampleState(structuredClone(view)))
    screen.getByText('De therapeut weet dat jullie wachten')
    expect(screen.queryByRole('button', { name: 'Vraag de therapeut erbij' })).toBeNull()
  })

  test('is told of a move before it and after it', async () => {
    const { view, rerender } = show('ben', inCircle)
    const moved = structuredClone(view)
    moved.you.movingTo = 0
    await rerender(sampleState(moved))
    expect(screen.getByText('Je gaat nu terug naar de kring').getAttribute('aria-live')).toBe('assertive')
    const back = sampleView({ you: 'ben' })
    await rerender(sampleState(back))
    screen.getByText('Je bent weer in de kring')
  })

  test('arrives in a circle with its name above, which is read out and not shown twice', async () => {
    const { rerender } = show('ben', () => undefined)
    const arrived = sampleView({ you: 'ben' })
    inCircle(arrived)
    await rerender(sampleState(arrived))
    const read = screen.getByText('Je bent nu in kleine kring 2')
    expect(read.getAttribute('aria-live')).toBe('assertive')
    expect(read.classList.contains('unseen')).toBe(true)
    screen.getByRole('heading', { name: 'Kleine kring 2' })
  })
})

describe('the phase', () => {
  test('is told to members by its name, without its minutes', () => {
    show('ben', (view) => (view.script.name = 'Openingsronde'))
    screen.getByText('Openingsronde')
    expect(screen.queryByText(/minuten/)).toBeNull()
  })
})

describe('one’s own sound', () => {
  const hearing = { hear: 2, of: 3, acousticEcho: false, unheard: [] }

  test('is receipted while it is one’s turn', () => {
    show('ben', (view) => (view.floor.speaker = 'ben'), { hearing })
    screen.getByText('2 van 3 horen je')
  })

  test('is not counted for who listens', () => {
    show('ben', (view) => (view.floor.speaker = 'cleo'), { hearing })
    expect(screen.queryByText(/horen je/)).toBeNull()
  })

  test('is told in a word, folded away beside the message to the therapist', async () => {
    const { view, rerender } = show('ben', () => undefined, { hearing })
    press('Bericht aan de therapeut')
    expect(screen.queryByText('Mijn spreektijd')).toBeNull()
    await rerender(sampleState(view, { hearing: { ...hearing, talk: 'some' } }))
    const fold = screen.getByText('Mijn spreektijd').closest('details')!
    expect(fold.open).toBe(false)
    within(fold).getByText('Tot nu toe: gewoon.')
  })

  test('that comes back is told with what to do about it', () => {
    show('ben', () => undefined, { hearing: { ...hearing, acousticEcho: true } })
    screen.getByText(/Zet een koptelefoon op/)
  })
})
