/** One ticking clock for every time on screen: a view says how long at the moment it was made, and this counts on from there. */
import { createSubscriber } from 'svelte/reactivity'
import type { View } from '../../wire.gen'

const everySecond = createSubscriber((update) => {
  const timer = setInterval(update, 1000)
  return () => clearInterval(timer)
})

/** What is left of ms, told at atMs (performance.now()). 0 stays 0: there is no such time, so nothing ticks; nor while it is still. */
export function remainingMs(ms: number, atMs: number, still = false): number {
  if (ms === 0 || still) return ms
  everySecond()
  return Math.max(0, ms - (performance.now() - atMs))
}

/** How long something has lasted that had lasted ms at atMs. */
export function elapsedMs(ms: number, atMs: number, still = false): number {
  if (still) return ms
  everySecond()
  return ms + Math.max(0, performance.now() - atMs)
}

/** Whether the clocks of turns and circles stand still: in a pause, and while no therapist is there. */
export function standsStill(view: View): boolean {
  return view.pause.on || !view.staffPresent
}

/** 75000 is 1:15. */
export function minutesAndSeconds(ms: number): string {
  const total = Math.floor(ms / 1000)
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`
}
