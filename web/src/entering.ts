/** From a personal link to a ticket: asks again while the session is not open yet (not while there are ground rules to read), and keeps a ticket for as long as it is good. */
import { enter } from './calls'
import { forgetSecret, takeSecret } from './secret'
import type { Ticket } from './socket'
import { afterRefusedEnter } from './stage'
import type { Stage } from './state'
import type { EnterResponse } from './wire.gen'

/** A ticket is good for 60 seconds; the rest is for the way to the server. */
const ticketMs = 45_000
const retryMs = 3000
const askAgainMs = 30_000

export interface EnteringHooks {
  invitation(invitation: EnterResponse): Promise<void>
  refused(stage: Stage): void
}

export class Entering {
  private ticket = ''
  private ticketAtMs = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly hooks: EnteringHooks) {}

  /** Asks until the session is open or over. */
  async start(): Promise<void> {
    clearTimeout(this.timer)
    const got = await this.ask()
    if (got && 'stop' in got) return this.hooks.refused(got.stop)
    if (!got) return this.again(retryMs)
    await this.hooks.invitation(got)
    if (!got.ticket && !got.ended && !got.groundRules)
      this.again(Math.min(askAgainMs, Math.max(1000, got.opensAtMs - Date.now())))
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  /** One ticket for one hello. */
  async take(): Promise<Ticket> {
    const kept = performance.now() - this.ticketAtMs < ticketMs ? this.ticket : ''
    this.ticket = ''
    if (kept) return { ticket: kept }
    const got = await this.ask()
    if (!got || 'stop' in got) return got
    this.ticket = ''
    if (got.ticket) return { ticket: got.ticket }
    return { stop: got.ended ? 'ended' : 'landing' }
  }

  /** null where asking again may help. */
  private async ask(): Promise<EnterResponse | { stop: Stage } | null> {
    const capability = takeSecret('c')
    if (!capability) return { stop: 'badLink' }
    try {
      const got = await enter(capability)
      this.ticket = got.ticket
      this.ticketAtMs = performance.now()
      return got
    } catch (error) {
      const stage = afterRefusedEnter(error)
      if (stage === 'badLink') forgetSecret('c')
      return stage && { stop: stage }
    }
  }

  private again(ms: number): void {
    this.timer = setTimeout(() => void this.start(), ms)
  }
}
