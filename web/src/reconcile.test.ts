import { describe, expect, test } from 'vitest'
import { hasReturned, maySend, stepFor } from './reconcile'
import type { DeviceState, Presence, SelfView, View } from './wire.gen'

const you = (presence: Presence, mic: DeviceState): SelfView => ({
  id: 'ben',
  name: 'Ben',
  role: 'member',
  presence,
  mic,
  camera: 'self_off',
  circle: 0,
  movingTo: -1,
  steppedOut: false,
  assigned: 0,
  unmuteAskMs: 0,
})
const live = { live: true, switching: false }
const none = { live: false, switching: false }

describe("a view's meaning for the own microphone", () => {
  test.each(['staff_off', 'locked', 'self_off'] as const)('%s lets go of it', (state) => {
    expect(stepFor('mic', you('admitted', state), live)).toBe('off')
  })

  test.each(['staff_off', 'locked', 'self_off', 'on'] as const)('%s never switches it on', (state) => {
    expect(['nothing', 'tellOff']).toContain(stepFor('mic', you('admitted', state), none))
  })

  test('on without a device is told to the server', () => {
    expect(stepFor('mic', you('admitted', 'on'), none)).toBe('tellOff')
  })

  test('waits for the own switch that is under way', () => {
    expect(stepFor('mic', you('admitted', 'self_off'), { live: true, switching: true })).toBe('nothing')
  })

  test('leaves it alone in the check, where the own wish stands', () => {
    expect(stepFor('mic', you('checking', 'self_off'), live)).toBe('nothing')
  })
})

describe('sending', () => {
  test.each(['invited', 'checking', 'waiting', 'left', 'removed'] as const)('does not happen while %s', (presence) => {
    expect(maySend('mic', { you: you(presence, 'on'), door: [] })).toBe(false)
  })

  test('happens in the room, while on', () => {
    expect(maySend('mic', { you: you('admitted', 'on'), door: [] })).toBe(true)
    expect(maySend('mic', { you: you('admitted', 'staff_off'), door: [] })).toBe(false)
  })

  test('happens in the waiting room while staff look in', () => {
    const ana = { id: 'ana', name: 'Ana', role: 'therapist', mic: 'on', camera: 'on', inMs: 3000 } as const
    expect(maySend('mic', { you: you('waiting', 'on'), door: [ana] })).toBe(true)
    expect(maySend('mic', { you: you('waiting', 'self_off'), door: [ana] })).toBe(false)
    expect(maySend('mic', { you: you('removed', 'on'), door: [ana] })).toBe(false)
  })
})

describe('a return', () => {
  const inRoom = { you: you('admitted', 'self_off') } as View
  const inWaitingRoom = { you: you('waiting', 'self_off') } as View
  test('is a first view from the room without a check', () => expect(hasReturned(null, false, inRoom)).toBe(true))
  test('is being let in after a reload in the waiting room', () =>
    expect(hasReturned(inWaitingRoom, false, inRoom)).toBe(true))
  test('is not the way in by the check', () => expect(hasReturned(inWaitingRoom, true, inRoom)).toBe(false))
  test('is the end of a break', () => {
    const resting = { ...inRoom, you: { ...inRoom.you, steppedOut: true } }
    expect(hasReturned(resting, true, inRoom)).toBe(true)
    expect(hasReturned(inRoom, true, resting)).toBe(false)
  })
  test('is not a later view', () => expect(hasReturned(inRoom, false, inRoom)).toBe(false))
})
