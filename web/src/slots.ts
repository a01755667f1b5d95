/**
 * What the slots carry: the sound of every slot from an element of its own, which lives as long as the page, and the pictures by
 * source. A picture is taken away before its slot is given to another: nobody may appear under another's name.
 */
import { slotCount, type Connection } from './connection'
import { samplesOf, type Samples } from './playouts'
import { useSpeaker } from './sound'
import type { ParticipantID, SlotMap } from './wire.gen'

export interface SlotHooks {
  pictures(pictures: ReadonlyMap<ParticipantID, MediaStream>): void
  soundBlocked(blocked: boolean): void
}

export class Slots {
  private sounds: HTMLAudioElement[] = []
  private tracks: Connection['slots'] = []
  private sources: ParticipantID[] = []
  private pictures = new Map<ParticipantID, MediaStream>()

  constructor(private readonly hooks: SlotHooks) {}

  /** Plays the slots of a new connection, all still empty. Played first in a click, the elements may play ever after. */
  attach(tracks: Connection['slots']): void {
    this.tracks = tracks
    this.empty()
    if (!this.sounds.length) this.sounds = Array.from({ length: slotCount }, newSound)
    this.sounds.forEach((sound, i) => (sound.srcObject = new MediaStream([tracks[i]!.audio])))
    this.play()
  }

  /** Plays on, unheard. */
  silence(on: boolean): void {
    for (const sound of this.sounds) sound.muted = on
  }

  play(): void {
    for (const sound of this.sounds) {
      sound.play().catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') this.hooks.soundBlocked(true)
      })
    }
  }

  /** Shows the slots as the map says. Once it resolves, views have drawn it and the map may be acknowledged. */
  async show(map: SlotMap): Promise<void> {
    const next = sourcesOf(map)
    const { vacated, filled } = changes(this.sources, next)
    for (const i of vacated) this.pictures.delete(this.sources[i]!)
    // A stream of its own for each source makes views start afresh instead of holding the last frame of another.
    for (const i of filled) this.pictures.set(next[i]!, new MediaStream([this.tracks[i]!.video]))
    this.sources = next
    this.tell()
    await Promise.resolve() // views draw in a microtask that was queued before this one
  }

  empty(): void {
    this.sources = []
    this.pictures.clear()
    this.tell()
  }

  /** What has come of each source so far. */
  async samples(pc: RTCPeerConnection): Promise<Samples[]> {
    const all = this.sources.map(async (source, i) => {
      const track = this.tracks[i]?.audio
      if (!source || !track) return []
      return samplesOf(source, await pc.getStats(track))
    })
    return (await Promise.all(all)).flat()
  }

  speaker(id: string): void {
    for (const sound of this.sounds) useSpeaker(sound, id)
  }

  close(): void {
    this.empty()
    for (const sound of this.sounds) {
      sound.srcObject = null
      sound.remove()
    }
    this.sounds = []
  }

  private tell(): void {
    this.hooks.pictures(new Map(this.pictures))
  }
}

function newSound(): HTMLAudioElement {
  const sound = new Audio()
  sound.hidden = true
  sound.autoplay = true
  document.body.append(sound)
  return sound
}

/** Sources by slot, '' for an empty one. A prepared one gets its picture too, so that it is there once the move is made. */
export function sourcesOf(map: SlotMap): ParticipantID[] {
  const sources = new Array<ParticipantID>(slotCount).fill('')
  for (const { slot, source } of map.slots) if (slot < slotCount) sources[slot] = source
  return sources
}

/** The slots that lose their source and those that get one; a slot that changes hands is both. */
export function changes(now: readonly ParticipantID[], next: readonly ParticipantID[]) {
  const changed = next.map((_, i) => i).filter((i) => (now[i] ?? '') !== next[i])
  return { vacated: changed.filter((i) => now[i]), filled: changed.filter((i) => next[i]) }
}
