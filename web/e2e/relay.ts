/**
 * A way to the server's media that a test can spoil: UDP on loopback. Browsers are told its address, 127.0.0.2, and the server's
 * port. Each of their addresses has a line, which comes to the server from an address of its own, as from behind a NAT.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { fate, seeded, type Loss } from './loss'

/** Datagrams from browsers (up) and to them (down), but for lines that are spared. */
export interface Count {
  passed: number
  lost: number
}

type Way = 'up' | 'down'

/** A burst to sixteen people waits here while the event loop does something else. */
const bufferBytes = 4 << 20

export class Relay {
  readonly host = '127.0.0.2'
  readonly counted: Record<Way, Count> = { up: { passed: 0, lost: 0 }, down: { passed: 0, lost: 0 } }
  /** By the browser's port. */
  private readonly lines = new Map<number, Line>()
  private isCut = false
  private loss: Loss | null = null
  private delayMs = 0

  private constructor(
    private readonly near: Socket,
    readonly seed: number,
  ) {
    near.on('message', (datagram, from) => this.line(from).up(datagram))
  }

  /** The server is to listen on the same port of 127.0.0.1. */
  static async listen(seed = 1): Promise<Relay> {
    const near = newSocket()
    const listening = once(near, 'listening') // before bind, which has nothing to wait for
    near.bind({ address: '127.0.0.2' })
    await listening
    near.setRecvBufferSize(bufferBytes)
    return new Relay(near, seed)
  }

  get port(): number {
    return this.near.address().port
  }

  /** Whoever has a line by now is left alone from now on, and is not counted. */
  spare(): void {
    for (const line of this.lines.values()) line.spared = true
  }

  /** What is sent from now on is lost, until restore. */
  cut(): void {
    this.isCut = true
  }

  restore(): void {
    this.isCut = false
  }

  /** null loses nothing. */
  lose(loss: Loss | null): void {
    this.loss = loss
    for (const line of this.lines.values()) line.setLoss(loss)
  }

  /** Each way. */
  delay(ms: number): void {
    this.delayMs = ms
  }

  /** The lines come to the server from other addresses. What is on its way to the old ones is lost. */
  rebind(): void {
    for (const line of this.lines.values()) if (!line.spared) line.rebind()
  }

  close(): void {
    for (const line of this.lines.values()) line.close()
    this.near.close()
  }

  private line(from: RemoteInfo): Line {
    let line = this.lines.get(from.port)
    if (!line) {
      line = new Line(
        this.port,
        (datagram) => this.near.send(datagram, from.port, from.address),
        (lost, way, pass) => this.carry(lost, way, pass),
        [0, 1].map((way) => seeded(this.seed + 2 * this.lines.size + way)) as [() => number, () => number],
      )
      line.setLoss(this.loss)
      this.lines.set(from.port, line)
    }
    return line
  }

  /** lost is the datagram's fate by chance. */
  private carry(lost: boolean, way: Way, pass: () => void): void {
    const count = this.counted[way]
    if (lost || this.isCut) {
      count.lost++
      return
    }
    count.passed++
    if (this.delayMs) setTimeout(pass, this.delayMs)
    else pass()
  }
}

/** One browser's address, and the one that it has at the server. */
class Line {
  spared = false
  private far: Socket
  private lost: Record<Way, () => boolean> = { up: () => false, down: () => false }

  constructor(
    private readonly serverPort: number,
    private readonly toBrowser: (datagram: Buffer) => void,
    private readonly carry: (lost: boolean, way: Way, pass: () => void) => void,
    private readonly chance: [up: () => number, down: () => number],
  ) {
    this.far = this.bind()
  }

  setLoss(loss: Loss | null): void {
    const [up, down] = this.chance
    this.lost = loss ? { up: fate(loss, up), down: fate(loss, down) } : { up: () => false, down: () => false }
  }

  up(datagram: Buffer): void {
    this.take('up', () => this.far.send(datagram, this.serverPort, '127.0.0.1'))
  }

  rebind(): void {
    this.far.close()
    this.far = this.bind()
  }

  close(): void {
    this.far.close()
  }

  private bind(): Socket {
    const far = newSocket()
    far.once('listening', () => far.setRecvBufferSize(bufferBytes))
    far.bind({ address: '127.0.0.1' })
    far.on('message', (datagram) => this.take('down', () => this.toBrowser(datagram)))
    return far
  }

  private take(way: Way, pass: () => void): void {
    if (this.spared) pass()
    else this.carry(this.lost[way](), way, pass)
  }
}

/** Addresses here are numbers, and need not wait to be looked up. A browser that has gone makes no error. */
function newSocket(): Socket {
  const socket = createSocket({ type: 'udp4', lookup: (address, _, found) => found(null, address, 4) })
  socket.on('error', () => undefined)
  return socket
}
