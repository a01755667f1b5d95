package sfu

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestNothingFlowsWithoutAPolicy(t *testing.T) {
	h := newHouse(t)
	ana, ben := h.join("ana", 2, 0), h.join("ben", 2, 0)
	ana.talk(30)
	ana.frame("q", true)
	if ben.total() > 0 || ana.total() > 0 {
		t.Errorf("%d packets flowed", ben.total()+ana.total())
	}
}

func TestAPolicyLetsThemHearAndSee(t *testing.T) {
	h := newHouse(t)
	ana, ben, cleo := h.join("ana", 2, 0), h.join("ben", 2, 0), h.join("cleo", 2, 0)
	h.room.SetPolicy(everyone(LayerLow, ana, ben))
	ana.acknowledge()
	ben.acknowledge()
	ana.talk(30)
	ana.frame("q", true)
	heard, seen := ben.hears("ana"), ben.sees("ana")
	if len(heard) != 1 || string(heard[0].Payload) != "sound of ana" || len(seen) != 1 || content(seen[0]) != "q of ana" {
		t.Fatalf("ben hears %v, sees %v", heard, seen)
	}
	if heard[0].PayloadType != ben.opus() || seen[0].PayloadType != ben.vp8() {
		t.Errorf("payload types %d and %d are not ben's", heard[0].PayloadType, seen[0].PayloadType)
	}
	if got := heard[0].GetExtension(ben.ext().AudioLevel); len(got) != 1 || got[0] != 30 {
		t.Errorf("level %v", got)
	}
	if cleo.total() > 0 || ana.total() > 0 {
		t.Errorf("cleo got %d packets, ana %d", cleo.total(), ana.total())
	}
	if c := h.room.Counters()["ana"]; c != (Counters{AudioForwarded: 1, VideoForwarded: 1}) {
		t.Errorf("counters of ana: %+v", c)
	}
}

func TestNothingFlowsBeforeTheSlotMapIsAcknowledged(t *testing.T) {
	h := newHouse(t)
	ana, ben := h.join("ana", 1, 0), h.join("ben", 1, 0)
	h.room.SetPolicy(one(ben, ana, Feed{Hear: true, See: LayerLow}))
	ben.peer.Acknowledge(ben.lastMap().Rev - 1)
	ana.talk(30)
	ana.frame("q", true)
	if ben.total() > 0 {
		t.Fatalf("%d packets before the acknowledgement", ben.total())
	}
	ben.acknowledge()
	ana.talk(30)
	ana.frame("q", true)
	if len(ben.hears("ana")) != 1 || len(ben.sees("ana")) == 0 {
		t.Error("nothing flows after the acknowledgement")
	}
}

func TestAnAcknowledgementOfTheFutureIsOneOfThePresent(t *testing.T) {
	h := newHouse(t)
	ana, ben := h.join("ana", 1, 0), h.join("ben", 1, 0)
	ben.peer.Acknowledge(1 << 60)
	h.room.SetPolicy(one(ben, ana, Feed{Hear: true}))
	ana.talk(30)
	if ben.total() > 0 {
		t.Error("a source flows that the client has not been told of")
	}
}

func TestAPreparedFeedIsToldAndDoesNotFlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		ana, ben := h.join("ana", 1, 0), h.join("ben", 1, 0)
		ana.frame("q", true)
		h.room.SetPolicy(one(ben, ana, Feed{Hear: true, See: LayerLow, Prepare: true}))
		synctest.Wait()
		if ben.slotOf("ana") != 0 {
			t.Fatalf("told %+v", ben.lastMap())
		}
		ben.acknowledge()
		told := len(ben.maps)
		ana.talk(30)
		ana.frame("q", true)
		if ben.total() > 0 {
			t.Fatal("a prepared feed flows")
		}
		h.room.SetPolicy(one(ben, ana, Feed{Hear: true, See: LayerLow}))
		if n := ana.keyFrameRequests(ana.layers["q"].ssrc); n != 1 {
			t.Errorf("%d key frames asked for when it was permitted", n)
		}
		ana.frame("q", false)
		if seen := ben.sees("ana"); len(seen) > 0 {
			t.Fatal("it begins with no key frame, or with one from before")
		}
		ana.talk(30)
		ana.frame("q", true)
		if len(ben.hears("ana")) != 1 || len(ben.sees("ana")) != 1 {
			t.Error("nothing flows after the move")
		}
		if len(ben.maps) != told {
			t.Error("the move changed the slots")
		}
	})
}

