import { describe, expect, test } from 'vitest'
import { withoutCandidates } from './connection'
import { newDevice, permissionOf } from './devices'
import { changes, sourcesOf } from './slots'
import { levelOf } from './sound'

const slot = (slot: number, source: string) => ({ slot, source, path: 'media' as const, keyId: 0, prepared: false })

describe('a slot map', () => {
  test('empties every slot that it does not name', () => {
    expect(sourcesOf({ rev: 1, slots: [slot(2, 'ben')] })).toEqual(['', '', 'ben', ...Array(14).fill('')])
  })
  test('cannot name a slot that was not offered', () => {
    expect(sourcesOf({ rev: 1, slots: [slot(17, 'ben')] })).toHaveLength(17)
  })
  test('vacates a slot that changes hands before it is filled', () => {
    expect(changes(['ana', 'ben', ''], ['ana', 'cleo', 'ben'])).toEqual({ vacated: [1], filled: [1, 2] })
  })
  test('that says the same again changes nothing', () => {
    expect(changes(['ana', ''], ['ana', ''])).toEqual({ vacated: [], filled: [] })
  })
})

describe('a session description', () => {
  test('is offered without addresses', () => {
    const sdp = 'a=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=end-of-candidates\r\na=rtcp-mux\r\n'
    expect(withoutCandidates(sdp)).toBe('a=mid:0\r\na=rtcp-mux\r\n')
  })
})

describe('devices', () => {
  const device = (kind: MediaDeviceKind, deviceId: string) => ({ kind, deviceId, label: deviceId }) as MediaDeviceInfo
  const before = [device('audioinput', 'built in'), device('audiooutput', 'default')]

  test('a headset is offered by its microphone', () => {
    const after = [...before, device('audiooutput', 'ear'), device('audioinput', 'headset')]
    expect(newDevice(before, after)).toEqual({ id: 'headset', label: 'headset' })
  })
  test('nothing is offered when one goes, or when the first list comes', () => {
    expect(newDevice(before, before.slice(1))).toBeNull()
    expect(newDevice([], before)).toBeNull()
  })
  test('the name for whichever is preferred is no new device', () => {
    expect(newDevice(before, [...before, device('audioinput', 'communications')])).toBeNull()
  })
  test.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'busy'],
  ])('%s is shown as %s', (name, permission) => {
    expect(permissionOf(new DOMException('', name))).toBe(permission)
  })
})

describe('the level', () => {
  test('of silence is 0, of the loudest sound 1', () => {
    expect(levelOf(new Float32Array(64))).toBe(0)
    expect(levelOf(new Float32Array(64).fill(1))).toBe(1)
  })
  test('of speech at -20 dB moves the bar well', () => {
    expect(levelOf(new Float32Array(64).fill(0.1))).toBeCloseTo(2 / 3, 1)
  })
})
