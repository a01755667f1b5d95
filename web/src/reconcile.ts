/** What a view means for the person's own devices: decisions only. Nothing here ever switches a device on. */
import type { Kind } from './devices'
import type { SelfView, View } from './wire.gen'

export interface OwnDevice {
  /** Whether there is a live track that may be sent. */
  live: boolean
  /** The person's own switch is under way: its answer has not come. */
  switching: boolean
}

/** off: let go of the device. tellOff: it is gone, and the server should know. */
export type Step = 'nothing' | 'off' | 'tellOff'

export function stepFor(kind: Kind, you: SelfView, device: OwnDevice): Step {
  // In the check the person's own wish stands; it becomes the room's with the command ready.
  if (device.switching || (you.presence !== 'admitted' && you.presence !== 'waiting')) return 'nothing'
  if (you[kind] === 'on') return device.live ? 'nothing' : 'tellOff'
  return device.live ? 'off' : 'nothing'
}

/** Nothing leaves the page before the person is in the room, or staff look in on them. */
export function maySend(kind: Kind, { you, door }: Pick<View, 'you' | 'door'>): boolean {
  return (you.presence === 'admitted' || (you.presence === 'waiting' && door.length > 0)) && you[kind] === 'on'
}

/**
 * Someone is in the room with devices off that they did not switch off themselves just now: a page that did not pass the check, because it
 * was reloaded there or in the waiting room, or one who was taking a break.
 */
export function hasReturned(before: View | null, checkedHere: boolean, view: View): boolean {
  if (view.you.presence !== 'admitted') return false
  const rested = before?.you.steppedOut && !view.you.steppedOut
  return rested || (before?.you.presence !== 'admitted' && !checkedHere)
}
