/** Who was there and when, in the clock of this device: shown, corrected and written as a file. */
import type { SessionAttendance, Stay } from '../../wire.gen'
import { table } from './log'

const dayMs = 86_400_000

/** "19:30", or '' for 0: they are still there, or nobody knows. */
export function clock(ms: number): string {
  if (ms === 0) return ''
  const at = new Date(ms)
  return [at.getHours(), at.getMinutes()].map((n) => String(n).padStart(2, '0')).join(':')
}

export const clocks = (stays: Stay[]) =>
  stays.map(({ inAtMs, outAtMs }) => `${clock(inAtMs)} – ${clock(outAtMs)}`.trim()).join(', ')

/** From and to as clocks around a session's start, which may be on either side of midnight. */
export function stayOf(startsAtMs: number, from: string, to: string): Stay {
  const near = (text: string, afterMs: number) => {
    const [hours = 0, minutes = 0] = text.split(':').map(Number)
    const at = new Date(startsAtMs).setHours(hours, minutes, 0, 0)
    return at <= afterMs ? at + dayMs : at > afterMs + dayMs ? at - dayMs : at
  }
  const inAtMs = near(from, startsAtMs - dayMs / 2)
  return { inAtMs, outAtMs: near(to, inAtMs) }
}

/** A spreadsheet's table: a line for each time that someone was there, and one for who was not. */
export function asFile(sessions: SessionAttendance[], words: { columns: string[] }): string {
  const rows = sessions.flatMap(({ startsAtMs, people }) =>
    people.flatMap(({ name, role, stays, corrected }) =>
      (stays.length > 0 ? stays : [{ inAtMs: 0, outAtMs: 0 }]).map(({ inAtMs, outAtMs }) => [
        moment(startsAtMs),
        name,
        role,
        moment(inAtMs),
        moment(outAtMs),
        corrected?.name ?? '',
      ]),
    ),
  )
  return table([words.columns, ...rows])
}

/** "2026-11-26 19:30", which every spreadsheet takes for a time. */
function moment(ms: number): string {
  if (ms === 0) return ''
  const at = new Date(ms)
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, '0')).join('-')
  return `${day} ${clock(ms)}`
}
