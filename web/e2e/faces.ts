/**
 * A face is what a test's browser shows and says: a plain colour and a pulsing tone, so that pixels and spectra tell who is
 * seen and heard. The tone pulses because Chromium's noise suppression removes a steady one, as it should. A pulse lasts longer
 * than what the server takes for a cough, and a pause is shorter than what ends speech: whoever has a tone speaks.
 */
import { mkdirSync, writeFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'

export interface Face {
  name: string
  rgb: [number, number, number]
  toneHz: number
}

const cache = join(import.meta.dirname, '.cache')
const width = 640
const height = 360
/** Enough to tell who is seen: most of what a story costs its machine is pictures. */
export const cameraFps = 10
const sampleRate = 48000

/** Makes the face's files once and returns their paths. */
export function files(face: Face): { video: string; audio: string } {
  mkdirSync(cache, { recursive: true })
  const video = join(cache, `${face.rgb.join('-')}.y4m`)
  const audio = join(cache, `${face.toneHz}-${1000 * toneSeconds}.wav`)
  if (!existsSync(video)) writeFileSync(video, y4m(face.rgb))
  if (!existsSync(audio)) writeFileSync(audio, wav(face.toneHz))
  return { video, audio }
}

/** Ten frames of one colour, YUV 4:2:0 (BT.601, limited range). */
function y4m([r, g, b]: Face['rgb']): Buffer {
  const y = 16 + 0.257 * r + 0.504 * g + 0.098 * b
  const u = 128 - 0.148 * r - 0.291 * g + 0.439 * b
  const v = 128 + 0.439 * r - 0.368 * g - 0.071 * b
  const luma = Buffer.alloc(width * height, Math.round(y))
  const chroma = (width / 2) * (height / 2)
  const frame = Buffer.concat([
    Buffer.from('FRAME\n'),
    luma,
    Buffer.alloc(chroma, Math.round(u)),
    Buffer.alloc(chroma, Math.round(v)),
  ])
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${width} H${height} F${cameraFps}:1 Ip A1:1 C420jpeg\n`),
    ...Array<Buffer>(10).fill(frame),
  ])
}

/** The tone comes and goes within this: a hard edge would sound, for a moment, at every other frequency. */
const edgeSeconds = 0.05

const toneSeconds = 0.4
const pulseSeconds = 0.6

/** How loud the tone is, from 0 to 1, at a time within its pulse. */
function envelope(seconds: number): number {
  const edge = Math.min(seconds, toneSeconds - seconds) / edgeSeconds
  return edge <= 0 ? 0 : 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, edge))
}

/** Four pulses, 16-bit mono. */
function wav(toneHz: number): Buffer {
  const pulse = sampleRate * pulseSeconds
  const samples = pulse * 4
  const data = Buffer.alloc(samples * 2)
  for (let i = 0; i < samples; i++) {
    const loudness = envelope((i % pulse) / sampleRate)
    const value = 0.5 * loudness * Math.sin((2 * Math.PI * toneHz * i) / sampleRate)
    data.writeInt16LE(Math.round(value * 32767), i * 2)
  }
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20) // PCM
  header.writeUInt16LE(1, 22) // mono
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(sampleRate * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}
