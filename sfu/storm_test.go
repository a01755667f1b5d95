package sfu

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"

	"kring/sfu/internal/rtpview"
)

// askForKeyFrame sends a PLI for what a slot carries.
func (c *client) askForKeyFrame(slot int) {
	c.tell(&rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: c.slotVideo(slot)})
}

// tell sends RTCP.
func (c *client) tell(p rtcp.Packet) {
	raw, err := rtcp.Marshal([]rtcp.Packet{p})
	if err != nil {
		c.t.Fatal(err)
	}
	c.handler.RTCP(raw)
}

// Key frames are large, and all who watch pay for them: one receiver who keeps asking must not make a camera send nothing else.
// One who has lost something is helped at once.
func TestAStormOfKeyFrameRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		ana, ben, cleo := h.join("ana", 2, 0), h.join("ben", 2, 0), h.join("cleo", 2, 0)
		h.room.SetPolicy(everyone(LayerLow, ana, ben, cleo))
		for _, c := range []*client{ana, ben, cleo} {
			c.acknowledge()
		}
		ana.frame("q", true)
		ssrc := ana.layers["q"].ssrc
		ana.keyFrameRequests(ssrc)
		asked := 0
		for range 1000 {
			time.Sleep(60 * time.Millisecond)
			ana.frame("q", false)
			ben.askForKeyFrame(ben.slotOf("ana"))
			asked += ana.keyFrameRequests(ssrc)
		}
		if asked == 0 || asked > 66 {
			t.Errorf("%d key frames asked for in a minute", asked)
		}
		time.Sleep(keyFrameSpacing)
		cleo.askForKeyFrame(cleo.slotOf("ana"))
		if n := ana.keyFrameRequests(ssrc); n != 1 {
			t.Errorf("cleo asks once and ana is asked %d times", n)
		}
	})
}

// A peer that sends RTCP without end is not listened to for as long as it does; all others are, and so is the peer when it is calm.
func TestAFloodOfFeedback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		ana, ben, cleo := h.join("ana", 2, 0), h.join("ben", 2, 0), h.join("cleo", 2, 0)
		h.room.SetPolicy(everyone(LayerLow, ana, ben, cleo))
		for _, c := range []*client{ana, ben, cleo} {
			c.acknowledge()
		}
		ana.frame("q", true)
		time.Sleep(time.Second)
		ssrc := ana.layers["q"].ssrc
		ana.keyFrameRequests(ssrc)
		for range 2 * feedbackDepth / feedbackEvery {
			ben.tell(&rtcp.ReceiverReport{SSRC: 1})
		}
		ben.askForKeyFrame(ben.slotOf("ana"))
		if n := ana.keyFrameRequests(ssrc); n != 0 {
			t.Errorf("in the flood, ana is asked %d times", n)
		}
		cleo.askForKeyFrame(cleo.slotOf("ana"))
		if n := ana.keyFrameRequests(ssrc); n != 1 {
			t.Errorf("cleo asks once and ana is asked %d times", n)
		}
		time.Sleep(keyFrameSpacing)
		ben.askForKeyFrame(ben.slotOf("ana"))
		if n := ana.keyFrameRequests(ssrc); n != 1 {
			t.Errorf("after the flood ben asks once and ana is asked %d times", n)
		}
	})
}

// A sender gets no more through than a camera or a voice may need, however much it sends, in one stream or in many.
func TestAFloodOfMedia(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		ana, ben := h.join("ana", 1, 0), h.join("ben", 1, 0)
		h.room.SetPolicy(one(ben, ana, Feed{Hear: true, See: LayerLow}))
		ben.acknowledge()
		const seconds = 20
		var heard, seen int
		for i := range seconds * 50 {
			time.Sleep(20 * time.Millisecond)
			for range 50 {
				p := ana.audio.make(make([]byte, 1000))
				ana.deliver(p)
				ana.frame("q", true)
				q := ana.makeFrame("q", true)
				q.Payload = append(q.Payload, make([]byte, 1000)...)
				ana.deliver(q)
			}
			if i%50 == 0 {
				ana.layers["q"].ssrc += 100 // another stream of the same layer
			}
			for _, p := range ben.hears("ana") {
				heard += rtpview.HeaderSize + len(p.Payload)
			}
			for _, p := range ben.sees("ana") {
				seen += rtpview.HeaderSize + len(p.Payload)
			}
		}
		const longest = seconds + int(bitrateDepth/time.Second)
		if heard == 0 || heard*8 > longest*audioBitrateBps || seen == 0 || seen*8 > longest*videoBitrateBps {
			t.Errorf("in %d s ben got %d kbit of sound and %d kbit of picture", seconds, heard*8/1000, seen*8/1000)
		}
	})
}
