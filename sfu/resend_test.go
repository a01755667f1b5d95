package sfu

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// asksAgain sends a NACK of one number for what a slot shows.
func (c *client) asksAgain(slot int, number uint16) {
	raw, err := rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{
		SenderSSRC: 1, MediaSSRC: c.slotVideo(slot), Nacks: []rtcp.NackPair{{PacketID: number}},
	}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.handler.RTCP(raw)
}

// Every packet that is asked for again is sent again, or counted by the cause for which it is not.
func TestEveryNackHasAnOutcome(t *testing.T) {
	for _, start := range []uint16{0, 32767, 65535} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t)
			ana, ben := h.join("ana", 1, 0), h.join("ben", 1, start)
			m := h.server.metrics
			counted := map[string]int{}
			expect := func(outcome string) {
				t.Helper()
				counted[outcome]++
				now := map[string]int{
					"sent":      int(testutil.ToFloat64(m.resent)),
					"unknown":   int(testutil.ToFloat64(m.unansweredUnknown)),
					"too old":   int(testutil.ToFloat64(m.unansweredOld)),
					"too soon":  int(testutil.ToFloat64(m.unansweredSoon)),
					"too often": int(testutil.ToFloat64(m.unansweredOften)),
				}
				sum := 0
				for name, n := range now {
					if n != counted[name] {
						t.Fatalf("begun at %d: %d are counted as %s, not %d", start, n, name, counted[name])
					}
					sum += n
				}
				if asked := int(testutil.ToFloat64(m.nacksReceived)); asked != sum {
					t.Fatalf("begun at %d: of %d asked for, %d have an outcome", start, asked, sum)
				}
			}

			ana.asksAgain(0, 1)
			expect("unknown") // The slot carries nothing.
			h.room.SetPolicy(one(ana, ben, Feed{Hear: true, See: LayerLow}))
			ana.acknowledge()
			slot := ana.slotOf("ben")
			ana.asksAgain(slot, 1)
			expect("unknown") // Nothing has flowed yet.

			ben.frame("q", true)
			first := ana.sees("ben")[0].SequenceNumber
			ana.asksAgain(slot, first+1)
			expect("unknown") // It has not been sent.
			ana.asksAgain(slot, first)
			expect("sent")
			ana.asksAgain(slot, first)
			expect("too soon")
			for range maxResends - 1 {
				time.Sleep(firstRoundTrip)
				ana.asksAgain(slot, first)
				expect("sent")
			}
			time.Sleep(time.Second)
			ana.asksAgain(slot, first)
			expect("too often")
			for range sentPlaces {
				time.Sleep(66 * time.Millisecond)
				ben.frame("q", false)
			}
			ana.asksAgain(slot, first)
			expect("too old")
		})
	}
}
