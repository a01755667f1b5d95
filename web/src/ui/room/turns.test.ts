import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { loadLanguage } from '../../i18n/i18n.svelte'
import type { SessionState } from '../../state'
import type { RoundView, TurnStatus, View } from '../../wire.gen'
import Room from './Room.svelte'
import { sampleSession, sampleState, sampleView } from './sample'
import { cueOf, turnMs } from './turns'

beforeAll(() => loadLanguage('nl'))
afterEach(cleanup)

/** Shows the room as you see it, after a change to the view. Staff's buttons come a moment later. */
async function show(you: string, change: (view: View) => void, state: Partial<SessionState> = {}) {
  const view = sampleView({ you })
  change(view)
  const shown = sampleState(view, state)
  const session = sampleSession(shown)
  render(Room, { session, state: shown })
  if (you === 'ana') await screen.findByRole('heading', { name: 'Wachtkamer' })
  return session
}

const press = (name: string | RegExp) => screen.getByRole('button', { name }).click()

function round(statuses: Record<string, TurnStatus>, coming: string[], change: Partial<RoundView> = {}): RoundView {
  const turns = Object.entries(statuses).map(([participant, status]) => ({ participant, status }))
  return { direction: 'clockwise', piece: 'signal', prompt: '', timeBoxMs: 0, turns, coming, ...change }
}

const speaking = (speaker: string, speakMs = 0, budgetMs = 0) => ({ ...sampleView().floor, speaker, speakMs, budgetMs })

describe('the clock of a turn', () => {
  const view = (change: Partial<View['floor']>) => ({ ...sampleView(), floor: { ...speaking('cleo'), ...change } })
  const now = () => performance.now()

  test('stands still where the server says so', () => {
    expect(turnMs(view({ speakMs: 5000, still: true }), now() - 60_000)).toBe(5000)
    expect(turnMs(view({ speakMs: 5000 }), now() - 60_000)).toBeGreaterThanOrEqual(65_000)
  })

  test.each([
    ['', 40_000, 0],
    ['', 47_000, 60_000],
    ['soon', 48_000, 60_000],
    ['over', 60_000, 60_000],
  ])('asks %j after %i ms of %i', (cue, speakMs, budgetMs) => {
    expect(cueOf(view({ speakMs, budgetMs, still: true }), now())).toBe(cue)
  })
})

describe('a time box', () => {
  const over = (view: View) => (view.floor = { ...speaking('ben', 60_000, 60_000), still: true })

  test('tells the speaker in words', async () => {
    await show('ben', over)
    expect(screen.getByText('De richttijd is om. Maak rustig af.').getAttribute('aria-live')).toBe('polite')
  })

  test('tells other members nothing', async () => {
    await show('cleo', over)
    expect(screen.queryByText(/richttijd/)).toBeNull()
  })

  test('tells staff, who add a minute to the turn that they saw', async () => {
    const session = await show('ana', over)
    screen.getByText('De richttijd van Ben is om.')
    screen.getByText(/1:00 van 1:00/)
    press('1 minuut erbij')
    expect(session.command).toHaveBeenLastCalledWith({ extendTurn: { expect: 'ben', budgetMs: 60_000 } })
  })
})

describe('a closed gate', () => {
  test('is said, also on the microphone, and asks nobody to switch on', async () => {
    await show('ben', (view) => {
      view.floor = { ...speaking('cleo'), gated: true }
      view.you.mic = 'staff_off'
    })
    screen.getByText('Alleen wie aan de beurt is, is te horen.')
    expect(screen.getByRole('button', { name: 'Microfoon pas bij je beurt' }).getAttribute('aria-disabled')).toBe(
      'true',
    )
  })

  test('lets the speaker switch on their own microphone', async () => {
    const session = await show('ben', (view) => {
      view.floor = { ...speaking('ben'), gated: true }
      view.you.mic = 'staff_off'
    })
    press('Aanzetten')
    expect(session.setMic).toHaveBeenCalledWith(true)
  })

  test('is closed by staff', async () => {
    const session = await show('ana', () => undefined)
    await fireEvent.change(screen.getByLabelText('Wie is te horen'), { target: { value: 'gated' } })
    expect(session.command).toHaveBeenLastCalledWith({ setGate: { gate: 'gated' } })
  })
})

