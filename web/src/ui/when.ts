/** Moments in words: "vandaag om 19:30", "donderdag 3 december om 19:30". */
import { i18n } from '../i18n/i18n.svelte'

export function when(atMs: number, nowMs: number): string {
  const time = new Intl.DateTimeFormat(i18n.language, { hour: '2-digit', minute: '2-digit', hour12: false })
  return i18n.w.common.moment(day(atMs, nowMs), time.format(atMs))
}

function day(atMs: number, nowMs: number): string {
  const ahead = Math.round((midnight(atMs) - midnight(nowMs)) / 86_400_000) // a day of a clock change is 23 or 25 hours
  if (ahead === 0 || ahead === 1) {
    return new Intl.RelativeTimeFormat(i18n.language, { numeric: 'auto' }).format(ahead, 'day')
  }
  return new Intl.DateTimeFormat(i18n.language, { weekday: 'long', day: 'numeric', month: 'long' }).format(atMs)
}

const midnight = (atMs: number) => new Date(atMs).setHours(0, 0, 0, 0)

export const names = (list: string[]) => new Intl.ListFormat(i18n.language).format(list)
