/** A round with a talking piece, in real browsers: only who has it is heard, by tone, and everyone switches on their own. */
import { expect, test } from '@playwright/test'
import type { Person } from './person'
import { heard } from './senses'
import { Story } from './story'

let story: Story
test.beforeEach(async () => {
  story = await Story.begin('bolt')
})
test.afterEach(async () => {
  const info = test.info()
  if (info.status !== info.expectedStatus) console.log(story.server.logged())
  await story.end()
})

test('a round with a talking piece', async () => {
  const { anna, joke, samir, bots } = story
  const others = bots.faces.map((face) => face.name)

  await test.step('everyone hears everyone', async () => {
    for (const person of story.browsers) await story.enter(person)
    await anna.press('Iedereen binnenlaten')
    for (const person of story.browsers) await story.perceives(person, story.but(person))
  })

  await test.step('the round begins: silence, and everyone stays in sight', async () => {
    await anna.page.getByText('Rondje beginnen').click()
    await anna.page.getByLabel('Vraag voor het rondje').fill('Hoe ben je hier?')
    await anna.page.getByLabel('Wie begint').selectOption(joke.face.name)
    await anna.page.getByLabel('Praatstok').check()
    await anna.press('Beginnen')
    for (const person of story.browsers) await expect(person.page.getByText('Hoe ben je hier?').first()).toBeVisible()
    await hears(joke, ['Anna'])
    await hears(anna, [])
    await expect(samir.page.getByRole('button', { name: 'Microfoon pas bij je beurt' })).toBeVisible()
    await expect(samir.page.getByText('Hierna ben jij in het rondje')).toBeVisible()
  })

  await test.step('beginning brings no microphone on; its owner does', async () => {
    await joke.press('Ik begin')
    await expect(samir.page.getByText(`${joke.face.name} is aan de beurt`)).toBeVisible()
    await hears(samir, ['Anna'])
    await joke.press('Aanzetten')
    await hears(samir, ['Anna', joke.face.name])
    await hears(anna, [joke.face.name])
  })

  await test.step('an echo reaches the speaker, and nobody else, and goes', async () => {
    await samir.press('Stille reactie')
    await samir.press('Herken ik')
    const echo = `${samir.face.name}: Herken ik`
    await expect(joke.page.getByText(echo)).toBeVisible()
    await expect(anna.page.getByText(echo)).toHaveCount(0)
    await expect(joke.page.getByText(echo)).toHaveCount(0)
  })

  await test.step('the turn goes on; a pass leaves no mark', async () => {
    await joke.press('Klaar')
    await expect(samir.page.getByText('Je bent aan de beurt')).toBeVisible()
    await hears(samir, ['Anna'])
    await samir.press('Sla over')
    await expect(anna.page.getByText('sloeg over')).toBeVisible()
    await expect(joke.page.getByText('sloeg over')).toHaveCount(0)
    for (const name of others) {
      await expect(joke.page.getByText(`${name} krijgt de beurt`)).toBeVisible()
      expect(await bots.command(name, { begin: {} })).toBe('')
      expect(await bots.command(name, { yield: {} })).toBe('')
    }
  })

  await test.step('once more for who passed, and the round is over', async () => {
    await expect(samir.page.getByText('Wil jij nog iets zeggen?')).toBeVisible()
    await samir.press('Sla over')
    await expect(anna.page.getByRole('heading', { name: 'Rondje' })).toHaveCount(0)
    await hears(anna, [])
    await joke.page.getByRole('button', { name: /^Microfoon/ }).click()
    await hears(anna, [joke.face.name])
  })
})

/** Waits until a person hears exactly these, by tone. */
async function hears(person: Person, names: string[]): Promise<void> {
  const others = story.faces.filter((face) => face.name !== person.face.name)
  await expect
    .poll(async () => (await heard(person.page, others)).sort(), {
      message: `${person.face.name} hears`,
      timeout: 30_000,
    })
    .toEqual([...names].sort())
}
