package sfu

import (
	"testing"

	"github.com/pion/rtp"

	"kring/sfu/internal/forward"
)

// leapOver lets a stream pass over so many numbers, in steps with a packet of padding alone after each: such packets are not
// forwarded, so that the followers see nothing of the way.
func (e *encoder) leapOver(numbers, step int) {
	for ; numbers > 0; numbers -= step {
		e.next += uint16(step) - 1
		p := e.make(nil)
		p.Padding, p.PaddingSize = true, 4
		e.c.deliver(p)
	}
}

// A number of a slot that is used again under the same key would seal two packets with one nonce (RFC 7714 §8.2), and a step of
// half the number space makes a receiver lose count of the cycles for good (RFC 3711 §3.3.1). A sender who leaps must cause
// neither, in whatever steps it leaps and wherever it begins.
func TestNoLeapOfASourceReachesASlot(t *testing.T) {
	for _, step := range []int{64, 500, 2999, 32767} {
		for _, start := range []uint16{0, 32767, 65535} {
			h := newHouse(t)
			ana, ben := h.join("ana", 1, start), h.join("ben", 1, 0)
			h.room.SetPolicy(one(ben, ana, Feed{Hear: true, See: LayerLow}))
			ben.acknowledge()
			for range 8 {
				ana.talk(30)
				ana.frame("q", true)
				ana.audio.leapOver(65_534, step)
				ana.layers["q"].leapOver(65_534, step)
			}
			ana.talk(30)
			ana.frame("q", true)
			apart(t, ben.hears("ana"), 9)
			apart(t, ben.sees("ana"), 9)
		}
	}
}

// apart fails unless there are so many packets, each a little after the one before.
func apart(t *testing.T, packets []rtp.Packet, want int) {
	t.Helper()
	if len(packets) != want {
		t.Errorf("%d packets, want %d", len(packets), want)
	}
	for i := range packets[min(1, len(packets)):] {
		a, b := packets[i].SequenceNumber, packets[i+1].SequenceNumber
		if step := b - a; step == 0 || step > forward.MaxStep {
			t.Errorf("from number %d to %d", a, b)
		}
	}
}