describe('an echo', () => {
  test('goes to whoever speaks', async () => {
    const session = await show('ben', (view) => (view.floor = speaking('cleo')))
    press('Stille reactie')
    screen.getByText('Alleen Cleo ziet dit, heel even.')
    press('Herken ik')
    expect(session.command).toHaveBeenLastCalledWith({ echo: { kind: 'recognise' } })
    await screen.findByText('Cleo ziet je reactie.')
  })

  test('is shown to the speaker only', async () => {
    const echoes = [{ id: 1, from: 'cleo', kind: 'strength' as const }]
    await show('ben', (view) => (view.floor = speaking('ben')), { echoes })
    within(screen.getByRole('status', { name: 'Stille reacties' })).getByText('Cleo: Sterkte')
    cleanup()
    await show('dirk', (view) => (view.floor = speaking('ben')), { echoes })
    expect(screen.queryByText('Cleo: Sterkte')).toBeNull()
  })

  test('cannot be sent where nobody speaks, or by staff', async () => {
    await show('ben', () => undefined)
    expect(screen.queryByRole('button', { name: 'Stille reactie' })).toBeNull()
    cleanup()
    await show('ana', (view) => (view.floor = speaking('cleo')))
    expect(screen.queryByRole('button', { name: 'Stille reactie' })).toBeNull()
  })
})

describe('a round', () => {
  test('shows a member the question and their own place', async () => {
    await show('dirk', (view) => {
      view.floor = speaking('ben')
      view.round = round({ ben: 'speaking', cleo: 'pending', dirk: 'pending' }, ['cleo', 'dirk'], {
        prompt: 'Hoe ben je hier?',
      })
    })
    screen.getByText('Hoe ben je hier?')
    screen.getByText('Daarna Cleo en nog 1')
    screen.getByText('Nog 1 voor jou in het rondje')
  })

  test('asks once more whoever passed', async () => {
    const session = await show('ben', (view) => {
      view.floor = { ...sampleView().floor, offered: 'ben' }
      view.round = round({ ben: 'passed', cleo: 'done', dirk: 'done' }, [])
    })
    screen.getByText('Wil jij nog iets zeggen?')
    press('Sla over')
    expect(session.command).toHaveBeenLastCalledWith({ pass: {} })
  })

  test('says to staff that who passed is asked once more', async () => {
    await show('ana', (view) => {
      view.floor = { ...sampleView().floor, offered: 'ben' }
      view.round = round({ ben: 'passed', cleo: 'done', dirk: 'done' }, [])
    })
    await screen.findByText('sloeg over, wordt nog eens gevraagd')
  })

  test('is begun by staff with a question, a first and a talking piece', async () => {
    const session = await show('ana', () => undefined)
    await fireEvent.input(screen.getByLabelText('Vraag voor het rondje'), { target: { value: 'Hoe ben je hier?' } })
    await fireEvent.change(screen.getByLabelText('Wie begint'), { target: { value: 'cleo' } })
    await fireEvent.click(screen.getByLabelText(/Praatstok/))
    await fireEvent.click(screen.getByRole('button', { name: 'Beginnen', hidden: true }))
    expect(session.command).toHaveBeenLastCalledWith({
      startRound: { from: 'cleo', direction: 'clockwise', seconds: 0, piece: 'gate', prompt: 'Hoe ben je hier?' },
    })
  })

  test('stands ready with the question of the phase: one press', async () => {
    const session = await show('ana', (view) => {
      const phase = { name: 'Openingsronde', minutes: 10, gated: false, prompt: 'Waar denk je aan?' }
      view.script = { ...view.script, name: phase.name, now: 1, runsMs: 0, phases: [phase] }
    })
    press('Rondje beginnen')
    expect(session.command).toHaveBeenLastCalledWith({
      startRound: { direction: 'clockwise', seconds: 0, piece: 'signal', prompt: 'Waar denk je aan?' },
    })
  })

  test('that has been is not offered again: the next phase is the way on', async () => {
    await show('ana', (view) => {
      const phase = { name: 'Openingsronde', minutes: 10, gated: false, prompt: 'Waar denk je aan?' }
      const phases = [phase, { ...phase, name: 'Gesprek', prompt: '' }]
      view.script = { ...view.script, name: phase.name, now: 1, runsMs: 0, rounded: true, phases }
    })
    expect(screen.queryByRole('button', { name: 'Rondje beginnen' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Verder: Gesprek' }).classList).toContain('primary')
  })

  test('is led by staff: on, out of turn, a latecomer, and stopped', async () => {
    const session = await show('ana', (view) => {
      view.floor = speaking('ben')
      view.round = round({ ben: 'speaking', cleo: 'passed' }, ['cleo'])
    })
    screen.getByText('overgeslagen')
    press('Volgende')
    expect(session.command).toHaveBeenLastCalledWith({ next: { expect: 'ben' } })
    press('Beurt geven aan Cleo')
    expect(session.command).toHaveBeenLastCalledWith({ giveTurn: { participant: 'cleo' } })
    press('Zet Dirk achteraan')
    expect(session.command).toHaveBeenLastCalledWith({ addToRound: { participant: 'dirk' } })
    press('Rondje stoppen')
    expect(session.command).toHaveBeenLastCalledWith({ cancelRound: {} })
  })
})
