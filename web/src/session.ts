/**
 * The session in this page: one state, and whatever keeps it true. It owns the socket, the media connection and the person's own
 * devices, and is the only one that lets them know of each other. Views come from the server and are never guessed; the own
 * devices are brought to what the latest view says (reconcile.ts), and only the person's own click switches one on.
 */
import { agreeToRules } from './calls'
import { OwnDevices, type Kind } from './devices'
import { Distress } from './distress'
import { Echoes } from './echoes'
import { Entering } from './entering'
import { speakFormally } from './i18n/i18n.svelte'
import { Media } from './media'
import { OwnScreen } from './ownScreen'
import { hasReturned, maySend, stepFor } from './reconcile'
import { takeSecret } from './secret'
import { Socket } from './socket'
import { stageOf } from './stage'
import type { Session, SessionState, Stage } from './state'
import { Wants } from './wants'
import type {
  Command,
  DistressKind,
  EnterResponse,
  ParticipantID,
  ServerMessage,
  View,
  ViewMessage,
  Welcome,
} from './wire.gen'

const outcomeMs = 6000
/** The link with which this tab has passed the check: a reload leads straight back, and another person's link does not. */
const checkedKey = 'kring.checked'
const checked = () => sessionStorage.getItem(checkedKey) === takeSecret('c')
const markChecked = () => sessionStorage.setItem(checkedKey, takeSecret('c'))

export function createSession(): Session {
  return new OwnSession()
}

class OwnSession implements Session {
  private readonly listeners = new Set<(state: SessionState) => void>()
  private readonly entering = new Entering({
    invitation: (invitation) => this.invited(invitation),
    refused: (stage) => this.set({ stage }),
  })
  private readonly wants = new Wants((pictures) => this.socket?.send({ want: { pictures } }) ?? false)
  private readonly distress = new Distress({
    send: (command) => this.socket?.command(command) ?? Promise.resolve('unavailable'),
    wanted: (helpUnsent) => this.set({ helpUnsent }),
  })
  private readonly echoes = new Echoes((echoes) => this.set({ echoes }))
  private readonly screen = new OwnScreen({
    tell: (on) => this.command({ shareScreen: { on } }),
    changed: () => this.reconcile(),
  })
  private devices = this.newDevices()
  private media = this.newMedia()
  private socket: Socket | null = null
  private switching: Record<Kind, number> = { mic: 0, camera: 0 }
  private toldOff: Partial<Record<Kind, View>> = {}
  /** The person passed the check on this page, as opposed to before a reload. */
  private checkedHere = false
  private outcomeTimer: ReturnType<typeof setTimeout> | undefined
  private state: SessionState

  constructor() {
    this.state = this.fresh()
    this.listen()
    if (supported()) void this.entering.start()
    else this.set({ stage: 'unsupported' })
  }

  subscribe(run: (state: SessionState) => void): () => void {
    this.listeners.add(run)
    run(this.state)
    return () => this.listeners.delete(run)
  }

  get(): SessionState {
    return this.state
  }

  async agree(): Promise<boolean> {
    const version = this.state.invitation?.groundRules?.version ?? 0
    const done = await agreeToRules(takeSecret('c'), version).then(
      () => true,
      () => false,
    )
    await this.entering.start() // the ticket; or the rules as they are now
    return done
  }

  async startCheck(): Promise<void> {
    this.set({ stage: 'check' })
    this.connect()
    await this.openDevices()
  }

  openDevices(): Promise<void> {
    return this.devices.open()
  }

  chooseDevice(kind: 'camera' | 'microphone' | 'speaker', id: string): Promise<void> {
    return this.devices.choose(kind, id)
  }

  dismissOffered(): void {
    this.devices.dismissOffered()
  }

  setWant(want: { mic?: boolean; camera?: boolean }): void {
    void this.devices.setWant(want)
  }

  testTone(): void {
    this.devices.testTone()
  }

  async ready(): Promise<string> {
    const live = { mic: this.devices.track('mic') !== null, camera: this.devices.track('camera') !== null }
    this.checkedHere = true
    const code = await this.command({ ready: live })
    if (code) return code
    this.devices.stopMeter()
    markChecked()
    return ''
  }

