/** Looking after each other, in real browsers: where they are, help over a lost line, looking back. */
import { expect, test } from '@playwright/test'
import { Story } from './story'

test.describe('care', () => {
  let story: Story
  test.beforeEach(async () => {
    story = await Story.begin('bolt')
  })
  test.afterEach(async () => {
    const info = test.info()
    if (info.status !== info.expectedStatus) console.log(story.server.logged())
    await story.end()
  })

  test('from where a member is to the look-back', async () => {
    const { anna, joke, samir, server } = story
    const name = joke.face.name
    await story.meet()

    await test.step('where a member is: for the therapists alone, and who opens it is logged', async () => {
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

    await test.step('asked for while every socket is lost, it arrives', async () => {
      server.cut()
      await samir.press('Ik heb hulp nodig')
      await samir.press('Nood')
      await expect(anna.page.getByRole('heading', { name: `Nood bij ${samir.face.name}` })).toBeVisible()
      await expect(samir.page.getByRole('link', { name: '112' })).toBeVisible()
      await anna.press(`Ik kijk naar ${samir.face.name}`)
      await expect(samir.page.getByText('Gezien door Anna.')).toBeVisible()
      await samir.press('Het gaat weer')
      await expect(anna.page.getByRole('heading', { name: `Nood bij ${samir.face.name}` })).toBeHidden()
    })

    await test.step('leaving together, and looking back', async () => {
      await anna.press('Afronden')
      await anna.page.getByRole('dialog').getByRole('button', { name: 'Afronden' }).click()
      for (const person of story.browsers) {
        await expect(person.page.getByText('We gaan zo uit elkaar')).toBeVisible()
      }
      for (const person of story.browsers) {
        await expect(person.page.getByRole('heading', { name: 'De bijeenkomst is klaar' })).toBeVisible({
          timeout: 30_000,
        })
      }
      await joke.page.getByRole('slider', { name: /alles bij elkaar/ }).fill('80')
      await joke.page.getByLabel('Wil je er iets bij schrijven?').fill('Ik durfde iets te zeggen.')
      await joke.press('Versturen')
      await expect(joke.page.getByText('Dank je. Je therapeuten kunnen het lezen.')).toBeVisible()
      await anna.press('Bekijken')
      await expect(anna.page.getByText('Ik durfde iets te zeggen.')).toBeVisible()
    })

    await test.step('after the end it can still be opened, and the log says who looked, not at what', async () => {
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
})
