/**
 * Where everyone sits. Who has a chair, and in what order, is the server's: the seats clockwise, then staff without a seat of their
 * own. This only turns the ring so that oneself is at the bottom, and says where each chair stands on a stage of a given size.
 * The cyclic order never changes, whoever speaks or is in the spotlight.
 */
import type { ParticipantID, PersonView, View } from '../../wire.gen'

/**
 * here: live. away: the connection is lost. out: taking a break. apart: staff took them out of the room for a word. elsewhere: in another
 * circle. waiting: in the waiting room, which staff alone are told. empty: not come yet. left: for good.
 */
export type Standing = 'here' | 'away' | 'out' | 'apart' | 'elsewhere' | 'waiting' | 'empty' | 'left'

export interface Chair {
  id: ParticipantID
  name: string
  person: PersonView | undefined
  standing: Standing
}

/** A chair's left top corner and the width of its picture, in CSS pixels. */
export interface Place {
  left: number
  top: number
  width: number
}

/** What a name and the words beside it need below a picture. */
export const captionHeight = 56
/** From this many on there is a middle to put words in; fewer people are shown larger instead. */
export const ringFrom = 5
/** With more than this a ring's pictures would be too small, and they stand in rows. */
export const ringTo = 12
/** A narrower stage is a phone: the chairs stand in a grid, and CSS places them. */
export const phoneWidth = 600

/** The chairs that the viewer sees: in a breakout circle only those of that circle, else the whole ring. */
export function chairsOf(view: View): Chair[] {
  const all = [
    // A chair without a name belongs to nobody yet: there is nothing to say of it.
    ...view.seats.filter((seat) => seat.participant).map((seat) => chair(seat.participant, seat.name, seat.person)),
    ...view.staff.map((person) => chair(person.id, person.name, person)),
  ]
  const waits = new Set(view.waiting.filter((p) => p.presence === 'waiting' && p.connected).map((p) => p.id))
  for (const c of all) if (c.standing === 'empty' && waits.has(c.id)) c.standing = 'waiting'
  const staff = view.you.role === 'therapist'
  const shown = all.filter((c) => {
    if (c.id === view.you.id) return true
    if (view.you.circle > 0) return c.person?.here === true && c.person.presence === 'admitted'
    return c.standing !== 'elsewhere' || staff || c.person?.atDoor === true
  })
  return turned(shown, view.you.id)
}

function chair(id: ParticipantID, name: string, person: PersonView | undefined): Chair {
  return { id, name, person, standing: standingOf(person) }
}

function standingOf(person: PersonView | undefined): Standing {
  if (person?.presence === 'left' || person?.presence === 'removed') return 'left'
  if (person?.presence === 'waiting') return 'apart'
  if (person?.presence !== 'admitted') return 'empty'
  if (!person.here) return 'elsewhere'
  if (!person.connected) return 'away'
  return person.steppedOut ? 'out' : 'here'
}

/** The same ring, beginning at oneself. */
function turned(chairs: Chair[], self: ParticipantID): Chair[] {
  const at = chairs.findIndex((c) => c.id === self)
  return at < 1 ? chairs : [...chairs.slice(at), ...chairs.slice(0, at)]
}

/**
 * The places of count chairs, the first at the bottom and the rest clockwise. Null where a grid that scrolls is better: on a phone.
 * large are the indexes in the spotlight; wide says that the one of them is a screen.
 */
export function placesOf(
  count: number,
  large: readonly number[],
  width: number,
  height: number,
  wide = false,
): Place[] | null {
  if (count === 0 || width < phoneWidth || height === 0) return null
  if (large.length > 0 && large.length < count) return spotlight(count, large, width, height, wide)
  if (count > ringTo) return rows(count, width, height)
  if (count < 4) return row(count, width, height)
  return count <= 8 ? ellipse(count, width, height) : arcs(count, width, height)
}

/** Two or three people sit side by side, oneself on the right: a ring of three wastes most of the screen. */
function row(count: number, width: number, height: number): Place[] {
  const size = fit(width / count - 24, height - captionHeight, 640)
  const step = size + 24
  const from = (width - count * step) / 2 + 12
  const top = (height - heightOf(size)) / 2
  return Array.from({ length: count }, (_, i) => ({ left: from + (count - 1 - i) * step, top, width: size }))
}

/** Up to eight: evenly round, as large as they can be without touching. */
function ellipse(count: number, width: number, height: number): Place[] {
  // On a wide screen a ring that reached both sides would be two rows of people who look past each other.
  const across = Math.min(width, 1.75 * height)
  const aside = (width - across) / 2
  const clear = (place: Place) => count < ringFrom || !coversWords(place, width, height)
  return largest(Math.min(320, width / 2), clear, (size) =>
    Array.from({ length: count }, (_, i) => {
      const angle = (2 * Math.PI * i) / count
      const y = Math.cos(angle)
      // Clockwise on screen from the bottom goes to the left. A chair between top and side stands a little nearer to the top, to
      // clear the one at the side.
      const place = at(-Math.sin(angle), Math.sign(y) * Math.abs(y) ** 0.75, size, across, height)
      return { ...place, left: place.left + aside }
    }),
  )
}

