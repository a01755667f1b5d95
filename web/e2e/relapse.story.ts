/** Relapse prevention, in real browsers: a timed round with a talking piece, behind a gate that the phase has closed. */
import { expect, test } from '@playwright/test'
import type { Person } from './person'
import { Story } from './story'

let story: Story
test.beforeEach(async () => {
  story = await Story.of('Terugvalpreventie', { members: ['Els', 'Karim'] })
})
test.afterEach(async () => {
  const info = test.info()
  if (info.status !== info.expectedStatus) console.log(story.server.logged())
  await story.end()
})

test('relapse prevention: the check-in round, and a turn after it', async () => {
  const { anna, joke, samir, bots } = story
  await test.step('everyone is in, and hears everyone', async () => {
    await story.meet()
    await story.together()
  })

  await test.step('the phase closes the gate: silence, and everyone stays in sight', async () => {
    await anna.press('Verder: Openingsronde')
    for (const { page } of [joke, samir])
      await expect(page.getByRole('button', { name: 'Microfoon pas bij je beurt' })).toBeVisible()
    await Promise.all([story.hears(anna, []), story.hears(joke, ['Anna']), story.sees(samir, story.but(samir))])
  })

  await test.step('the round asks what the phase asks, and begins where staff say', async () => {
    const form = anna.page.locator('form').filter({ has: anna.page.getByLabel('Wie begint') })
    await anna.page.getByText('Rondje instellen').click()
    await expect(form.getByLabel('Vraag voor het rondje')).toHaveValue('Hoe was je week?')
    await form.getByLabel('Wie begint').selectOption('Joke')
    await form.getByLabel('Praatstok').check()
    const box = form.getByLabel('Richttijd van een beurt')
    // The shortest choice is a minute: a test does not wait that long.
    await box.evaluate((select: HTMLSelectElement) => select.add(new Option('0:15', '15')))
    await box.selectOption('15')
    await form.getByRole('button', { name: 'Rondje beginnen' }).click()
    for (const { page } of story.browsers) await expect(page.getByText('Hoe was je week?').first()).toBeVisible()
    await expect(samir.page.getByText('Hierna ben jij in het rondje')).toBeVisible()
  })

  // The turn's time goes on while others happen: who watches begins before the turn does.
  const cues = Promise.all([
    told(joke, 'Je kunt zo gaan afronden.', 'De richttijd is om. Maak rustig af.'),
    told(anna, 'Joke komt bij de richttijd.', 'De richttijd van Joke is om.'),
  ])
  cues.catch(() => undefined) // it is awaited below

  await test.step('beginning brings no microphone on; its owner does', async () => {
    await joke.press('Ik begin')
    await expect(samir.page.getByText('Joke is aan de beurt')).toBeVisible()
    await story.hears(samir, ['Anna'])
    await joke.press('Aanzetten')
    await Promise.all([story.hears(samir, ['Anna', 'Joke']), story.hears(anna, ['Joke'])])
  })

  await test.step('an echo reaches the speaker, and nobody else, and goes', async () => {
    await samir.press('Stille reactie')
    await samir.press('Herken ik')
    await expect(joke.page.getByText('Samir: Herken ik')).toBeVisible()
    await expect(anna.page.getByText('Samir: Herken ik')).toHaveCount(0)
    await expect(joke.page.getByText('Samir: Herken ik')).toHaveCount(0)
  })

  await test.step('behind the gate: a word to the therapist, read', async () => {
    await samir.press('Bericht aan de therapeut')
    const dialog = samir.page.getByRole('dialog', { name: 'Bericht aan de therapeut' })
    await dialog.getByRole('textbox', { name: 'Je bericht' }).fill('Ik zeg vandaag liever niets.')
    await samir.press('Versturen: Je bericht')
    await expect(anna.page.getByText('Ik zeg vandaag liever niets.')).toBeVisible()
    await anna.press('Bericht van Samir is gelezen')
    await expect(dialog.getByText('Gelezen door Anna')).toBeVisible()
    await expect(joke.page.getByText('liever niets')).toHaveCount(0)
    await dialog.getByRole('button', { name: 'Sluiten' }).click()
  })

  await test.step('behind the gate: help, seen by name, and nobody else notices', async () => {
    await samir.press('Ik heb hulp nodig')
    await expect(samir.page.getByText('Je vraag is aangekomen bij je therapeut.')).toBeVisible()
    await anna.press('Ik zie het: Samir')
    await expect(samir.page.getByText('Gezien door Anna.')).toBeVisible()
    await expect(joke.page.getByText('Samir heeft hulp nodig')).toHaveCount(0)
    await samir.press('Het gaat weer')
    await expect(anna.page.getByRole('heading', { name: 'Samir heeft hulp nodig' })).toHaveCount(0)
  })

  await test.step('the time box is a word to the speaker and to staff; nobody is cut off, and staff add a minute', async () => {
    await cues
    await expect(samir.page.getByText('richttijd')).toHaveCount(0)
    await story.hears(samir, ['Anna', 'Joke'])
    await anna.press('1 minuut erbij')
    for (const { page } of [anna, joke]) await expect(page.getByText(/^De richttijd .*is om/)).toHaveCount(0)
  })

  await test.step('the turn goes on; a pass leaves no mark', async () => {
    await joke.press('Klaar')
    await expect(samir.page.getByText('Je bent aan de beurt')).toBeVisible()
    await samir.press('Sla over')
    await expect(anna.page.getByText('overgeslagen')).toBeVisible()
    await expect(joke.page.getByText('overgeslagen')).toHaveCount(0)
    for (const name of ['Els', 'Karim']) {
      await expect(joke.page.getByText(`${name} krijgt de beurt`)).toBeVisible()
      expect(await bots.command(name, { begin: {} })).toBe('')
      expect(await bots.command(name, { mic: { on: true } })).toBe('')
      await story.hears(joke, ['Anna', name])
      expect(await bots.command(name, { yield: {} })).toBe('')
    }
  })

  await test.step('once more for who passed, and the round is over; the gate is still that of the phase', async () => {
    await expect(samir.page.getByText('Wil jij nog iets zeggen?')).toBeVisible()
    await samir.press('Sla over')
    await expect(anna.page.getByRole('heading', { name: 'Rondje' })).toHaveCount(0)
    await expect(joke.page.getByRole('button', { name: 'Microfoon pas bij je beurt' })).toBeVisible()
  })

  await test.step('the next phase opens the gate, and nobody is heard by that', async () => {
    await anna.press('Verder: Moeilijke momenten')
    await expect(joke.page.getByRole('button', { name: 'Microfoon staat uit' })).toBeVisible()
    await story.hears(anna, [])
    await joke.press(/^Microfoon/)
    await story.hears(anna, ['Joke'])
  })

  await test.step('who was heard least comes first, whoever asked first', async () => {
    await joke.press('Ik wil iets zeggen')
    await expect(joke.page.getByText('Hierna ben jij')).toBeVisible()
    await samir.press('Ik wil iets zeggen')
    await expect(anna.page.getByText('In de rij: Joke, Samir')).toBeVisible()
    await anna.press('Volgende')
    await expect(samir.page.getByText('Je bent aan de beurt')).toBeVisible()
  })
})

/** Waits until a page says these, one after the other. */
async function told({ page }: Person, ...lines: string[]): Promise<void> {
  for (const line of lines) await expect(page.getByText(line)).toBeVisible({ timeout: 40_000 })
}
