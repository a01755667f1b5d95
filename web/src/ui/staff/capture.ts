/**
 * The screen, window or tab that the person chooses in their browser's own dialog; null where they choose none or the browser
 * refuses. Call it in a click. Ten frames a second are enough to read and to follow a pointer; sound is not shared.
 */
export async function capture(): Promise<MediaStreamTrack | null> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: 10, width: { max: 1920 } },
      audio: false,
    })
    const track = stream.getVideoTracks()[0] ?? null
    if (track) track.contentHint = 'detail' // sharp letters before smooth motion; connection.ts knows a screen by it
    return track
  } catch {
    return null
  }
}

/** No phone has it. */
export function canCapture(): boolean {
  return !!navigator.mediaDevices && 'getDisplayMedia' in navigator.mediaDevices
}
