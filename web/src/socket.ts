/**
 * The page's socket: one WebSocket after another, which the rest of the client sees as a single line that is open or lost. It
 * owns the numbers of commands and keeps each one until it is answered, so that a lost socket loses no command and makes none
 * twice. What to do about a close code is stage.ts's decision; what messages mean is for session.ts.
 */
import { randomText } from './secret'
import { afterClose } from './stage'
import type { Link, Stage } from './state'
import {
  CloseBadMessage,
  Version,
  type Answer,
  type ClientMessage,
  type Command,
  type Hello,
  type ServerMessage,
  type Welcome,
} from './wire.gen'

/** Before the first, second, ... attempt to open the next socket; the last one stays. Some chance is added to each. */
const delaysMs = [0, 300, 1200, 2700, 4800, 7000]
/** A socket that lived for less was no success: the delays go on growing. */
const steadyMs = 7000
/** A socket without a welcome, or a command without an answer, for so long is half-open: the browser itself notices far later. */
const patienceMs = 10_000
/** The server remembers its answers to the last 16 commands: more than that cannot be sent again safely. */
const maxUnanswered = 16

/** A new ticket, or the stage where there is none to be had, or null where asking again may help. */
export type Ticket = { ticket: string } | { stop: Stage } | null

export interface SocketHooks {
  ticket(): Promise<Ticket>
  /** The socket is open: commands went out again, the next message is a view. */
  welcome(welcome: Welcome): void
  message(message: ServerMessage): void
  link(link: Link): void
  unanswered(count: number): void
  /** The visit is over, by a close code or for want of a ticket. */
  stop(stage: Stage): void
}

interface Unanswered {
  command: Command
  resolve(code: string): void
}

