import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Echoes, type ShownEcho } from './echoes'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function begin() {
  let shown: ShownEcho[] = []
  const echoes = new Echoes((now) => (shown = now))
  return { echoes, shown: () => shown.map(({ from, kind }) => `${from} ${kind}`) }
}

test('an echo is there for four seconds, each for its own', () => {
  const { echoes, shown } = begin()
  echoes.add({ from: 'cleo', kind: 'hear' })
  vi.advanceTimersByTime(2000)
  echoes.add({ from: 'dirk', kind: 'thanks' })
  expect(shown()).toEqual(['cleo hear', 'dirk thanks'])
  vi.advanceTimersByTime(2000)
  expect(shown()).toEqual(['dirk thanks'])
  vi.advanceTimersByTime(2000)
  expect(shown()).toEqual([])
})

test('there are never more than sixteen', () => {
  const { echoes, shown } = begin()
  for (let i = 0; i < 20; i++) echoes.add({ from: `m${i}`, kind: 'hear' })
  expect(shown()).toHaveLength(16)
  expect(shown()[15]).toBe('m19 hear')
})

test('once closed, nothing comes back', () => {
  const { echoes } = begin()
  echoes.add({ from: 'cleo', kind: 'hear' })
  echoes.close()
  expect(vi.getTimerCount()).toBe(0)
})
