/** The rest of the ring: bots of signaling/bot, told what to do by lines of JSON. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Command } from '../src/wire.gen'
import { cameraFps, type Face } from './faces'
import type { DemoLinks } from './server'

const binary = join(import.meta.dirname, '../../bin/kring-bots')

interface Told {
  bot?: string
  event: string
  id?: string
  rgb?: [number, number, number]
  toneHz?: number
  refusal?: string
  heard?: string[]
  seen?: string[]
  error?: string
}

export class Bots {
  readonly faces: Face[] = []
  private readonly waiting: ((line: Told) => void)[] = []

  private constructor(private readonly child: ChildProcess) {}

  /** Joins these links and ends the device check of each; firstFace is the number of the first bot's face. */
  static async join(links: DemoLinks, firstFace: number, fps = cameraFps): Promise<Bots> {
    const args = ['-links', '-', '-publish', '-face', String(firstFace), '-fps', String(fps)]
    const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const bots = new Bots(child)
    const wanted = links.staff.length + links.members.length
    const joined = new Promise<void>((resolve, reject) => {
      child.on('exit', (code) => reject(new Error(`kring-bots ended with ${code}`)))
      createInterface({ input: child.stdout! }).on('line', (line) => {
        bots.take(JSON.parse(line) as Told)
        if (bots.faces.length === wanted) resolve()
      })
    })
    child.stdin!.write(JSON.stringify(links) + '\n')
    await joined
    return bots
  }

  /** Resolves with '' or the refusal's code. */
  async command(bot: string, command: Command): Promise<string> {
    const answer = await this.order({ bot, command })
    return answer.refusal ?? ''
  }

  /** Names of those whom a bot hears and sees now. */
  async senses(bot: string): Promise<{ heard: string[]; seen: string[] }> {
    const { heard = [], seen = [] } = await this.order({ bot, sense: true })
    return { heard, seen }
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return
    const gone = once(this.child, 'exit')
    this.child.stdin!.end()
    await gone
  }

  /** Orders are answered one by one, in their order; all other lines are events. */
  private order(order: object): Promise<Told> {
    return new Promise((resolve, reject) => {
      this.waiting.push((line) => (line.error ? reject(new Error(line.error)) : resolve(line)))
      this.child.stdin!.write(JSON.stringify(order) + '\n')
    })
  }

  private take(line: Told): void {
    if (line.event === 'joined') this.faces.push({ name: line.bot!, rgb: line.rgb!, toneHz: line.toneHz! })
    if (['answer', 'done', 'sensed', 'error'].includes(line.event)) this.waiting.shift()?.(line)
  }
}
