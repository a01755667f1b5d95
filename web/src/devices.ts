/**
 * The person's own camera, microphone and speaker. What is wanted is a switch; settle() brings the device to it, one step at a
 * time, so that quick clicks end where the last one said. Switching the camera off stops its track, so that its light goes out.
 * The microphone's track is kept, silent: some browsers ask for permission again for a new one.
 */
import { Meter, playTone } from './sound'
import type { Device, Devices } from './state'

export type Kind = 'mic' | 'camera'

export interface DeviceHooks {
  /** The devices as views show them. */
  changed(devices: Devices): void
  /** What there is to send has changed: ask track(). */
  tracks(): void
  speaker(id: string): void
}

const inputOf = { mic: 'audioinput', camera: 'videoinput' } as const
const choiceOf = { mic: 'microphone', camera: 'camera' } as const

/** Before the check has asked for any. */
export const noDevices: Devices = {
  permission: 'unknown',
  cameras: [],
  microphones: [],
  speakers: [],
  camera: '',
  microphone: '',
  speaker: '',
  preview: null,
  level: 0,
  wantMic: true,
  wantCamera: true,
  offered: null,
}

export class OwnDevices {
  private state = noDevices
  private all: MediaDeviceInfo[] = []
  private live: Record<Kind, MediaStreamTrack | null> = { mic: null, camera: null }
  private wanted: Record<Kind, boolean> = { mic: false, camera: false }
  private settling: Record<Kind, Promise<void> | null> = { mic: null, camera: null }
  private closed = false
  private readonly meter = new Meter((level) => this.change({ level }))
  private readonly plugged = () => void this.list(true)

  constructor(private readonly hooks: DeviceHooks) {
    navigator.mediaDevices?.addEventListener('devicechange', this.plugged)
  }

  get(): Devices {
    return this.state
  }

  /** What may be sent now; null while the device is off. */
  track(kind: Kind): MediaStreamTrack | null {
    return this.wanted[kind] ? this.live[kind] : null
  }

  /** The check: asks for both in one question, and falls back to what there is. Call it in a click. */
  async open(): Promise<void> {
    this.change({ permission: 'asking' })
    this.wanted = { mic: this.state.wantMic, camera: this.state.wantCamera }
    try {
      await this.ask(true, true)
    } catch (error) {
      await this.openOneByOne(error)
    }
    // One who has changed their mind while the browser asked.
    await Promise.all([this.settle('mic'), this.settle('camera')])
    this.meter.listen(this.live.mic)
  }

  private async openOneByOne(first: unknown): Promise<void> {
    try {
      await this.ask(true, false)
    } catch {
      // A camera alone is no way to take part; it shows at least that the permission is there.
      await this.ask(false, true).catch(() => {})
    }
    if (!this.live.camera) this.wanted.camera = false
    if (!this.live.mic) this.wanted.mic = false
    this.change({
      wantMic: this.wanted.mic,
      wantCamera: this.wanted.camera,
      permission: this.live.mic ? 'granted' : permissionOf(first),
    })
  }

  /** In the check: also what ready() will say. */
  async setWant(want: { mic?: boolean | undefined; camera?: boolean | undefined }): Promise<void> {
    const { mic = this.state.wantMic, camera = this.state.wantCamera } = want
    this.change({ wantMic: mic, wantCamera: camera })
    await Promise.all([this.switch('mic', mic), this.switch('camera', camera)])
  }

  /** Resolves with whether the device is as asked. */
  async switch(kind: Kind, on: boolean): Promise<boolean> {
    this.wanted[kind] = on
    await this.settle(kind)
    return this.wanted[kind] === on
  }

  async choose(kind: 'camera' | 'microphone' | 'speaker', id: string): Promise<void> {
    const headset = this.state.offered?.id === id ? this.all.find((d) => d.deviceId === id)?.groupId : undefined
    this.change({ [kind]: id, offered: this.state.offered?.id === id ? null : this.state.offered })
    if (kind === 'speaker') return this.hooks.speaker(id)
    const speaker = headset && this.all.find((d) => d.groupId === headset && d.kind === 'audiooutput')
    if (speaker) await this.choose('speaker', speaker.deviceId)
    await this.settle(kind === 'camera' ? 'camera' : 'mic')
  }

  dismissOffered(): void {
    this.change({ offered: null })
  }

  testTone(): void {
    playTone(this.state.speaker)
  }

  /** The level is for the check and the choice of a microphone only: it changes ten times a second. */
  stopMeter(): void {
    this.meter.listen(null)
  }

  close(): void {
    this.closed = true
    navigator.mediaDevices?.removeEventListener('devicechange', this.plugged)
    this.wanted = { mic: false, camera: false }
    this.meter.listen(null)
    this.release('mic')
    this.release('camera')
    this.hooks.tracks()
  }

