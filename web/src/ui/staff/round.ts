import type { View } from '../../wire.gen'

/** The question of a round that the phase which runs brings, '' for none. */
export function phaseQuestion(view: View): string {
  return view.script.phases[view.script.now - 1]?.prompt ?? ''
}

/** Whether that round stands ready beside its question, one press away: it is what the phase is for, until it has been. */
export function roundReady(view: View): boolean {
  const free = view.phase === 'whole' && view.breakout.status === 'none' && !view.fishbowl.on
  return free && !view.round && !view.script.rounded && phaseQuestion(view) !== ''
}
