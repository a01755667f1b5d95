/** Debian's Chromium, whose camera and microphone are files. */
import { chromium } from '@playwright/test'
import { cameraFps, files } from './faces'
import type { Opened, Opening } from './person'

export async function openChromium({ dir, face, viewport, locale, tab }: Opening): Promise<Opened> {
  const { video, audio } = files(face)
  const context = await chromium.launchPersistentContext(dir, {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    viewport,
    locale,
    args: [
      '--no-sandbox',
      // With it Chromium says yes to whatever is asked, and pretends to have a screen.
      ...(tab ? [`--auto-select-tab-capture-source-by-title=${tab}`] : ['--use-fake-ui-for-media-stream']),
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
  if (tab) await context.grantPermissions(['camera', 'microphone'])
  return { context, close: () => context.close() }
}
