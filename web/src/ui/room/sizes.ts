/**
 * Reports how tall each picture is on screen, so that the server sends no more than is seen. One observer of sizes and one of
 * visibility watch all pictures of a room.
 */
import type { Attachment } from 'svelte/attachments'
import type { ParticipantID } from '../../wire.gen'

export interface Sizes {
  /** Watches an element as the picture of source. */
  of(source: ParticipantID): Attachment<HTMLElement>
  close(): void
}

interface Picture {
  source: ParticipantID
  visible: boolean
  height: number
}

/** want gets a source's height in device pixels, counted at most double, and 0 when it cannot be seen. */
export function watchSizes(want: (source: ParticipantID, height: number) => void): Sizes {
  const pictures = new Map<Element, Picture>()

  const report = (picture: Picture) => {
    const dense = Math.min(window.devicePixelRatio, 2)
    want(picture.source, picture.visible ? Math.round(picture.height * dense) : 0)
  }
  const change = (element: Element, to: Partial<Picture>) => {
    const picture = pictures.get(element)
    if (picture) report(Object.assign(picture, to))
  }

  const size = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) change(target, { height: contentRect.height })
  })
  const visibility = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) change(target, { visible: isIntersecting })
  })

  // One function a source, so that a new view of the same people does not make an element be watched anew.
  const watchers = new Map<ParticipantID, Attachment<HTMLElement>>()
  const watch = (source: ParticipantID): Attachment<HTMLElement> => {
    return (element) => {
      pictures.set(element, { source, visible: false, height: 0 })
      size.observe(element)
      visibility.observe(element)
      return () => {
        size.unobserve(element)
        visibility.unobserve(element)
        // What was wanted stays: who is not in the circle is not sent anyway, and whoever comes back must be seen at once.
        pictures.delete(element)
      }
    }
  }

  return {
    of(source) {
      const known = watchers.get(source) ?? watch(source)
      watchers.set(source, known)
      return known
    },
    close() {
      size.disconnect()
      visibility.disconnect()
    },
  }
}
