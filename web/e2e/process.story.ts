/** A process group, in real browsers: from the waiting room through the phases, and what staff alone see of who speaks. */
import { expect, test } from '@playwright/test'
import { Story } from './story'

let story: Story
test.beforeEach(async () => {
  story = await Story.of('Procesgroep', { members: ['Els', 'Karim'] })
})
test.afterEach(async () => {
  const info = test.info()
  if (info.status !== info.expectedStatus) console.log(story.server.logged())
  await story.end()
})

test('a process group, from the waiting room to the way out and back', async () => {
  const { anna, joke, samir, bots } = story
  const aloud = ['Anna', 'Joke', 'Samir', 'Karim'] // Els says nothing today

  await test.step('help, from the waiting room: arrived, seen by name, and nobody else notices', async () => {
    expect(await bots.command('Els', { mic: { on: false } })).toBe('')
    await Promise.all(story.browsers.map((person) => story.enter(person)))
    await joke.press('Ik heb hulp nodig')
    await expect(joke.page.getByText('Je vraag is aangekomen bij je therapeut.')).toBeVisible()
    await expect(anna.page.getByRole('heading', { name: 'Joke heeft hulp nodig' })).toBeVisible()
    await anna.press('Ik zie het: Joke')
    await expect(joke.page.getByText('Gezien door Anna.')).toBeVisible()
    await expect(samir.page.getByText('Je vraag om hulp')).toBeHidden()
    await anna.press('Hulpvraag van Joke is klaar')
    await expect(joke.page.getByRole('button', { name: 'Ik heb hulp nodig' })).toBeVisible()
  })

  await test.step('the waiting room as a meeting place: told first, silent and unseen at first, and the room notices nothing', async () => {
    await anna.page.getByRole('checkbox', { name: 'Wie wacht, ziet en hoort elkaar' }).check()
    for (const { page } of [joke, samir]) await expect(page.getByText('Zo zie en hoor je de anderen')).toBeVisible()
    for (const { page } of [joke, samir]) await expect(page.getByText('De groep hoort jullie niet.')).toBeVisible()
    await Promise.all([story.perceives(joke, []), story.perceives(samir, [])])
    for (const [bot, command] of [
      ['Els', { camera: { on: true } }],
      ['Karim', { camera: { on: true } }],
      ['Karim', { mic: { on: true } }],
    ] as const)
      expect(await bots.command(bot, command)).toBe('')
    for (const person of [joke, samir]) {
      await person.press('Microfoon staat uit')
      await person.press('Camera staat uit')
    }
    await Promise.all([story.hears(samir, ['Karim', 'Joke']), story.hears(joke, ['Karim', 'Samir'])])
    await Promise.all([story.sees(samir, ['Els', 'Karim', 'Joke']), story.sees(joke, ['Els', 'Karim', 'Samir'])])
    await story.perceives(anna, [])
    await samir.press('Liever alleen wachten')
    await Promise.all([story.perceives(samir, []), story.hears(joke, ['Karim']), story.sees(joke, ['Els', 'Karim'])])
  })

  await test.step('a look in at the door: both see and hear each other, and the room neither', async () => {
    await anna.press('Binnenlaten: Samir')
    await story.perceives(samir, ['Anna'])
    await anna.press('Even praten met Joke')
    await expect(joke.page.getByText('Anna komt zo even bij je.')).toBeVisible()
    await Promise.all([story.perceives(joke, ['Anna']), story.perceives(anna, ['Joke']), story.perceives(samir, [])])
    await expect(samir.page.getByText('Anna is even bij de deur.')).toBeVisible()
    await anna.press('Binnenlaten: Joke')
    await anna.press('Iedereen binnenlaten')
    await Promise.all(story.browsers.map((person) => story.sees(person, story.but(person))))
  })

  await test.step('the script: on, back, and more time; members see the name and not the minutes', async () => {
    await anna.press('Verder: Aankomen')
    for (const { page } of [joke, samir]) await expect(page.getByText('Aankomen', { exact: true })).toBeVisible()
    await anna.press('Verder: Openingsronde')
    for (const { page } of [joke, samir]) await expect(page.getByText('Openingsronde', { exact: true })).toBeVisible()
    await anna.page.getByText('Alle onderdelen').click()
    await anna.press('Hierheen: Aankomen')
    await expect(joke.page.getByText('Aankomen', { exact: true })).toBeVisible()
    await anna.press('Verder: Openingsronde')
    await expect(anna.page.getByRole('button', { name: 'Verder: Groepsgesprek' })).toBeVisible()
    await anna.press('5 minuten erbij')
    await expect(anna.page.getByText(/^\d+ van \d+ minuten$/)).toBeVisible()
    await expect(joke.page.getByText('Openingsronde', { exact: true })).toBeVisible()
    await expect(joke.page.getByText('minuten')).toHaveCount(0)
  })

  await test.step('a round without a gate: everyone stays heard, and the speaker is told by how many', async () => {
    await anna.press('Rondje beginnen')
    for (const speaker of [joke, samir]) {
      const listener = speaker === joke ? samir : joke
      await expect(speaker.page.getByText('Hoe kom je vandaag binnen?')).toBeVisible()
      await speaker.press('Ik begin')
      await expect(speaker.page.getByText('4 van 4 horen je')).toBeVisible()
      await expect(listener.page.getByText('horen je')).toHaveCount(0)
      await story.hears(listener, story.but(listener, aloud))
      await speaker.press('Klaar')
    }
    await anna.press('Rondje stoppen')
    await expect(joke.page.getByText('Hoe kom je vandaag binnen?')).toHaveCount(0)
    await Promise.all(story.browsers.map((person) => story.hears(person, story.but(person, aloud))))
  })

  await test.step("how the speaking was shared: a word for each, by their chairs, on staff's screen alone", async () => {
    await anna.press('Verder: Groepsgesprek')
    await anna.page.getByText('Spreektijd', { exact: true }).click()
    const shares = anna.page.getByRole('group').filter({ hasText: 'Spreektijd' }).getByRole('listitem')
    const some = '(weinig|gewoon|veel)'
    await expect(shares).toHaveText([
      new RegExp(`Joke ${some}`),
      new RegExp(`Samir ${some}`),
      /Els nog niet/,
      new RegExp(`Karim ${some}`),
      new RegExp(`Anna ${some}`),
    ])
    for (const { page } of [joke, samir]) await expect(page.getByText('alleen voor jullie')).toHaveCount(0)
  })

  await test.step("a member finds their own, in a word, and nobody else's", async () => {
    await joke.press('Bericht aan de therapeut')
    const dialog = joke.page.getByRole('dialog', { name: 'Bericht aan de therapeut' })
    await dialog.getByText('Mijn spreektijd').click()
    await expect(dialog.getByText(/^Tot nu toe: (een beetje|gewoon|veel)\.$/)).toBeVisible()
    await expect(dialog.getByText('Samir')).toHaveCount(0)
    await dialog.getByRole('button', { name: 'Sluiten' }).click()
  })

  await test.step('taken aside: a word one to one, and the room goes on', async () => {
    await story.onPerson('Joke', 'Apart nemen')
    await Promise.all([
      story.sees(samir, ['Els', 'Karim']),
      story.hears(samir, ['Karim']),
      story.perceives(joke, ['Anna']),
      story.perceives(anna, ['Joke']),
    ])
    await expect(story.tile(samir, 'Joke')).toContainText('Joke is even bij de deur.')
    await anna.press('Terug naar de kring: Joke')
    await Promise.all(story.browsers.map((person) => story.hears(person, story.but(person, aloud))))
  })

  await test.step('leaving together: everyone sees everyone once more, and there is a way back', async () => {
    await anna.press('Verder: Slotronde')
    await anna.press('Afronden')
    await anna.page.getByRole('dialog').getByRole('button', { name: 'Afronden' }).click()
    for (const { page } of story.browsers) await expect(page.getByText('We gaan zo uit elkaar')).toBeVisible()
    await Promise.all(story.browsers.map((person) => story.sees(person, story.but(person))))
    await anna.press('Toch nog even blijven')
    for (const { page } of story.browsers) await expect(page.getByText('We gaan zo uit elkaar')).toHaveCount(0)
  })
})
