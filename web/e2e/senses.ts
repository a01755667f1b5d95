/** What a page's person sees and hears, by pixels and by spectrum. */
import { expect, type Page } from '@playwright/test'
import type { Face } from './faces'
import type { Person } from './person'

/** Waits until a person sees and hears exactly these of all faces, by pixels and by tone, each under their own name. */
export async function perceives(person: Person, names: string[], faces: Face[]): Promise<void> {
  await Promise.all([sees(person, names, faces), hears(person, names, faces)])
}

/** A look, and a second of listening, take long enough: it is soon looked again. */
const intervals = [100]

/** Milliseconds. What takes a second on a machine that has two processors to itself takes ten on one that shares them. */
const patience = 60_000

/** Waits until a person sees exactly these, by pixels, each under their own name. */
export async function sees(person: Person, names: string[], faces: Face[]): Promise<void> {
  await expect
    .poll(async () => colours(await pictures(person.page), person, faces), {
      message: `${person.face.name} sees`,
      timeout: patience,
      intervals,
    })
    .toEqual({ names: [...names].sort(), wrong: [] })
}

/**
 * Waits until a person has heard each of these, by tone, and then a second in which they hear nobody else. Not all in one second:
 * on a busy machine one of eight voices is always late.
 */
export async function hears(person: Person, names: string[], faces: Face[]): Promise<void> {
  const others = faces.filter((face) => face.name !== person.face.name)
  const awaited = new Set<string>()
  const listen = async () => {
    const now = await heard(person.page, others)
    for (const name of now) if (names.includes(name)) awaited.add(name)
    return [...awaited, ...now.filter((name) => !names.includes(name))].sort()
  }
  await expect
    .poll(listen, { message: `${person.face.name} hears`, timeout: patience, intervals })
    .toEqual([...names].sort())
}

/**
 * The mean colour in the middle of each playing picture, by the name on its tile. A tile without a picture is not in it. Read from
 * the decoded frame: painting each on a canvas takes so much of the page's main thread that a look disturbs what it looks at.
 */
export async function pictures(page: Page): Promise<Record<string, [number, number, number]>> {
  return page.evaluate(async () => {
    const current = (video: HTMLVideoElement) => {
      try {
        return new VideoFrame(video)
      } catch {
        return null // no picture has come yet
      }
    }
    const out: Record<string, [number, number, number]> = {}
    const side = 8
    const pixels = new Uint8Array(4 * side * side)
    for (const tile of document.querySelectorAll<HTMLElement>('[data-person]')) {
      const video = tile.querySelector('video')
      const frame = video?.srcObject && video.checkVisibility() ? current(video) : null
      if (!frame) continue
      const { width, height } = frame.visibleRect!
      const middle = (length: number) => 2 * Math.floor((length - side) / 4)
      const rect = { x: middle(width), y: middle(height), width: side, height: side }
      await frame.copyTo(pixels, { rect, format: 'RGBA' })
      frame.close()
      const sum = [0, 0, 0]
      for (let i = 0; i < pixels.length; i += 4) for (let c = 0; c < 3; c++) sum[c]! += pixels[i + c]!
      const [r, g, b] = sum.map((v) => Math.round(v / side / side))
      out[tile.dataset['person'] ?? ''] = [r!, g!, b!]
    }
    return out
  })
}

/** Whose own colour shows on their own tile, besides the one who looks, and which tiles show somebody else's. */
function colours(
  shown: Record<string, [number, number, number]>,
  { face: own }: Person,
  faces: Face[],
): { names: string[]; wrong: string[] } {
  const tiles = Object.entries(shown).map(([name, rgb]) => ({ name, who: nearest(rgb, faces) }))
  const others = tiles.filter(({ name, who }) => who === name && name !== own.name)
  const wrong = tiles.filter(({ name, who }) => who !== null && who !== name)
  return { names: others.map(({ name }) => name).sort(), wrong: wrong.map(({ name }) => name) }
}

/** The names of those in faces whose own colour shows on their own tile. */
export async function seen(page: Page, faces: Face[]): Promise<string[]> {
  const shown = await pictures(page)
  return faces.filter(({ name }) => shown[name] && nearest(shown[name], faces) === name).map(({ name }) => name)
}

function nearest(rgb: [number, number, number], faces: Face[]): string | null {
  const distance = (face: Face) => Math.hypot(...face.rgb.map((v, i) => v - rgb[i]!))
  const best = faces.reduce((a, b) => (distance(b) < distance(a) ? b : a))
  return distance(best) < 60 ? best.name : null
}

/** What a page listens with while someone listens: it takes as much of a processor as the page's own sound. */
interface Ears {
  context: AudioContext
  analysers: Map<string, AnalyserNode>
  listening: number
}

/** Louder than this, in dBFS, is the tone itself, which comes at -15 to -25; less is the coder's noise beside another's. */
const audibleDb = -33

/** The names of those in faces whose tone was loud in what the page plays, at any moment of about one second. */
export async function heard(page: Page, faces: Face[]): Promise<string[]> {
  const peaks = await levels(page, faces, audibleDb)
  return faces.filter((_, i) => peaks[i]! > audibleDb).map((f) => f.name)
}

/** Waits until a face's tone is heard in what the page plays, and says when that was, in Unix milliseconds. */
export async function firstHeard(page: Page, face: Face): Promise<number> {
  const [level] = await levels(page, [face], audibleDb)
  return level! > audibleDb ? Date.now() : firstHeard(page, face)
}

/** The loudest that each tone was, in dBFS. It listens no longer once all were as loud as enough. */
export async function levels(page: Page, faces: Face[], enough = Infinity): Promise<number[]> {
  return page.evaluate(
    async ({ tones, enough }) => {
      const worn = window as unknown as { ears?: Ears | undefined }
      const ears = (worn.ears ??= { context: new AudioContext(), analysers: new Map(), listening: 0 })
      const { context, analysers } = ears
      ears.listening++
      await context.resume()
      const live = new Set<string>()
      for (const audio of document.querySelectorAll('audio')) {
        const stream = audio.srcObject
        if (!(stream instanceof MediaStream) || audio.paused || audio.muted) continue
        for (const track of stream.getAudioTracks()) {
          live.add(track.id)
          if (analysers.has(track.id)) continue
          const analyser = context.createAnalyser()
          analyser.fftSize = 4096
          analyser.smoothingTimeConstant = 0
          context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
          analysers.set(track.id, analyser)
        }
      }
      const loudest = tones.map(() => -Infinity)
      const bins = new Float32Array(2048)
      for (let round = 0; round < 22 && loudest.some((level) => level <= enough); round++) {
        await new Promise((resolve) => setTimeout(resolve, 50))
        for (const [id, analyser] of analysers) {
          if (!live.has(id)) continue
          analyser.getFloatFrequencyData(bins)
          tones.forEach((tone, i) => {
            const bin = Math.round((tone * analyser.fftSize) / context.sampleRate)
            loudest[i] = Math.max(loudest[i]!, bins[bin - 1]!, bins[bin]!, bins[bin + 1]!)
          })
        }
      }
      if (--ears.listening === 0) {
        worn.ears = undefined
        await context.close()
      }
      return loudest
    },
    { tones: faces.map((f) => f.toneHz), enough },
  )
}
