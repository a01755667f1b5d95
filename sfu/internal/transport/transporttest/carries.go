package transporttest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"kring/sfu/internal/transport"
)

func carriesUp(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 1)
	mic, camera := p.sections[0], p.sections[1]
	if !mic.Up || !camera.Up || !slices.Equal(camera.RIDs, []string{"q", "h"}) || mic.PT != OpusType || camera.PT != VP8Type || camera.RTX != RTXType {
		t.Fatalf("sections %+v and %+v", mic, camera)
	}
	sound := p.up(p.client.Mic, "a sound")
	if ssrc, _ := p.client.Mic.SSRC(); sound.SSRC != ssrc || ssrc != mic.SSRC || sound.PayloadType != OpusType || sound.SequenceNumber != 65535 || !sound.Marker {
		t.Errorf("%v of section %+v", sound, mic)
	}
	for i, l := range p.client.Layers {
		frame := p.up(l, "a frame of "+l.RID())
		if ssrc, _ := l.SSRC(); frame.SSRC != ssrc || frame.PayloadType != VP8Type || string(frame.GetExtension(camera.Ext.RID)) != camera.RIDs[i] {
			t.Errorf("layer %s: %v", l.RID(), frame)
		}
	}
}

func carriesDown(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 3)
	seen := map[uint32]bool{}
	for i := range 3 {
		audio, video := p.slot(i)
		for _, ssrc := range []uint32{audio.SSRC, video.SSRC, video.RTXSSRC} {
			if ssrc == 0 || seen[ssrc] {
				t.Errorf("SSRC %d of slot %d is none or used twice", ssrc, i)
			}
			seen[ssrc] = true
		}
		for _, s := range []transport.Section{audio, video} {
			a := p.down(s, 65535, "for "+s.MID)
			if a.Slot != i || a.Video != (s.Kind == transport.Video) || a.Resent || a.Packet.SSRC != s.SSRC || a.Packet.PayloadType != s.PT || a.Packet.SequenceNumber != 65535 || a.Packet.Timestamp != 9 {
				t.Errorf("sent in section %+v, arrived %+v", s, a)
			}
		}
	}
}

func carriesRepairs(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 1)
	_, video := p.slot(0)
	p.down(video, 10, "the tenth")
	p.conn.WriteRTP(p.packet(video.RTXSSRC, video.RTX, 500, "\x00\x09the ninth"))
	// Pion hands out a repair only when the next packet of the stream has come, and by then it may not have read it.
	ninth := func(a Arrived) bool { return string(a.Packet.Payload) == "the ninth" }
	for n := uint16(11); n < 1000 && !slices.ContainsFunc(p.client.RTP.All(), ninth); n++ {
		p.down(video, n, fmt.Sprintf("packet %d", n))
	}
	if a := p.arrives("the ninth"); !a.Resent || a.Packet.SequenceNumber != 9 || a.Packet.SSRC != video.SSRC {
		t.Errorf("a repair arrived as %+v", a)
	}
	if err := p.client.Layers[1].Resend(rtp.Packet{Header: rtp.Header{SequenceNumber: 0x102}, Payload: []byte("lost")}, 77); err != nil {
		t.Fatal(err)
	}
	q := p.ear.rtp.Await(t, "the repair", func(q rtp.Packet) bool { return string(q.Payload) == "\x01\x02lost" })
	if _, rtx := p.client.Layers[1].SSRC(); q.SSRC != rtx || q.PayloadType != RTXType || q.SequenceNumber != 77 || string(q.GetExtension(p.sections[1].Ext.RepairedRID)) != "h" {
		t.Errorf("repair %v", q)
	}
}

func carriesFeedback(t *testing.T, tr transport.Transport) {
	p := connect(t, tr, 2)
	audio, video := p.slot(1)
	report := &rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: video.SSRC}, {SSRC: audio.SSRC}}}
	pli := &rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: video.SSRC}
	for range 2 {
		if err := p.client.PC.WriteRTCP([]rtcp.Packet{report, pli}); err != nil {
			t.Fatal(err)
		}
	}
	plis, reports := 0, 0
	p.ear.rtcp.Await(t, "a second PLI", func(q rtcp.Packet) bool {
		switch q := q.(type) {
		case *rtcp.PictureLossIndication:
			plis++
		case *rtcp.ReceiverReport:
			reports++
			if len(q.Reports) != 2 || q.Reports[0].SSRC != video.SSRC || q.Reports[1].SSRC != audio.SSRC {
				t.Errorf("report %v", q)
			}
		}
		return plis == 2
	})
	if reports != 2 {
		t.Errorf("2 reports came as %d", reports)
	}
	ssrc, _ := p.client.Layers[0].SSRC()
	raw, err := rtcp.Marshal([]rtcp.Packet{
		&rtcp.ReceiverReport{SSRC: 5}, &rtcp.TransportLayerNack{SenderSSRC: 5, MediaSSRC: ssrc, Nacks: []rtcp.NackPair{{PacketID: 65535, LostPackets: 1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.conn.WriteRTCP(raw)
	p.client.RTCP.Await(t, "the NACK", func(q rtcp.Packet) bool {
		n, ok := q.(*rtcp.TransportLayerNack)
		return ok && n.MediaSSRC == ssrc && slices.Equal(n.Nacks[0].PacketList(), []uint16{65535, 0})
	})
}
