package sfu

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/prometheus/client_golang/prometheus"

	"kring/sfu/internal/transport/transporttest"
)

// These stories run the whole server, with real sockets and Pion clients.

// member is a client in the room, and what its handler has heard.
type member struct {
	*transporttest.Client
	t    *testing.T
	id   PeerID
	peer *Peer
	maps transporttest.Log[SlotMap]
	ups  transporttest.Log[bool]

	sequence [2]uint16 // of the next sound, of the next frame
}

func (m *member) Slots(s SlotMap)   { m.maps.Add(s) }
func (m *member) Connected(up bool) { m.ups.Add(up) }
func (m *member) Level(bool)        {}

// openRoom starts a server with these members in a room. Their streams begin just before their numbers wrap.
func openRoom(t *testing.T, slots int, ids ...PeerID) (*Room, []*member) {
	t.Helper()
	s, err := New(Config{Media: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	room := s.Room("room")
	var members []*member
	for i, id := range ids {
		start := uint16(65534 + i)
		m := &member{Client: transporttest.NewClient(t, slots), t: t, id: id, sequence: [2]uint16{start, start}}
		m.peer = room.Join(id, m)
		answer, err := m.peer.Offer(m.Offer(t, false))
		if err != nil {
			t.Fatal(err)
		}
		m.Answer(t, answer)
		members = append(members, m)
	}
	for _, m := range members {
		m.ups.Await(t, string(m.id)+"'s connection", func(up bool) bool { return up })
		m.Up.Await(t, string(m.id)+" being connected", func(up bool) bool { return up })
	}
	return room, members
}

// told waits for a slot map that names these sources, and acknowledges it.
func (m *member) told(sources ...PeerID) {
	m.t.Helper()
	last := m.maps.Await(m.t, fmt.Sprintf("%s's slot map of %v", m.id, sources), func(s SlotMap) bool {
		var named []PeerID
		for _, s := range s.Slots {
			named = append(named, s.Source)
		}
		return slices.Equal(slices.Sorted(slices.Values(named)), sources)
	})
	m.peer.Acknowledge(last.Rev)
}

func (m *member) says(text string) {
	m.t.Helper()
	h := rtp.Header{SequenceNumber: m.sequence[0], Timestamp: uint32(m.sequence[0]) * 960, Marker: false}
	m.sequence[0]++
	if err := m.Mic.Send(rtp.Packet{Header: h, Payload: []byte(text)}); err != nil {
		m.t.Fatal(err)
	}
}

// shows sends a frame in one packet, as libvpx describes it: a 15-bit picture id and TL0PICIDX.
func (m *member) shows(text string, key bool) {
	m.t.Helper()
	n := m.sequence[1]
	m.sequence[1]++
	head := []byte{0x90, 0xc0, byte(n>>8) | 0x80, byte(n), byte(n), 1}
	if key {
		head[5] = 0
	}
	h := rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 3000, Marker: true}
	if err := m.Layers[0].Send(rtp.Packet{Header: h, Payload: append(head, text...)}); err != nil {
		m.t.Fatal(err)
	}
}

// gets waits for a packet that ends in a text.
func (m *member) gets(text string) transporttest.Arrived {
	m.t.Helper()
	return m.RTP.Await(m.t, fmt.Sprintf("%q at %s", text, m.id), func(a transporttest.Arrived) bool {
		return bytes.HasSuffix(a.Packet.Payload, []byte(text))
	})
}

func hears(feeds map[PeerID][]PeerID) Policy {
	p := Policy{Receivers: map[PeerID][]Feed{}}
	for to, sources := range feeds {
		for _, from := range sources {
			p.Receivers[to] = append(p.Receivers[to], Feed{Source: from, Hear: true, See: LayerLow})
		}
	}
	return p
}

func TestPeersHearAndSeeWhomThePolicyNames(t *testing.T) {
	room, m := openRoom(t, 2, "ana", "ben", "cleo")
	ana, ben, cleo := m[0], m[1], m[2]
	room.SetPolicy(hears(map[PeerID][]PeerID{"ben": {"ana"}}))
	ben.told("ana")
	for i := range 8 {
		ana.says(fmt.Sprintf("word %d", i))
		ana.shows(fmt.Sprintf("frame %d", i), i == 0)
	}
	for i := range 8 {
		for _, text := range []string{"word", "frame"} {
			a, first := ben.gets(fmt.Sprintf("%s %d", text, i)), ben.gets(text+" 0")
			if a.Packet.SequenceNumber != first.Packet.SequenceNumber+uint16(i) || a.Packet.SSRC != first.Packet.SSRC || a.Slot != 0 {
				t.Errorf("%s %d came as %v in slot %d, the first as %v", text, i, a.Packet.Header, a.Slot, first.Packet.Header)
			}
		}
	}
	if got := append(cleo.RTP.All(), ana.RTP.All()...); len(got) > 0 {
		t.Errorf("who may hear nobody got %v", got)
	}
}

func TestNotAPacketMoreThanThePolicyPermits(t *testing.T) {
	room, m := openRoom(t, 2, "ana", "ben", "cleo")
	ana, ben, cleo := m[0], m[1], m[2]
	room.SetPolicy(hears(map[PeerID][]PeerID{"ben": {"ana", "cleo"}, "cleo": {"ana"}}))
	ben.told("ana", "cleo")
	cleo.told("ana")
	ana.says("permitted")
	ana.shows("permitted frame", true)
	ben.gets("permitted")
	ben.gets("permitted frame")
	room.SetPolicy(hears(map[PeerID][]PeerID{"ben": {"cleo"}, "cleo": {"ana"}}))
	for i := range 20 {
		ana.says("denied")
		ana.shows("denied frame", i%5 == 0)
	}
	ana.says("the last")
	cleo.gets("the last") // All that Ana said has gone through the server,
	cleo.says("after it")
	ben.gets("after it") // and what she said has come to Ben if it ever will.
	for _, a := range ben.RTP.All() {
		if bytes.Contains(a.Packet.Payload, []byte("denied")) || bytes.Equal(a.Packet.Payload, []byte("the last")) {
			t.Fatalf("ben got %q", a.Packet.Payload)
		}
	}
}

func TestASlotGoesOverToAnotherSourceAtAKeyFrame(t *testing.T) {
	room, m := openRoom(t, 1, "ana", "ben", "cleo")
	ana, ben, cleo := m[0], m[1], m[2]
	room.SetPolicy(hears(map[PeerID][]PeerID{"ana": {"cleo"}, "ben": {"ana"}}))
	ana.told("cleo")
	ben.told("ana")
	cleo.shows("too early", true)
	ana.gets("too early") // The server has it: it came before Ben might see Cleo.
	ana.shows("ana 0", true)
	ana.shows("ana 1", false)
	last := ben.gets("ana 1").Packet
	room.SetPolicy(hears(map[PeerID][]PeerID{"ben": {"cleo"}}))
	ben.told("cleo")
	cleo.shows("no key", false)
	ssrc, _ := cleo.Layers[0].SSRC()
	cleo.RTCP.Await(t, "the request for a key frame", func(p rtcp.Packet) bool {
		pli, ok := p.(*rtcp.PictureLossIndication)
		return ok && pli.MediaSSRC == ssrc
	})
	cleo.shows("cleo 0", true)
	cleo.shows("cleo 1", false)
	for i := range 2 {
		p := ben.gets(fmt.Sprintf("cleo %d", i)).Packet
		if p.SSRC != last.SSRC || p.SequenceNumber != last.SequenceNumber+1 || int32(p.Timestamp-last.Timestamp) <= 0 || pictureOf(p) != (pictureOf(last)+1)&0x7fff {
			t.Errorf("%v picture %d comes after %v picture %d", p.Header, pictureOf(p), last.Header, pictureOf(last))
		}
		last = p
	}
	for _, a := range ben.RTP.All() {
		if bytes.HasSuffix(a.Packet.Payload, []byte("no key")) || bytes.HasSuffix(a.Packet.Payload, []byte("too early")) {
			t.Errorf("ben got %q", a.Packet.Payload)
		}
	}
}

func TestWhatIsLostIsSentAgain(t *testing.T) {
	room, m := openRoom(t, 1, "ana", "ben")
	ana, ben := m[0], m[1]
	room.SetPolicy(hears(map[PeerID][]PeerID{"ben": {"ana"}}))
	ben.told("ana")
	ana.shows("first", true)
	first := ben.gets("first").Packet
	nack := &rtcp.TransportLayerNack{MediaSSRC: first.SSRC, Nacks: []rtcp.NackPair{{PacketID: first.SequenceNumber}}}
	if err := ben.PC.WriteRTCP([]rtcp.Packet{nack}); err != nil {
		t.Fatal(err)
	}
	resent := func(a transporttest.Arrived) bool { return a.Resent }
	// Pion hands out a repair only when another packet of the stream has come.
	for i := 0; i < 1000 && !slices.ContainsFunc(ben.RTP.All(), resent); i++ {
		ana.shows(fmt.Sprintf("frame %d", i), false)
		ben.gets(fmt.Sprintf("frame %d", i))
	}
	again := ben.RTP.Await(t, "the packet again", resent).Packet
	if again.SequenceNumber != first.SequenceNumber || again.Timestamp != first.Timestamp || !bytes.Equal(again.Payload, first.Payload) {
		t.Errorf("%v came again as %v", first, again)
	}
}
