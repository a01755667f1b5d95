import { expect, test } from 'vitest'
import { playoutOf, samplesOf } from './playouts'

test('tells the part that was made up since the last time', () => {
  const before = new Map([
    ['ana', { source: 'ana', received: 48_000, filled: 1000 }],
    ['ben', { source: 'ben', received: 10_000, filled: 0 }],
    ['cleo', { source: 'cleo', received: 90_000, filled: 90_000 }],
  ])
  const now = [
    { source: 'ana', received: 96_000, filled: 25_000 },
    { source: 'ben', received: 10_000, filled: 0 }, // nothing came
    { source: 'cleo', received: 480, filled: 480 }, // counted anew
    { source: 'dirk', received: 48_000, filled: 0 }, // not counted before
  ]
  expect(playoutOf(before, now, false)).toEqual({ blocked: false, sources: [{ source: 'ana', filled: 50 }] })
})

test('counts no silence as lost', () => {
  const stats = [
    { type: 'inbound-rtp', totalSamplesReceived: 48_000, concealedSamples: 30_000, silentConcealedSamples: 29_000 },
    { type: 'codec' },
  ]
  const report = new Map(stats.map((entry, i) => [`${i}`, entry])) as unknown as RTCStatsReport
  expect(samplesOf('ana', report)).toEqual([{ source: 'ana', received: 48_000, filled: 1000 }])
})
