/** Shows a stream in a <video>, silently: sound comes from elements of its own. */
import type { Attachment } from 'svelte/attachments'

export const play =
  (stream: MediaStream): Attachment<HTMLVideoElement> =>
  (video) => {
    video.srcObject = stream
    // Svelte sets muted as an attribute only; autoplay needs the property.
    video.muted = true
    return () => (video.srcObject = null)
  }
