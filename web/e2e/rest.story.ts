/** A pause for all, a break of one's own and a fishbowl, in real browsers: who is seen and heard by whom, by pixels and by tone. */
import { expect, test } from '@playwright/test'
import type { Person } from './person'
import { heard, seen } from './senses'
import { Story } from './story'

test.describe('rest and a fishbowl', () => {
  let story: Story
  test.beforeEach(async () => {
    story = await Story.begin('bolt')
  })
  test.afterEach(async () => {
    const info = test.info()
    if (info.status !== info.expectedStatus) console.log(story.server.logged())
    await story.end()
  })

  test('a break, a fishbowl with a free chair, a pause', async () => {
    const { anna, joke, samir, bots } = story
    const [els, ...rest] = bots.faces.map((face) => face.name) as [string, ...string[]]
    const all = story.faces.map((face) => face.name)
    for (const person of story.browsers) await story.enter(person)
    await anna.press('Iedereen binnenlaten')
    for (const person of story.browsers) await story.perceives(person, story.but(person))

    await test.step('a break: cut off in both directions, and the chair says so', async () => {
      await joke.press('Even pauze')
      await expect(joke.page.getByRole('heading', { name: 'Je neemt even pauze' })).toBeVisible()
      await hears(story, joke, [])
      await story.perceives(
        samir,
        story.but(samir).filter((name) => name !== joke.face.name),
      )
      await expect(story.tile(samir, joke.face.name)).toContainText('neemt even pauze')
      await joke.press('Weer meedoen')
      await joke.press(/^Microfoon/)
      await joke.press(/^Camera/)
      for (const person of [joke, samir]) await story.perceives(person, story.but(person))
    })

    await test.step('a fishbowl: the inner are heard, the outer are seen', async () => {
      await anna.page.getByText('Binnenkring maken').click()
      const panel = anna.page.getByRole('region', { name: 'Binnenkring' })
      for (const name of [joke.face.name, els]) await panel.getByLabel(name, { exact: true }).check()
      await panel.getByRole('button', { name: 'Binnenkring beginnen' }).click()
      await hears(story, samir, ['Anna', joke.face.name, els])
      await hears(story, joke, ['Anna', els])
      await sees(story, joke, story.but(joke))
    })

    await test.step('a chair is asked for and given; nobody is live before they switch on', async () => {
      await samir.press('Ik wil erbij zitten')
      await anna.press(`Erbij: ${samir.face.name}`)
      await expect(samir.page.getByText('Je zit in de binnenkring.')).toBeVisible()
      await hears(story, joke, ['Anna', els])
      await samir.press(/^Microfoon/)
      await hears(story, joke, ['Anna', els, samir.face.name])
      await joke.press('Uit de binnenkring')
      await hears(story, samir, ['Anna', els])
      await anna.press('Binnenkring stoppen')
    })

    await test.step('a pause: only staff are heard, and after it too until each switches on', async () => {
      await anna.press('Rustmoment')
      await anna.press('Rustmoment beginnen')
      await expect(joke.page.getByRole('heading', { name: 'Rustmoment' })).toBeVisible()
      for (const person of [joke, samir]) await hears(story, person, ['Anna'])
      await anna.press('Rustmoment stoppen')
      await hears(story, joke, ['Anna'])
      await samir.press(/^Microfoon/)
      await hears(story, joke, ['Anna', samir.face.name])
      expect(all.length).toBe(rest.length + 4)
    })
  })
})

async function hears(story: Story, person: Person, names: string[]): Promise<void> {
  const others = story.faces.filter((face) => face.name !== person.face.name)
  const message = `${person.face.name} hears`
  await expect
    .poll(async () => (await heard(person.page, others)).sort(), { message, timeout: 30_000 })
    .toEqual(names.sort())
}

async function sees(story: Story, person: Person, names: string[]): Promise<void> {
  const others = story.faces.filter((face) => face.name !== person.face.name)
  const message = `${person.face.name} sees`
  await expect
    .poll(async () => (await seen(person.page, others)).sort(), { message, timeout: 30_000 })
    .toEqual(names.sort())
}
