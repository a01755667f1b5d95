// Package reception follows one received RTP stream: extended sequence numbers, duplicates, what is missing and when to ask
// for it again, and the figures of a receiver report. It is pure: time is an argument, counted from any fixed instant.
package reception

import "time"

// window is how many packets below the newest are told apart; what is older is late.
const window = 512

// maxGap is the largest step between neighbours of one stream, RFC 3550 A.1 (MAX_DROPOUT).
const maxGap = 3000

// Verdict is what a packet is to its stream.
type Verdict uint8

// Verdicts.
const (
	Newest    Verdict = iota // newer than all before
	Reordered                // older, and first seen now
	Duplicate                // seen before, or too old to know
)

// Stream is the state of one stream. The zero Stream has received nothing.
type Stream struct {
	Clock int64 // RTP clock rate, Hz

	started         bool
	first, highest  uint64
	seen            [window / 64]uint64 // a bit for each of the newest numbers
	missing         Missing
	received        uint64
	expectedAtLast  uint64
	receivedAtLast  uint64
	transit, jitter int64 // RTP units; jitter is scaled by 16
}

// Started reports whether any packet has come.
func (s *Stream) Started() bool { return s.started }

// Highest is the extended number of the newest packet.
func (s *Stream) Highest() uint64 { return s.highest }

// Missing is what has not come.
func (s *Stream) Missing() *Missing { return &s.missing }

// Receive takes the number and timestamp of a packet and gives its extended number. A repaired packet came as a retransmission
// and counts as lost in the reports (RFC 4588 §6.1: each stream reports its own packets).
func (s *Stream) Receive(sequence uint16, timestamp uint32, repaired bool, now time.Duration) (uint64, Verdict) {
	extended, verdict := s.place(sequence, now)
	if verdict == Duplicate {
		return extended, verdict
	}
	s.seen[extended/64%uint64(len(s.seen))] |= 1 << (extended % 64)
	if !repaired {
		s.received++
		s.observe(timestamp, now)
	}
	return extended, verdict
}

func (s *Stream) place(sequence uint16, now time.Duration) (uint64, Verdict) {
	if !s.started {
		// One cycle is added so that a packet from before the first one has a number too.
		s.started, s.highest = true, 1<<16|uint64(sequence)
		s.first = s.highest
		return s.highest, Newest
	}
	step := int16(sequence - uint16(s.highest))
	extended := s.highest + uint64(int64(step))
	switch {
	case step > 0:
		s.advance(extended, now)
		return extended, Newest
	case -int(step) >= window || s.has(extended):
		return extended, Duplicate
	}
	s.missing.Found(extended)
	return extended, Reordered
}

// advance moves the window up to a new highest number, and notes the numbers that were passed over.
func (s *Stream) advance(extended uint64, now time.Duration) {
	gap := extended - s.highest
	for n := s.highest + 1; n <= extended && n-s.highest <= window; n++ {
		s.seen[n/64%uint64(len(s.seen))] &^= 1 << (n % 64)
	}
	if gap > window {
		clear(s.seen[:])
	}
	s.missing.passed(s.highest+1, extended, now)
	if gap > maxGap {
		s.restart(extended)
	}
	s.highest = extended
}

// restart begins the figures anew after a step that no network makes.
func (s *Stream) restart(extended uint64) {
	s.first, s.received, s.expectedAtLast, s.receivedAtLast = extended, 0, 0, 0
}

func (s *Stream) has(n uint64) bool { return s.seen[n/64%uint64(len(s.seen))]&(1<<(n%64)) != 0 }

// observe keeps the jitter of RFC 3550 A.8.
func (s *Stream) observe(timestamp uint32, now time.Duration) {
	arrival := int64(now/time.Microsecond) * s.Clock / 1e6
	transit := int64(int32(uint32(arrival) - timestamp))
	if s.received > 1 {
		d := transit - s.transit
		s.jitter += max(d, -d) - (s.jitter+8)>>4
	}
	s.transit = transit
}

// Report is the part of a receiver report block that depends on what has been received, RFC 3550 §6.4.1.
type Report struct {
	FractionLost uint8
	TotalLost    int32 // 24 bits
	Highest      uint32
	Jitter       uint32
}

// Report gives the figures since the last one.
func (s *Stream) Report() Report {
	expected := s.highest - s.first + 1
	interval := int64(expected - s.expectedAtLast)
	lost := interval - int64(s.received-s.receivedAtLast)
	s.expectedAtLast, s.receivedAtLast = expected, s.received
	r := Report{Highest: uint32(s.highest - 1<<16), Jitter: uint32(max(s.jitter, 0) >> 4)}
	if interval > 0 && lost > 0 {
		r.FractionLost = uint8(min(lost<<8/interval, 255))
	}
	r.TotalLost = int32(min(max(int64(expected)-int64(s.received), -1<<23), 1<<23-1))
	return r
}
