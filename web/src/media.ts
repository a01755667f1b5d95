/**
 * The media connection through its whole life: the first offer, ICE restarts, and a new connection where a restart is in vain or
 * the server holds another one. One offer is in hand at a time; one that the socket lost is sent again when it is back.
 */
import { fill, newConnection, withoutCandidates, type Connection } from './connection'
import type { Kind } from './devices'
import { playoutEveryMs, playoutOf, type Samples } from './playouts'
import { Slots, type SlotHooks } from './slots'
import type { SessionState } from './state'
import type { Media as MediaAnswer, Offer, ParticipantID, Playout, SlotMap } from './wire.gen'

/** A short hole in the network heals by itself. */
const disconnectedMs = 3000
/** A restart that has not connected by then was in vain. */
const restartMs = 5000
const busyMs = 1000
const badOfferMs = 7000
const restartsBeforeNew = 2

export interface MediaHooks extends SlotHooks {
  /** false while the socket is lost. */
  offer(offer: Offer): boolean
  acknowledge(rev: number): void
  state(media: SessionState['media']): void
  playout(playout: Playout): void
}

export class Media {
  private connection: Connection | null = null
  private readonly slots: Slots
  /** What the server calls the present connection; '' until it has answered. */
  private instance = ''
  private inHand: Offer | null = null
  private n = 0
  private restarts = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private early: SlotMap | null = null
  private playouts = new Map<ParticipantID, Samples>()
  private playoutTimer: ReturnType<typeof setInterval> | undefined
  private blocked = false
  private silent = false
  private sending: Record<Kind, MediaStreamTrack | null> = { mic: null, camera: null }

  constructor(private readonly hooks: MediaHooks) {
    this.slots = new Slots({
      pictures: (pictures) => hooks.pictures(pictures),
      soundBlocked: (blocked) => {
        this.blocked = blocked
        hooks.soundBlocked(blocked)
      },
    })
  }

  /** Call it in a click, so that sound may play; again, it replaces the connection. */
  start(): void {
    this.drop()
    this.hooks.state('connecting')
    const connection = newConnection()
    this.connection = connection
    this.slots.attach(connection.slots)
    for (const kind of ['mic', 'camera'] as const) void this.put(kind)
    const { pc } = connection
    pc.addEventListener('connectionstatechange', () => {
      if (pc === this.connection?.pc) this.moved(pc.connectionState)
    })
    void this.negotiate(true)
    this.playoutTimer = setInterval(() => void this.tellPlayout(), playoutEveryMs)
  }

  /** The socket is back, and the server holds this instance ('' for none). */
  welcome(instance: string): void {
    if (!this.connection) return
    if (this.instance && this.instance !== instance) return this.start()
    if (this.inHand) this.post({ ...this.inHand, n: ++this.n })
    else if (this.connection.pc.connectionState !== 'connected' && this.instance) this.restart()
  }

  async answered(answer: MediaAnswer): Promise<void> {
    const [offer, connection] = [this.inHand, this.connection]
    if (!offer || !connection || answer.n !== offer.n) return
    if (answer.refusal === 'bad_offer') return this.after(badOfferMs, () => this.start())
    if (answer.refusal) return this.after(busyMs, () => this.post({ ...offer, n: ++this.n }))
    this.inHand = null
    this.instance = answer.instance
    try {
      await connection.pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp })
    } catch (error) {
      if (connection !== this.connection) return // closed meanwhile
      console.error('media answer', error)
      return this.after(badOfferMs, () => this.start())
    }
    const early = this.early
    this.early = null
    if (early && connection === this.connection) await this.assign(early)
  }

  /** Shows a slot map, then acknowledges it. Maps of an older connection end with the answer to the new one's offer. */
  async assign(map: SlotMap): Promise<void> {
    const connection = this.connection
    if (!connection) return
    if (!this.instance) {
      this.early = map
      return
    }
    await this.slots.show(map)
    if (connection === this.connection) this.hooks.acknowledge(map.rev)
  }

  /** null sends nothing. Needs no offer. */
  send(kind: Kind, track: MediaStreamTrack | null): void {
    if (this.sending[kind] === track) return
    this.sending[kind] = track
    void this.put(kind)
  }

  /** The network is another one: its addresses are, too. */
  networkChanged(): void {
    if (this.connection && this.instance) this.restart()
  }

  allowSound(): void {
    this.blocked = false
    this.hooks.soundBlocked(false)
    this.slots.play()
  }

  /** The others are not heard on this page, and are told so. */
  silence(on: boolean): void {
    this.silent = on
    this.slots.silence(on)
  }

  speaker(id: string): void {
    this.slots.speaker(id)
  }

  /** Says what this page plays, if anything comes. */
  private async tellPlayout(): Promise<void> {
    const connection = this.connection
    if (connection?.pc.connectionState !== 'connected') return
    const now = await this.slots.samples(connection.pc)
    if (connection !== this.connection) return
    const playout = playoutOf(this.playouts, now, this.blocked || this.silent)
    this.playouts = new Map(now.map((samples) => [samples.source, samples]))
    if (playout.sources.length > 0 || playout.blocked) this.hooks.playout(playout)
  }

  close(): void {
    this.drop()
    this.slots.close()
    this.sending = { mic: null, camera: null }
    this.hooks.state('none')
  }

  private async put(kind: Kind): Promise<void> {
    const sender = this.connection?.senders[kind]
    // A sender of a connection that was closed meanwhile takes nothing any more; the next one gets the track when it is made.
    if (sender) await fill(sender, this.sending[kind]).catch(() => {})
  }

  private moved(state: RTCPeerConnectionState): void {
    if (state === 'connected') {
      this.restarts = 0
      this.hooks.state('connected')
    }
    if (this.inHand) return // its own timer goes on
    clearTimeout(this.timer)
    if (state === 'disconnected') this.after(disconnectedMs, () => this.restart())
    else if (state === 'failed') this.restart()
  }

  private restart(): void {
    if (this.inHand) return // its answer, or the next welcome, goes on from there
    this.hooks.state('lost')
    if (this.restarts++ >= restartsBeforeNew) return this.start()
    this.connection?.pc.restartIce()
    void this.negotiate(false)
  }

  /** Sent before candidates are gathered: the server has one, and needs none of ours. */
  private async negotiate(fresh: boolean): Promise<void> {
    const { pc } = this.connection!
    const offer = await pc.createOffer()
    if (pc !== this.connection?.pc) return
    await pc.setLocalDescription(offer)
    if (pc !== this.connection?.pc) return
    performance.mark('kring.offer') // browser tests count these: nothing but a lost connection may make another
    this.post({ n: ++this.n, sdp: withoutCandidates(offer.sdp ?? ''), fresh })
  }

  private post(offer: Offer): void {
    this.inHand = offer
    if (!this.hooks.offer(offer)) return // the next welcome sends it
    this.after(restartMs, () => this.overdue())
  }

  private overdue(): void {
    if (this.inHand || this.connection?.pc.connectionState === 'connected') return
    this.restart()
  }

  private after(ms: number, run: () => void): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(run, ms)
  }

  private drop(): void {
    clearTimeout(this.timer)
    clearInterval(this.playoutTimer)
    this.playouts.clear()
    this.connection?.pc.close()
    this.connection = null
    this.instance = ''
    this.inHand = null
    this.early = null
    this.restarts = 0
    this.slots.empty()
  }
}
