/** A session from the waiting room to a server that is killed, in real browsers: who is seen and heard, by pixels and by tone. */
import { expect, test } from '@playwright/test'
import { mediaAddress } from './firefox'
import type { Person } from './person'
import { heard } from './senses'
import { until, type StoreKind } from './server'
import { Story, type Engines } from './story'

type Part = (story: Story) => Promise<void>

// What happens between coming in and coming back is the same on every store: one of them tells it.
const shows: [string, StoreKind, Part[], Engines?][] = [
  ['a session on bolt', 'bolt', [comingIn, together, comingBack]],
  ['a session on redis', 'redis', [comingIn, comingBack]],
  ['a session with Firefox', 'bolt', [comingIn, together, comingBack], ['chromium', 'firefox', 'chromium']],
]

for (const [title, store, parts, engines] of shows) {
  test.describe(title, () => {
    const inFirefox = engines?.includes('firefox') ?? false
    test.slow(inFirefox, 'Firefox does more of it in software')
    test.skip(
      inFirefox && mediaAddress() === null,
      'left out: Firefox has no media on loopback, and this machine has no other address',
    )
    let story: Story
    test.beforeEach(async () => {
      story = await Story.begin(store, engines)
    })
    test.afterEach(async () => {
      const info = test.info()
      if (info.status !== info.expectedStatus) console.log(story.server.logged())
      await story.end()
    })

    test('from the waiting room to a server that is killed', async () => {
      for (const part of parts) await part(story)
    })
  })
}

async function comingIn(story: Story): Promise<void> {
  const { anna, joke, samir, bots } = story
  const els = bots.faces[0]!.name
  const all = story.faces.map((face) => face.name)

  await test.step('the waiting room: nobody is seen or heard', async () => {
    await Promise.all(story.browsers.map((person) => story.enter(person)))
    for (const member of [joke, samir]) {
      await expect(member.page.getByRole('heading', { name: 'Je bent op de goede plek' })).toBeVisible()
    }
    await Promise.all(story.browsers.map((person) => story.perceives(person, [])))
  })

  await test.step('one is let in: two see and hear each other, the waiting room nobody', async () => {
    await anna.press('Binnenlaten: ' + joke.face.name)
    await Promise.all([
      story.perceives(joke, ['Anna']),
      story.perceives(anna, [joke.face.name]),
      story.perceives(samir, []),
    ])
  })

  await test.step('all are let in: everyone sees and hears everyone', async () => {
    await anna.press('Iedereen binnenlaten')
    await story.together()
    // At one time or another: a bot looks for a quarter of a second, in which a busy machine may have no frame of somebody.
    const seenByEls = new Set<string>()
    await expect
      .poll(async () => {
        for (const name of (await bots.senses(els)).seen) seenByEls.add(name)
        return [...seenByEls].sort()
      })
      .toEqual(all.filter((name) => name !== els).sort())
  })

  await test.step('the circle has the same order on every screen', async () => {
    const orders = await Promise.all(story.browsers.map(clockwise))
    for (const order of orders) expect(order).toEqual(orders[0])
  })
}

async function together(story: Story): Promise<void> {
  const { anna, joke, samir, bots } = story
  const [els, ...rest] = bots.faces.map((face) => face.name) as [string, ...string[]]

  await test.step('mute: silence, and not one packet after the acknowledgement', async () => {
    await story.onPerson(els, 'Microfoon uit')
    await expect(story.tile(anna, els)).toContainText('microfoon uit')
    await expect(anna.page.getByText(`De microfoon van ${els} is uit.`)).toBeVisible()
    const before = await story.forwardedOf(els)
    await Promise.all(story.browsers.map((person) => silent(story, person, els)))
    expect(await story.forwardedOf(els)).toBe(before)
    expect((await bots.senses(rest[0]!)).heard).not.toContain(els)
    expect(await bots.command(els, { mic: { on: true } })).toBe('')
    await story.together()
  })

  await test.step('someone walks in: nothing to see, hear or send, until one goes on', async () => {
    const audible = () => joke.page.evaluate(() => [...document.querySelectorAll('audio')].some((a) => !a.muted))
    const withoutJoke = story.but(samir).filter((name) => name !== joke.face.name)
    await joke.press('Privé')
    await expect(joke.page.getByRole('dialog', { name: 'Verder' })).toBeVisible()
    expect(await audible()).toBe(false)
    await story.perceives(samir, withoutJoke)
    await expect(anna.page.getByText(/^Joke hoort .+ niet goed\.$/)).toBeVisible()
    await expect(samir.page.getByText('niet goed')).toHaveCount(0)
    await joke.press('Verder')
    expect(await audible()).toBe(true)
    await story.perceives(samir, withoutJoke)
    await joke.press(/^Microfoon/)
    await joke.press(/^Camera/)
    await story.together([joke, samir])
  })

  await test.step('the queue: the same order on every screen', async () => {
    await samir.press('Ik wil iets zeggen')
    await expect(samir.page.getByText('Hierna ben jij')).toBeVisible()
    expect(await bots.command(els, { raise: { kind: 'speak' } })).toBe('')
    await joke.press('Ik wil iets zeggen')
    await expect(joke.page.getByText('Nog 2 voor jou')).toBeVisible()
    await expect(anna.page.getByText(`In de rij: ${samir.face.name}, ${els}, ${joke.face.name}`)).toBeVisible()
    await expect(joke.page.getByText(`In de rij: ${samir.face.name}, ${els}, jij`)).toBeVisible()
    await expect(samir.page.getByText(`In de rij: jij, ${els}, ${joke.face.name}`)).toBeVisible()
    await anna.press('Volgende')
    await expect(samir.page.getByText('Je bent aan de beurt')).toBeVisible()
    await samir.press('Ik begin')
    await expect(joke.page.getByText(`${samir.face.name} is aan de beurt`)).toBeVisible()
    await samir.press('Klaar')
    await expect(anna.page.getByText('De therapeut geeft de beurt')).toBeVisible()
    expect(await bots.command(els, { lower: {} })).toBe('')
    await joke.press('Toch niet')
  })

  await test.step('spotlight: large for all, the others stay visible', async () => {
    await story.onPerson(samir.face.name, 'In beeld zetten')
    await expect(samir.page.getByText('Je bent in beeld')).toBeVisible()
    for (const person of [anna, joke]) {
      await until(async () => (await story.area(person, samir.face.name)) > 2 * (await story.area(person, els)))
    }
    await story.together([anna, joke])
    await samir.press('Liever niet')
    await until(async () => (await story.area(joke, samir.face.name)) < 1.5 * (await story.area(joke, els)))

    await joke.press('Iemand groot zien')
    await joke.press(samir.face.name)
    await until(async () => (await story.area(joke, samir.face.name)) > 2 * (await story.area(joke, els)))
    expect(await story.area(anna, samir.face.name)).toBeLessThan(1.5 * (await story.area(anna, els)))
    await joke.press(`${samir.face.name} groot`)
    await joke.press('Niemand')
  })

  const one = [joke.face.name, els, rest[0]!]
  const two = [samir.face.name, ...rest.slice(1)]
  await test.step('two circles: each sees and hears its own only', async () => {
    await divide(anna, one, two)
    await Promise.all([
      story.perceives(joke, story.but(joke, one)),
      story.perceives(samir, story.but(samir, two)),
      story.perceives(anna, []),
    ])
    await expect.poll(async () => (await bots.senses(els)).heard.sort()).toEqual(one.filter((n) => n !== els).sort())
  })

  await test.step('recall: everyone is back, and nothing was negotiated again', async () => {
    await anna.page.getByLabel('Na hoeveel seconden').fill('0')
    await anna.press('Terug naar de kring')
    await story.together()
    for (const person of story.browsers) expect(await offers(person)).toBe(1)
  })
}