// Audio and video of many senders are in flight while the policy changes; nothing may go out after SetPolicy has returned.
func TestNothingGoesOutAfterSetPolicyHasReturned(t *testing.T) {
	h := newHouse(t)
	var clients []*client
	for _, id := range []PeerID{"ana", "ben", "cleo", "dirk"} {
		clients = append(clients, h.join(id, 3, 65535))
	}
	allowed := everyone(LayerLow, clients...)
	stop := make(chan struct{})
	var senders sync.WaitGroup
	for _, c := range clients {
		senders.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					time.Sleep(20 * time.Microsecond) // Flat out, the senders would starve the policy and fill the memory.
					c.talk(30)
					c.frame("q", true)
				}
			}
		})
	}
	flowed := 0
	for range 100 {
		h.room.SetPolicy(allowed)
		for _, c := range clients {
			c.acknowledge()
		}
		for before := clients[0].total(); clients[0].total() == before; {
			time.Sleep(10 * time.Microsecond) // Until something flows.
		}
		h.room.SetPolicy(Policy{})
		var after [4]int
		for i, c := range clients {
			after[i] = c.total()
			flowed += after[i]
		}
		time.Sleep(100 * time.Microsecond) // Time in which something could go wrong.
		for i, c := range clients {
			if c.total() != after[i] {
				t.Fatalf("%s got %d packets after SetPolicy had returned", c.id, c.total()-after[i])
			}
		}
	}
	close(stop)
	senders.Wait()
	if flowed == 0 {
		t.Error("nothing flowed while it was permitted")
	}
}

func TestMutingLeavesThePicture(t *testing.T) {
	h := newHouse(t)
	ana, ben := h.join("ana", 1, 0), h.join("ben", 1, 0)
	h.room.SetPolicy(one(ben, ana, Feed{Hear: true, See: LayerLow}))
	ben.acknowledge()
	ana.frame("q", true)
	h.room.SetPolicy(one(ben, ana, Feed{See: LayerLow}))
	ana.talk(30)
	ana.frame("q", false)
	if len(ben.hears("ana")) > 0 || len(ben.sees("ana")) != 2 {
		t.Error("muting ana did not leave exactly her picture")
	}
	h.room.SetPolicy(one(ben, ana, Feed{Hear: true, See: LayerNone}))
	ana.talk(30)
	ana.frame("q", true)
	if len(ben.hears("ana")) != 1 || len(ben.sees("ana")) > 0 {
		t.Error("hiding ana did not leave exactly her sound")
	}
}

func TestWhoComesBackHasAFreshConnection(t *testing.T) {
	h := newHouse(t)
	ana, ben := h.join("ana", 1, 0), h.join("ben", 1, 0)
	h.room.SetPolicy(everyone(LayerLow, ana, ben))
	ana.acknowledge()
	ben.acknowledge()
	rev := ben.lastMap().Rev
	again := h.join("ana", 1, 500)
	if again.peer.Instance() == ana.peer.Instance() {
		t.Error("both connections have one name")
	}
	ana.talk(30)
	again.talk(30)
	if n := len(ben.hears("ana")); n != 1 {
		t.Errorf("ben hears %d packets, want that of the new connection", n)
	}
	if ben.lastMap().Rev != rev {
		t.Error("her slot changed")
	}
	if again.total() > 0 {
		t.Error("the new connection was not asked for its acknowledgement")
	}
	if _, err := ana.peer.Offer("1"); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("the old connection answers an offer: %v", err)
	}
}
