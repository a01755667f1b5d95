/** What the view says of the turn that runs: how long it has lasted, and whether its time box asks for something. */
import type { View } from '../../wire.gen'
import { elapsedMs } from './clock'

/** How long the turn, or the offer, has lasted. Its clock may stand still. */
export function turnMs(view: View, atMs: number): number {
  const { speaker, speakMs, offeredMs, still } = view.floor
  const ms = speaker ? speakMs : offeredMs
  return still ? ms : elapsedMs(ms, atMs)
}

/** soon from 80 % of the time box on, over from 100 %: a soft cue, nobody is cut off. */
export type Cue = '' | 'soon' | 'over'

export function cueOf(view: View, atMs: number): Cue {
  const { speaker, budgetMs } = view.floor
  if (!speaker || budgetMs === 0) return ''
  const part = turnMs(view, atMs) / budgetMs
  return part >= 1 ? 'over' : part >= 0.8 ? 'soon' : ''
}

/** Asked once more at the end of a round, after a pass. */
export function askedAgain(view: View): boolean {
  const { you, floor, round } = view
  return floor.offered === you.id && !!round?.turns.some((t) => t.participant === you.id && t.status === 'passed')
}

/** Whether the room lets the viewer be heard now: not behind a closed gate, unless it is their turn. */
export function mayBeHeard(view: View): boolean {
  const { you, floor } = view
  return !floor.gated || you.role !== 'member' || you.circle !== 0 || floor.speaker === you.id
}
