import { cleanup, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadLanguage, loadStaffWords } from '../../i18n/i18n.svelte'
import AuditLog from '../staff/AuditLog.svelte'
import EmergencyCard from '../staff/EmergencyCard.svelte'
import OwnCard from './OwnCard.svelte'
import OwnGroup from '../staff/OwnGroup.svelte'

const asked: { method: string; path: string; body: unknown }[] = []
let answer: (path: string, method: string) => Response

beforeAll(async () => {
  await loadLanguage('nl')
  await loadStaffWords()
})
beforeEach(() => {
  asked.length = 0
  vi.stubGlobal('fetch', (path: string, { method, body }: { method: string; body: string }) => {
    asked.push({ method, path, body: JSON.parse(body) })
    return Promise.resolve(answer(path, method))
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const nothing = { place: '', phone: '', contact: '', atMs: 0 }
const filled = { place: 'Dorpsstraat 1', phone: '06 12345678', contact: 'Mijn zus', atMs: 1_800_000_000_000 }
const press = (name: string) => screen.getByRole('button', { name }).click()

async function unfold() {
  const details = screen.getByText('Waar ben je nu?').closest('details')!
  details.open = true
  details.dispatchEvent(new Event('toggle'))
  return within(await screen.findByRole('form', { name: 'Waar ben je nu?' }))
}

describe('where a member is', () => {
  test('is asked of nobody who does not unfold it', () => {
    render(OwnCard)
    expect(screen.queryByRole('textbox')).toBeNull()
    expect(asked).toEqual([])
  })

  test('is shown to the member, changed, and kept', async () => {
    answer = (_, method) => Response.json(method === 'POST' ? filled : { ...filled, place: 'Thuis' })
    render(OwnCard)
    const form = await unfold()
    const place = form.getByLabelText<HTMLInputElement>('Op welk adres ben je?')
    await vi.waitFor(() => expect(place.value).toBe('Dorpsstraat 1'))
    place.value = 'Thuis'
    place.dispatchEvent(new Event('input', { bubbles: true }))
    await vi.waitFor(() => expect(form.getByRole<HTMLButtonElement>('button').disabled).toBe(false))
    place.form!.requestSubmit()
    await screen.findByText('Bewaard. Je kunt het altijd veranderen.')
    expect(asked.at(-1)).toEqual({
      method: 'PUT',
      path: '/api/card',
      body: { capability: '', card: { ...filled, place: 'Thuis', atMs: 0 } },
    })
  })

  test('is kept as it stands when the member goes on, if they changed it', async () => {
    answer = () => Response.json(filled)
    const { component } = render(OwnCard)
    await component.keep() // never unfolded
    const place = (await unfold()).getByLabelText<HTMLInputElement>('Op welk adres ben je?')
    await vi.waitFor(() => expect(place.value).toBe('Dorpsstraat 1'))
    await component.keep() // unchanged
    expect(asked.filter(({ method }) => method === 'PUT')).toEqual([])
    place.value = 'Thuis'
    place.dispatchEvent(new Event('input', { bubbles: true }))
    await component.keep()
    expect(asked.at(-1)?.body).toEqual({ capability: '', card: { ...filled, place: 'Thuis', atMs: 0 } })
  })

  test('cannot be written before it was read, for the answer would wipe it out', async () => {
    let answered: (response: Response) => void = () => undefined
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (answered = resolve)))
    render(OwnCard)
    const details = screen.getByText('Waar ben je nu?').closest('details')!
    details.open = true
    details.dispatchEvent(new Event('toggle'))
    await vi.waitFor(() => screen.getByText('Even geduld', { exact: false }))
    expect(screen.queryByRole('textbox')).toBeNull()
    answered(Response.json(filled))
    expect((await screen.findByLabelText<HTMLInputElement>('Op welk adres ben je?')).value).toBe('Dorpsstraat 1')
  })

  test.each([
    [409, 'not_now', /De bijeenkomst is nu niet open/],
    [400, 'invalid', /alleen cijfers/],
    [503, 'unavailable', /Bewaren lukt nu niet/],
  ])('that cannot be kept says why: %i %s', async (status, code, said) => {
    answer = (_, method) => (method === 'POST' ? Response.json(nothing) : Response.json({ code }, { status }))
    render(OwnCard)
    const form = await unfold()
    const button = form.getByRole<HTMLButtonElement>('button')
    await vi.waitFor(() => expect(button.disabled).toBe(false))
    form.getByLabelText<HTMLInputElement>('Op welk adres ben je?').form!.requestSubmit()
    await screen.findByText(said)
  })
})

describe('a therapist', () => {
  const person = { id: 'ben', name: 'Ben' }

  test('opens it, can call, and is told that it is logged', async () => {
    answer = () => Response.json(filled)
    const { rerender } = render(EmergencyCard, { open: false, person })
    expect(asked).toEqual([])
    await rerender({ open: true, person })
    await screen.findByText('Dorpsstraat 1')
    expect(screen.getByRole('link', { name: '06 12345678' }).getAttribute('href')).toBe('tel:0612345678')
    screen.getByText(/In het logboek staat/)
    expect(asked).toEqual([{ method: 'POST', path: '/api/cards', body: { capability: '', participant: 'ben' } }])
  })

  test('is told that there is none, or that it cannot be opened now', async () => {
    answer = () => Response.json(nothing)
    render(EmergencyCard, { open: true, person })
    await screen.findByText('Van Ben staat er niets.')
    cleanup()
    answer = () => Response.json({ code: 'unavailable' }, { status: 503 })
    render(EmergencyCard, { open: true, person })
    await screen.findByText(/Openen lukt nu niet/)
  })

  test('finds it by their own link too, when the session is over', async () => {
    answer = () => Response.json(filled)
    render(OwnGroup, { members: [person, { id: 'cleo', name: 'Cleo' }] })
    expect(asked).toEqual([])
    press('Waar is Ben nu?')
    await screen.findByText('Dorpsstraat 1')
    expect(asked.map(({ body }) => body)).toEqual([{ capability: '', participant: 'ben' }])
  })

  test('reads in the log who looked, and is warned where it was changed', async () => {
    answer = () =>
      Response.json({
        entries: [
          { atMs: 1, event: 'card_read', user: 'ana', role: 'therapist', subject: 'ben', outcome: 'nothing' },
          { atMs: 2, event: 'log_read', user: 'eva', role: 'therapist', subject: '', outcome: 'done' },
        ],
        people: [
          { id: 'ana', name: 'Ana' },
          { id: 'ben', name: 'Ben' },
        ],
        next: 0,
        intact: false,
      })
    render(AuditLog)
    expect(asked).toEqual([])
    press('Logboek openen')
    const rows = within(await screen.findByRole('table', { name: 'Logboek' })).getAllByRole('row')
    expect(rows[1]!.textContent).toContain('niet meer in de groep')
    expect(rows[2]!.textContent).toMatch(/Ana.*Adres en nummer bekeken \(niets ingevuld\).*Ben/)
    screen.getByText(/iets veranderd of weg/)
    screen.getByRole('button', { name: 'Bewaren als bestand' })
  })
})
