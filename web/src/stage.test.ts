import { describe, expect, test } from 'vitest'
import { CallError } from './calls'
import { afterClose, afterRefusedEnter, stageOf } from './stage'
import type { Presence, View } from './wire.gen'

const view = (presence: string, phase = 'whole') => ({ phase, you: { presence: presence as Presence } }) as View

describe('a socket that has ended', () => {
  test.each([1000, 1001, 1006, 4005, 4006, 4007, 4999])('is resumed after %i', (code) => {
    expect(afterClose(code)).toEqual({ do: 'resume' })
  })
  test.each([4000, 4001, 4009])('needs the link again after %i', (code) => {
    expect(afterClose(code)).toEqual({ do: 'enter' })
  })
})

describe('a refused link', () => {
  test.each([400, 401, 404])('is bad at %i', (status) => {
    expect(afterRefusedEnter(new CallError(status, ''))).toBe('badLink')
  })
  test.each([0, 429, 503])('may be tried again at %i', (status) => {
    expect(afterRefusedEnter(new CallError(status, ''))).toBeNull()
  })
  test('of whom staff have removed says so', () => {
    expect(afterRefusedEnter(new CallError(403, 'removed'))).toBe('removed')
    expect(afterRefusedEnter(new CallError(403, 'origin'))).toBeNull()
  })
  test('is not what a fault of our own is', () => {
    expect(() => afterRefusedEnter(new TypeError('ours'))).toThrow('ours')
  })
})

describe('a view puts the person', () => {
  test.each([
    ['invited', 'check'],
    ['checking', 'check'],
    ['waiting', 'waiting'],
    ['admitted', 'room'],
    ['removed', 'removed'],
    ['left', 'left'],
  ])('%s in the stage %s', (presence, stage) => {
    expect(stageOf(view(presence), 'landing')).toBe(stage)
  })
  test('at the end, wherever they were', () => expect(stageOf(view('admitted', 'ended'), 'room')).toBe('ended'))
  test('nowhere else by a word of a later version', () => expect(stageOf(view('dancing'), 'room')).toBe('room'))
})
