/** Trauma and grief: nobody has to be seen, to stay or to speak, and help is there; who is seen and heard, by pixels and by tone. */
import { expect, test } from '@playwright/test'
import { Story } from './story'

let story: Story
test.beforeEach(async () => {
  story = await Story.of('Trauma en rouw', { members: ['Els', 'Dirk'] })
})
test.afterEach(async () => {
  const info = test.info()
  if (info.status !== info.expectedStatus) console.log(story.server.logged())
  await story.end()
})

test('trauma and grief, from coming without a camera to the look-back', async () => {
  const { anna, joke, samir, server } = story
  const name = joke.face.name
  const withoutJoke = ['Anna', 'Els', 'Dirk']

  await test.step('without a camera, as was chosen in the check: heard and not seen, and all others are', async () => {
    await Promise.all([story.enter(anna), story.enter(joke, 'optional'), story.enter(samir)])
    await expect(joke.page.getByText('met je camera uit')).toBeVisible()
    await expect(samir.page.getByText('met je camera aan')).toBeVisible()
    await anna.press('Iedereen binnenlaten')
    await Promise.all([story.hears(samir, story.but(samir)), story.perceives(joke, story.but(joke))])
    await story.sees(samir, withoutJoke)
    await expect(joke.page.getByRole('button', { name: 'Camera uit, dat mag' })).toBeVisible()
  })

  await test.step('where a member is: for the therapists alone', async () => {
    await joke.press('Bericht aan de therapeut')
    await joke.page.getByText('Waar ben je nu?').click()
    await joke.page.getByLabel('Op welk adres ben je?').fill('Dorpsstraat 1, Ons Dorp')
    await joke.page.getByLabel('Op welk nummer ben je te bereiken?').fill('06 12345678')
    await joke.press('Bewaren')
    await expect(joke.page.getByText('Bewaard. Je kunt het altijd veranderen.')).toBeVisible()
    await joke.press('Sluiten')
    await story.onPerson(name, `Waar is ${name} nu?`)
    const card = anna.page.getByRole('dialog', { name: `Waar is ${name} nu?` })
    await expect(card.getByText('Dorpsstraat 1, Ons Dorp')).toBeVisible()
    await expect(card.getByRole('link', { name: '06 12345678' })).toBeVisible()
    await card.getByRole('button', { name: 'Sluiten' }).click()
    await expect(samir.page.getByText('Dorpsstraat')).toBeHidden()
  })

  await test.step('a break: cut off in both directions, and the chair says so', async () => {
    await joke.press('Even pauze mag altijd')
    await expect(joke.page.getByRole('heading', { name: 'Je neemt even pauze' })).toBeVisible()
    await Promise.all([story.hears(joke, []), story.perceives(samir, withoutJoke)])
    await expect(story.tile(samir, name)).toContainText('neemt even pauze')
    await joke.press('Weer meedoen')
    await Promise.all([story.perceives(joke, story.but(joke)), story.perceives(samir, withoutJoke)])
    await joke.press(/^Microfoon/)
    await joke.press(/^Camera/)
    await story.perceives(samir, story.but(samir))
  })

  await test.step('a pause: only staff are heard, and after it too until each switches on', async () => {
    await anna.press('Rustmoment')
    await anna.press('Rustmoment beginnen')
    await expect(joke.page.getByRole('heading', { name: 'Rustmoment' })).toBeVisible()
    await Promise.all([story.hears(joke, ['Anna']), story.hears(samir, ['Anna'])])
    await anna.press('Rustmoment stoppen')
    await story.hears(joke, ['Anna'])
    await samir.press(/^Microfoon/)
    await story.hears(joke, ['Anna', samir.face.name])
  })

  await test.step('asked for while every socket is lost, it arrives', async () => {
    server.cut()
    await samir.press('Ik heb hulp nodig')
    await samir.press('Nood')
    await expect(anna.page.getByRole('heading', { name: `Nood bij ${samir.face.name}` })).toBeVisible()
    await expect(samir.page.getByRole('link', { name: '112' })).toBeVisible()
    await anna.press(`Ik zie het: ${samir.face.name}`)
    await expect(samir.page.getByText('Gezien door Anna.')).toBeVisible()
    await samir.press('Het gaat weer')
    await expect(anna.page.getByRole('heading', { name: `Nood bij ${samir.face.name}` })).toBeHidden()
  })

  await test.step('leaving together, and looking back', async () => {
    await anna.press('Afronden')
    await anna.page.getByRole('dialog').getByRole('button', { name: 'Afronden' }).click()
    for (const { page } of story.browsers) await expect(page.getByText('We gaan zo uit elkaar')).toBeVisible()
    for (const { page } of story.browsers) {
      await expect(page.getByRole('heading', { name: 'De bijeenkomst is klaar' })).toBeVisible({ timeout: 30_000 })
    }
    await joke.page.getByRole('slider', { name: /alles bij elkaar/ }).fill('80')
    await joke.page.getByLabel('Wil je er iets bij schrijven?').fill('Ik durfde iets te zeggen.')
    await joke.press('Versturen')
    await expect(joke.page.getByText('Dank je. Je therapeuten kunnen het lezen.')).toBeVisible()
    await anna.press('Bekijken')
    await expect(anna.page.getByText('Ik durfde iets te zeggen.')).toBeVisible()
  })

  await test.step('where someone was can still be opened, and the log says who looked, not at what', async () => {
    await anna.press(`Waar is ${name} nu?`)
    const card = anna.page.getByRole('dialog', { name: `Waar is ${name} nu?` })
    await expect(card.getByText('Dorpsstraat 1, Ons Dorp')).toBeVisible()
    await card.getByRole('button', { name: 'Sluiten' }).click()
    await anna.press('Logboek openen')
    const log = anna.page.getByRole('table', { name: 'Logboek' })
    await expect(log.getByRole('row', { name: `Anna Adres en nummer bekeken ${name}` })).toHaveCount(2)
    await expect(log.getByRole('row', { name: `${name} Adres en nummer ingevuld ${name}` })).toBeVisible()
    await expect(log.getByText('Dorpsstraat')).toBeHidden()
  })
})