  async command(command: Command): Promise<string> {
    const { view } = this.state
    const code = this.socket ? await this.socket.command(command) : 'unavailable'
    if (code) this.refused(Object.keys(command)[0] as keyof Command, code)
    else if (view?.you.role === 'therapist') this.outcome({ applied: { command, view }, refusal: null })
    return code
  }

  askHelp(kind: DistressKind): void {
    this.distress.ask(kind)
  }

  withdrawHelp(): void {
    this.distress.settle()
    void this.command({ withdrawDistress: {} })
  }

  setMic(on: boolean): Promise<string> {
    return this.switchOwn('mic', on)
  }

  setCamera(on: boolean): Promise<string> {
    return this.switchOwn('camera', on)
  }

  shareScreen(track: MediaStreamTrack | null): Promise<string> {
    return track ? this.screen.share(track) : this.screen.stop()
  }

  allowSound(): void {
    this.media.allowSound()
  }

  dismissReturned(): void {
    this.set({ returned: false })
  }

  dismissRefusal(): void {
    this.set({ refusal: null })
  }

  cover(): void {
    this.media.silence(true)
    for (const kind of ['mic', 'camera'] as const) {
      if (this.devices.track(kind) || this.state.view?.you[kind] === 'on') void this.switchOwn(kind, false)
    }
    if (this.screen.isLive) void this.screen.stop()
    this.set({ covered: true })
  }

  uncover(): void {
    this.media.silence(false)
    this.set({ covered: false, returned: true })
  }

  want(source: ParticipantID, height: number): void {
    this.wants.set(source, height)
  }

  /** The server is told first, so that others see a person who left and not a lost connection. */
  async leave(): Promise<void> {
    const { socket } = this
    if (this.state.link.state === 'open') await socket?.command({ leave: {} })
    if (socket === this.socket) this.end('left')
  }

  comeBack(): void {
    // Who goes on here instead of on another page has passed the check there.
    if (this.state.stage === 'replaced') markChecked()
    this.state = this.fresh()
    this.set({})
    void this.entering.start()
  }

  private async invited(invitation: EnterResponse): Promise<void> {
    await speakFormally(invitation.formal)
    if (this.socket) return // the person went on while the question was under way
    this.set({ invitation, stage: 'landing' })
    if (invitation.ticket && checked()) this.connect()
  }

  /** Opens the socket and the media connection: early, so that nothing is left to do at the click that joins. */
  private connect(): void {
    if (this.socket) return
    this.entering.stop()
    this.socket = new Socket({
      ticket: () => this.entering.take(),
      welcome: (welcome) => this.welcomed(welcome),
      message: (message) => this.take(message),
      link: (link) => this.set({ link }),
      unanswered: (pending) => this.set({ pending }),
      stop: (stage) => this.end(stage),
    })
    this.socket.start()
    this.media.start()
  }

  private welcomed(welcome: Welcome): void {
    this.media.welcome(welcome.instance)
    this.wants.restart()
    this.distress.resume()
  }

  private take(message: ServerMessage): void {
    if (message.view) this.viewed(message.view)
    else if (message.media) void this.media.answered(message.media)
    else if (message.slots) void this.media.assign(message.slots)
    else if (message.echo) this.echoes.add(message.echo)
    else if (message.talk) this.set({ talk: message.talk })
    else if (message.hearing) this.set({ hearing: message.hearing })
    else if (message.notice) this.set({ speaking: new Set(message.notice.speaking) })
  }

  private viewed({ revision, view }: ViewMessage): void {
    if (revision < this.state.revision) return
    const returned = this.state.returned || hasReturned(this.state.view, this.checkedHere, view)
    const stage = stageOf(view, this.state.stage)
    this.set({ view, revision, viewAtMs: performance.now(), stage, returned })
    if (stage === 'removed' || stage === 'ended' || stage === 'left') return this.end(stage)
    if (stage === 'check' && this.devices.get().permission === 'unknown') void this.openDevices() // back here without a click
    this.reconcile()
  }

  /** Brings the own devices, and what is sent of them, to the latest view. */
  private reconcile(): void {
    const { view, revision } = this.state
    if (!view) return
    const current = revision >= (this.socket?.answeredRevision ?? 0)
    this.screen.reconcile(view, current)
    for (const kind of ['mic', 'camera'] as const) {
      const device = { live: this.devices.track(kind) !== null, switching: this.switching[kind] > 0 || !current }
      const step = stepFor(kind, view.you, device)
      if (step === 'off') void this.devices.switch(kind, false)
      if (step === 'tellOff' && this.toldOff[kind] !== view) {
        this.toldOff[kind] = view // refused, it waits for a newer view: what changes meanwhile would ask again and again
        void this.switchOwn(kind, false)
      }
      const screen = kind === 'camera' ? this.screen.track(view) : null
      this.media.send(kind, screen ?? (maySend(kind, view) ? this.devices.track(kind) : null))
    }
  }

