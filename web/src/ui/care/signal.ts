/** One's own call for help in the latest view. */
import type { SessionState } from '../../state'
import type { DistressView } from '../../wire.gen'

export function ownSignal({ view }: SessionState): DistressView | null {
  if (!view || view.you.role !== 'member') return null
  return view.distress.find(({ participant }) => participant === view.you.id) ?? null
}

/** A number as a link: people write spaces and brackets in it. */
export function tel(number: string): string {
  return `tel:${number.replaceAll(/[^+\d]/g, '')}`
}
