/** From the staff's home to the end of a session, by accessible names only, and no screen with a violation that axe finds. */
import { expect, test, type Page } from '@playwright/test'
import { violations } from './axe'
import { Person } from './person'
import { Server } from './server'

async function accessible(page: Page, heading: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible()
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)))
  expect(await violations(page), `axe on "${heading}"`).toEqual([])
}

test('a therapist makes a group, starts a session, and everyone finds the way', async () => {
  const server = await Server.start('bolt')
  const anna = await Person.launch({ name: 'Anna', rgb: [190, 30, 40], toneHz: 1050 })
  const ben = await Person.launch({ name: 'Ben', rgb: [40, 150, 50], toneHz: 1150 }, { width: 390, height: 844 })
  const { page } = anna
  try {
    await test.step('the home, without a link and with one', async () => {
      await page.goto(server.public)
      await accessible(page, 'Welkom bij Kring')
      await page.goto(server.staffLink)
      await accessible(page, 'Groepen')
      expect(page.url()).not.toContain('#') // the secret is out of the address bar
    })

    await test.step('a group without a name is refused in words', async () => {
      await anna.press('Groep maken')
      await expect(page.getByText('Geef de groep een naam.')).toBeVisible()
    })

    const links = await test.step('a group with its people, and their links', async () => {
      await page.getByLabel('Naam van de groep').fill('Dinsdaggroep')
      await page.getByLabel('Naam van therapeut 1').fill('Anna')
      await page.getByLabel('Naam van deelnemer 1').fill('Ben')
      await page.getByLabel('Naam van deelnemer 2').fill('Cleo')
      await anna.press('Meekijker toevoegen')
      await page.getByLabel('Naam van meekijker 1').fill('Olga')
      await anna.press('Groep maken')
      await accessible(page, 'Nieuwe links voor Dinsdaggroep')
      const link = (name: string) => page.getByRole('textbox', { name: `Link van ${name}` }).inputValue()
      const made = {
        anna: await link('Anna'),
        ben: await link('Ben'),
        cleo: await link('Cleo'),
        olga: await link('Olga'),
      }
      await page.getByRole('button', { name: 'Toon als QR-code' }).first().click()
      const code = page.getByRole('img', { name: 'QR-code met de link van Anna' })
      await expect.poll(() => code.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0)
      await anna.press('Ik heb de links bewaard')
      return made
    })

    await test.step('too early, and then the session is open', async () => {
      await ben.page.goto(links.ben)
      await accessible(ben.page, 'Dag Ben')
      await expect(ben.page.getByText('Er is nog geen bijeenkomst gepland.')).toBeVisible()
      await anna.press('Nu beginnen: Dinsdaggroep')
      await expect(page.getByText('De bijeenkomst is open', { exact: true })).toBeVisible()
      await ben.press('Kijk of het al open is')
      await expect(ben.page.getByText('De bijeenkomst is open.')).toBeVisible()
      await accessible(ben.page, 'Dag Ben')
    })

    await test.step('English at a click, and kept', async () => {
      await ben.press('English')
      await accessible(ben.page, 'Hello Ben')
      await ben.page.reload()
      await ben.press('Nederlands')
      await expect(ben.page.getByRole('heading', { name: 'Dag Ben' })).toBeVisible()
    })

    await test.step('the ground rules of the group are agreed to, and staff see who did', async () => {
      await expect(ben.page.getByRole('heading', { name: 'Onze afspraken' })).toBeVisible()
      await expect(ben.page.getByText('Wat hier gezegd wordt, blijft hier.')).toBeVisible()
      await ben.press('Akkoord en verder')
      await accessible(ben.page, 'Beeld en geluid testen')
      await page.reload()
      await page.getByText('Onze afspraken').click()
      await accessible(page, 'Groepen')
      const who = page.getByRole('list', { name: 'Onze afspraken' })
      await expect(who.getByRole('listitem').filter({ hasText: 'Ben' })).toContainText(/Ben\s+akkoord/)
      await expect(who.getByRole('listitem').filter({ hasText: 'Cleo' })).toContainText('nog niet akkoord')
    })

    await test.step('the check shows oneself, and the waiting room waits', async () => {
      const own = ben.page.getByLabel('Je eigen beeld')
      await expect.poll(() => own.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBe(640)
      await expect
        .poll(async () => Number(await ben.page.getByRole('meter').getAttribute('aria-valuenow')))
        .toBeGreaterThan(10)
      await ben.press('Ik ben klaar')
      await accessible(ben.page, 'Je bent op de goede plek')
    })

    await test.step('the room, for staff and for a member on a phone', async () => {
      await page.goto(links.anna)
      await anna.press('Verder')
      await anna.press('Ik ben klaar')
      await accessible(page, 'Dinsdaggroep')
      await anna.press('Binnenlaten: Ben')
      await accessible(ben.page, 'Dinsdaggroep')
      await page.getByRole('button', { name: 'Knoppen voor Ben' }).click()
      await accessible(page, 'Dinsdaggroep')
      await page.keyboard.press('Escape')
      expect(await ben.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    })

    await test.step('asked to switch on: only the member does', async () => {
      await ben.press(/^Microfoon/)
      await page.getByRole('button', { name: 'Knoppen voor Ben' }).click()
      await anna.press('Vraag om microfoon aan te zetten')
      await expect(ben.page.getByText('Wil je je microfoon aanzetten?')).toBeVisible()
      await ben.press('Aanzetten')
      await expect(ben.page.getByRole('button', { name: /^Microfoon/ })).toHaveText(/staat aan/)
    })

    await test.step('by keyboard alone: a hand goes up', async () => {
      await ben.page.getByRole('button', { name: 'Ik wil iets zeggen' }).focus()
      await ben.page.keyboard.press('Enter')
      await expect(page.getByRole('button', { name: 'Beurt geven aan Ben' })).toBeVisible()
    })

    await test.step('an observer is announced to all, and has nothing to press but the cover and the way out', async () => {
      const olga = await ben.page.context().newPage()
      await olga.goto(links.olga)
      await olga.getByRole('button', { name: /verder$/i }).click()
      await olga.getByRole('button', { name: 'Ik ben klaar' }).click()
      await anna.press('Aankondigen: Olga')
      await expect(ben.page.getByText('Olga kijkt zo mee')).toBeVisible()
      await anna.press('Binnenlaten: Olga')
      await expect(olga.getByText('Je kijkt mee. Iedereen ziet dat je er bent.')).toBeVisible()
      await expect(ben.page.getByText('Olga kijkt mee')).toBeVisible()
      const bar = olga.getByRole('contentinfo', { name: 'Jouw knoppen' })
      await expect(bar.getByRole('button')).toHaveText(['Privé', 'Weggaan'])
      await accessible(olga, 'Dinsdaggroep')
      await bar.getByRole('button', { name: 'Weggaan' }).click()
      await olga.getByRole('dialog').getByRole('button', { name: 'Weggaan' }).click()
      await expect(ben.page.getByText('Olga kijkt mee')).toHaveCount(0)
      await olga.close()
    })

    await test.step('another page takes over, and this one takes back at a click', async () => {
      const second = await ben.page.context().newPage()
      await second.goto(links.ben)
      await second.getByRole('button', { name: 'Verder' }).click()
      await expect(second.getByRole('heading', { name: 'Dinsdaggroep' })).toBeVisible()
      await accessible(ben.page, 'Je doet nu mee op een andere pagina')
      await ben.press('Doe hier mee')
      await expect(ben.page.getByRole('heading', { name: 'Dinsdaggroep' })).toBeVisible()
      await expect(second.getByRole('heading', { name: 'Je doet nu mee op een andere pagina' })).toBeVisible()
      await second.close()
    })

    await test.step("another person's link in this tab begins at the beginning", async () => {
      await ben.page.goto(links.cleo)
      await expect(ben.page.getByRole('heading', { name: 'Dag Cleo' })).toBeVisible()
      await ben.page.goto(links.ben)
      await expect(ben.page.getByRole('heading', { name: 'Dinsdaggroep' })).toBeVisible()
    })

    await test.step('the practice says u, and whoever comes in is spoken to so', async () => {
      const home = await page.context().newPage()
      await home.goto(server.staffLink)
      await home.getByRole('radio', { name: 'Formeel (u)', exact: true }).check()
      await expect(home.getByText('De aanspreekvorm is bewaard.')).toBeVisible()
      await ben.page.reload()
      await expect(ben.page.getByText('Uw microfoon staat uit.')).toBeVisible()
      await home.getByRole('radio', { name: 'Informeel' }).check()
      await ben.page.reload()
      await expect(ben.page.getByText('Je microfoon staat uit.')).toBeVisible()
      await home.close()
    })

    await test.step('leaving, coming back, and the end', async () => {
      await ben.press('Weggaan')
      await accessible(ben.page, 'Wil je weggaan?')
      await ben.page.getByRole('dialog').getByRole('button', { name: 'Weggaan' }).click()
      await accessible(ben.page, 'Je hebt de groep verlaten')
      await expect(page.getByText('Ben heeft de groep verlaten.')).toBeVisible()
      await ben.press('Kom terug')
      await ben.press('Verder')
      await ben.press('Ik ben klaar')
      await anna.press('Binnenlaten: Ben')
      await accessible(ben.page, 'Dinsdaggroep')
      await anna.press('Afronden')
      await page.getByRole('dialog').getByRole('button', { name: 'Afronden' }).click()
      for (const person of [anna, ben]) await accessible(person.page, 'De bijeenkomst is klaar')
      await ben.page.goto('about:blank')
      await ben.page.goto(links.ben)
      await accessible(ben.page, 'Deze bijeenkomst is afgelopen')
      await ben.page.goto('about:blank')
      await ben.page.goto(links.ben.slice(0, -4) + 'AAAA')
      await accessible(ben.page, 'Deze link werkt niet')
    })

    await test.step('who was there is told, corrected and saved', async () => {
      await page.goto('about:blank')
      await page.goto(links.anna)
      await anna.press('Aanwezigheid openen')
      await page.getByRole('region', { name: 'Aanwezigheid' }).locator('summary').click()
      await expect(page.getByRole('row', { name: /^Ben \d\d:\d\d – \d\d:\d\d/ })).toBeVisible()
      const cleo = page.getByRole('row', { name: /^Cleo/ })
      await expect(cleo).toContainText('was er niet')
      await accessible(page, 'Aanwezigheid')
      await anna.press('Aanwezigheid verbeteren: Cleo')
      // In the past, whatever the hour: nobody is there in the hours to come.
      const clock = (agoMs: number) => new Date(Date.now() - agoMs).toTimeString().slice(0, 5)
      const [from, to] = [clock(7_200_000), clock(3_600_000)]
      await page.getByLabel('Binnen om').fill(from)
      await page.getByLabel('Weg om').fill(to)
      await anna.press('Opslaan')
      await expect(cleo).toContainText(new RegExp(`${from} – ${to}\\s*verbeterd door Anna`))
      const saved = page.waitForEvent('download')
      await anna.press('Aanwezigheid als bestand bewaren')
      expect((await saved).suggestedFilename()).toBe('kring-aanwezigheid.csv')
    })
  } finally {
    await anna.close()
    await ben.close()
    await server.stop()
  }
})
