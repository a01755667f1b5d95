/**
 * Asking for help must arrive. The socket keeps a command over a lost connection; this keeps the wish itself, over a command
 * that could not be taken and over a reload, until the server has it or the person takes it back.
 */
import type { Command, DistressKind } from './wire.gen'

const key = 'kring.help'
const retryMs = 2000

export interface DistressHooks {
  /** '' once the server has it, 'unavailable' where trying again may help. */
  send(command: Command): Promise<string>
  wanted(kind: DistressKind | null): void
}

export class Distress {
  private kind: DistressKind | null = kept()
  private trying = false

  constructor(private readonly hooks: DistressHooks) {}

  get wanted(): DistressKind | null {
    return this.kind
  }

  ask(kind: DistressKind): void {
    this.want(kind)
    this.resume()
  }

  /** The server has it, the person takes it back, or the visit is over. */
  settle(): void {
    if (this.kind) this.want(null)
  }

  /** There is a line again, perhaps of a new page. */
  resume(): void {
    if (!this.trying && this.kind) void this.insist()
  }

  private async insist(): Promise<void> {
    this.trying = true
    while (this.kind) {
      const kind: DistressKind = this.kind
      const code = await this.hooks.send({ distress: { kind } })
      if (code === 'unavailable') await new Promise((wake) => setTimeout(wake, retryMs))
      else if (kind === this.kind) this.want(null)
    }
    this.trying = false
  }

  private want(kind: DistressKind | null): void {
    this.kind = kind
    if (kind) sessionStorage.setItem(key, kind)
    else sessionStorage.removeItem(key)
    this.hooks.wanted(kind)
  }
}

function kept(): DistressKind | null {
  const kind = sessionStorage.getItem(key)
  return kind === 'help' || kind === 'emergency' ? kind : null
}
