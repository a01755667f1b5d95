package sfu

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// Every packet that a client is sent, repairs included, has the next number of its connection, whatever slot it is in.
func TestTransportWideNumbers(t *testing.T) {
	h := newHouse(t)
	ana, ben, cleo := h.join("ana", 2, 0), h.join("ben", 2, 0), h.join("cleo", 2, 0)
	h.room.SetPolicy(everyone(LayerHigh, ana, ben, cleo))
	ana.acknowledge()
	for range 5 {
		ben.talk(30)
		cleo.talk(40)
		ben.frame("h", true)
	}
	again, err := rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerNack{
		MediaSSRC: ana.slotVideo(ana.slotOf("ben")), Nacks: []rtcp.NackPair{{PacketID: ana.rtp[2].SequenceNumber}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	ana.handler.RTCP(again)
	packets := ana.rtp
	if len(packets) != 16 {
		t.Fatalf("%d packets", len(packets))
	}
	for i, p := range packets {
		if n := p.GetExtension(ana.ext().TWCC); len(n) != 2 || binary.BigEndian.Uint16(n) != uint16(i) {
			t.Fatalf("packet %d has number %x", i, n)
		}
	}
	raw, err := rtcp.Marshal([]rtcp.Packet{&rtcp.TransportLayerCC{
		Header:             rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback, Length: 5},
		BaseSequenceNumber: 0, PacketStatusCount: 3, PacketChunks: []rtcp.PacketStatusChunk{
			&rtcp.RunLengthChunk{PacketStatusSymbol: rtcp.TypeTCCPacketNotReceived, RunLength: 3}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	ana.handler.RTCP(raw)
	if n := testutil.ToFloat64(h.server.metrics.lost); n != 3 {
		t.Errorf("%v packets are known to be lost", n)
	}
}

// A client that numbers its packets is told of each, for its bandwidth estimation.
func TestTransportWideFeedback(t *testing.T) {
	h := newHouse(t)
	ana := h.join("ana", 1, 0)
	for i := range 3 {
		p := ana.audio.make([]byte("a sound"))
		if err := p.SetExtension(ana.ext().TWCC, binary.BigEndian.AppendUint16(nil, uint16(65535+i))); err != nil {
			t.Fatal(err)
		}
		ana.deliver(p)
	}
	deadline := time.After(10 * time.Second)
	for {
		for _, p := range ana.feedback() {
			if f, ok := p.(*rtcp.TransportLayerCC); ok {
				if f.BaseSequenceNumber != 65535 || f.PacketStatusCount != 3 {
					t.Errorf("feedback %v", f)
				}
				return
			}
		}
		select {
		case <-deadline:
			t.Fatal("no feedback has come")
		case <-time.After(time.Millisecond):
		}
	}
}
