import { cleanup, screen, within, waitFor } from '@testing-library/svelte'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import nl from '../../i18n/nl'
import { loadLanguage } from '../../i18n/i18n.svelte'
import type { View } from '../../wire.gen'
import { sampleState, seat } from '../room/sample'
import { lead, press } from './sample'

beforeAll(() => loadLanguage('nl'))
afterEach(cleanup)

const entry = (participant: string) => ({ participant, kind: 'speak' as const, pinned: false, frozen: false })

/** The buttons on a person's picture: their popover is not open here, so they are looked up in it. */
function buttonsOf(name: string) {
  return within(screen.getByRole('group', { name: `Knoppen voor ${name}`, hidden: true }))
}

/** Popovers are the browser's; here it is enough that one can be told to hide. */
beforeAll(() => {
  HTMLElement.prototype.hidePopover ??= () => undefined
})

describe('the queue', () => {
  test('goes on from the one whom staff saw', async () => {
    const { session } = await lead((view) => {
      view.floor.offered = 'cleo'
      view.queue = [entry('ben')]
    })
    press('Volgende')
    expect(session.command).toHaveBeenLastCalledWith({ next: { expect: 'cleo' } })
  })

  test('is put in another order, gives a turn and loses a hand', async () => {
    const { session } = await lead((view) => (view.queue = [entry('ben'), entry('dirk')]))
    press('Zet Dirk eerder')
    expect(session.command).toHaveBeenLastCalledWith({ moveEntry: { participant: 'dirk', to: 0 } })
    press('Beurt geven aan Dirk')
    expect(session.command).toHaveBeenLastCalledWith({ giveTurn: { participant: 'dirk' } })
    press('Haal Ben uit de rij')
    expect(session.command).toHaveBeenLastCalledWith({ lowerHand: { participant: 'ben' } })
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Zet Ben eerder' }).disabled).toBe(true)
  })

  test('says how turns go, and folds how to change that', async () => {
    await lead((view) => Object.assign(view, { mode: 'auto', gate: 'gated', timeBoxMs: 90_000 }))
    const line = screen.getByText('Beurten instellen')
    expect(line.textContent).toContain('De rij geeft de beurt, Wie aan de beurt is, 1:30')
    expect(line.closest('details')!.open).toBe(false)
  })

  test('changes its mode', async () => {
    const { session } = await lead()
    const mode = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Wie geeft de beurt' })
    expect(mode.value).toBe('moderated')
    mode.value = 'auto'
    mode.dispatchEvent(new Event('change', { bubbles: true }))
    expect(session.command).toHaveBeenLastCalledWith({ setQueue: { mode: 'auto' } })
  })

  test('refused, it shows again how turns go', async () => {
    const { session } = await lead()
    session.command.mockResolvedValue('unavailable')
    const mode = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Wie geeft de beurt' })
    mode.value = 'auto'
    mode.dispatchEvent(new Event('change', { bubbles: true }))
    await expect.poll(() => mode.value).toBe('moderated')
  })
})

