import { cleanup, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { loadLanguage, loadStaffWords } from '../../i18n/i18n.svelte'
import type { Command, TurnStatus, View } from '../../wire.gen'
import Room from '../room/Room.svelte'
import { sampleSession, sampleState, sampleView, seat } from '../room/sample'
import { didWhat } from './did'

beforeAll(() => loadLanguage('nl'))
beforeAll(loadStaffWords)
afterEach(cleanup)

/** What is said to Ana, who leads, of a command that she gave in a room like this. */
function said(command: Command, change: (view: View) => void = () => undefined): string {
  const view = sampleView({ you: 'ana' })
  change(view)
  return didWhat({ command, view })
}

const waits = {
  id: 'eva',
  name: 'Eva',
  role: 'member' as const,
  presence: 'waiting' as const,
  connected: true,
  waitingMs: 0,
  with: [],
  together: false,
  alone: false,
  announced: false,
}

test('is said by name, above the bar, also of whom the room has lost since', async () => {
  const view = sampleView({ you: 'ana' })
  const gone = { ...view, seats: [seat('cleo', 'Cleo')] }
  const applied = { command: { remove: { participant: 'ben' } }, view }
  const shown = sampleState(gone, { applied })
  render(Room, { session: sampleSession(shown), state: shown })
  await screen.findByRole('heading', { name: 'Wachtkamer' })
  within(screen.getByRole('contentinfo', { name: 'Jouw knoppen' })).getByText('Ben is uit de bijeenkomst.')
})

test('is said of who is let in, and of an observer who is removed', () => {
  expect(said({ admit: { participant: 'eva' } }, (view) => (view.waiting = [waits]))).toBe('Eva is binnen.')
  const observes = (view: View) => (view.observers = [{ id: 'olga', name: 'Olga', here: true }])
  expect(said({ remove: { participant: 'olga' } }, observes)).toBe('Olga is uit de bijeenkomst.')
})

test('is said of the spotlight, on, off and at its end', () => {
  expect(said({ spotlight: { participant: 'ben', on: true } })).toBe('Ben is bij iedereen groot in beeld.')
  expect(said({ spotlight: { participant: 'ben', on: false } })).toBe('Ben is niet meer groot in beeld.')
  expect(said({ endSpotlight: {} })).toBe('Niemand is meer groot in beeld.')
  expect(said({ mute: { participant: 'ben', device: 'camera' } })).toBe('De camera van Ben is uit.')
  expect(said({ mute: { participant: 'ben', device: 'camera' } }, (view) => (view.screen = 'ben'))).toBe(
    'Niemand ziet het scherm van Ben meer. De camera van Ben is uit.',
  )
})

test('a phase is the one that was asked for, whichever runs now', () => {
  const phase = (name: string) => ({ name, minutes: 10, gated: false, prompt: '' })
  const phases = [phase('Openingsronde'), phase('Oefenen'), phase('Slotronde')]
  const runs = (view: View) => (view.script = { ...view.script, name: 'Openingsronde', now: 1, runsMs: 0, phases })
  expect(said({ startPhase: { expect: 1, to: 2 } }, runs)).toBe('Nu: Oefenen. Iedereen ziet de naam.')
})

test('next, to whom was offered the turn, is no pass of theirs: it says when they are asked again', () => {
  const next = { next: { expect: 'ben' } }
  const offered = (view: View) => (view.floor.offered = 'ben')
  const inRound = (status: TurnStatus) => (view: View) => {
    offered(view)
    const turns = [{ participant: 'ben', status }]
    view.round = { direction: 'clockwise', piece: 'signal', prompt: '', timeBoxMs: 0, turns, coming: ['cleo'] }
  }
  expect(said(next, offered)).toBe('De beurt is niet meer bij Ben.')
  expect(said(next, inRound('pending'))).toBe('Ben krijgt de vraag later nog een keer.')
  expect(said(next, inRound('passed'))).toBe('Ben krijgt in dit rondje geen beurt meer.')
  expect(said(next, (view) => (view.floor.speaker = 'ben'))).toBe('')
})
