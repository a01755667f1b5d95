package sfu

import "time"

// allowance bounds how much somebody may cause: what is taken costs time, and the debt, which time pays off, has a depth. It is
// the cell rate algorithm of ITU-T I.371. It belongs to whoever holds what it bounds.
type allowance struct{ paidAt time.Duration }

// take reports whether something may be had at this cost, and if so takes it.
func (a *allowance) take(cost, depth, now time.Duration) bool {
	at := max(a.paidAt, now) + cost
	if at-now > depth {
		return false
	}
	a.paidAt = at
	return true
}

// One receiver may have so many key frames of others in a row, and then one in each keyFrameEvery.
const (
	keyFrameEvery = time.Second
	keyFrameDepth = 4 * keyFrameEvery
)

// What one layer may send, with its headers: several times what our clients do. A room of twenty sends each byte nineteen times,
// so that without a bound one sender could fill everybody's line.
const (
	audioBitrateBps = 640_000 // Opus at its largest, RFC 6716 §2.1.1, in packets of 20 ms
	videoBitrateBps = 3_000_000
	bitrateDepth    = 2 * time.Second
)
