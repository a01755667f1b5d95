/**
 * The screen that one of staff shows in place of their camera. As with a device, what is live is brought to what the latest view says:
 * it is sent only while the view says that it is shown, let go of once it says that it is not, and told to be over when the browser
 * ended it. Nothing here ever starts it: that is the person's own choice, in the browser's own window.
 */
import type { View } from './wire.gen'

export interface ScreenHooks {
  /** Tells the server; '' when applied, else the refusal's code. */
  tell(on: boolean): Promise<string>
  /** What there is to send has changed. */
  changed(): void
}

export class OwnScreen {
  private live: MediaStreamTrack | null = null
  private switching = 0
  private toldOf: View | null = null

  constructor(private readonly hooks: ScreenHooks) {}

  /** What goes in the place of the camera; null while nothing does. */
  track(view: View): MediaStreamTrack | null {
    return isShown(view) ? this.live : null
  }

  /** Whether the browser captures it, sent or not. */
  get isLive(): boolean {
    return this.live !== null
  }

  async share(track: MediaStreamTrack): Promise<string> {
    this.close()
    this.live = track
    // The browser's own button, or a window that was closed.
    track.addEventListener('ended', () => this.live === track && void this.stop())
    const code = await this.tell(true)
    if (code && this.live === track) this.close()
    return code
  }

  /** The screen at once, whatever the network does. */
  stop(): Promise<string> {
    this.close()
    return this.tell(false)
  }

  reconcile(view: View, current: boolean): void {
    if (this.switching || !current) return
    if (!isShown(view)) this.close()
    else if (this.live?.readyState !== 'live' && this.toldOf !== view) {
      this.toldOf = view // refused, it waits for a newer view: what changes meanwhile asks again and again
      void this.stop()
    }
  }

  close(): void {
    this.live?.stop()
    this.live = null
  }

  private async tell(on: boolean): Promise<string> {
    this.switching++
    try {
      const told = this.hooks.tell(on)
      this.hooks.changed()
      return await told
    } finally {
      this.switching--
      this.hooks.changed()
    }
  }
}

function isShown(view: View): boolean {
  return view.screen !== '' && view.screen === view.you.id
}
