/** The real server, and a real Redis, on free ports and in a directory of their own; ended by their own process id. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Proxy } from './proxy'
import type { Relay } from './relay'

const run = promisify(execFile)
const binary = join(import.meta.dirname, '../../bin/kring')

export interface Link {
  name: string
  url: string
}

/**
 * In memory where there is such a disk: a real one of a busy machine hangs for seconds now and then, and a server whose store is
 * out of reach refuses, as it should, what the story then waits for. The store's own tests are on the real one.
 */
const disk = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export interface DemoLinks {
  staff: string[]
  members: Link[]
}

/** Packets forwarded, by room and then by source. */
export type Forwarded = Record<string, Record<string, { audio: number; video: number }>>

export type StoreKind = 'bolt' | 'redis'

export class Server {
  public = ''
  admin = ''
  private readonly http: string
  private process: ChildProcess | null = null
  private redis: ChildProcess | null = null
  private redisPort = 0
  private readonly dir = mkdtempSync(join(disk, 'kring-e2e-'))
  private readonly log: string[] = []

  /** Browsers come by the proxy: public is its origin, and http is the server's own port. Media comes by the relay, if any. */
  private constructor(
    private readonly proxy: Proxy,
    port: number,
    private media: string,
    private readonly relay: Relay | null,
  ) {
    this.public = proxy.origin
    this.http = `127.0.0.1:${port}`
    proxy.to(port)
  }

  /** Where media is: an address, or behind a relay. Pages and commands are always on loopback. */
  static async start(store: StoreKind, at: string | Relay = '127.0.0.1'): Promise<Server> {
    const [media, relay] = typeof at === 'string' ? [`${at}:0`, null] : [`127.0.0.1:${at.port}`, at]
    const s = new Server(await Proxy.listen(), await freePort(), media, relay)
    if (store === 'redis') await s.startRedis()
    await s.serve('127.0.0.1:0')
    return s
  }

  /** The practice's staff link, shown at the first start. */
  staffLink = ''

  /** Every socket is lost at once; media goes on. */
  cut(): void {
    this.proxy.cut()
  }

  /** The server dies as in a power cut. */
  async kill(): Promise<void> {
    await end(this.process, 'SIGKILL')
  }

  /** Starts it again where it was. */
  async restart(): Promise<void> {
    await this.serve(host(this.admin))
  }

  async stop(): Promise<void> {
    await end(this.process, 'SIGTERM')
    await end(this.redis, 'SIGTERM')
    this.proxy.close()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** A group with a session now. */
  async demo(members: number): Promise<DemoLinks> {
    const args = ['demo', '-json', '-members', String(members), '-admin', host(this.admin), '-data', this.dir]
    const { stdout } = await run(binary, [...args, '-base', this.public])
    return JSON.parse(stdout) as DemoLinks
  }

  async forwarded(): Promise<Forwarded> {
    const answer = await fetch(`${this.admin}/forwarded`)
    return (await answer.json()) as Forwarded
  }

  /** The server's own figures: a number by its name and labels, as Prometheus reads them. */
  async metrics(): Promise<Map<string, number>> {
    const text = await (await fetch(`${this.admin}/metrics`)).text()
    const lines = text.split('\n').filter((line) => line && !line.startsWith('#'))
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    )
  }

  /** What the server has logged, for a failing test's report. */
  logged(): string {
    return this.log.join('\n')
  }

  private async serve(admin: string): Promise<void> {
    const args = ['serve', '-demo', '-http', this.http, '-admin', admin, '-media', this.media, '-data', this.dir]
    args.push('-origin', this.public)
    if (this.relay) args.push('-advertise', this.relay.host)
    if (this.redisPort) args.push('-redis', `redis://127.0.0.1:${this.redisPort}`)
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.process = child
    createInterface({ input: child.stderr }).on('line', (line) => this.log.push(line))
    createInterface({ input: child.stdout }).on('line', (line) => this.said(line))
    const ready = until(async () => (await fetch(`${this.admin}/readyz`)).ok)
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the server ended: ${this.logged()}`)))
    ended.catch(() => undefined) // It is expected to end, later.
    await Promise.race([ready, ended])
  }

  private said(line: string): void {
    const [word, value] = line.split(' ')
    if (!value) return
    if (word === 'media' && !this.relay) this.media = value
    if (word === 'admin') this.admin = value
    if (word === 'staff') this.staffLink = value
  }

  private async startRedis(): Promise<void> {
    this.redisPort = await freePort()
    const args = ['--port', String(this.redisPort), '--bind', '127.0.0.1', '--dir', this.dir]
    this.redis = spawn('redis-server', [...args, '--appendonly', 'yes', '--appendfsync', 'always'], { stdio: 'ignore' })
    await until(async () => {
      await run('redis-cli', ['-p', String(this.redisPort), 'ping'])
      return true
    })
  }
}

function host(url: string): string {
  return new URL(url).host
}

async function end(child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Asks again until the answer is yes; an error is a no. Gives up after ten seconds. */
export async function until(ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000
  let last: unknown
  while (Date.now() < deadline) {
    try {
      if (await ask()) return
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not happen in thirty seconds', { cause: last })
}