  private settle(kind: Kind): Promise<void> {
    this.settling[kind] ??= this.step(kind).finally(() => (this.settling[kind] = null))
    return this.settling[kind]
  }

  private async step(kind: Kind): Promise<void> {
    while (this.wanted[kind] && !this.serves(kind)) {
      this.release(kind)
      try {
        await this.ask(kind === 'mic', kind === 'camera')
      } catch (error) {
        this.wanted[kind] = false
        this.change({ permission: permissionOf(error) })
      }
    }
    if (kind === 'camera' && !this.wanted.camera) this.release('camera')
    if (this.live.mic) this.live.mic.enabled = this.wanted.mic
    if (kind === 'mic' && this.meter.on) this.meter.listen(this.live.mic)
    this.hooks.tracks()
  }

  /** Whether the live track is of the chosen device. */
  private serves(kind: Kind): boolean {
    const track = this.live[kind]
    const chosen = this.state[choiceOf[kind]]
    return track?.readyState === 'live' && (!chosen || track.getSettings().deviceId === chosen)
  }

  private async ask(mic: boolean, camera: boolean): Promise<void> {
    const media = navigator.mediaDevices
    if (!media) throw new DOMException('no devices in this browser', 'NotFoundError')
    const stream = await media.getUserMedia({
      audio: mic && microphoneOf(this.state.microphone),
      video: camera && cameraOf(this.state.camera),
    })
    for (const track of stream.getTracks()) this.keep(track.kind === 'audio' ? 'mic' : 'camera', track)
    this.change({ permission: 'granted' })
    await this.list(false)
  }

  private keep(kind: Kind, track: MediaStreamTrack): void {
    if (this.closed) return track.stop()
    this.release(kind)
    this.live[kind] = track
    // Speech sounds better with this than as music; see RFC 7587 for what the encoder makes of it.
    track.contentHint = kind === 'mic' ? 'speech' : 'motion'
    track.addEventListener('ended', () => void this.vanished(kind, track))
    const id = track.getSettings().deviceId ?? ''
    this.change({ [choiceOf[kind]]: id, ...(kind === 'camera' && { preview: new MediaStream([track]) }) })
  }

  private release(kind: Kind): void {
    this.live[kind]?.stop()
    this.live[kind] = null
    if (kind === 'camera' && this.state.preview) this.change({ preview: null })
  }

  /** The device in use was unplugged or taken: the one case in which another is taken without asking. */
  private async vanished(kind: Kind, track: MediaStreamTrack): Promise<void> {
    if (this.live[kind] !== track) return
    this.release(kind)
    this.change({ [choiceOf[kind]]: '' })
    await this.settle(kind)
  }

  private async list(offer: boolean): Promise<void> {
    const before = this.all
    this.all = (await navigator.mediaDevices.enumerateDevices()).filter((d) => d.deviceId)
    const fresh = offer ? newDevice(before, this.all) : null
    const gone = this.state.offered && !this.all.some((d) => d.deviceId === this.state.offered?.id)
    this.change({
      cameras: labelled(this.all, 'videoinput'),
      microphones: labelled(this.all, 'audioinput'),
      speakers: labelled(this.all, 'audiooutput'),
      offered: fresh ?? (gone ? null : this.state.offered),
    })
  }

  private change(change: Partial<Devices>): void {
    this.state = { ...this.state, ...change }
    this.hooks.changed(this.state)
  }
}

function microphoneOf(id: string): MediaTrackConstraints {
  const clean = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  return id ? { ...clean, deviceId: { exact: id } } : clean
}

function cameraOf(id: string): MediaTrackConstraints {
  const size = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 } }
  return id ? { ...size, deviceId: { exact: id } } : { ...size, facingMode: 'user' }
}

/** getUserMedia's errors (W3C Media Capture and Streams, 10.2) as what a person can do something about. */
export function permissionOf(error: unknown): Devices['permission'] {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing'
    default:
      return 'busy'
  }
}

/** "default" and "communications" are Chromium's names for whichever device the system prefers, not devices. */
const aliases = new Set(['default', 'communications'])

/** The device that was plugged in: of a headset's two ends the microphone, which brings the speaker along. */
export function newDevice(before: readonly MediaDeviceInfo[], after: readonly MediaDeviceInfo[]): Device | null {
  if (!before.length) return null
  const known = new Set(before.map((d) => d.deviceId))
  const fresh = after.filter((d) => !known.has(d.deviceId) && !aliases.has(d.deviceId) && d.label)
  const found = fresh.find((d) => d.kind === inputOf.mic) ?? fresh[0]
  return found ? { id: found.deviceId, label: found.label } : null
}

function labelled(all: readonly MediaDeviceInfo[], kind: MediaDeviceKind): Device[] {
  return all.filter((d) => d.kind === kind).map((d) => ({ id: d.deviceId, label: d.label }))
}
