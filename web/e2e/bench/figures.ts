/** What the browser's measurements leave for signaling/bench, which prints them beside its own. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** As figure in signaling/bench/figures.go. goal is one or more of "p50 400", with commas; '' where there is none. */
export interface Figure {
  name: string
  unit: string
  n: number
  p50: number
  p95: number
  p99: number
  max: number
  goal?: string
}

/** A percentile is the nearest rank. */
export function times(name: string, goal: string, ms: number[]): Figure {
  const sorted = [...ms].sort((a, b) => a - b)
  const at = (percent: number) => sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0
  return { name, unit: 'ms', n: sorted.length, p50: at(50), p95: at(95), p99: at(99), max: at(100), goal }
}

/** A number that is the same each time. */
export function count(name: string, unit: string, goal: string, value: number): Figure {
  return { name, unit, n: 1, p50: value, p95: value, p99: value, max: value, goal }
}

/** A member's JavaScript, gzipped, as the build's own check counts it. */
export function clientSize(): Figure {
  const said = execFileSync('node', [join(import.meta.dirname, '../../build/budget.js')], { encoding: 'utf8' })
  const kib = /^member: ([\d.]+) KiB/m.exec(said)?.[1]
  if (!kib) throw new Error(`the build's check said: ${said}`)
  return count("a member's JavaScript, gzipped", 'KiB', 'max 70', Number(kib))
}

/** Writes them to the file that BENCH_FIGURES names, or shows them. */
export function leave(figures: Figure[]): void {
  const file = process.env['BENCH_FIGURES']
  if (file) writeFileSync(file, JSON.stringify(figures, null, 2) + '\n')
  else console.table(figures)
}
