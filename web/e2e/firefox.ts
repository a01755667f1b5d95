/**
 * Debian's Firefox ESR, driven by WebDriver BiDi. It takes no files for a camera and a microphone: there, a page's getUserMedia
 * gives a canvas of the face's colour and the face's sound from memory.
 */
import { firefox } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { cameraFps, files } from './faces'
import type { Opened, Opening } from './person'
import { NullSink } from './sink'

export async function openFirefox({ dir, face, viewport, locale }: Opening): Promise<Opened> {
  const sink = await NullSink.start(dir)
  const context = await firefox.launchPersistentContext(join(dir, 'profile'), {
    // By this name Playwright drives a Firefox as it is, by BiDi; its own build speaks a protocol of its own.
    channel: 'moz-firefox',
    executablePath: join(import.meta.dirname, 'firefox-bidi.js'),
    headless: true,
    viewport,
    locale,
    env: { ...process.env, PULSE_SERVER: sink.address },
    // It would ask its maker's servers for this and that: the discard port knows nothing. Loopback goes by no proxy.
    proxy: { server: 'http://127.0.0.1:9' },
    firefoxUserPrefs: {
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
    },
  })
  await context.addInitScript(wear, { rgb: face.rgb, wav: readFileSync(files(face).audio, 'base64'), fps: cameraFps })
  const close = async () => {
    await context.close()
    await sink.stop()
  }
  return { context, close }
}

/** Runs in the page, before its own code. */
function wear({ rgb, wav, fps }: { rgb: [number, number, number]; wav: string; fps: number }): void {
  const picture = () => {
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 360
    const context = canvas.getContext('2d')!
    const paint = () => {
      context.fillStyle = `rgb(${rgb.join()})`
      context.fillRect(0, 0, canvas.width, canvas.height)
    }
    paint()
    const track = canvas.captureStream(fps).getVideoTracks()[0]!
    // A canvas gives a frame only for what is painted.
    const timer = setInterval(() => (track.readyState === 'live' ? paint() : clearInterval(timer)), 1000 / fps)
    return track
  }
  const sound = async () => {
    const context = new AudioContext()
    const source = context.createBufferSource()
    source.buffer = await context.decodeAudioData(Uint8Array.from(atob(wav), (c) => c.charCodeAt(0)).buffer)
    source.loop = true
    const out = context.createMediaStreamDestination()
    source.connect(out)
    source.start()
    return out.stream.getAudioTracks()[0]!
  }
  if (!navigator.mediaDevices) return
  navigator.mediaDevices.getUserMedia = async ({ audio, video } = {}) =>
    new MediaStream([...(audio ? [await sound()] : []), ...(video ? [picture()] : [])])
}

/** Where media must be for Firefox, which connects to none on loopback: an address of one of the machine's interfaces. */
export function mediaAddress(): string | null {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? null
}
