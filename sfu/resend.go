package sfu

import (
	"encoding/binary"
	"math/bits"
	"time"

	"kring/sfu/internal/forward"
	"kring/sfu/internal/rtpview"
)

// Bounds of retransmission: so many of the newest packets of a slot, each so often, and not twice in a round trip.
const (
	sentPlaces   = 256
	maxResends   = 8
	leastSpacing = 20 * time.Millisecond
)

// sentRing is what a down track has sent of its present source, by the numbers it had. Nothing else can be asked for again: not
// what flowed before the source was permitted, nor what went to another slot. A nil ring notes and finds nothing.
type sentRing struct{ places [sentPlaces]sentPacket }

// sentPacket is where a packet that was sent is found again. The zero one was not sent.
type sentPacket struct {
	layer    *layer
	sequence uint64 // of the source, extended
	numbers  forward.Numbers
	resends  uint8
	at       time.Duration // of the last resend
}

func (r *sentRing) note(n forward.Numbers, l *layer, sequence uint64) {
	if r != nil {
		r.places[n.Sequence%sentPlaces] = sentPacket{layer: l, sequence: sequence, numbers: n}
	}
}

func (r *sentRing) find(number uint16) *sentPacket {
	if r == nil {
		return nil
	}
	if p := &r.places[number%sentPlaces]; p.layer != nil && p.numbers.Sequence == number {
		return p
	}
	return nil
}

// passed reports whether a number is older than those that can be found.
func (r *sentRing) passed(number uint16) bool {
	if r == nil {
		return false
	}
	p := &r.places[number%sentPlaces]
	return p.layer != nil && int16(p.numbers.Sequence-number) > 0
}

func (r *sentRing) clear() {
	if r != nil {
		clear(r.places[:])
	}
}

// resend answers a NACK of a number and, for each set bit i, of number+i+1. What is not sent again is counted by its cause.
func (d *downTrack) resend(number, following uint16, now time.Duration) {
	asked := float64(1 + bits.OnesCount16(following))
	d.metrics.nacksReceived.Add(asked)
	follows := d.locked(func(t *upTrack) {
		for set := uint32(following)<<1 | 1; set != 0; set >>= 1 {
			if set&1 != 0 && d.resendOne(number, now) {
				t.forwarded++
			}
			number++
		}
	})
	if !follows {
		d.metrics.unansweredUnknown.Add(asked)
	}
}

func (d *downTrack) resendOne(number uint16, now time.Duration) bool {
	s := d.ring.find(number)
	switch {
	case s == nil && d.ring.passed(number):
		d.metrics.unansweredOld.Inc()
		return false
	case s == nil:
		d.metrics.unansweredUnknown.Inc()
		return false
	case s.resends == maxResends:
		d.metrics.unansweredOften.Inc()
		return false
	case s.resends > 0 && now-s.at < max(d.roundTrip(), leastSpacing):
		d.metrics.unansweredSoon.Inc()
		return false
	}
	p := s.layer.cache.Get(s.sequence)
	if p == nil {
		d.metrics.unansweredOld.Inc()
		return false
	}
	s.resends, s.at = s.resends+1, now
	d.rtxSequence++
	h := rtpview.Header{
		Marker: p.Marker, PayloadType: d.rtx, Sequence: d.rtxSequence, Timestamp: s.numbers.Timestamp, SSRC: d.rtxSSRC,
	}
	d.number(&h, len(p.Payload())+2, now)
	// RFC 4588 §4: the original sequence number stands before the payload.
	packet := p.Framed(h.Size() + 2)
	h.Put(packet)
	binary.BigEndian.PutUint16(packet[h.Size():], s.numbers.Sequence)
	p.VP8.Put(p.Payload(), s.numbers.PictureID, s.numbers.TL0PICIDX)
	d.conn.WriteRTP(packet)
	d.metrics.resent.Inc()
	d.metrics.bytesOut.Add(float64(len(packet)))
	return true
}
