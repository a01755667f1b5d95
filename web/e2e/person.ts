/** A person at a browser of their own: a browser shows one camera and microphone a process, so each face is a launch. */
import type { BrowserContext, Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openChromium } from './chromium'
import type { Face } from './faces'
import { openFirefox } from './firefox'

/** What a browser is opened with. dir is empty, for its profile and whatever else it keeps. */
export interface Opening {
  dir: string
  face: Face
  viewport: { width: number; height: number }
  locale: string
  /** The title of the tab that is shared when the page asks for one; Chromium only. */
  tab?: string | undefined
}

/** close ends all that was opened. */
export interface Opened {
  context: BrowserContext
  close(): Promise<void>
}

const open = { chromium: openChromium, firefox: openFirefox }
export type Engine = keyof typeof open

export class Person {
  private constructor(
    readonly face: Face,
    readonly page: Page,
    private readonly opened: Opened,
    private readonly dir: string,
  ) {}

  static async launch(
    face: Face,
    viewport = { width: 1280, height: 800 },
    language: 'nl' | 'en' = 'nl',
    engine: Engine = 'chromium',
    tab?: string,
  ): Promise<Person> {
    const dir = mkdtempSync(join(tmpdir(), 'kring-face-'))
    const opened = await open[engine]({ dir, face, viewport, locale: language === 'nl' ? 'nl-NL' : 'en-GB', tab })
    const page = opened.context.pages()[0] ?? (await opened.context.newPage())
    return new Person(face, page, opened, dir)
  }

  async close(): Promise<void> {
    await this.opened.close()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** Ends the check once the devices are there: a click in the moment in which the browser asks for them goes nowhere. */
  async endCheck(): Promise<void> {
    await this.page.getByText('Dit kun je straks altijd zelf veranderen.').waitFor()
    await this.press('Ik ben klaar')
  }

  /** Clicks the button with this accessible name. */
  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).first().click()
  }
}
