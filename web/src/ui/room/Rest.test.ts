import { cleanup, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { loadLanguage } from '../../i18n/i18n.svelte'
import type { View } from '../../wire.gen'
import Room from './Room.svelte'
import { sampleSession, sampleState, sampleView, seat } from './sample'

beforeAll(() => loadLanguage('nl'))
afterEach(cleanup)

function show(you: string, change: (view: View) => void) {
  const view = sampleView({ you })
  change(view)
  const session = sampleSession(sampleState(view))
  const { rerender } = render(Room, { session, state: sampleState(view) })
  return { session, view, rerender: (next: View) => rerender({ session, state: sampleState(next) }) }
}

const press = (name: string | RegExp) => screen.getByRole('button', { name }).click()
const tile = (name: string) => document.querySelector<HTMLElement>(`[data-person="${name}"]`)
const rest = (view: View) => {
  view.pause = { on: true, breathing: true }
  view.you.mic = 'staff_off'
}

describe('a pause for all', () => {
  test('asks nothing of a member, and says when it is over', async () => {
    const { view, rerender } = show('ben', rest)
    screen.getByRole('heading', { name: 'Rustmoment' })
    screen.getByText('Adem rustig mee als je wilt.')
    expect(screen.queryByRole('button', { name: 'Ik wil iets zeggen' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Microfoon rust nu' }).getAttribute('aria-disabled')).toBe('true')
    await rerender({ ...view, pause: { on: false, breathing: false } })
    screen.getByText('Het rustmoment is voorbij. Je microfoon staat uit.')
    screen.getByRole('button', { name: 'Ik wil iets zeggen' })
  })

  test('has a shape to breathe with only if staff chose one', () => {
    show('ben', (view) => (view.pause = { on: true, breathing: false }))
    expect(document.querySelector('.breath')).toBeNull()
  })

  test('is begun by staff after a question, and ended in one press', async () => {
    const { session, view, rerender } = show('ana', () => undefined)
    await screen.findByRole('button', { name: 'Rustmoment' })
    press('Rustmoment')
    const question = await screen.findByRole('dialog', { name: 'Een rustmoment beginnen?' })
    within(question).getByRole('checkbox', { name: 'Met een vorm om op te ademen' }).click()
    within(question).getByRole('button', { name: 'Rustmoment beginnen' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ pause: { breathing: true } })
    await rerender({ ...view, pause: { on: true, breathing: true } })
    screen.getByText(/De groep is nu niet te horen/)
    press('Rustmoment stoppen')
    expect(session.command).toHaveBeenLastCalledWith({ endPause: {} })
  })
})

describe('even pauze', () => {
  test('and a camera that is off are said to be always right, where the format says so', () => {
    show('ben', (view) => {
      view.script.cameraOptional = view.script.pauseProminent = true
      view.you.camera = 'self_off'
    })
    screen.getByRole('button', { name: 'Even pauze mag altijd' })
    screen.getByRole('button', { name: 'Camera uit, dat mag' })
  })

  test('hides the room until the member comes back, and leaves the focus where it is', async () => {
    const { session, view, rerender } = show('ben', () => undefined)
    screen.getByRole('button', { name: 'Even pauze' }).focus()
    press('Even pauze')
    expect(session.command).toHaveBeenLastCalledWith({ stepOut: {} })
    await rerender({ ...view, you: { ...view.you, steppedOut: true, mic: 'self_off' } })
    screen.getByRole('heading', { name: 'Je neemt even pauze' })
    expect(tile('Cleo')).toBeNull()
    const back = screen.getByRole('button', { name: 'Weer meedoen' })
    expect(document.activeElement).toBe(back)
    back.click()
    expect(session.command).toHaveBeenLastCalledWith({ stepIn: {} })
  })

  test('is on the chair for the others, and is not a lost connection', () => {
    show('ben', (view) => (view.seats[1] = seat('cleo', 'Cleo', { steppedOut: true, mic: 'self_off' })))
    within(tile('Cleo')!).getByText('Cleo neemt even pauze. De plek blijft vrij.')
  })

  test('is offered to a member who is about to leave, and not to staff', async () => {
    const { session } = show('ben', () => undefined)
    press('Weggaan')
    const question = screen.getByRole('dialog', { name: 'Wil je weggaan?' })
    within(question).getByRole('button', { name: 'Even pauze' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ stepOut: {} })
    cleanup()
    show('ana', () => undefined)
    press('Weggaan')
    expect(screen.queryByRole('button', { name: 'Even pauze' })).toBeNull()
  })
})
