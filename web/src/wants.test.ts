import { beforeEach, expect, test, vi } from 'vitest'
import { Wants } from './wants'
import type { WantPicture } from './wire.gen'

let sent: WantPicture[][]
let open: boolean
let wants: Wants

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  open = true
  wants = new Wants((pictures) => {
    if (open) sent.push(pictures)
    return open
  })
  return () => vi.useRealTimers()
})

test('larger is asked for at once, and together', () => {
  wants.set('ben', 360)
  wants.set('cleo', 180)
  vi.advanceTimersByTime(100)
  expect(sent).toEqual([
    [
      { source: 'ben', height: 360 },
      { source: 'cleo', height: 180 },
    ],
  ])
})

test('smaller is asked for only when it lasts', () => {
  wants.set('ben', 360)
  vi.advanceTimersByTime(100)
  wants.set('ben', 90)
  vi.advanceTimersByTime(2400)
  wants.set('ben', 360)
  vi.advanceTimersByTime(10_000)
  expect(sent).toHaveLength(1)
  wants.set('ben', 90)
  vi.advanceTimersByTime(2500)
  expect(sent.at(-1)).toEqual([{ source: 'ben', height: 90 }])
})

test('a hidden page takes no pictures, and asks again when it is seen', () => {
  wants.set('ben', 360)
  vi.advanceTimersByTime(100)
  wants.hide(true)
  vi.advanceTimersByTime(2500)
  expect(sent.at(-1)).toEqual([{ source: 'ben', height: 0 }])
  wants.hide(false)
  vi.advanceTimersByTime(100)
  expect(sent.at(-1)).toEqual([{ source: 'ben', height: 360 }])
})

test('what a lost socket did not take goes with the next one', () => {
  open = false
  wants.set('ben', 360)
  vi.advanceTimersByTime(100)
  open = true
  wants.restart()
  vi.advanceTimersByTime(100)
  expect(sent).toEqual([[{ source: 'ben', height: 360 }]])
})
