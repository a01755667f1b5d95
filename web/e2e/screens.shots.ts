/** Pictures of the real screens, in both languages and two sizes, for README.md and for whoever wants to look: make screenshots. */
import { expect, test, type Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Bots } from './bots'
import { Gallery } from './gallery'
import { Person } from './person'
import { Server } from './server'

const dir = join(import.meta.dirname, '.shots')
const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

for (const language of ['nl', 'en'] as const) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`screens ${language} ${size}`, async () => {
      mkdirSync(dir, { recursive: true })
      const shot = (page: Page, name: string) => page.screenshot({ path: join(dir, `${name}-${language}-${size}.png`) })
      const words = (await import(`../src/i18n/${language}.ts`)).default
      const w = { ...words.room, staff: (await import(`../src/i18n/${language}-staff.ts`)).default.room }
      const server = await Server.start('bolt')
      const { staff, members } = await server.demo(7)
      const anna = await Person.launch({ name: 'Anna', rgb: [190, 120, 90], toneHz: 1050 }, viewport, language)
      const joke = await Person.launch(
        { name: members[0]!.name, rgb: [90, 130, 110], toneHz: 1150 },
        viewport,
        language,
      )
      const bots = await Bots.join({ staff: [], members: members.slice(1) }, 3)
      try {
        await joke.page.goto(members[0]!.url)
        await joke.page.getByRole('heading', { level: 1 }).waitFor()
        await joke.page.getByRole('button', { name: words.common.continue }).waitFor()
        await shot(joke.page, 'landing')
        await joke.press(words.common.continue)
        await joke.page.locator('video').waitFor()
        await joke.page.waitForFunction(() => document.querySelector('video')!.videoWidth > 0)
        await shot(joke.page, 'check')
        await joke.press(words.check.ready)
        await joke.page.getByRole('heading', { name: words.waiting.title }).waitFor()
        await shot(joke.page, 'waiting')
        await anna.page.goto(staff[0]!)
        await anna.press(words.common.continue)
        await anna.press(words.check.ready)
        await anna.page.getByRole('button', { name: w.staff.admitAll }).waitFor()
        await shot(anna.page, 'staff-waiting')
        await anna.press(w.staff.admitAll)
        const bot = bots.faces.map((face) => face.name)
        await bots.command(bot[0]!, { raise: { kind: 'speak' } })
        await bots.command(bot[1]!, { raise: { kind: 'speak' } })
        await joke.press(w.wantToSpeak)
        await anna.press(w.staff.nextTurn)
        await bots.command(bot[0]!, { begin: {} })
        for (const { page } of [anna, joke]) {
          await expect.poll(() => page.locator('[data-person] video').count(), { timeout: 30_000 }).toBe(8)
        }
        await anna.page.waitForTimeout(2500) // the ring of whoever speaks, and the higher layer, as a person would see them
        await shot(anna.page, 'room-staff')
        await shot(joke.page, 'room-member')
        await anna.page.getByRole('button', { name: w.staff.actionsFor(members[1]!.name) }).click()
        await shot(anna.page, 'person-menu')
        await anna.page.getByRole('button', { name: w.staff.spotlightOn }).click()
        await joke.page.waitForTimeout(1500)
        await shot(joke.page, 'spotlight')
        await anna.press(w.staff.endSpotlight)
        await anna.page.getByText(w.staff.makeDraft).first().click()
        await anna.page.getByRole('button', { name: w.staff.makeDraft }).click()
        await anna.page
          .getByLabel(w.staff.prompt)
          .fill(language === 'nl' ? 'Wat neem je mee van vorige keer?' : 'What do you take from last time?')
        await shot(anna.page, 'circles-draft')
        await anna.press(w.staff.open)
        await joke.page.waitForTimeout(2500)
        await shot(joke.page, 'circle-member')
        await shot(anna.page, 'circles-open')
        await anna.page.getByLabel(w.staff.recallSeconds).fill('0')
        await anna.press(w.staff.recall)
        await joke.press(w.leave)
        await shot(joke.page, 'leave')
        await joke.page.getByRole('dialog').getByRole('button', { name: w.leave }).click()
        await joke.page.getByRole('button', { name: words.ended.comeBack }).waitFor()
        await shot(joke.page, 'left')
        await joke.press(words.ended.comeBack)
        await joke.press(words.common.continue)
        await joke.press(words.check.ready)
        await joke.page.getByRole('heading', { name: words.waiting.title }).waitFor()
        await anna.press(w.staff.end)
        await anna.page.getByRole('dialog').getByRole('button', { name: w.staff.end }).click()
        await joke.page.getByRole('heading', { name: words.ended.title }).waitFor()
        await shot(joke.page, 'ended')
      } finally {
        await bots.close()
        await anna.close()
        await joke.close()
        await server.stop()
      }
    })
  }
}

test('screens of a moment', async () => {
  mkdirSync(dir, { recursive: true })
  const gallery = await Gallery.open()
  try {
    for (const language of ['nl', 'en'] as const) {
      for (const [size, viewport] of Object.entries(sizes)) {
        await gallery.page.setViewportSize(viewport)
        for (const scene of gallery.scenes) {
          await gallery.show(scene, language)
          await gallery.page.screenshot({ path: join(dir, `${scene}-${language}-${size}.png`) })
        }
      }
    }
  } finally {
    await gallery.close()
  }
})
