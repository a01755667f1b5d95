/**
 * The one state that every view is a function of. session.ts owns it and is the only writer; views read it and call the
 * session's actions. Nothing here is framework-specific.
 */
import type { ShownEcho } from './echoes'
import type { Command, DistressKind, EnterResponse, Hearing, ParticipantID, Talk, View } from './wire.gen'

/** Where the person stands. Each stage is one screen. */
export type Stage =
  | 'entering' // the link is being exchanged
  | 'badLink' // unknown or renewed link
  | 'unsupported' // this browser cannot do it
  | 'landing' // invited; the session is open, to come, or over
  | 'check' // device check
  | 'waiting' // waiting room
  | 'room'
  | 'left' // by the person's own button
  | 'removed'
  | 'ended'
  | 'replaced' // the same person opened another page
  | 'outdated' // another protocol version: reload

/** The socket: lost shows a banner after 2 s and a full screen after 10 s; media may go on meanwhile. */
export type Link = { state: 'none' } | { state: 'open' } | { state: 'lost'; sinceMs: number }

export interface Device {
  id: string
  label: string
}

/** The person's own devices, from the check on. level is 0 to 1. */
export interface Devices {
  permission: 'unknown' | 'asking' | 'granted' | 'denied' | 'missing' | 'busy'
  cameras: Device[]
  microphones: Device[]
  speakers: Device[]
  camera: string
  microphone: string
  speaker: string
  /** Own picture, null while the camera is off or not permitted. */
  preview: MediaStream | null
  level: number
  /** What the person wants in the check, before ready(). */
  wantMic: boolean
  wantCamera: boolean
  /** A new device was plugged in: offered, never taken silently. */
  offered: Device | null
}

/** A command, and what the person saw when they gave it: whom it was about may be gone since. */
export interface Applied {
  command: Command
  view: View
}

export interface SessionState {
  stage: Stage
  invitation: EnterResponse | null
  link: Link
  /** Everything the server tells; null before the first view. */
  view: View | null
  revision: number
  /** When the view came (performance.now()), so that remaining times count down between views. */
  viewAtMs: number
  speaking: ReadonlySet<ParticipantID>
  /** Staff only: how the speaking was shared so far. */
  talk: Talk | null
  /** How well the person is heard, null until it is known. */
  hearing: Hearing | null
  /** Remote pictures by source; a source without a stream shows no picture. */
  pictures: ReadonlyMap<ParticipantID, MediaStream>
  /** What listeners let this person know while they speak; each for four seconds. */
  echoes: readonly ShownEcho[]
  devices: Devices
  media: 'none' | 'connecting' | 'connected' | 'lost'
  /** Sound is blocked until the person clicks (autoplay policy after a reload). */
  soundBlocked: boolean
  /** The person's own screen is covered and silent, because someone walked in. */
  covered: boolean
  /** The page was reloaded in the room: microphone and camera are off until the person switches them on. */
  returned: boolean
  /**
   * The last refused command, for a line of text near the controls. Staff, who look at people and not at the bar, have it until their
   * next command or until they close it; others for 6 s.
   */
  refusal: { command: keyof Command; code: string } | null
  /** The last command of staff that was applied, for a line that says what it did; null after 6 s. */
  applied: Applied | null
  /** Help that was asked for and has not reached the server; null when it has, or none was asked. */
  helpUnsent: DistressKind | null
  /** Whether the browser itself is offline or a command waits for the socket. */
  pending: number
}

/** What views may do. Commands resolve with '' when applied, else with the refusal's code. */
export interface Session {
  /** Svelte store contract. */
  subscribe(run: (state: SessionState) => void): () => void
  get(): SessionState
  /** Agrees to the ground rules that the invitation has; false where they are others now, or it cannot be said. */
  agree(): Promise<boolean>
  /** landing -> check: opens devices, the socket and the media connection. Called in a click. */
  startCheck(): Promise<void>
  openDevices(): Promise<void>
  chooseDevice(kind: 'camera' | 'microphone' | 'speaker', id: string): Promise<void>
  dismissOffered(): void
  setWant(want: { mic?: boolean; camera?: boolean }): void
  testTone(): void
  /** check -> waiting (members) or room (staff). */
  ready(): Promise<string>
  command(command: Command): Promise<string>
  /** Asks staff for help, and goes on asking until the server has it. */
  askHelp(kind: DistressKind): void
  /** The help is no longer needed. */
  withdrawHelp(): void
  /** Own microphone and camera in the room. */
  setMic(on: boolean): Promise<string>
  setCamera(on: boolean): Promise<string>
  /** Staff: shows this screen to all in place of the own camera, which stays as it is; null ends it. */
  shareScreen(track: MediaStreamTrack | null): Promise<string>
  /** Starts sound after a click where autoplay was blocked. */
  allowSound(): void
  dismissReturned(): void
  dismissRefusal(): void
  /** Someone walks in: own microphone, camera and screen off at once, nothing to be heard. Uncovered, the own devices stay off. */
  cover(): void
  uncover(): void
  /** How tall a source's picture is on screen in device pixels; 0 is not visible. The session coalesces. */
  want(source: ParticipantID, height: number): void
  leave(): Promise<void>
  /** left -> entering, the same link again. */
  comeBack(): void
}
