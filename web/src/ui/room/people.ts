/** What the view says of one person, for words on the screen. */
import type { EntryView, ParticipantID, PersonView, View } from '../../wire.gen'

/** Everyone who is in the room or has a chair, in ring order. */
export function peopleOf(view: View): PersonView[] {
  return [...view.seats.flatMap((seat) => seat.person ?? []), ...view.staff]
}

export function personOf(view: View, id: ParticipantID): PersonView | undefined {
  return peopleOf(view).find((person) => person.id === id)
}

export function nameOf(view: View, id: ParticipantID): string {
  return personOf(view, id)?.name ?? view.seats.find((seat) => seat.participant === id)?.name ?? ''
}

/** Whether someone is live before the viewer. */
export function isHere(person: PersonView): boolean {
  return person.here && person.connected && person.presence === 'admitted'
}

/** The viewer's own raised hand. */
export function ownEntry(view: View): EntryView | undefined {
  return view.queue.find((entry) => entry.participant === view.you.id)
}

/** Those whose turn it is to come, without the hands that wait in a circle. */
export function waitingTurns(view: View): EntryView[] {
  return view.queue.filter((entry) => !entry.frozen)
}
