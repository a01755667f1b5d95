/** Screens that a session shows for a moment, or only when something is the matter, as states: no server has to be brought there. */
import { noDevices } from '../../src/devices'
import type { SessionState } from '../../src/state'
import { person, sampleState, sampleView, seat } from '../../src/ui/room/sample'
import type { CircleView, DoorView, EnterResponse, PersonView, View } from '../../src/wire.gen'
import { face } from './faces'

const names = { joke: 'Joke', samir: 'Samir', els: 'Els', noor: 'Noor', piet: 'Pieter-Willem', aya: 'Aya', tom: 'Tom' }
type Name = keyof typeof names | 'anna' | 'olga'
const everyone = [...Object.keys(names), 'anna']
const atDoor = 'bas'
const faces = new Map([...everyone, atDoor].map((id, i) => [id, face(i)]))

/** A pause has switched off every member's microphone. */
function paused(breathing: boolean) {
  return (view: View): void => {
    view.pause = { on: true, breathing }
    const members = view.seats.map((s) => s.person!)
    for (const p of members) p.mic = 'staff_off'
    if (view.you.role === 'member') view.you.mic = 'staff_off'
  }
}

/** A ring of seven members and Anna, who leads, as one of them sees it. */
function ring(you: Name, change: (view: View) => void = () => undefined): View {
  const view = sampleView()
  view.groupName = 'Dinsdaggroep'
  view.seats = Object.entries(names).map(([id, name]) => seat(id, name, { camera: 'on' }))
  view.staff = [person('anna', 'Anna', { role: 'therapist', camera: 'on' })]
  const self = you === 'olga' ? person('olga', 'Olga', { role: 'observer', mic: 'self_off' }) : of(view, you)
  view.you = { ...self, movingTo: -1, assigned: 0, unmuteAskMs: 0 }
  change(view)
  return view
}

function of(view: View, id: Name): PersonView {
  return [...view.seats.map((s) => s.person!), ...view.staff].find((p) => p.id === id)!
}

function room(view: View, change: Partial<SessionState> = {}): SessionState {
  const devices = { ...noDevices, permission: 'granted' as const, preview: faces.get(view.you.id) ?? null }
  return sampleState(view, { pictures: faces, devices, ...change })
}

const entry = (participant: Name, kind: 'speak' | 'reply' = 'speak') => ({
  participant,
  kind,
  pinned: false,
  frozen: false,
})

function circle(number: number, members: Name[], change: Partial<CircleView> = {}): CircleView {
  const quiet = { listening: members, helpMs: 0, helpBy: '', alone: false, announced: '', announcedMs: 0 }
  return { number, name: `${number}`, members, ...quiet, ...change }
}

/** The circles are open; who is in one sees and hears only theirs. */
function circles(view: View, ...all: CircleView[]): void {
  view.phase = 'circles'
  view.breakout = { ...view.breakout, status: 'open', circles: all, prompt: 'Wat helpt je?', remainingMs: 400_000 }
  for (const { number, members } of all) for (const id of members) of(view, id as Name).circle = number
  view.you.circle = of(view, view.you.id as Name).circle
  for (const p of [...view.seats.map((s) => s.person!), ...view.staff]) p.here = p.circle === view.you.circle
}

const phase = (name: string, minutes: number, prompt = '', gated = false) => ({ name, minutes, prompt, gated })

function invitation(role: EnterResponse['role']): EnterResponse {
  return {
    ticket: '',
    groupName: 'Dinsdaggroep',
    name: 'Joke',
    role,
    therapists: ['Anna'],
    observers: [],
    startsAtMs: 0,
    opensAtMs: 0,
    ended: true,
    numbers: { practice: '020 123 4567', emergency: '112', crisis: '113' },
    formal: false,
  }
}

const distress = { presence: 'admitted' as const, connected: true, circle: 0, seenBy: '' }
const waits = {
  id: atDoor,
  name: 'Bas',
  role: 'member' as const,
  presence: 'waiting' as const,
  connected: true,
  waitingMs: 130_000,
  with: [],
  together: false,
  alone: false,
  announced: false,
}

/** Everything at once, which a script, a queue and a door can bring in the same minute. */
function busy(view: View): void {
  view.floor = { ...view.floor, speaker: 'samir', speakMs: 95_000, budgetMs: 120_000 }
  view.queue = [entry('els'), entry('noor', 'reply'), entry('piet')]
  view.waiting = [waits]
  const phases = [phase('Openingsronde', 15, 'Hoe ben je er vandaag?'), phase('Thema', 45), phase('Slotronde', 15)]
  view.script = { ...view.script, name: 'Openingsronde', now: 1, runsMs: 480_000, phases }
  view.distress = [{ ...distress, participant: 'aya', name: 'Aya', kind: 'help', waitedMs: 20_000, alarm: false }]
  const text = 'Ik moet om vier uur weg. Is dat goed?'
  view.messages = [{ id: 1, from: 'tom', name: 'Tom', text, back: false, agoMs: 60_000, seenBy: '' }]
}

const talk = {
  people: everyone.map((participant, i) => ({ participant, share: [22, 30, 4, 10, 0, 12, 8, 14][i]! })),
  overlapMs: 35_000,
  silenceMs: 48_000,
}

const fishbowl = { on: true, inner: ['samir', 'els'], asked: ['noor'], free: true }

/** Joke waits where those who wait may meet. */
function waiting(social: Partial<View['social']>, ...others: DoorView[]): SessionState {
  const view = ring('joke', (view) => {
    view.you.presence = 'waiting'
    view.seats = []
    view.social = { ...view.social, on: true, ...social }
    view.door = others
  })
  return room(view, { stage: 'waiting', invitation: invitation('member') })
}

