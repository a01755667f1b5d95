/** A watch in the page: when it was clicked, and when a picture that was not there before first moved. */
import type { Page } from '@playwright/test'

interface Watch {
  /** Unix milliseconds, by the system's clock: that of the bench, too. */
  clickedAt: number
  pictures: { name: string; at: number }[]
  connections: RTCPeerConnection[]
}

/** Every document of this page from now on has a watch. */
export async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watch: Watch = { clickedAt: 0, pictures: [], connections: [] }
    Object.assign(window, { watch })
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        watch.connections.push(this)
      }
    }
    addEventListener(
      'click',
      // The event's own time is that of the click, which the page may have been too busy to hear at once.
      (event) => (watch.clickedAt = Date.now() - (performance.now() - event.timeStamp)),
      true,
    )
    const known = new WeakSet<HTMLVideoElement>()
    const look = () => {
      for (const video of document.querySelectorAll<HTMLVideoElement>('[data-person]:not(.self) video')) {
        if (known.has(video)) continue
        known.add(video)
        const name = video.closest<HTMLElement>('[data-person]')!.dataset['person']!
        // When the frame was given to the screen, which may be long before a busy page hears of it.
        video.requestVideoFrameCallback((_, { expectedDisplayTime }) =>
          watch.pictures.push({ name, at: Date.now() - performance.now() + expectedDisplayTime }),
        )
      }
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true })
  })
}

/** Waits until the media connection stands, as it does long before a person has ended the check. */
export async function connected(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { connections } = (window as unknown as { watch: Watch }).watch
    return connections.at(-1)?.connectionState === 'connected'
  })
}

/** Waits until the picture of the own camera moves. */
export async function devicesOpen(page: Page): Promise<void> {
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0)
}

/** Forgets what has been until now. */
export async function reset(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { watch } = window as unknown as { watch: Watch }
    watch.clickedAt = 0
    watch.pictures = []
  })
}

/** Waits for this many new pictures; when the first and the last of them moved, and when the page was clicked, 0 if not. */
export async function newPictures(page: Page, n: number): Promise<{ first: number; last: number; clickedAt: number }> {
  const handle = await page.waitForFunction(
    (n) => {
      const { pictures, clickedAt } = (window as unknown as { watch: Watch }).watch
      if (new Set(pictures.map(({ name }) => name)).size < n) return null
      const at = pictures.map((picture) => picture.at)
      return { first: Math.min(...at), last: Math.max(...at), clickedAt }
    },
    n,
    { timeout: 20_000 },
  )
  return (await handle.jsonValue())!
}

/** How often this document has negotiated. */
export function offers(page: Page): Promise<number> {
  return page.evaluate(() => performance.getEntriesByName('kring.offer').length)
}
