package reception

import "time"

// Bounds of what is asked for again: so many packets, so often each, for so long.
const (
	maxMissing   = 64
	maxTries     = 6
	giveUpAfter  = time.Second
	leastSpacing = 20 * time.Millisecond
)

// Missing is the packets that were passed over and may still be asked for.
type Missing struct {
	list [maxMissing]missing
	n    int
}

type missing struct {
	sequence     uint64
	since, asked time.Duration
	tries        uint8
}

// Any reports whether anything is missing.
func (m *Missing) Any() bool { return m.n > 0 }

// Found takes a number off the list.
func (m *Missing) Found(sequence uint64) {
	for i := range m.list[:m.n] {
		if m.list[i].sequence == sequence {
			m.remove(i)
			return
		}
	}
}

// passed notes the numbers from first up to newest. More at once than the list holds is a pause or a break, which only a key
// frame mends, and clears the list.
func (m *Missing) passed(first, newest uint64, now time.Duration) {
	if newest-first > maxMissing {
		m.n = 0
		return
	}
	for ; first < newest; first++ {
		if m.n == maxMissing {
			m.remove(0)
		}
		m.list[m.n] = missing{sequence: first, since: now}
		m.n++
	}
}

// Due appends the numbers to ask for now, in order: each at once, and again after a round trip, until it is given up.
func (m *Missing) Due(out []uint16, roundTrip, now time.Duration) []uint16 {
	spacing := max(roundTrip, leastSpacing)
	for i := 0; i < m.n; {
		e := &m.list[i]
		switch {
		case now-e.since > giveUpAfter, e.tries == maxTries && now-e.asked >= spacing:
			m.remove(i)
			continue
		case e.tries < maxTries && (e.tries == 0 || now-e.asked >= spacing):
			e.tries, e.asked = e.tries+1, now
			out = append(out, uint16(e.sequence))
		}
		i++
	}
	return out
}

func (m *Missing) remove(i int) {
	copy(m.list[i:], m.list[i+1:m.n])
	m.n--
}
