import { i18n } from '../../i18n/i18n.svelte'
import type { Applied } from '../../state'
import type { Command, ParticipantID, View } from '../../wire.gen'
import { nameOf } from '../room/people'

/**
 * What a command of staff did, in a sentence; '' where the screen shows it in the place where it was asked. view is what they saw
 * when they gave it.
 */
export function didWhat({ command, view }: Applied): string {
  const w = i18n.staff.room.did
  const name = nameIn(view, targetOf(command))
  if (command.mute?.device === 'camera' && view.screen === command.mute.participant) return w.screenEnded(name)
  if (command.mute) return w.muted[command.mute.device](name)
  if (command.lock) return w.locked[command.lock.device](name)
  if (command.unlock) return w.unlocked[command.unlock.device](name)
  if (command.muteAll) return command.muteAll.lock ? w.allLocked : w.allMuted
  if (command.askUnmute) return w.asked(name)
  if (command.admit) return w.admitted(name)
  if (command.admitAll) return w.allAdmitted
  if (command.announceObserver) return w.announced(name)
  if (command.remove) return w.removed(name)
  if (command.next) return putOff(view)
  if (command.giveTurn) return w.turn(name)
  if (command.moveEntry) return w.reordered(name)
  if (command.lowerHand) return w.lowered(name)
  if (command.moveSeat) return w.seated(name)
  if (command.extendTurn) return w.extended
  if (command.setQueue || command.setGate || command.setTimeBox) return w.turnsSet
  if (command.spotlight) return command.spotlight.on ? w.lit(name) : w.unlit(name)
  if (command.endSpotlight) return w.nobodyLit
  if (command.shareScreen) return command.shareScreen.on ? w.screenShared : w.screenNotShared
  if (command.endPause) return w.pauseOver
  if (command.cancelRound) return w.roundStopped
  if (command.addToRound) return w.addedToRound(name)
  if (command.openCircles) return w.circlesOpen
  if (command.cancelCircles) return w.circlesCancelled
  if (command.extendCircles) return w.circlesExtended(command.extendCircles.minutes)
  if (command.broadcast) return w.sent
  if (command.recall) return w.recalled
  if (command.dropIn || command.listen?.on) return w.circleTold
  if (command.openFishbowl) return w.fishbowlOpen
  if (command.closeFishbowl) return w.fishbowlClosed
  if (command.setChair) return command.setChair.inner ? w.inside(name) : w.outside(name)
  if (command.startPhase) return w.phase(view.script.phases[command.startPhase.to - 1]?.name ?? '')
  if (command.extendPhase) return w.phaseExtended(command.extendPhase.minutes)
  return ''
}

/** Next, to someone who had not begun: they did not pass, and in a round they are asked again. */
function putOff(view: View): string {
  const w = i18n.staff.room.did
  const { offered } = view.floor
  if (!offered) return ''
  const name = nameOf(view, offered)
  if (!view.round) return w.notOffered(name)
  const again = view.round.turns.some((turn) => turn.participant === offered && turn.status === 'passed')
  return again ? w.noTurn(name) : w.askedLater(name)
}

/** Whom a command is about, '' for nobody in particular. */
function targetOf(command: Command): ParticipantID {
  const [body] = Object.values(command) as [{ participant?: string }]
  return body.participant ?? ''
}

/** Of the ring, or of the waiting room. */
function nameIn(view: View, id: ParticipantID): string {
  return nameOf(view, id) || ([...view.waiting, ...view.observers].find((person) => person.id === id)?.name ?? '')
}
