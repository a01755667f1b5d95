import { cleanup, screen, within } from '@testing-library/svelte'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { loadLanguage } from '../../i18n/i18n.svelte'
import type { CircleView } from '../../wire.gen'
import { sampleState, sampleView } from '../room/sample'
import { divisionOf, mayOpen, nextCircle } from './division'
import { lead, press } from './sample'

beforeAll(() => loadLanguage('nl'))
afterEach(cleanup)

function circle(number: number, members: string[], change: Partial<CircleView> = {}): CircleView {
  const quiet = { listening: [], helpMs: 0, helpBy: '', alone: false, announced: '', announcedMs: 0 }
  return { number, name: `${number}`, members, ...quiet, ...change }
}

const draft = (...groups: string[][]) => ({
  status: 'draft' as const,
  circles: groups.map((members, i) => circle(i + 1, members)),
  prompt: '',
  remainingMs: 0,
  capacity: 0,
  canKeepPairs: false,
  canAvoidPairs: false,
  smallest: 0,
})

describe('circles', () => {
  test('a draft is changed from the list beside a name, and opened with minutes and a question', async () => {
    const { session } = await lead((view) => (view.breakout = draft(['ben', 'cleo'], [])))
    const choice = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Kring van Dirk' })
    expect(choice.value).toBe('0')
    choice.value = '2'
    choice.dispatchEvent(new Event('change', { bubbles: true }))
    expect(session.command).toHaveBeenLastCalledWith({ assign: { participant: 'dirk', circle: 2 } })

    press('Openen')
    expect(session.command).toHaveBeenLastCalledWith({ openCircles: { minutes: 10, prompt: '' } })
  })

  test('whoever asked for a division is brought to it, and a colleague is not', async () => {
    const { view, rerender } = await lead()
    const divided = sampleState({ ...view, breakout: draft(['ben', 'cleo'], ['dirk', 'eva']) })
    const heading = () => screen.getByRole('heading', { name: 'Deelkringen' })
    await rerender(divided)
    expect(document.activeElement).not.toBe(heading())
    await rerender(sampleState(view))
    press('Verdeling maken')
    await rerender(divided)
    expect(document.activeElement).toBe(heading())
  })

  test('a move that would leave someone alone is asked about, and meanwhile everyone is where they are', async () => {
    const { session } = await lead((view) => {
      view.phase = 'circles'
      view.breakout = { ...draft(['ben', 'cleo'], ['dirk', 'eva']), status: 'open' }
    })
    session.command.mockResolvedValue('alone')
    const choice = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Kring van Dirk' })
    choice.value = '1'
    choice.dispatchEvent(new Event('change', { bubbles: true }))
    await screen.findByRole('dialog', { name: 'Dan is iemand alleen' })
    await expect.poll(() => choice.value).toBe('2')
  })

  test('a draft with someone alone does not open', async () => {
    await lead((view) => (view.breakout = draft(['ben', 'cleo'], ['dirk'])))
    screen.getByText('Niemand is graag alleen. Zet er iemand bij.')
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Openen' }).disabled).toBe(true)
  })

  test('a call for help is answered by dropping in', async () => {
    const { session } = await lead((view) => {
      view.phase = 'circles'
      view.breakout = { ...draft(['ben', 'cleo']), status: 'open', remainingMs: 60_000 }
      view.breakout.circles = [circle(1, ['ben', 'cleo'], { helpMs: 12_000, helpBy: 'cleo' })]
    })
    const call = screen
      .getByRole('heading', { name: 'Deelkring 1 vraagt je erbij' })
      .closest<HTMLElement>('[role=alert]')
    within(call!).getByText(/^Cleo, 0:\d\d geleden$/)
    within(call!).getByRole('button', { name: 'Langskomen in deelkring 1' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ dropIn: { circle: 1 } })
  })

  test('open circles get more time, a message, and a way back', async () => {
    const { session } = await lead((view) => {
      view.phase = 'circles'
      view.breakout = { ...draft(['ben', 'cleo']), status: 'open', remainingMs: 300_000 }
    })
    press('5 minuten erbij')
    expect(session.command).toHaveBeenLastCalledWith({ extendCircles: { minutes: 5 } })
    press('Terug naar de kring')
    expect(session.command).toHaveBeenLastCalledWith({ recall: { seconds: 60 } })

    const message = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Bericht aan alle kringen' })
    message.value = 'Rond het af'
    message.dispatchEvent(new Event('input', { bubbles: true }))
    await expect.poll(() => screen.getByRole<HTMLButtonElement>('button', { name: 'Versturen' }).disabled).toBe(false)
    press('Versturen')
    expect(session.command).toHaveBeenLastCalledWith({ broadcast: { text: 'Rond het af' } })
    await expect.poll(() => message.value).toBe('')
  })
})

describe('a division', () => {
  test('has everyone in one place and opens only if nobody is alone', () => {
    const view = sampleView({ you: 'ana' })
    view.breakout = draft(['ben'], [])
    const names = divisionOf(view).map((zone) => zone.people.map((person) => person.name))
    expect(names).toEqual([['Cleo', 'Dirk'], ['Ben'], []])
    expect(mayOpen(divisionOf(view))).toBe(false)
    view.breakout = draft([], [])
    expect(mayOpen(divisionOf(view))).toBe(false)
    view.breakout = draft(['ben', 'cleo'], [])
    expect(mayOpen(divisionOf(view))).toBe(true)
  })

  test('has eight circles at most', () => {
    const view = sampleView({ you: 'ana' })
    view.breakout = draft([], [])
    expect(nextCircle(view)).toBe(3)
    view.breakout = draft(...Array.from({ length: 8 }, () => []))
    expect(nextCircle(view)).toBe(0)
  })
})
