/** Debian's Chromium, whose camera and microphone are files. */
import { chromium } from '@playwright/test'
import { cameraFps, files } from './faces'
import type { Opened, Opening } from './person'

export async function openChromium({ dir, face, viewport, locale }: Opening): Promise<Opened> {
  const { video, audio } = files(face)
  const context = await chromium.launchPersistentContext(dir, {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    viewport,
    locale,
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      `--use-fake-device-for-media-stream=device-count=2,fps=${cameraFps}`,
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
  return { context, close: () => context.close() }
}