describe('the waiting room', () => {
  test('lets in one, or all who are ready', async () => {
    const person = {
      role: 'member' as const,
      connected: true,
      waitingMs: 61_000,
      with: [],
      together: false,
      alone: false,
      announced: false,
    }
    const { session } = await lead((view) => {
      view.waiting = [
        { id: 'els', name: 'Els', presence: 'waiting', ...person },
        { id: 'finn', name: 'Finn', presence: 'waiting', ...person },
        { id: 'gea', name: 'Gea', presence: 'checking', ...person },
      ]
    })
    press('Binnenlaten: Els')
    expect(session.command).toHaveBeenLastCalledWith({ admit: { participant: 'els' } })
    press('Iedereen binnenlaten')
    expect(session.command).toHaveBeenLastCalledWith({ admitAll: {} })
    expect(screen.queryByRole('button', { name: 'Binnenlaten: Gea' })).toBeNull()
  })

  test('says who waits together, and who rather waits alone', async () => {
    const waits = {
      role: 'member' as const,
      presence: 'waiting' as const,
      connected: true,
      waitingMs: 61_000,
      with: [],
    }
    await lead((view) => {
      view.social.on = true
      view.waiting = [
        { id: 'els', name: 'Els', ...waits, together: true, alone: false, announced: false },
        { id: 'finn', name: 'Finn', ...waits, together: false, alone: true, announced: false },
        { id: 'gea', name: 'Gea', ...waits, together: false, alone: false, announced: false },
      ]
    })
    const remarks = screen.getAllByText(/^wacht 1:0/).map((remark) => remark.textContent?.replace(/1:0./, '1:01'))
    expect(remarks).toEqual(['wacht 1:01, samen met anderen', 'wacht 1:01, liever alleen', 'wacht 1:01'])
  })

  test('becomes a meeting place at a tick, which goes again where that is refused', async () => {
    const { session } = await lead((view) => (view.social.on = true))
    const box = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Wie wacht, ziet en hoort elkaar' })
    session.command.mockResolvedValueOnce('unavailable')
    box.click()
    expect(session.command).toHaveBeenLastCalledWith({ setSocial: { on: false } })
    await waitFor(() => expect(box.checked).toBe(true))
  })

  test('keeps the focus with who waits: the next, and at last the heading', async () => {
    const person = {
      role: 'member' as const,
      presence: 'waiting' as const,
      connected: true,
      waitingMs: 0,
      with: [],
      together: false,
      alone: false,
      announced: false,
    }
    const els = { id: 'els', name: 'Els', ...person }
    const finn = { id: 'finn', name: 'Finn', ...person }
    const { view, rerender } = await lead((v) => (v.waiting = [els, finn]))
    const admit = (name: string) => screen.getByRole('button', { name: `Binnenlaten: ${name}` })
    admit('Els').focus()
    await rerender(sampleState({ ...view, waiting: [finn] }))
    expect(document.activeElement).toBe(admit('Finn'))
    await rerender(sampleState({ ...view, waiting: [] }))
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Wachtkamer' }))
  })

  test('is told of above the ring, where it lies below it, with a way there', async () => {
    const person = {
      role: 'member' as const,
      connected: true,
      waitingMs: 0,
      with: [],
      together: false,
      alone: false,
      announced: false,
    }
    const { view, rerender } = await lead((v) => {
      v.waiting = [
        { id: 'els', name: 'Els', presence: 'waiting', ...person },
        { id: 'finn', name: 'Finn', presence: 'waiting', ...person },
        { id: 'gea', name: 'Gea', presence: 'checking', ...person },
      ]
    })
    press('2 mensen wachten')
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Wachtkamer' }))
    await rerender(sampleState({ ...view, waiting: [] }))
    expect(screen.queryByRole('button', { name: /wacht/ })).toBeNull()
  })

  test('has no button for whose connection is gone: it would be refused', async () => {
    const person = {
      role: 'member' as const,
      presence: 'waiting' as const,
      waitingMs: 61_000,
      with: [],
      together: false,
      alone: false,
      announced: false,
    }
    await lead((view) => {
      view.waiting = [
        { id: 'els', name: 'Els', connected: true, ...person },
        { id: 'finn', name: 'Finn', connected: false, ...person },
      ]
    })
    screen.getByRole('button', { name: 'Binnenlaten: Els' })
    screen.getByText('verbinding weg')
    expect(screen.queryByRole('button', { name: 'Binnenlaten: Finn' })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Iedereen binnenlaten' })).toBeNull()
  })
})

describe('the buttons on a person', () => {
  test('switch off and lock, and never switch on', async () => {
    const { session } = await lead((view) => {
      view.seats[1] = seat('cleo', 'Cleo', { mic: 'locked', camera: 'on' })
    })
    const ben = buttonsOf('Ben')
    ben.getByText('Microfoon uit').click()
    expect(session.command).toHaveBeenLastCalledWith({ mute: { participant: 'ben', device: 'mic' } })
    ben.getByText('Microfoon uit en vastzetten').click()
    expect(session.command).toHaveBeenLastCalledWith({ lock: { participant: 'ben', device: 'mic' } })

    const cleo = buttonsOf('Cleo')
    cleo.getByText('Microfoon vrijgeven').click()
    expect(session.command).toHaveBeenLastCalledWith({ unlock: { participant: 'cleo', device: 'mic' } })
    cleo.getByText('Camera uit').click()
    expect(session.command).toHaveBeenLastCalledWith({ mute: { participant: 'cleo', device: 'camera' } })
    expect(cleo.queryByText('Vraag om microfoon aan te zetten')).toBeNull()
  })

  test('ask to unmute only who is off and connected', async () => {
    const { session } = await lead((view) => {
      view.seats[0] = seat('ben', 'Ben', { mic: 'self_off' })
      view.seats[1] = seat('cleo', 'Cleo', { mic: 'self_off', connected: false })
    })
    buttonsOf('Ben').getByText('Vraag om microfoon aan te zetten').click()
    expect(session.command).toHaveBeenLastCalledWith({ askUnmute: { participant: 'ben' } })
    expect(buttonsOf('Cleo').queryByText('Vraag om microfoon aan te zetten')).toBeNull()
  })

  test('add to the spotlight, and take one out of it', async () => {
    const { session } = await lead((view) => (view.spotlight = ['ben']))
    buttonsOf('Cleo').getByText('In beeld zetten').click()
    expect(session.command).toHaveBeenLastCalledWith({ spotlight: { participant: 'cleo', on: true } })
    buttonsOf('Ben').getByText('Uit beeld halen').click()
    expect(session.command).toHaveBeenLastCalledWith({ spotlight: { participant: 'ben', on: false } })
  })

  test('move a seat around the ring', async () => {
    const { session } = await lead()
    buttonsOf('Ben').getByText('Plek eerder in de kring').click()
    expect(session.command).toHaveBeenLastCalledWith({ moveSeat: { participant: 'ben', to: 2 } })
  })

  test('remove only after a question', async () => {
    const { session } = await lead()
    buttonsOf('Dirk').getByText('Verwijderen').click()
    expect(session.command).not.toHaveBeenCalled()
    const question = await screen.findByRole('dialog', { name: 'Wil je Dirk verwijderen?' })
    within(question).getByRole('button', { name: 'Verwijderen' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ remove: { participant: 'dirk' } })
  })
})

describe('the script', () => {
  const phases = [
    { name: 'Openingsronde', minutes: 10, gated: false, prompt: 'Hoe gaat het?' },
    { name: 'Oefenen', minutes: 20, gated: true, prompt: '' },
    { name: 'Slotronde', minutes: 0, gated: false, prompt: '' },
  ]
  const runs = (view: View) =>
    (view.script = { ...view.script, name: 'Openingsronde', now: 1, runsMs: 250_000, phases })

  test('goes on from the phase that staff saw, gets more time, and goes to any other', async () => {
    const { session } = await lead(runs)
    screen.getByText('4 van 10 minuten')
    screen.getAllByText('Alleen wie de beurt heeft, is te horen')
    press('Verder: Oefenen')
    expect(session.command).toHaveBeenLastCalledWith({ startPhase: { expect: 1, to: 2 } })
    press('5 minuten erbij')
    expect(session.command).toHaveBeenLastCalledWith({ extendPhase: { expect: 1, minutes: 5 } })
    press('Hierheen: Slotronde')
    expect(session.command).toHaveBeenLastCalledWith({ startPhase: { expect: 1, to: 3 } })
  })

  test('has a phase renamed and given another duration', async () => {
    const { session } = await lead(runs)
    press('Oefenen aanpassen')
    const name = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Naam' })
    name.value = 'Rollenspel'
    name.dispatchEvent(new Event('input', { bubbles: true }))
    await Promise.resolve()
    press('Opslaan')
    expect(session.command).toHaveBeenLastCalledWith({ editPhase: { phase: 2, name: 'Rollenspel', minutes: 20 } })
    await expect.poll(() => screen.queryByRole('textbox', { name: 'Naam' })).toBeNull()
  })

  test('brings the question of a round, which staff may change', async () => {
    const { session, view, rerender } = await lead(runs)
    const prompt = screen.getByRole<HTMLTextAreaElement>('textbox', { name: nl.turns.prompt, hidden: true })
    expect(prompt.value).toBe('Hoe gaat het?')
    prompt.value = 'Wat neem je mee?'
    prompt.dispatchEvent(new Event('input', { bubbles: true }))
    await rerender(sampleState({ ...view, script: { ...view.script, phases: [...view.script.phases] } }))
    expect(prompt.value).toBe('Wat neem je mee?')
    expect(session.command).not.toHaveBeenCalled()
  })

  test('is not shown where a group has none', async () => {
    await lead()
    expect(screen.queryByRole('heading', { name: 'Verloop' })).toBeNull()
  })
})

describe('what staff alone are told of sound', () => {
  test('speaking is a word and a band in the order of the chairs, never a number', async () => {
    const { view, rerender } = await lead()
    const people = [
      { participant: 'ben', share: 70 },
      { participant: 'cleo', share: 5 },
      { participant: 'dirk', share: 0 },
      { participant: 'ana', share: 25 },
    ]
    await rerender(sampleState(view, { talk: { people, overlapMs: 42_000, silenceMs: 75_000 } }))
    const list = screen.getByText('Spreektijd').closest('details')!
    expect([...list.querySelectorAll('li')].map((li) => li.textContent?.replace(/\s+/g, ' ').trim())).toEqual([
      'Ben veel',
      'Cleo weinig',
      'Dirk nog niet',
      'Ana gewoon',
    ])
    within(list).getByText('Door elkaar gepraat: 0:42')
    within(list).getByText('Langste stilte: 1:15')
  })

  test('who does not hear whom is said by name', async () => {
    const { view, rerender } = await lead()
    const unheard = [
      { listener: 'dirk', sources: ['ben', 'cleo'] },
      { listener: 'ana', sources: ['ben'] },
    ]
    await rerender(sampleState(view, { hearing: { hear: 2, of: 3, acousticEcho: false, unheard } }))
    screen.getByText('Dirk hoort Ben en Cleo niet goed.')
    screen.getByText('Jij hoort Ben niet goed.')
  })
})

describe('for the whole circle', () => {
  test('everyone is muted as chosen', async () => {
    const { session } = await lead()
    press('Iedereen stil')
    const question = await screen.findByRole('dialog', { name: 'Iedereen stil maken?' })
    within(question)
      .getByRole('checkbox', { name: /^Vastzetten/ })
      .click()
    within(question).getByRole('button', { name: 'Iedereen stil' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ muteAll: { includeSpeaker: false, lock: true } })
  })

  test('nobody is silenced in a pause, where everyone is silent', async () => {
    await lead((view) => (view.pause = { on: true, breathing: false }))
    screen.getByRole('button', { name: 'Rustmoment stoppen' })
    expect(screen.queryByRole('button', { name: 'Iedereen stil' })).toBeNull()
  })

  test('the spotlight ends where it is said, and the bar stays as it is', async () => {
    const { session, view, rerender } = await lead()
    const bar = within(screen.getByRole('contentinfo', { name: 'Jouw knoppen' }))
    const before = bar.getAllByRole('button').map((button) => button.textContent)
    await rerender(sampleState({ ...view, spotlight: ['ben'] }))
    expect(bar.getAllByRole('button').map((button) => button.textContent)).toEqual(before)
    press('Niemand meer in beeld')
    expect(session.command).toHaveBeenLastCalledWith({ endSpotlight: {} })
  })

  test('what was refused is said until they close it', async () => {
    const { session, view, rerender } = await lead()
    await rerender(sampleState(view, { refusal: { command: 'startPhase', code: 'stale' } }))
    screen.getByText('Er is net iets veranderd. Kijk nog even.')
    press('Sluiten')
    expect(session.dismissRefusal).toHaveBeenCalled()
  })

  test('the session ends only after a question', async () => {
    const { session } = await lead()
    press('Afronden')
    expect(session.command).not.toHaveBeenCalled()
    const question = await screen.findByRole('dialog', { name: 'Wil je de bijeenkomst afronden?' })
    within(question).getByRole('button', { name: 'Afronden' }).click()
    expect(session.command).toHaveBeenLastCalledWith({ leaveTogether: {} })
  })
})
