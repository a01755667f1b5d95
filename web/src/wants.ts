/**
 * Adaptive subscription: what is on screen, told to the server as a whole and not too often. Larger is asked for at once
 * (100 ms), smaller only when it lasts (2.5 s), so that a resized window or a short scroll does not switch layers to and fro.
 */
import type { ParticipantID, WantPicture } from './wire.gen'

const upAfterMs = 100
const downAfterMs = 2500
/** The server takes so many pictures in a message. */
const maxPictures = 32

export class Wants {
  private heights = new Map<ParticipantID, number>()
  private sent = new Map<ParticipantID, number>()
  private hidden = false
  private timer: ReturnType<typeof setTimeout> | null = null
  private dueMs = Infinity

  constructor(private readonly send: (pictures: WantPicture[]) => boolean) {}

  /** height is in device pixels; 0 is not visible. */
  set(source: ParticipantID, height: number): void {
    this.heights.set(source, Math.round(height))
    this.plan()
  }

  /** A hidden page takes no pictures. */
  hide(hidden: boolean): void {
    this.hidden = hidden
    this.plan()
  }

  /** A new socket knows nothing. */
  restart(): void {
    this.sent.clear()
    this.plan()
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.dueMs = Infinity
  }

  private wanted(source: ParticipantID): number {
    return this.hidden ? 0 : (this.heights.get(source) ?? 0)
  }

  private plan(): void {
    let delay = Infinity
    for (const source of this.heights.keys()) {
      const sent = this.sent.get(source)
      const wanted = this.wanted(source)
      if (sent === undefined || wanted > sent) delay = Math.min(delay, upAfterMs)
      else if (wanted < sent) delay = Math.min(delay, downAfterMs)
    }
    if (delay === Infinity) return this.stop()
    const due = performance.now() + delay
    if (due >= this.dueMs) return
    this.stop()
    this.dueMs = due
    this.timer = setTimeout(() => this.flush(), delay)
  }

  private flush(): void {
    this.stop()
    const pictures = [...this.heights.keys()].map((source) => ({ source, height: this.wanted(source) }))
    // The most recently named are the ones on screen.
    if (!this.send(pictures.slice(-maxPictures))) return // restart() comes with the next socket
    this.sent = new Map(pictures.map(({ source, height }) => [source, height]))
  }
}
