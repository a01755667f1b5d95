/** The echoes that are on the speaker's screen: each for four seconds, and then forgotten. */
import type { EchoMessage } from './wire.gen'

export interface ShownEcho extends EchoMessage {
  id: number
}

const shownMs = 4000
/** More than a ring can send at once are too many to read. */
const most = 16

export class Echoes {
  private shown: ShownEcho[] = []
  private timers = new Set<ReturnType<typeof setTimeout>>()
  private count = 0

  constructor(private readonly changed: (shown: ShownEcho[]) => void) {}

  add(echo: EchoMessage): void {
    const id = ++this.count
    this.show([...this.shown, { ...echo, id }].slice(-most))
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      this.show(this.shown.filter((one) => one.id !== id))
    }, shownMs)
    this.timers.add(timer)
  }

  /** Forgets them without a word: the page has left the room. */
  close(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
    this.shown = []
  }

  private show(shown: ShownEcho[]): void {
    this.shown = shown
    this.changed(shown)
  }
}
