/** A division of the members over circles as staff see it: the draft's or the open circles, and who is in none. */
import type { ParticipantID, View } from '../../wire.gen'
import { nameOf } from '../room/people'

export interface Placed {
  id: ParticipantID
  name: string
}

/** Zone 0 is the whole circle; the others are numbered as the circles are. */
export interface Zone {
  number: number
  people: Placed[]
}

/** A room has at most this many circles. */
const mostCircles = 8

export function divisionOf(view: View): Zone[] {
  const circles = view.breakout.circles
  const divided = new Set(circles.flatMap((circle) => circle.members))
  const present = view.seats.flatMap(({ person }) => (person?.presence === 'admitted' ? person.id : []))
  const placed = (id: ParticipantID) => ({ id, name: nameOf(view, id) })
  return [
    { number: 0, people: present.filter((id) => !divided.has(id)).map(placed) },
    ...circles.map((circle) => ({ number: circle.number, people: circle.members.map(placed) })),
  ]
}

/** The number that a new circle would get, 0 if there can be no more. */
export function nextCircle(view: View): number {
  const next = view.breakout.circles.length + 1
  return next <= mostCircles ? next : 0
}

/** Whether a division may be opened: someone is in a circle and nobody is alone in one. */
export function mayOpen(zones: Zone[]): boolean {
  const filled = zones.filter((zone) => zone.number > 0 && zone.people.length > 0)
  return filled.length > 0 && filled.every((zone) => zone.people.length > 1)
}

/** Who was put in a zone that they were not in. */
export function movedTo(zone: Zone, people: readonly Placed[]): Placed | undefined {
  return people.find((person) => !zone.people.some((before) => before.id === person.id))
}
