/** A person at a browser of their own: Chromium shows one camera and microphone a process, so each face is a launch. */
import { chromium, type BrowserContext, type Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { files, type Face } from './faces'

export class Person {
  private constructor(
    readonly face: Face,
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly dir: string,
  ) {}

  static async launch(
    face: Face,
    viewport = { width: 1280, height: 800 },
    language: 'nl' | 'en' = 'nl',
  ): Promise<Person> {
    const { video, audio } = files(face)
    const dir = mkdtempSync(join(tmpdir(), 'kring-face-'))
    const context = await chromium.launchPersistentContext(dir, {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      headless: true,
      viewport,
      locale: language === 'nl' ? 'nl-NL' : 'en-GB',
      args: [
        '--no-sandbox',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream=device-count=2,fps=30',
        `--use-file-for-fake-video-capture=${video}`,
        `--use-file-for-fake-audio-capture=${audio}`,
        '--allow-loopback-in-peer-connection',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    const page = context.pages()[0] ?? (await context.newPage())
    return new Person(face, page, context, dir)
  }

  async close(): Promise<void> {
    await this.context.close()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** Clicks the button with this accessible name. */
  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).first().click()
  }
}