async function comingBack(story: Story): Promise<void> {
  const { anna, joke, samir, server } = story

  await test.step('a reload in the middle of a turn: same seat, turn and circle, microphone off', async () => {
    await story.onPerson(joke.face.name, 'Beurt geven')
    await joke.press('Ik begin')
    const before = await clockwise(anna)
    await joke.page.reload()
    await expect(joke.page.getByText('Je microfoon staat uit.')).toBeVisible()
    await expect(joke.page.getByText('Jij bent aan het woord')).toBeVisible()
    await letSound(joke)
    await Promise.all([story.perceives(joke, story.but(joke)), silent(story, samir, joke.face.name)])
    expect(await clockwise(anna)).toEqual(before)
    await joke.press(/^Microfoon/)
    await joke.press(/^Camera/)
    await story.perceives(samir, story.but(samir))
  })

  await test.step('sockets are lost: media goes on, and the page resumes by itself', async () => {
    const connections = await offers(samir)
    server.cut()
    await samir.press('Ik wil iets zeggen')
    await expect(samir.page.getByText('Hierna ben jij')).toBeVisible()
    await story.perceives(samir, story.but(samir))
    expect(await offers(samir)).toBe(connections)
  })

  await test.step('the server is killed: all come back into the same seats, turn and queue', async () => {
    const before = await clockwise(anna)
    await server.kill()
    await server.restart()
    await story.together()
    await expect(joke.page.getByText('Jij bent aan het woord')).toBeVisible()
    await expect(samir.page.getByText('Hierna ben jij')).toBeVisible()
    expect(await clockwise(anna)).toEqual(before)
  })
}

/** The names in the ring, from the first in the alphabet on: a ring may be turned, not reordered. */
async function clockwise(person: Person): Promise<string[]> {
  const tiles = await person.page.locator('[data-person]').all()
  const names = await Promise.all(tiles.map(async (tile) => (await tile.getAttribute('data-person'))!))
  const first = names.indexOf([...names].sort()[0]!)
  return [...names.slice(first), ...names.slice(0, first)]
}

/** Waits until someone is not heard, and listens on for a moment: they stay silent. */
async function silent(story: Story, person: Person, name: string): Promise<void> {
  const face = story.faces.filter((f) => f.name === name)
  await expect.poll(() => heard(person.page, face), { message: `${person.face.name} hears ${name}` }).toEqual([])
  expect(await heard(person.page, face), `${person.face.name} hears ${name} again`).toEqual([])
}

async function divide(staff: Person, one: string[], two: string[]): Promise<void> {
  const { page } = staff
  await page.getByText('Verdeling maken').first().click()
  await page.getByLabel('Verdelen').selectOption({ label: 'Zelf verdelen' })
  await page.getByRole('button', { name: 'Verdeling maken' }).click()
  for (const [n, names] of [one, two].entries()) {
    for (const name of names) {
      const choice = page.getByLabel(`Kring van ${name}`, { exact: true })
      await choice.selectOption({ label: `deelkring ${n + 1}` })
      await expect(choice.locator('option:checked')).toHaveText(`deelkring ${n + 1}`)
    }
  }
  await page.getByRole('button', { name: 'Openen' }).click()
}

const offers = (person: Person) => person.page.evaluate(() => performance.getEntriesByName('kring.offer').length)

/** After a reload without a click the browser may hold the sound back; the page then offers it. */
async function letSound(person: Person): Promise<void> {
  const button = person.page.getByRole('button', { name: 'Geluid aanzetten' })
  if (await button.isVisible()) await button.click()
}
