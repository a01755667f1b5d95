import { describe, expect, test } from 'vitest'
import { captionHeight, chairsOf, placesOf, ringFrom, type Place } from './seating'
import { sampleView, seat } from './sample'

describe('the ring', () => {
  test('has the same cyclic order for everyone, oneself first', () => {
    const names = (you: string) => chairsOf(sampleView({ you })).map((c) => c.name)
    expect(names('ben')).toEqual(['Ben', 'Cleo', 'Dirk', 'Ana'])
    expect(names('dirk')).toEqual(['Dirk', 'Ana', 'Ben', 'Cleo'])
    expect(names('ana')).toEqual(['Ana', 'Ben', 'Cleo', 'Dirk'])
  })

  test('keeps the chair of one who is away, has left, or has not come', () => {
    const view = sampleView({ you: 'ben' })
    view.seats = [
      seat('ben', 'Ben'),
      seat('cleo', 'Cleo', { connected: false }),
      seat('dirk', 'Dirk', { presence: 'left' }),
      { participant: 'els', name: 'Els' },
    ]
    expect(chairsOf(view).map((c) => c.standing)).toEqual(['here', 'away', 'left', 'empty', 'here'])
  })

  test('tells staff whose chair is empty because they wait to be let in', () => {
    const view = sampleView({ you: 'ana' })
    for (const name of ['Els', 'Finn', 'Gea']) view.seats.push({ participant: name.toLowerCase(), name })
    const waiting = {
      role: 'member' as const,
      connected: true,
      waitingMs: 0,
      with: [],
      together: false,
      alone: false,
      announced: false,
    }
    view.waiting = [
      { id: 'els', name: 'Els', presence: 'waiting', ...waiting },
      { id: 'finn', name: 'Finn', presence: 'checking', ...waiting },
      { id: 'gea', name: 'Gea', presence: 'waiting', ...waiting, connected: false },
    ]
    expect(chairsOf(view).map((c) => c.standing)).toEqual(['here', 'here', 'here', 'here', 'waiting', 'empty', 'empty'])
  })

  test('shows a member in a small circle nobody of another circle', () => {
    const view = sampleView({ you: 'ben' })
    view.you.circle = 1
    view.seats = [
      seat('ben', 'Ben', { circle: 1 }),
      seat('cleo', 'Cleo', { circle: 2, here: false }),
      seat('dirk', 'Dirk', { circle: 1, connected: false }),
    ]
    view.staff[0]!.here = false
    expect(chairsOf(view).map((c) => [c.name, c.standing])).toEqual([
      ['Ben', 'here'],
      ['Dirk', 'away'],
    ])
  })

  test('shows staff in the whole circle where the others went', () => {
    const view = sampleView({ you: 'ana' })
    view.seats = [seat('ben', 'Ben', { circle: 1, here: false })]
    expect(chairsOf(view).map((c) => c.standing)).toEqual(['here', 'elsewhere'])
    const member = { ...view, you: { ...view.you, id: 'dirk', role: 'member' as const } }
    expect(chairsOf(member).map((c) => c.name)).toEqual(['Ana'])
  })
})

/** Sixteen members and two staff without a seat. */
const mostChairs = 18

describe('places', () => {
  const stages = [
    [964, 620],
    [850, 590], // staff's, on a small laptop
    [1280, 640],
    [760, 600],
    [1500, 900],
  ] as const

  test.each(stages)('never overlap nor leave a stage of %i by %i', (width, height) => {
    for (let count = 1; count <= mostChairs; count++)
      for (let large = 0; large <= Math.min(4, count); large++) {
        const places = placesOf(
          count,
          Array.from({ length: large }, (_, i) => i),
          width,
          height,
        )!
        const said = `${count} chairs, ${large} large`
        expect(places, said).toHaveLength(count)
        for (const place of places) expect(inside(place, width, height), `${said}: ${JSON.stringify(place)}`).toBe(true)
        for (const [i, a] of places.entries())
          for (const [j, b] of places.entries())
            if (i < j) expect(overlap(a, b), `${said}: ${i} ${j} ${JSON.stringify([a, b])}`).toBe(false)
      }
  })

  test('go clockwise from the bottom', () => {
    for (const count of [4, 5, 6, 7, 8, 9, 10, 11, 12]) {
      const angles = placesOf(count, [], 1000, 700)!.map((p) => {
        const [x, y] = [p.left + p.width / 2 - 500, p.top + (p.width * 0.75 + captionHeight) / 2 - 350]
        return (Math.atan2(-x, y) + 2 * Math.PI) % (2 * Math.PI)
      })
      expect(angles[0]).toBeCloseTo(0)
      expect(angles, `${count} chairs`).toEqual([...angles].sort((a, b) => a - b))
    }
  })

  test('are rows for a large group, oneself last', () => {
    const places = placesOf(17, [], 850, 590)!
    const self = places[0]!
    for (const place of places.slice(1)) {
      expect(place.width).toBe(self.width)
      expect(place.top < self.top || (place.top === self.top && place.left < self.left), JSON.stringify(place)).toBe(
        true,
      )
    }
    expect(self.width).toBeGreaterThan(110)
  })

  test('leave the middle of a ring to words', () => {
    for (let count = ringFrom; count <= 12; count++)
      for (const p of placesOf(count, [], 964, 620)!) {
        const height = p.width * 0.75 + captionHeight
        const apart = p.left + p.width <= 332 || p.left >= 632 || p.top + height <= 255 || p.top >= 365
        expect(apart, `${count} chairs: ${JSON.stringify(p)}`).toBe(true)
      }
  })

  test('are a grid on a phone', () => {
    expect(placesOf(6, [], 390, 700)).toBeNull()
  })
})

const inside = (p: Place, width: number, height: number) =>
  p.left >= -1 && p.top >= -1 && p.left + p.width <= width + 1 && p.top + p.width * 0.75 + captionHeight <= height + 1

function overlap(a: Place, b: Place): boolean {
  const [ah, bh] = [a, b].map((p) => p.width * 0.75 + captionHeight) as [number, number]
  return a.left + a.width > b.left && b.left + b.width > a.left && a.top + ah > b.top && b.top + bh > a.top
}
