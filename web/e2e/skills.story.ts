/** A skills group: phases that staff change as they go, circles that members choose, and what staff hear of them, by pixels and by tone. */
import { expect, test, type Page } from '@playwright/test'
import { firstHeard, pictures } from './senses'
import { until } from './server'
import { Story } from './story'

const worksheet = 'Werkblad'
let story: Story
test.beforeEach(async () => {
  story = await Story.of('Vaardighedengroep', { members: ['Els', 'Dirk'] }, worksheet)
})
test.afterEach(async () => {
  const info = test.info()
  if (info.status !== info.expectedStatus) console.log(story.server.logged())
  await story.end()
})

/** Whether the picture of someone is the worksheet: white, which nobody's camera shows. */
async function showsWorksheet(page: Page, name: string): Promise<boolean> {
  const shown = (await pictures(page))[name]
  return !!shown && shown.every((channel) => channel > 230)
}

test('a skills group practises in circles of their own choice', async () => {
  const { anna, joke, samir, bots } = story
  const board = anna.page.getByRole('region', { name: 'Deelkringen' })

  await test.step('all are let in', async () => {
    await story.meet()
    await story.together()
  })

  await test.step('she shows a worksheet in place of her camera, large for all, and then her camera again', async () => {
    const sheet = await anna.page.context().newPage()
    await sheet.setContent(`<title>${worksheet}</title><body style="background: white"></body>`)
    await anna.page.bringToFront()
    const own = story.tile(anna, 'Anna')
    const share = async () => {
      await anna.press('Scherm delen')
      await anna.press('Kies wat je deelt')
      await expect(own.getByText('Je deelt je scherm')).toBeVisible()
      for (const person of [joke, samir]) {
        await expect(story.tile(person, 'Anna').getByText('Scherm van Anna')).toBeVisible()
        await expect.poll(() => showsWorksheet(person.page, 'Anna')).toBe(true)
      }
    }
    await share()
    await until(async () => (await story.area(joke, 'Anna')) > 2 * (await story.area(joke, 'Samir')))
    await own.getByRole('button', { name: 'Delen stoppen' }).click()
    await expect(own.getByText('Je deelt je scherm')).toBeHidden()
    await story.together()
    await share()
    await sheet.close() // the browser ends it, as its own button does
    await expect(own.getByText('Je deelt je scherm')).toBeHidden()
    await story.together()
  })

  await test.step('a phase runs, and a later one gets another name and length, and is gone to', async () => {
    await anna.press('Verder: Openingsronde')
    for (const { page } of [joke, samir]) await expect(page.getByText('Openingsronde')).toBeVisible()
    await anna.page.getByText('Alle onderdelen').click()
    await anna.press('Oefenen in tweetallen aanpassen')
    await anna.page.getByLabel('Naam', { exact: true }).fill('Nee leren zeggen')
    await anna.page.getByLabel('Minuten (0 is zonder richttijd)').fill('25')
    await anna.press('Opslaan')
    await anna.press('Hierheen: Nee leren zeggen')
    await expect(anna.page.getByText('0 van 25 minuten')).toBeVisible()
    for (const { page } of [joke, samir]) await expect(page.getByText('Nee leren zeggen')).toBeVisible()
  })

  await test.step('members choose a circle, for as long as it has places', async () => {
    await anna.page.getByText('Verdeling maken').first().click()
    await board.getByLabel('Verdelen').selectOption({ label: 'Deelnemers kiezen zelf' })
    await board.getByLabel('Grootte van een kring').fill('2')
    await board.getByRole('button', { name: 'Verdeling maken' }).click()
    await joke.press(/^Kleine kring 1/)
    await expect(samir.page.getByRole('button', { name: /^Kleine kring 1 Joke 1 plek vrij/ })).toBeVisible()
    expect(await bots.command('Els', { chooseCircle: { circle: 1 } })).toBe('')
    await expect(samir.page.getByRole('button', { name: /^Kleine kring 1 Joke, Els vol/ })).toBeDisabled()
    expect(await bots.command('Dirk', { chooseCircle: { circle: 1 } })).toBe('full')
    await samir.press(/^Kleine kring 2/)
  })

  await test.step('they open: each sees and hears their own, and who had not chosen is not alone', async () => {
    await board.getByLabel('Vraag of opdracht').fill('Zeg om de beurt nee.')
    await board.getByRole('button', { name: 'Openen' }).click()
    await Promise.all([story.perceives(joke, ['Els']), story.perceives(samir, ['Dirk']), story.perceives(anna, [])])
    for (const { page } of [joke, samir]) {
      await expect(page.getByText('Zeg om de beurt nee.')).toBeVisible()
      await expect(page.getByText('Nog 10 minuten')).toBeVisible()
    }
  })

  await test.step('a move that would leave someone alone is asked about first, and this one is not meant', async () => {
    const choice = board.getByLabel('Kring van Dirk', { exact: true })
    await choice.selectOption({ label: 'deelkring 1' })
    const question = anna.page.getByRole('dialog', { name: 'Dan is iemand alleen' })
    await question.getByRole('button', { name: 'Niet doen' }).click()
    await expect(choice.locator('option:checked')).toHaveText('deelkring 2')
  })

  await test.step('a therapist listens to two circles, and each is told before the first sound', async () => {
    const firstSounds = [joke, samir].map(({ face }) => firstHeard(anna.page, face))
    const told: number[] = []
    for (const [i, { page }] of [joke, samir].entries()) {
      const listens = board.getByRole('button', { name: `Meeluisteren met deelkring ${i + 1}` })
      await listens.click()
      await page.getByText('Anna kan jullie horen').waitFor()
      told.push(Date.now())
      await expect(listens).toHaveAttribute('aria-pressed', 'true')
    }
    for (const [i, at] of (await Promise.all(firstSounds)).entries()) expect(at).toBeGreaterThan(told[i]!)
    await Promise.all([
      story.hears(anna, ['Joke', 'Els', 'Samir', 'Dirk']),
      story.perceives(joke, ['Els']),
      story.perceives(samir, ['Dirk']),
    ])
    await story.sees(anna, [])
  })

  await test.step('a message to all circles', async () => {
    await board.getByLabel('Bericht aan alle kringen').fill('Wissel nu van rol.')
    await board.getByRole('button', { name: 'Versturen' }).click()
    for (const { page } of [joke, samir]) await expect(page.getByText('Wissel nu van rol.')).toBeVisible()
  })

  await test.step('called for, she comes, announced; she is with one circle, and hears the other no longer', async () => {
    await samir.press('Vraag de therapeut erbij')
    await expect(anna.page.getByRole('heading', { name: 'Deelkring 2 vraagt je erbij' })).toBeVisible()
    await anna.press('Langskomen in deelkring 2')
    await expect(samir.page.getByText('Anna komt zo langs')).toBeVisible()
    await Promise.all([
      story.perceives(samir, ['Anna', 'Dirk']),
      story.perceives(anna, ['Samir', 'Dirk']),
      story.perceives(joke, ['Els']),
    ])
    await expect(joke.page.getByText('Anna kan jullie horen')).toBeHidden()
  })

  await test.step('back to the circle, announced', async () => {
    await board.getByLabel('Na hoeveel seconden').fill('3')
    await board.getByRole('button', { name: 'Terug naar de kring' }).click()
    for (const { page } of [joke, samir]) await expect(page.getByText('Terug naar de kring over')).toBeVisible()
    await story.together()
  })

  await test.step('talking it over: the turn goes along the queue by itself', async () => {
    await anna.press('Verder: Nabespreken')
    await expect(joke.page.getByText('De beurt gaat de rij langs')).toBeVisible()
    await samir.press('Ik wil iets zeggen')
    await anna.press('Volgende')
    expect(await bots.command('Els', { raise: { kind: 'speak' } })).toBe('')
    await samir.press('Ik begin')
    await samir.press('Klaar')
    // Her microphone carries a tone, with which she begins.
    for (const { page } of story.browsers)
      await expect(page.getByText(/^Els (krijgt de beurt|is aan de beurt)$/)).toBeVisible()
  })
})
