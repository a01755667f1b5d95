/** A browser that shows the scenes of scenes/ one at a time: the real components on real pixels, with neither a server nor a second browser. */
import { chromium, type Browser, type Page } from '@playwright/test'
import { join } from 'node:path'
import { createServer, type ViteDevServer } from 'vite'
import type { Scene } from './scenes/scenes'

interface Shown {
  scenes: Scene[]
  show(scene: Scene, language: 'nl' | 'en'): Promise<void>
}

const root = join(import.meta.dirname, '..')

export class Gallery {
  private constructor(
    private readonly vite: ViteDevServer,
    private readonly browser: Browser,
    readonly page: Page,
    /** The names of all. */
    readonly scenes: Scene[],
  ) {}

  static async open(): Promise<Gallery> {
    const vite = await createServer({
      root,
      logLevel: 'error',
      cacheDir: join(root, 'e2e/.cache/vite'),
      resolve: { alias: { vitest: join(root, 'e2e/scenes/vitest.ts') } },
      server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    })
    await vite.listen()
    const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    const page = await browser.newPage()
    await page.goto(new URL('e2e/scenes/index.html', vite.resolvedUrls!.local[0]).href)
    await page.waitForFunction(() => 'show' in window)
    const scenes = await page.evaluate(() => (window as unknown as Shown).scenes)
    return new Gallery(vite, browser, page, scenes)
  }

  /** Shows a scene and waits until its pictures are there and nothing moves but what never ends. */
  async show(scene: Scene, language: 'nl' | 'en' = 'nl'): Promise<void> {
    await this.page.evaluate(({ scene, language }) => (window as unknown as Shown).show(scene, language), {
      scene,
      language,
    })
    await this.page.waitForFunction(() =>
      [...document.querySelectorAll('video')].every((video) => video.videoWidth > 0 || !video.checkVisibility()),
    )
    await this.page.getByText(/knoppen voor begeleiding komen|buttons.*on their way/i).waitFor({ state: 'hidden' })
    await this.page.evaluate(async () => {
      const ends = (a: Animation) => a.effect?.getComputedTiming().iterations !== Infinity
      await Promise.allSettled(
        document
          .getAnimations()
          .filter(ends)
          .map((animation) => animation.finished),
      )
    })
  }

  /** Opens all that is folded. */
  async unfold(): Promise<void> {
    await this.page.locator('details').evaluateAll((all) => {
      for (const details of all as HTMLDetailsElement[]) details.open = true
    })
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.vite.close()
  }
}