  /** On: the device first, so that nobody is shown as on without one. Off: the device at once, whatever the network does. */
  private async switchOwn(kind: Kind, on: boolean): Promise<string> {
    this.switching[kind]++
    try {
      if (on && !(await this.devices.switch(kind, true))) return this.refused(kind, 'unavailable')
      if (!on) void this.devices.switch(kind, false)
      const code = await this.command(kind === 'mic' ? { mic: { on } } : { camera: { on } })
      if (on && code) await this.devices.switch(kind, false)
      return code
    } finally {
      this.switching[kind]--
      this.reconcile()
    }
  }

  private refused(command: keyof Command, code: string): string {
    this.outcome({ applied: null, refusal: { command, code } })
    return code
  }

  /** What came of the last command, for as long as it takes to read; what staff were refused stands until they go on. */
  private outcome(outcome: Pick<SessionState, 'applied' | 'refusal'>): void {
    this.set(outcome)
    clearTimeout(this.outcomeTimer)
    if (outcome.refusal && this.state.view?.you.role === 'therapist') return
    this.outcomeTimer = setTimeout(() => this.set({ applied: null, refusal: null }), outcomeMs)
  }

  /** Lets go of everything; the state that is left says why. */
  private end(stage: Stage): void {
    const { socket } = this
    this.socket = null
    socket?.stop()
    this.media.close()
    this.screen.close()
    this.devices.close()
    this.wants.stop()
    this.echoes.close()
    if (stage !== 'outdated') sessionStorage.removeItem(checkedKey)
    if (stage === 'left' || stage === 'ended' || stage === 'removed') this.distress.settle()
    this.checkedHere = false
    this.switching = { mic: 0, camera: 0 }
    this.devices = this.newDevices()
    this.media = this.newMedia()
    const { invitation } = this.state
    this.state = { ...this.fresh(), invitation }
    this.set({ stage })
    if (stage === 'landing') void this.entering.start()
  }

  private newDevices(): OwnDevices {
    const devices: OwnDevices = new OwnDevices({
      changed: (state) => devices === this.devices && this.set({ devices: state }),
      tracks: () => devices === this.devices && this.reconcile(),
      speaker: (id) => this.media.speaker(id),
    })
    return devices
  }

  private newMedia(): Media {
    return new Media({
      offer: (offer) => this.socket?.send({ offer }) ?? false,
      acknowledge: (rev) => void this.socket?.send({ slots: { rev } }),
      state: (media) => this.set({ media }),
      pictures: (pictures) => this.set({ pictures }),
      soundBlocked: (soundBlocked) => this.set({ soundBlocked }),
      playout: (playout) => void this.socket?.send({ playout }),
    })
  }

  private fresh(): SessionState {
    return {
      stage: 'entering',
      invitation: null,
      link: { state: 'none' },
      view: null,
      revision: 0,
      viewAtMs: 0,
      speaking: new Set(),
      talk: null,
      hearing: null,
      pictures: new Map(),
      echoes: [],
      devices: this.devices.get(),
      media: 'none',
      soundBlocked: false,
      covered: false,
      returned: false,
      refusal: null,
      applied: null,
      helpUnsent: this.distress.wanted,
      pending: 0,
    }
  }

  private set(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change }
    for (const run of this.listeners) run(this.state)
  }

  /** The page itself: hidden, gone, or on another network. Lives as long as the page does. */
  private listen(): void {
    document.addEventListener('visibilitychange', () => this.wants.hide(document.hidden))
    addEventListener('pagehide', () => this.socket?.stop())
    // A page that the browser kept and shows again has no socket any more.
    addEventListener('pageshow', (event) => event.persisted && location.reload())
    addEventListener('online', () => {
      this.socket?.renew()
      this.media.networkChanged()
    })
  }
}

function supported(): boolean {
  return 'RTCPeerConnection' in window && !!navigator.mediaDevices && 'RTCRtpSender' in window
}
