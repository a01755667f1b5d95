/** Which packets a bad line loses: seeded, one by one or in bursts. */

/**
 * share is from 0 to 1. burst is the mean number of packets lost in a row; without it each packet's fate is its own, which is the
 * same as a burst of 1 / (1 - share).
 */
export interface Loss {
  share: number
  burst?: number
}

/** The next packet's fate. Gilbert's model: a line that is good loses nothing, one that is bad loses everything. */
export function fate({ share, burst = 1 / (1 - share) }: Loss, random: () => number): () => boolean {
  const ends = 1 / burst
  const begins = (share * ends) / (1 - share)
  let bad = false
  return () => (bad = bad ? random() >= ends : random() < begins)
}

/** From 0 to 1, the same for the same seed: xorshift with 32 bits (Marsaglia, Xorshift RNGs, 2003). */
export function seeded(seed: number): () => number {
  let x = seed || 1 // 0 stays 0.
  const next = () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 32; i++) next() // Small seeds begin alike.
  return next
}
