import { cleanup, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { loadLanguage } from '../../i18n/i18n.svelte'
import type { CircleView, View } from '../../wire.gen'
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

function circle(number: number, members: string[], change: Partial<CircleView> = {}): CircleView {
  const quiet = { listening: members, helpMs: 0, helpBy: '', alone: false, announced: '', announcedMs: 0 }
  return { number, name: `${number}`, members, ...quiet, ...change }
}

describe('a fishbowl', () => {
  const inside = (inner: string[], asked: string[] = []) => ({
    fishbowl: { on: true, inner, asked, free: true },
  })

  test('lets the outer ask for a chair, and take it back', async () => {
    const { session, view, rerender } = show('dirk', (v) => Object.assign(v, inside(['ben', 'cleo'])))
    screen.getByText('Je zit in de buitenkring en luistert mee.')
    expect(screen.getByRole('button', { name: 'Microfoon je luistert nu' }).getAttribute('aria-disabled')).toBe('true')
    press('Ik wil erbij zitten')
    expect(session.command).toHaveBeenLastCalledWith({ askChair: {} })
    await rerender({ ...view, ...inside(['ben', 'cleo'], ['dirk']) })
    press('Toch niet')
    expect(session.command).toHaveBeenLastCalledWith({ leaveChair: {} })
  })

  test('lets the inner leave their chair', () => {
    const { session } = show('ben', (v) => Object.assign(v, inside(['ben', 'cleo'])))
    screen.getByText('Je zit in de binnenkring. De anderen luisteren.')
    press('Uit de binnenkring')
    expect(session.command).toHaveBeenLastCalledWith({ leaveChair: {} })
  })
})

describe('small circles to choose from', () => {
  test('are chosen and given back; a full one is not', async () => {
    const { session, view, rerender } = show('ben', (v) => {
      v.breakout = {
        ...v.breakout,
        status: 'draft',
        capacity: 2,
        circles: [circle(1, ['cleo', 'dirk']), circle(2, [])],
      }
    })
    const choices = screen.getByRole('region', { name: 'Kies je kleine kring' })
    const full = within(choices).getByRole('button', { name: /Kleine kring 1/ })
    expect(full.getAttribute('aria-disabled')).toBe('true')
    full.click()
    expect(session.command).not.toHaveBeenCalled()
    press(/Kleine kring 2/)
    expect(session.command).toHaveBeenLastCalledWith({ chooseCircle: { circle: 2 } })
    await rerender({
      ...view,
      breakout: { ...view.breakout, circles: [circle(1, ['cleo', 'dirk']), circle(2, ['ben'])] },
    })
    expect(screen.getByRole('button', { name: /Kleine kring 2/ }).getAttribute('aria-pressed')).toBe('true')
    press(/Kleine kring 2/)
    expect(session.command).toHaveBeenLastCalledWith({ chooseCircle: { circle: 0 } })
  })
})

describe('who is left alone in a circle', () => {
  test('is offered the way back or a visit', () => {
    const { session } = show('ben', (v) => {
      v.phase = 'circles'
      v.you.circle = v.you.assigned = 1
      v.breakout = { ...v.breakout, status: 'open', circles: [circle(1, ['ben', 'cleo'], { alone: true })] }
    })
    const prompt = screen.getByText('Je bent hier nu alleen. Wat wil je?').parentElement!
    within(prompt).getByRole('button', { name: 'Vraag de therapeut erbij' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ callHelp: {} })
    within(prompt).getByRole('button', { name: 'Terug naar de kring' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ leaveCircle: {} })
  })
})

describe('an observer', () => {
  test('is named to everyone, before and while they look on', async () => {
    const { view, rerender } = show('ben', (v) => (v.observers = [{ id: 'olga', name: 'Olga', here: false }]))
    screen.getByText('Olga kijkt zo mee')
    await rerender({ ...view, observers: [{ id: 'olga', name: 'Olga', here: true }] })
    screen.getByText('Olga kijkt mee')
  })

  test('has no buttons but the cover and the way out', () => {
    const { view } = show('ben', () => undefined)
    cleanup()
    show('ben', (v) => Object.assign(v.you, { ...view.you, id: 'olga', role: 'observer', mic: 'self_off' }))
    screen.getByText('Je kijkt mee. Iedereen ziet dat je er bent.')
    const controls = within(screen.getByRole('contentinfo', { name: 'Jouw knoppen' }))
    expect(controls.getAllByRole('button').map((button) => button.textContent?.trim())).toEqual(['Privé', 'Weggaan'])
  })
})

describe('staff', () => {
  async function lead(change: (view: View) => void) {
    const shown = show('ana', change)
    await screen.findByRole('heading', { name: 'Wachtkamer' })
    return shown
  }

  test('begin a fishbowl with two to five, and no fewer', async () => {
    const { session } = await lead(() => undefined)
    const begin = within(screen.getByRole('region', { name: 'Binnenkring' }))
    const button = begin.getByRole<HTMLButtonElement>('button', { name: 'Binnenkring beginnen', hidden: true })
    expect(button.disabled).toBe(true)
    begin.getByRole('checkbox', { name: 'Ben', hidden: true }).click()
    begin.getByRole('checkbox', { name: 'Dirk', hidden: true }).click()
    await expect.poll(() => button.disabled).toBe(false)
    button.click()
    expect(session.command).toHaveBeenLastCalledWith({ openFishbowl: { participants: ['ben', 'dirk'] } })
  })

  test('give, decline and take chairs, and end it', async () => {
    const { session } = await lead(
      (v) => (v.fishbowl = { on: true, inner: ['ben', 'cleo'], asked: ['dirk'], free: true }),
    )
    press('Erbij: Dirk')
    expect(session.command).toHaveBeenLastCalledWith({ setChair: { participant: 'dirk', inner: true } })
    press('Nu niet: Dirk')
    expect(session.command).toHaveBeenLastCalledWith({ setChair: { participant: 'dirk', inner: false } })
    press('Eruit: Ben')
    expect(session.command).toHaveBeenLastCalledWith({ setChair: { participant: 'ben', inner: false } })
    press('Binnenkring stoppen')
    expect(session.command).toHaveBeenLastCalledWith({ closeFishbowl: {} })
  })

  const open = (v: View) => {
    v.phase = 'circles'
    v.seats = [seat('ben', 'Ben', { circle: 1 }), seat('cleo', 'Cleo', { circle: 1 }), seat('dirk', 'Dirk')]
    const circles = [circle(1, ['ben', 'cleo'], { listening: ['ben', 'cleo', 'ana'] }), circle(2, ['els', 'finn'])]
    v.breakout = { ...v.breakout, status: 'open', smallest: 2, circles }
  }

  test('listen to several circles, one press each', async () => {
    const { session } = await lead(open)
    expect(screen.getByRole('button', { name: 'Meeluisteren met deelkring 1' }).getAttribute('aria-pressed')).toBe(
      'true',
    )
    press('Meeluisteren met deelkring 2')
    expect(session.command).toHaveBeenLastCalledWith({ listen: { circle: 2, on: true } })
    press('Meeluisteren met deelkring 1')
    expect(session.command).toHaveBeenLastCalledWith({ listen: { circle: 1, on: false } })
  })

  test('bring a latecomer to the smallest circle', async () => {
    const { session } = await lead(open)
    press('Breng Dirk naar deelkring 2')
    expect(session.command).toHaveBeenLastCalledWith({ assign: { participant: 'dirk', circle: 2 } })
  })

  test('are asked before a move leaves someone alone', async () => {
    const { session } = await lead(open)
    session.command.mockResolvedValueOnce('alone')
    const choice = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Kring van Ben' })
    choice.value = '2'
    choice.dispatchEvent(new Event('change', { bubbles: true }))
    const question = await screen.findByRole('dialog', { name: 'Dan is iemand alleen' })
    within(question).getByRole('button', { name: 'Toch doen' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ assign: { participant: 'ben', circle: 2, alone: true } })
  })

  test('announce an observer before they let them in', async () => {
    const olga = { id: 'olga', name: 'Olga', role: 'observer' as const, presence: 'waiting' as const }
    const waits = { ...olga, connected: true, waitingMs: 1, with: [], together: false, alone: false }
    const { session, view, rerender } = await lead((v) => (v.waiting = [{ ...waits, announced: false }]))
    expect(screen.queryByRole('button', { name: 'Binnenlaten: Olga' })).toBeNull()
    press('Aankondigen: Olga')
    expect(session.command).toHaveBeenLastCalledWith({ announceObserver: { participant: 'olga' } })
    const observers = [{ id: 'olga', name: 'Olga', here: false }]
    await rerender({ ...view, observers, waiting: [{ ...waits, announced: false }] })
    expect(screen.queryByRole('button', { name: /Olga/ })).toBeNull()
    await rerender({ ...view, observers, waiting: [{ ...waits, announced: true }] })
    press('Binnenlaten: Olga')
    expect(session.command).toHaveBeenLastCalledWith({ admit: { participant: 'olga' } })
  })
})