const openSocket = () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`)

export class Socket {
  /** Made once a page load: it tells a lost socket from a reloaded page. */
  private readonly page = randomText(16)
  /** A view of an earlier revision does not show yet what was answered. */
  answeredRevision = 0
  private socket: WebSocket | null = null
  private resume = ''
  private n = 0
  private unanswered = new Map<number, Unanswered>()
  private attempt = 0
  private faults = 0
  private welcomedAtMs = 0
  private isOpen = false
  private lostAtMs = 0
  private retry: Timer | null = null
  private patience: Timer | null = null
  private stopped = false

  constructor(
    private readonly hooks: SocketHooks,
    private readonly open: () => WebSocket = openSocket,
  ) {}

  start(): void {
    void this.connect()
  }

  /** Resolves with '' once applied, else with the refusal's code. Waits as long as the socket is lost. */
  command(command: Command): Promise<string> {
    if (this.stopped || this.unanswered.size >= maxUnanswered) return Promise.resolve('unavailable')
    return new Promise((resolve) => {
      const n = ++this.n
      this.unanswered.set(n, { command, resolve })
      this.hooks.unanswered(this.unanswered.size)
      if (!this.isOpen) return
      this.post({ command: { n, command } })
      this.expectWord()
    })
  }

  /** Sends what is worth sending now only; false while the socket is lost. */
  send(message: ClientMessage): boolean {
    if (this.isOpen) this.post(message)
    return this.isOpen
  }

  /** The network changed under the socket: the next one at once, since a half-open one tells nothing. */
  renew(): void {
    if (this.stopped || !this.resume) return
    this.drop()
    this.attempt = 0
    this.lose()
  }

  /** Ends the line. The code 1000 tells the server that the page goes away on purpose. */
  stop(): void {
    if (this.stopped) return
    this.stopped = true
    this.drop(1000)
    this.isOpen = false
    this.retry?.cancel()
    this.giveUp('unavailable')
    this.hooks.link({ state: 'none' })
  }

  private async connect(): Promise<void> {
    this.retry = null
    const hello = await this.hello()
    if (hello && !this.stopped) this.dial(hello)
  }

  private async hello(): Promise<Hello | null> {
    const base = { version: Version, page: this.page }
    if (this.resume) return { ...base, resume: this.resume }
    const got = await this.hooks.ticket()
    if (this.stopped) return null
    if (got && 'ticket' in got) return { ...base, ticket: got.ticket }
    if (got) this.end(got.stop)
    else this.lose()
    return null
  }

  private dial(hello: Hello): void {
    const socket = this.open()
    this.socket = socket
    socket.addEventListener('open', () => {
      if (socket === this.socket) this.post({ hello })
    })
    socket.addEventListener('message', (event) => {
      if (socket === this.socket) this.take(JSON.parse(String(event.data)) as ServerMessage)
    })
    socket.addEventListener('close', (event) => {
      if (socket === this.socket) this.closed(event.code)
    })
    this.expectWord()
  }

  private post(message: ClientMessage): void {
    this.socket?.send(JSON.stringify(message))
  }

  private take(message: ServerMessage): void {
    if (message.welcome) this.welcomed(message.welcome)
    else if (message.answer) this.answered(message.answer)
    else this.hooks.message(message)
  }

  private welcomed(welcome: Welcome): void {
    this.resume = welcome.resume
    this.welcomedAtMs = performance.now()
    this.isOpen = true
    this.lostAtMs = 0
    this.patience?.cancel()
    this.hooks.link({ state: 'open' })
    // Before anything new, and in their order. One that the server has seen already is answered as before.
    for (const [n, { command }] of this.unanswered) this.post({ command: { n, command } })
    if (this.unanswered.size) this.expectWord()
    this.hooks.welcome(welcome)
  }

  private answered({ n, refusal, revision }: Answer): void {
    this.answeredRevision = Math.max(this.answeredRevision, revision)
    const waiting = this.unanswered.get(n)
    if (!waiting) return
    this.unanswered.delete(n)
    this.patience?.cancel()
    if (this.unanswered.size) this.expectWord()
    this.hooks.unanswered(this.unanswered.size)
    waiting.resolve(refusal ?? '')
  }

  private closed(code: number): void {
    this.drop()
    const after = afterClose(code)
    if (after.do === 'stop') return this.end(after.stage)
    if (after.do === 'enter') this.resume = ''
    // Sending again what the server could not read would end the next socket too. A second fault is this page's own.
    if (code === CloseBadMessage) {
      this.giveUp('invalid')
      if (++this.faults > 1) return this.end('outdated')
    }
    const lived = this.isOpen && performance.now() - this.welcomedAtMs > steadyMs
    if (lived) this.attempt = 0
    this.lose()
  }

  /** Tells that the line is lost, once, and plans the next attempt. */
  private lose(): void {
    this.isOpen = false
    this.lostAtMs ||= performance.now()
    this.hooks.link({ state: 'lost', sinceMs: this.lostAtMs })
    const delay = delaysMs[Math.min(this.attempt++, delaysMs.length - 1)]!
    this.retry?.cancel()
    this.retry = new Timer(delay + Math.random() * (100 + delay / 4), () => void this.connect())
  }

  private end(stage: Stage): void {
    this.stop()
    this.hooks.stop(stage)
  }

  private giveUp(code: string): void {
    const waiting = [...this.unanswered.values()]
    this.unanswered.clear()
    if (waiting.length) this.hooks.unanswered(0)
    for (const { resolve } of waiting) resolve(code)
  }

  private expectWord(): void {
    this.patience?.cancel()
    this.patience = new Timer(patienceMs, () => {
      this.drop()
      this.lose()
    })
  }

  /** Lets go of the WebSocket; nothing that it still says is heard. */
  private drop(code = 4999): void {
    this.patience?.cancel()
    const socket = this.socket
    this.socket = null
    socket?.close(code)
  }
}

/** One timeout that can be called off. */
class Timer {
  private readonly id: ReturnType<typeof setTimeout>
  constructor(ms: number, run: () => void) {
    this.id = setTimeout(run, ms)
  }
  cancel(): void {
    clearTimeout(this.id)
  }
}
