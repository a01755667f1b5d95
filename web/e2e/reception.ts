/** What a browser says that it receives (W3C webrtc-stats), in a page that is watched (bench/watch.ts). */
import type { Page } from '@playwright/test'

/** Sums over all slots of a connection. Seconds are those of all pictures together. */
export interface Reception {
  /** Browser connections that this page has made. */
  connections: number
  audio: { packets: number; lost: number; samples: number; concealed: number }
  video: { packets: number; lost: number; nacks: number; frames: number; freezes: number; frozenSeconds: number }
  /** Frames by slot: those that have received any. */
  frames: Record<string, number>
}

type Inbound = RTCInboundRtpStreamStats & { silentConcealedSamples?: number }

/** Of the page's present connection, since it was made. */
export async function reception(page: Page): Promise<Reception> {
  return page.evaluate(async () => {
    const { connections } = (window as unknown as { watch: { connections: RTCPeerConnection[] } }).watch
    const audio = { packets: 0, lost: 0, samples: 0, concealed: 0 }
    const video = { packets: 0, lost: 0, nacks: 0, frames: 0, freezes: 0, frozenSeconds: 0 }
    const frames: Record<string, number> = {}
    const report = (await connections.at(-1)?.getStats()) ?? new Map()
    for (const s of report.values() as Iterable<Inbound>) {
      if (s.type !== 'inbound-rtp' || !s.packetsReceived) continue
      const sums = s.kind === 'audio' ? audio : video
      sums.packets += s.packetsReceived
      sums.lost += s.packetsLost ?? 0
      if (s.kind === 'audio') {
        audio.samples += s.totalSamplesReceived ?? 0
        audio.concealed += (s.concealedSamples ?? 0) - (s.silentConcealedSamples ?? 0)
      } else {
        video.nacks += s.nackCount ?? 0
        video.frames += s.framesDecoded ?? 0
        video.freezes += s.freezeCount ?? 0
        video.frozenSeconds += s.totalFreezesDuration ?? 0
        frames[s.mid ?? ''] = s.framesDecoded ?? 0
      }
    }
    return { connections: connections.length, audio, video, frames }
  })
}
