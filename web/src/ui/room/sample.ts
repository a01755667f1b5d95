/** A small room for component tests: Ana leads, Ben, Cleo and Dirk have seats. Not part of the client. */
import { vi } from 'vitest'
import { noDevices } from '../../devices'
import type { Session, SessionState } from '../../state'
import type { PersonView, SeatView, View } from '../../wire.gen'

export function person(id: string, name: string, change: Partial<PersonView> = {}): PersonView {
  return {
    id,
    name,
    role: 'member',
    presence: 'admitted',
    connected: true,
    mic: 'on',
    camera: 'self_off',
    circle: 0,
    steppedOut: false,
    here: true,
    atDoor: false,
    ...change,
  }
}

export function seat(id: string, name: string, change: Partial<PersonView> = {}): SeatView {
  return { participant: id, name, person: person(id, name, change) }
}

/** The room as one of ana, ben, cleo or dirk sees it. */
export function sampleView(viewer: { you: string } = { you: 'ben' }): View {
  const ana = person('ana', 'Ana', { role: 'therapist' })
  const seats = [seat('ben', 'Ben'), seat('cleo', 'Cleo'), seat('dirk', 'Dirk')]
  const you = [ana, ...seats.map((s) => s.person!)].find((p) => p.id === viewer.you)!
  return {
    phase: 'whole',
    groupName: 'Donderdaggroep',
    you: { ...you, movingTo: -1, assigned: 0, unmuteAskMs: 0 },
    seats,
    staff: [ana],
    floor: {
      speaker: '',
      speakMs: 0,
      offered: '',
      offeredMs: 0,
      overdue: false,
      held: false,
      heldMs: 0,
      budgetMs: 0,
      still: false,
      gated: false,
    },
    queue: [],
    mode: 'moderated',
    order: 'first_come',
    gate: 'open',
    timeBoxMs: 0,
    spotlight: [],
    screen: '',
    breakout: {
      status: 'none',
      circles: [],
      prompt: '',
      remainingMs: 0,
      capacity: 0,
      canKeepPairs: false,
      canAvoidPairs: false,
      smallest: 0,
    },
    fishbowl: { on: false, inner: [], asked: [], free: false },
    observers: [],
    script: { name: '', now: 0, runsMs: 0, phases: [], cameraOptional: false, pauseProminent: false },
    pause: { on: false, breathing: false },
    waiting: [],
    distress: [],
    messages: [],
    door: [],
    social: { on: false, alone: false, here: false, inMs: 0 },
    leavingMs: 0,
    staffPresent: true,
    staffGoneMs: 0,
    rosterVersion: 0,
  }
}

export function sampleState(view: View, change: Partial<SessionState> = {}): SessionState {
  return {
    stage: 'room',
    invitation: null,
    link: { state: 'open' },
    view,
    revision: 1,
    viewAtMs: performance.now(),
    speaking: new Set(),
    talk: null,
    hearing: null,
    pictures: new Map(),
    echoes: [],
    devices: { ...noDevices, permission: 'granted', wantMic: false, wantCamera: false },
    media: 'connected',
    soundBlocked: false,
    covered: false,
    returned: false,
    refusal: null,
    applied: null,
    helpUnsent: null,
    pending: 0,
    ...change,
  }
}

/** A session that remembers what it was asked; every command is applied. */
export function sampleSession(state: SessionState) {
  return {
    subscribe: vi.fn<Session['subscribe']>(() => () => undefined),
    get: vi.fn<Session['get']>(() => state),
    agree: vi.fn<Session['agree']>(async () => true),
    startCheck: vi.fn<Session['startCheck']>(async () => undefined),
    openDevices: vi.fn<Session['openDevices']>(async () => undefined),
    chooseDevice: vi.fn<Session['chooseDevice']>(async () => undefined),
    dismissOffered: vi.fn<Session['dismissOffered']>(),
    setWant: vi.fn<Session['setWant']>(),
    testTone: vi.fn<Session['testTone']>(),
    ready: vi.fn<Session['ready']>(async () => ''),
    command: vi.fn<Session['command']>(async () => ''),
    askHelp: vi.fn<Session['askHelp']>(),
    withdrawHelp: vi.fn<Session['withdrawHelp']>(),
    setMic: vi.fn<Session['setMic']>(async () => ''),
    setCamera: vi.fn<Session['setCamera']>(async () => ''),
    shareScreen: vi.fn<Session['shareScreen']>(async () => ''),
    allowSound: vi.fn<Session['allowSound']>(),
    cover: vi.fn<Session['cover']>(),
    uncover: vi.fn<Session['uncover']>(),
    dismissRefusal: vi.fn<Session['dismissRefusal']>(),
    dismissReturned: vi.fn<Session['dismissReturned']>(),
    want: vi.fn<Session['want']>(),
    leave: vi.fn<Session['leave']>(async () => undefined),
    comeBack: vi.fn<Session['comeBack']>(),
  } satisfies Session
}
