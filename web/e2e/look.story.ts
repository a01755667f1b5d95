/** How screens look that a session shows for a moment: nothing is cut off, small, or out of reach, in either language and size. */
import { expect, test, type Page } from '@playwright/test'
import { violations } from './axe'
import type { Scene } from './scenes/scenes'
import { Gallery } from './gallery'

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 320, height: 640 } }
/** The ring of a pause is faint so that nobody need look; there is nothing in it to read. */
const dimmed = '.dimmed > .ring'
const phone = { width: 390, height: 844 }
/** A page at 200 % on a phone. */
const zoomed = { width: 195, height: 422 }

/** Controls that are smaller than a thumb needs, or whose words do not fit in them. */
function cramped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const least = 44
    return [...document.querySelectorAll('button, summary, select, textarea, input')]
      .filter((control) => control.checkVisibility() && !control.matches('[type=checkbox], [type=radio], [type=range]'))
      .filter((control) => {
        const { width, height } = control.getBoundingClientRect()
        return width < least || height < least || control.scrollWidth > control.clientWidth + 1
      })
      .map((control) => control.outerHTML.slice(0, 120))
  })
}

const widerThanScreen = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)

/** Names of those whose pictures are large and do not lie wholly above the bar. */
function outOfSight(page: Page): Promise<(string | null)[]> {
  return page.evaluate(() => {
    const bar = document.querySelector('footer')!.getBoundingClientRect().top
    return [...document.querySelectorAll('li.large [data-person]')]
      .filter((tile) => tile.getBoundingClientRect().bottom > bar)
      .map((tile) => tile.getAttribute('data-person'))
  })
}

test.describe('how it looks', () => {
  let gallery: Gallery
  test.beforeAll(async () => {
    gallery = await Gallery.open()
  })
  test.afterAll(() => gallery.close())

  test('every screen fits, can be touched, and axe finds nothing', async () => {
    for (const scene of gallery.scenes) {
      await test.step(scene, async () => {
        for (const language of ['nl', 'en'] as const) {
          for (const [name, size] of Object.entries(sizes)) {
            await gallery.page.setViewportSize(size)
            await gallery.show(scene, language)
            const where = `${scene}, ${language}, ${name}`
            expect.soft(await cramped(gallery.page), `too small: ${where}`).toEqual([])
            expect.soft(await widerThanScreen(gallery.page), `wider than the screen: ${where}`).toBe(false)
          }
        }
        await gallery.unfold()
        expect.soft(await cramped(gallery.page), `too small, unfolded: ${scene}`).toEqual([])
        expect.soft(await widerThanScreen(gallery.page), `wider than the screen, unfolded: ${scene}`).toBe(false)
        for (const colorScheme of ['dark', 'light'] as const) {
          await gallery.page.emulateMedia({ colorScheme })
          expect.soft(await violations(gallery.page, [dimmed]), `axe: ${scene}, ${colorScheme}`).toEqual([])
        }
      })
    }
  })

  test('a page at 200 % on a phone is not wider than the screen', async () => {
    await gallery.page.setViewportSize(zoomed)
    for (const scene of ['staff-busy', 'fishbowl-outer', 'pause-breathing'] satisfies Scene[]) {
      await gallery.show(scene)
      expect(await widerThanScreen(gallery.page), scene).toBe(false)
    }
  })

  test('who listens to a fishbowl on a phone sees all who talk, also after turning the phone and back', async () => {
    const { height, width } = phone
    await gallery.page.setViewportSize(phone)
    await gallery.show('fishbowl-outer')
    expect(await outOfSight(gallery.page)).toEqual([])
    await gallery.page.setViewportSize({ width: height, height: width })
    await gallery.page.setViewportSize(phone)
    await expect.poll(() => outOfSight(gallery.page)).toEqual([])
  })

  test('who is large for all sees the others on a phone, and not themselves alone', async () => {
    const { page } = gallery
    const width = async (name: string) => (await page.locator(`[data-person="${name}"]`).boundingBox())!.width
    // Both are measured each time: they change together.
    const larger = async () => (await width('Joke')) / (await width('Samir'))
    await page.setViewportSize(sizes.wide)
    await gallery.show('spotlight')
    await expect.poll(larger).toBeGreaterThan(2)
    await page.setViewportSize(phone)
    await expect.poll(larger).toBe(1)
  })

  test('the way on from drafted circles is in sight, however many names stand above it', async () => {
    const { page } = gallery
    await page.setViewportSize(sizes.wide)
    await gallery.show('circles-draft')
    await expect(page.getByRole('button', { name: 'Openen' })).toBeInViewport({ ratio: 1 })
    await page.setViewportSize(phone)
    await page.getByRole('heading', { name: 'Deelkring 1' }).evaluate((heading) => heading.scrollIntoView())
    await expect(page.getByRole('button', { name: 'Openen' })).toBeInViewport({ ratio: 1 })
  })

  test('nothing moves by itself for whoever asked for that', async () => {
    await gallery.page.emulateMedia({ reducedMotion: 'reduce' })
    await gallery.show('pause-breathing')
    expect(await gallery.page.evaluate(() => document.getAnimations().length)).toBe(0)
    await gallery.page.emulateMedia({ reducedMotion: null })
  })
})
