// Package forward rewrites the numbers of what flows into a slot, so that a receiver sees one unbroken stream whatever its
// source is, was, and however long nothing flowed: sequence number, timestamp, VP8 picture id and TL0PICIDX. It is pure: a
// small state, a packet and the time give the packet's new numbers. It decides neither what may flow nor when to switch, and
// it writes no bytes.
package forward

import (
	"time"

	"kring/sfu/internal/rtpview"
)

// Packet is the numbers of a source's packet.
type Packet struct {
	Sequence  uint64 // extended
	Timestamp uint32
	VP8       rtpview.VP8 // zero for audio
}

// Numbers is what a packet has in its slot.
type Numbers struct {
	Sequence  uint16
	Timestamp uint32
	PictureID uint16
	TL0PICIDX uint8
}

// maxRuns bounds how many swallowed packets are remembered; a packet from before the oldest is too late to be numbered.
const maxRuns = 16

// MaxStep is the largest step from one number sent to the next. A source that passes over more begins again: it would have to
// anyway, for more than this is not asked for again, and its sender could otherwise take a slot around the number space, to
// numbers that have been used under the same key (RFC 7714 §8.2), or so far that a receiver which loses a packet counts its
// cycles wrong for good (RFC 3711 §3.3.1).
const MaxStep = 64

// maxFirst is above every first number of a slot. A receiver that loses the packets before the first wrap counts its cycles wrong
// for good, so it is far from there, whatever the source's numbers are (RFC 3711 §3.3.1).
const maxFirst = 1 << 14

// State is the numbering of one slot. The zero State has sent nothing. It belongs to whoever the slot follows.
type State struct {
	runs     [maxRuns]run
	n        int
	newest   uint64 // of the source
	tsDelta  uint32
	picDelta uint16
	tl0Delta uint8

	started bool
	last    last
}

// run is a stretch of source packets, up to the next run, that are numbered by adding delta.
type run struct{ first, delta uint64 }

// last is the packet with the highest number sent.
type last struct {
	sequence  uint64
	timestamp uint32
	pictureID uint16
	tl0       uint8
	at        time.Duration
}

// TimestampDelta is what is added to the timestamps of the present source.
func (s *State) TimestampDelta() uint32 { return s.tsDelta }

// Started reports whether anything has been numbered yet.
func (s *State) Started() bool { return s.started }

// Switch lets p follow the last packet that was sent: its source begins here, or begins again. The timestamp goes on by the
// time that has passed, so that a receiver's clock does not jump. clock is the RTP clock rate in Hz.
func (s *State) Switch(p *Packet, clock int64, now time.Duration) {
	s.newest = p.Sequence - 1
	if !s.started {
		s.runs[0], s.n = run{first: p.Sequence, delta: p.Sequence%maxFirst - p.Sequence}, 1
		return
	}
	s.runs[0], s.n = run{first: p.Sequence, delta: s.last.sequence + 1 - p.Sequence}, 1
	passed := max((now-s.last.at).Microseconds()*clock/1e6, 1)
	s.tsDelta = s.last.timestamp + uint32(passed) - p.Timestamp
	if p.VP8.PictureBits() > 0 {
		s.picDelta = s.last.pictureID + 1 - p.VP8.PictureID
	}
	if p.VP8.HasTL0PICIDX() {
		s.tl0Delta = s.last.tl0 + 1 - p.VP8.TL0PICIDX
	}
}

// Leaps reports whether a packet's number would be more than MaxStep after the last one sent. Its source must Switch instead.
func (s *State) Leaps(p *Packet) bool {
	return s.started && s.n > 0 && int64(p.Sequence+s.runs[s.n-1].delta-s.last.sequence) > MaxStep
}

// Number gives a packet its numbers; false if it is older than the switch, or than what is remembered.
func (s *State) Number(p *Packet, now time.Duration) (Numbers, bool) {
	i := s.n - 1
	for i >= 0 && p.Sequence < s.runs[i].first {
		i--
	}
	if i < 0 || i+1 < s.n && p.Sequence+1 == s.runs[i+1].first {
		return Numbers{}, false // The last of a run that is followed by another is the packet that was swallowed.
	}
	l := last{
		sequence:  p.Sequence + s.runs[i].delta,
		timestamp: p.Timestamp + s.tsDelta,
		pictureID: p.VP8.PictureID + s.picDelta,
		tl0:       p.VP8.TL0PICIDX + s.tl0Delta,
		at:        now,
	}
	s.newest = max(s.newest, p.Sequence)
	if !s.started || l.sequence > s.last.sequence {
		s.keep(&l, &p.VP8)
	}
	return Numbers{uint16(l.sequence), l.timestamp, l.pictureID & 0x7fff, l.tl0}, true
}

// keep notes the packet with the highest number sent. What a source does not number leaves its last number standing.
func (s *State) keep(l *last, d *rtpview.VP8) {
	if d.PictureBits() == 0 {
		l.pictureID = s.last.pictureID
	}
	if !d.HasTL0PICIDX() {
		l.tl0 = s.last.tl0
	}
	s.last, s.started = *l, true
}

// Swallow leaves out a packet that has nothing to forward and closes the sequence over it. One that comes late leaves its
// gap: the numbers after it are in use.
func (s *State) Swallow(sequence uint64) {
	if s.n == 0 || sequence <= s.newest {
		return
	}
	delta := s.runs[s.n-1].delta - 1
	if s.n == maxRuns {
		copy(s.runs[:], s.runs[1:])
		s.n--
	}
	s.runs[s.n], s.newest = run{first: sequence + 1, delta: delta}, sequence
	s.n++
}