function waitsToo(id: Name, change: Partial<DoorView> = {}): DoorView {
  return { id, name: names[id as keyof typeof names], role: 'member', mic: 'on', camera: 'on', inMs: 0, ...change }
}

export const scenes = {
  pause: () => room(ring('joke', paused(false))),
  'pause-breathing': () => room(ring('joke', paused(true))),
  'pause-staff': () => room(ring('anna', paused(true))),
  'step-out': () =>
    room(
      ring('joke', (view) => {
        const out = { steppedOut: true, mic: 'self_off', camera: 'self_off' } as const
        Object.assign(of(view, 'joke'), out)
        Object.assign(view.you, out)
      }),
    ),
  choose: () =>
    room(
      ring('joke', (view) => {
        const draft = [circle(1, ['samir', 'els']), circle(2, ['noor', 'piet', 'aya']), circle(3, [])]
        view.breakout = { ...view.breakout, status: 'draft', capacity: 3, circles: draft }
      }),
    ),
  observed: () =>
    room(
      ring('joke', (view) => {
        view.observers = [
          { id: 'olga', name: 'Olga', here: true },
          { id: 'omar', name: 'Omar', here: false },
        ]
      }),
    ),
  observing: () => room(ring('olga', (view) => (view.observers = [{ id: 'olga', name: 'Olga', here: true }]))),
  circle: () =>
    room(
      ring('joke', (view) => {
        const listening = ['joke', 'samir', 'els', 'anna']
        circles(view, circle(1, ['joke', 'samir', 'els'], { listening }), circle(2, ['noor', 'piet', 'aya', 'tom']))
      }),
    ),
  alone: () => room(ring('joke', (view) => circles(view, circle(1, ['joke'], { alone: true }), circle(2, ['samir'])))),
  'listening-staff': () =>
    room(
      ring('anna', (view) =>
        circles(
          view,
          circle(1, ['joke', 'samir', 'els'], { listening: ['joke', 'samir', 'els', 'anna'] }),
          circle(2, ['noor', 'piet', 'aya', 'tom'], { helpMs: 30_000, helpBy: 'noor' }),
        ),
      ),
    ),
  'circles-draft': () =>
    room(
      ring('anna', (view) => {
        const draft = [circle(1, ['joke', 'samir', 'els']), circle(2, ['noor', 'piet', 'aya', 'tom'])]
        view.breakout = { ...view.breakout, status: 'draft', circles: draft }
      }),
    ),
  spotlight: () => room(ring('joke', (view) => (view.spotlight = ['joke']))),
  'spotlight-staff': () => room(ring('anna', (view) => (view.spotlight = ['samir']))),
  'fishbowl-outer': () =>
    room(ring('joke', (view) => ((view.fishbowl = fishbowl), (view.you.mic = of(view, 'joke').mic = 'self_off')))),
  'fishbowl-staff': () => room(ring('anna', (view) => (view.fishbowl = fishbowl))),
  'your-turn': () => room(ring('joke', (view) => ((view.floor.offered = 'joke'), (view.queue = [entry('els')])))),
  speaking: () =>
    room(
      ring('joke', (view) => (view.floor = { ...view.floor, speaker: 'joke', speakMs: 70_000, budgetMs: 120_000 })),
      {
        hearing: { hear: 6, of: 7, acousticEcho: false, unheard: [] },
        echoes: [{ id: 1, from: 'samir', kind: 'recognise' }],
        speaking: new Set(['joke']),
      },
    ),
  'acoustic-echo': () => room(ring('joke'), { hearing: { hear: 7, of: 7, acousticEcho: true, unheard: [] } }),
  help: () =>
    room(
      ring('joke', (view) => {
        view.distress = [{ ...distress, participant: 'joke', name: 'Joke', kind: 'help', waitedMs: 9000, alarm: false }]
      }),
    ),
  'leave-together': () => room(ring('joke', (view) => (view.leavingMs = 9000))),
  'staff-calm': () => room(ring('anna')),
  'staff-busy': () =>
    room(ring('anna', busy), {
      talk,
      refusal: { command: 'startPhase', code: 'stale' },
      hearing: { hear: 7, of: 7, acousticEcho: false, unheard: [{ listener: 'tom', sources: ['samir'] }] },
    }),
  'waiting-together': () =>
    waiting(
      { here: true },
      waitsToo('samir'),
      waitsToo('els', { camera: 'self_off', mic: 'self_off' }),
      waitsToo('piet', { mic: 'self_off' }),
      waitsToo('noor', { inMs: 2000 }),
    ),
  'waiting-alone': () => waiting({ alone: true }),
  'peek-member': () =>
    room(
      ring('joke', (view) => {
        view.you.presence = 'waiting'
        view.door = [{ id: 'anna', name: 'Anna', role: 'therapist', mic: 'on', camera: 'on', inMs: 0 }]
      }),
      { stage: 'waiting', invitation: invitation('member') },
    ),
  'peek-staff': () =>
    room(
      ring('anna', (view) => {
        view.you.circle = of(view, 'anna').circle = 0
        view.waiting = [{ ...waits, with: ['anna'] }]
        view.door = [{ id: atDoor, name: 'Bas', role: 'member', mic: 'on', camera: 'on', inMs: 0 }]
      }),
    ),
  'look-back': () => room(ring('joke'), { stage: 'ended', view: null, invitation: invitation('member') }),
} satisfies Record<string, () => SessionState>

export type Scene = keyof typeof scenes
