/**
 * The m-lines of the one offer (signaling/protocol/README.md, part 5), made all at once, so that nothing is negotiated later:
 * on and off are commands with replaceTrack, and who is heard and seen where is the server filling slots.
 */
import type { Kind } from './devices'

/** A ring of sixteen, and a screen. */
export const slotCount = 17

/** Rid order and sizes are the protocol's. Three layers at this size would silently become two in Chromium. */
const cameraLayers: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 2, maxBitrate: 150_000, maxFramerate: 15 },
  { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 500_000, maxFramerate: 24 },
]

/** A screen is to be read, and stands still mostly: about 1280x720, or half of that where the line has no room for it. */
function screenLayers(track: MediaStreamTrack): RTCRtpEncodingParameters[] {
  const { width = 1280, height = 720 } = track.getSettings()
  const scale = Math.max(1, Math.sqrt((width * height) / (1280 * 720)))
  return [
    { rid: 'q', scaleResolutionDownBy: 2 * scale, maxBitrate: 300_000, maxFramerate: 5 },
    { rid: 'h', scaleResolutionDownBy: scale, maxBitrate: 1_500_000, maxFramerate: 10 },
  ]
}

/** One RTCPeerConnection with its m-lines. slots[i] has slot i's receiving tracks, which exist before anything is received. */
export interface Connection {
  pc: RTCPeerConnection
  senders: Record<Kind, RTCRtpSender>
  slots: { audio: MediaStreamTrack; video: MediaStreamTrack }[]
}

export function newConnection(): Connection {
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' })
  const add = (kind: 'audio' | 'video', init: RTCRtpTransceiverInit) => {
    const transceiver = pc.addTransceiver(kind, init)
    // With every codec that a browser has, so many m-lines are over the size that the server takes.
    transceiver.setCodecPreferences?.(codecs(kind))
    return transceiver
  }
  const mic = add('audio', { direction: 'sendonly', sendEncodings: [{ maxBitrate: 32_000 }] })
  const camera = add('video', { direction: 'sendonly', sendEncodings: cameraLayers })
  add('video', { direction: 'inactive' })
  add('audio', { direction: 'inactive' })
  const slots = Array.from({ length: slotCount }, () => ({
    audio: add('audio', { direction: 'recvonly' }).receiver.track,
    video: add('video', { direction: 'recvonly' }).receiver.track,
  }))
  return { pc, senders: { mic: mic.sender, camera: camera.sender }, slots }
}

/** Sends a track, or nothing. Needs no offer. A camera and a screen share a sender, which keeps its layers when its track goes. */
export async function fill(sender: RTCRtpSender, track: MediaStreamTrack | null): Promise<void> {
  await Promise.all([sender.replaceTrack(track), track?.kind === 'video' && arrange(sender, track)])
}

async function arrange(sender: RTCRtpSender, track: MediaStreamTrack): Promise<void> {
  const screen = track.contentHint === 'detail'
  const layers = screen ? screenLayers(track) : cameraLayers
  const parameters = sender.getParameters()
  if (!screen && parameters.encodings.at(-1)?.maxBitrate === layers.at(-1)?.maxBitrate) return // as it was made
  parameters.encodings.forEach((encoding, i) => Object.assign(encoding, layers[i]))
  await sender.setParameters(parameters)
}

function codecs(kind: 'audio' | 'video'): RTCRtpCodec[] {
  const wanted = kind === 'audio' ? ['audio/opus'] : ['video/vp8', 'video/rtx']
  const all = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []
  return all.filter(({ mimeType }) => wanted.includes(mimeType.toLowerCase()))
}

/** The server needs no candidates of ours and gets no addresses. */
export function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, '')
}
