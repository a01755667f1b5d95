import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Distress } from './distress'
import type { Command, DistressKind } from './wire.gen'

beforeEach(() => {
  vi.useFakeTimers()
  sessionStorage.clear()
})
afterEach(() => vi.useRealTimers())

/** A server that answers with these codes, one after another, and what it was asked. */
function line(...codes: string[]) {
  const sent: Command[] = []
  const wanted: (DistressKind | null)[] = []
  const distress = new Distress({
    send: async (command) => {
      sent.push(command)
      return codes.shift() ?? ''
    },
    wanted: (kind) => wanted.push(kind),
  })
  return { distress, sent, wanted }
}

test('asking is repeated until the server has it', async () => {
  const { distress, sent, wanted } = line('unavailable', 'unavailable')
  distress.ask('help')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent).toEqual([{ distress: { kind: 'help' } }, { distress: { kind: 'help' } }, { distress: { kind: 'help' } }])
  expect(wanted).toEqual(['help', null])
})

test('an emergency during the wait takes the place of the wish before it', async () => {
  const { distress, sent } = line('unavailable')
  distress.ask('help')
  await vi.advanceTimersByTimeAsync(100)
  distress.ask('emergency')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent.at(-1)).toEqual({ distress: { kind: 'emergency' } })
  expect(distress.wanted).toBeNull()
})

test('a reload repeats it', async () => {
  line('unavailable').distress.ask('emergency')
  await vi.advanceTimersByTimeAsync(100)
  const after = line()
  expect(after.distress.wanted).toBe('emergency')
  after.distress.resume()
  await vi.advanceTimersByTimeAsync(100)
  expect(after.sent).toEqual([{ distress: { kind: 'emergency' } }])
})

test('taken back, it is not repeated', async () => {
  const { distress, sent } = line('unavailable')
  distress.ask('help')
  await vi.advanceTimersByTimeAsync(100)
  distress.settle()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent).toHaveLength(1)
})

test('refused for good, it stops', async () => {
  const { distress, sent } = line('not_now')
  distress.ask('help')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent).toHaveLength(1)
  expect(distress.wanted).toBeNull()
})