/** An odd number along the bottom with oneself in the middle, the others along the top; each arc bends towards the other. */
function arcs(count: number, width: number, height: number): Place[] {
  const below = 2 * Math.floor(count / 4) + 1
  const half = (below - 1) / 2
  const above = count - below
  const bend = (x: number) => 1 - 0.25 * x * x
  const clear = (place: Place) => !coversWords(place, width, height)
  return largest(Math.min(260, width / 2), clear, (size) =>
    Array.from({ length: count }, (_, i) => {
      if (i > half && i <= half + above) {
        const x = (2 * (i - half - 1)) / (above - 1) - 1
        return at(x, -bend(x), size, width, height)
      }
      const x = -(i <= half ? i : i - count) / half
      return at(x, bend(x), size, width, height)
    }),
  )
}

/** As many columns as make the pictures largest with everyone in sight. Oneself is last: at the bottom, as in a ring. */
function rows(count: number, width: number, height: number): Place[] {
  const sizeIn = (columns: number) =>
    fit(width / columns - gap, height / Math.ceil(count / columns) - captionHeight, 320)
  const widest = Math.max(...Array.from({ length: count }, (_, i) => sizeIn(i + 1)))
  const columns = Array.from({ length: count }, (_, i) => i + 1).find((n) => sizeIn(n) === widest) ?? count
  const top = (height - Math.ceil(count / columns) * heightOf(widest)) / 2
  return inLines(count, columns, widest, width, top).map((_, i, all) => all[(i + count - 1) % count]!)
}

/** Lines of columns chairs each from the left, every line in the middle of the width. */
function inLines(count: number, columns: number, size: number, width: number, top: number): Place[] {
  const step = size + gap
  return Array.from({ length: count }, (_, i) => {
    const line = Math.floor(i / columns)
    const inLine = Math.min(columns, count - line * columns)
    const left = (width - inLine * step + gap) / 2 + (i % columns) * step
    return { left, top: top + line * heightOf(size), width: size }
  })
}

/** The largest size at which no two chairs touch and each is clear of the middle. */
function largest(from: number, clear: (place: Place) => boolean, places: (size: number) => Place[]): Place[] {
  let size = Math.floor(from)
  const good = (all: Place[]) => all.every(clear) && !anyTouch(all)
  while (size > smallest && !good(places(size))) size -= 4
  return places(size)
}

const smallest = 56
const gap = 12

function anyTouch(places: Place[]): boolean {
  return places.some((a, i) => places.some((b, j) => i < j && touch(a, b)))
}

function touch(a: Place, b: Place): boolean {
  const across = Math.abs(a.left - b.left) < a.width + gap
  return across && Math.abs(a.top - b.top) < heightOf(a.width)
}

/** One to four large above; the others stay visible below, in two lines where one would make them tiny, all in ring order. */
function spotlight(count: number, large: readonly number[], width: number, height: number, wide: boolean): Place[] {
  const few = count - large.length
  const lines = few * (80 + gap) > width ? 2 : 1
  const inLine = Math.ceil(few / lines)
  const small = fit(width / inLine - gap, 0.2 * height, 180)
  const room = height - lines * heightOf(small) - 16
  const others = inLines(few, inLine, small, width, height - lines * heightOf(small))
  const rows = large.length > 2 ? 2 : 1
  const columns = Math.ceil(large.length / rows)
  // A screen is 16:9, so that it may be a third wider at the same height.
  const big = fit(width / columns - 16, (room / rows - captionHeight) * (wide ? 4 / 3 : 1), wide ? 1280 : 960)
  let nthLarge = 0
  let nthSmall = 0
  return Array.from({ length: count }, (_, i) => {
    if (!large.includes(i)) return others[nthSmall++]!
    const n = nthLarge++
    const inRow = Math.min(columns, large.length - Math.floor(n / columns) * columns)
    const left = (width - inRow * (big + 16)) / 2 + 8 + (n % columns) * (big + 16)
    return { left, top: Math.floor(n / columns) * (room / rows), width: big }
  })
}

/** Whether a chair lies over the words in the middle: three lines. */
function coversWords(place: Place, width: number, height: number): boolean {
  const across = Math.abs(place.left + place.width / 2 - width / 2)
  const down = Math.abs(place.top + heightOf(place.width) / 2 - height / 2)
  return across < (place.width + 300) / 2 && down < (heightOf(place.width) + 110) / 2
}

/** The widest 4:3 picture that is no wider than width or max and no higher than height. */
function fit(width: number, height: number, max: number): number {
  return Math.floor(Math.max(smallest, Math.min(width, (height * 4) / 3, max)))
}

const heightOf = (width: number) => width * 0.75 + captionHeight

/** x and y are -1 to 1; a chair at the edge touches it. */
function at(x: number, y: number, size: number, width: number, height: number): Place {
  return {
    left: ((width - size) / 2) * (1 + x),
    top: ((height - heightOf(size)) / 2) * (1 + y),
    width: size,
  }
}
