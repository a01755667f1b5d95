/** One ticking clock for every time on screen: a view says how long at the moment it was made, and this counts on from there. */
import { createSubscriber } from 'svelte/reactivity'

const everySecond = createSubscriber((update) => {
  const timer = setInterval(update, 1000)
  return () => clearInterval(timer)
})

/** What is left of ms, told at atMs (performance.now()). 0 stays 0: there is no such time, so nothing ticks. */
export function remainingMs(ms: number, atMs: number): number {
  if (ms === 0) return 0
  everySecond()
  return Math.max(0, ms - (performance.now() - atMs))
}

/** How long something has lasted that had lasted ms at atMs. */
export function elapsedMs(ms: number, atMs: number): number {
  everySecond()
  return ms + Math.max(0, performance.now() - atMs)
}

/** 75000 is 1:15. */
export function minutesAndSeconds(ms: number): string {
  const total = Math.floor(ms / 1000)
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`
}
