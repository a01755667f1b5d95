/** What the server says of packets that were asked for again. */
import type { Server } from './server'

/** Packets. A NACK from a receiver is resent, or unanswered by one of the causes; asked are those that the server asks senders for. */
export interface Repairs {
  nacked: number
  resent: number
  unanswered: Record<Cause, number>
  asked: number
  repaired: number
}

const causes = ['unknown_number', 'too_old', 'too_soon', 'too_often'] as const
export type Cause = (typeof causes)[number]

export async function repairs(server: Server): Promise<Repairs> {
  const metrics = await server.metrics()
  const of = (name: string) => metrics.get(`kring_sfu_${name}`) ?? 0
  const unanswered = causes.map((cause) => [cause, of(`unanswered_nacks_total{cause="${cause}"}`)])
  return {
    nacked: of('nacked_packets_total{direction="in"}'),
    resent: of('retransmitted_packets_total{direction="out"}'),
    unanswered: Object.fromEntries(unanswered) as Record<Cause, number>,
    asked: of('nacked_packets_total{direction="out"}'),
    repaired: of('retransmitted_packets_total{direction="in"}'),
  }
}

/** NACKs that are neither answered nor counted by a cause; a few for a moment, since counters are not read all at once. */
export function withoutOutcome({ nacked, resent, unanswered }: Repairs): number {
  return nacked - Object.values(unanswered).reduce((a, b) => a + b, resent)
}
