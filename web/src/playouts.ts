/**
 * What this page plays of those it hears, told to the server every few seconds: a browser fills what is missing with sound of its
 * own, and only the page can tell. Part of "8 of 9 hear you"; nothing is told while nothing comes.
 */
import type { ParticipantID, Playout } from './wire.gen'

export const playoutEveryMs = 5000

/** Samples of one source, as the browser counts them since the connection was made. */
export interface Samples {
  source: ParticipantID
  received: number
  filled: number
}

/** What to tell of the samples since the last time; a source that was not counted then is told next time. */
export function playoutOf(
  before: ReadonlyMap<ParticipantID, Samples>,
  now: readonly Samples[],
  blocked: boolean,
): Playout {
  const sources = now.flatMap(({ source, received, filled }) => {
    const last = before.get(source)
    const came = last ? received - last.received : 0
    if (!last || came <= 0) return []
    return [{ source, filled: Math.round((100 * Math.max(0, filled - last.filled)) / came) }]
  })
  return { blocked, sources }
}

/** Silence that was filled in is no loss: a muted microphone sends none either (concealed less silent concealed). */
export function samplesOf(source: ParticipantID, report: RTCStatsReport): Samples[] {
  const out: Samples[] = []
  report.forEach((entry: Record<string, unknown>) => {
    if (entry['type'] !== 'inbound-rtp') return
    const count = (name: string) => (typeof entry[name] === 'number' ? entry[name] : 0)
    const filled = count('concealedSamples') - count('silentConcealedSamples')
    out.push({ source, received: count('totalSamplesReceived'), filled })
  })
  return out
}
