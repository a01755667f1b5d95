/** Psychodrama: some play in front of all, some sit in the middle, and one looks on; who is seen and heard, by pixels and by tone. */
import { expect, test } from '@playwright/test'
import { until } from './server'
import { Story } from './story'

let story: Story
test.beforeEach(async () => {
  story = await Story.of('Psychodrama', { members: ['Els', 'Dirk'], observers: ['Olga'] })
})
test.afterEach(async () => {
  const info = test.info()
  if (info.status !== info.expectedStatus) console.log(story.server.logged())
  await story.end()
})

test('psychodrama, with someone who looks on', async () => {
  const { anna, joke, samir, bots } = story
  const ring = ['Anna', 'Joke', 'Samir', 'Els', 'Dirk']
  const together = () => Promise.all(story.browsers.map((person) => story.perceives(person, story.but(person, ring))))

  await test.step('all are let in, but nobody who was not announced', async () => {
    await story.meet()
    await together()
    expect(await bots.senses('Olga')).toEqual({ heard: [], seen: [] })
  })

  await test.step('who looks on is announced, and then always named; they hear and see, and have no seat', async () => {
    await anna.press('Aankondigen: Olga')
    for (const { page } of story.browsers) await expect(page.getByText('Olga kijkt zo mee')).toBeVisible()
    await anna.press('Binnenlaten: Olga')
    for (const { page } of story.browsers) await expect(page.getByText('Olga kijkt mee')).toBeVisible()
    await looksOn(ring, ring)
    for (const person of story.browsers) await expect(story.tile(person, 'Olga')).toHaveCount(0)
  })

  await test.step('they send colour and tone all the same: the server passes none of it on', async () => {
    expect(await bots.command('Olga', { mic: { on: true } })).toBe('not_allowed')
    await together()
    expect((await bots.senses('Els')).heard).not.toContain('Olga')
  })

  await test.step('two play: both are large for all, and all others stay visible', async () => {
    await anna.page.getByText('Alle onderdelen').click()
    await anna.press('Hierheen: Spel')
    for (const name of ['Joke', 'Els']) {
      await story.onPerson(name, 'In beeld zetten')
      await expect(story.tile(anna, name)).toContainText('in beeld')
    }
    for (const person of [anna, samir]) {
      for (const name of ['Joke', 'Els'])
        await until(async () => (await story.area(person, name)) > 2 * (await story.area(person, 'Dirk')))
    }
    await expect(joke.page.getByText('Je bent in beeld')).toBeVisible()
    await together()
  })

  await test.step('the play is over: nobody is large any more', async () => {
    await anna.press('Verder: Delen')
    for (const { page } of story.browsers) await expect(page.getByText('Delen', { exact: true }).first()).toBeVisible()
    for (const name of ['Joke', 'Els'])
      await until(async () => (await story.area(samir, name)) < 1.5 * (await story.area(samir, 'Dirk')))
  })

  await test.step('a fishbowl: the inner are heard, the outer are seen', async () => {
    await anna.page.getByText('Een paar praten, de rest luistert').click()
    const panel = anna.page.getByRole('region', { name: 'Binnenkring' })
    for (const name of ['Joke', 'Els']) await panel.getByLabel(name, { exact: true }).check()
    await panel.getByRole('button', { name: 'Binnenkring beginnen' }).click()
    await Promise.all([story.hears(samir, ['Anna', 'Joke', 'Els']), story.hears(joke, ['Anna', 'Els'])])
    await story.sees(joke, story.but(joke, ring))
    await looksOn(['Anna', 'Joke', 'Els'], ring)
  })

  await test.step('a chair is asked for and given; nobody is live before they switch on', async () => {
    await samir.press('Ik wil erbij zitten')
    await anna.press('Erbij: Samir')
    await expect(samir.page.getByText('Je zit in de binnenkring.')).toBeVisible()
    await story.hears(joke, ['Anna', 'Els'])
    await samir.press(/^Microfoon/)
    await story.hears(joke, ['Anna', 'Els', 'Samir'])
    await joke.press('Uit de binnenkring')
    await story.hears(samir, ['Anna', 'Els'])
  })

  await test.step('it is over: one circle again, and who was outside switches on by their own hand', async () => {
    await anna.press('Binnenkring stoppen')
    await expect(joke.page.getByText('Je zit in de buitenkring')).toBeHidden()
    await story.hears(anna, ['Els', 'Samir'])
    await joke.press(/^Microfoon/)
    await story.hears(anna, ['Els', 'Samir', 'Joke'])
  })
})

/** Waits until Olga hears and sees exactly these. */
async function looksOn(heard: string[], seen: string[]): Promise<void> {
  await expect
    .poll(async () => {
      const senses = await story.bots.senses('Olga')
      return { heard: senses.heard.sort(), seen: senses.seen.sort() }
    })
    .toEqual({ heard: [...heard].sort(), seen: [...seen].sort() })
}
