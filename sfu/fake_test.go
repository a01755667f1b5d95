package sfu

import (
	"encoding/binary"
	"fmt"
	"log/slog"
	"net/netip"
	"strconv"
	"sync"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/prometheus/client_golang/prometheus"

	"kring/sfu/internal/transport"
)

// The tests of this package run the core over a transport in memory. Time is the bubble's (testing/synctest) where a test is
// about time. A client is odd or even, and the two number their payload types and extensions differently.

// fakeTransport opens connections in memory. An offer is the number of slots, in decimal.
type fakeTransport struct {
	mu    sync.Mutex
	conns []*fakeConn
}

func (f *fakeTransport) Open(_ uint32, h transport.Handler) (transport.Conn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := &fakeConn{handler: h, n: len(f.conns)}
	f.conns = append(f.conns, c)
	return c, nil
}

func (f *fakeTransport) Addr() netip.AddrPort { return netip.MustParseAddrPort("127.0.0.1:1") }
func (f *fakeTransport) Close() error         { return nil }
func (f *fakeTransport) Flush(uint32)         {}

func (f *fakeTransport) Gather(_ uint32, write func()) { write() }

func (f *fakeTransport) last() *fakeConn {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.conns[len(f.conns)-1]
}

// fakeConn is one connection; n is its number. What is written to it is kept.
type fakeConn struct {
	handler transport.Handler
	n       int
	during  func() error // of an offer that is in hand, if not nil

	mu     sync.Mutex
	rtp    []rtp.Packet
	rtcp   []rtcp.Packet
	closed bool
}

func (c *fakeConn) Offer(sdp string) (string, []transport.Section, error) {
	if c.during != nil {
		if err := c.during(); err != nil {
			return "", nil, err
		}
	}
	slots, err := strconv.Atoi(sdp)
	if err != nil {
		return "", nil, fmt.Errorf("parse offer: %w", err)
	}
	return "answer", c.sections(slots), nil
}

func (c *fakeConn) sections(slots int) []transport.Section {
	out := []transport.Section{
		{MID: "0", Kind: transport.Audio, Up: true, PT: c.opus(), Ext: c.ext(), SSRC: c.mic()},
		{MID: "1", Kind: transport.Video, Up: true, PT: c.vp8(), RTX: c.rtx(), Ext: c.ext(), RIDs: []string{"q", "h"}},
	}
	for i := range slots {
		out = append(out,
			transport.Section{MID: strconv.Itoa(2 + 2*i), Kind: transport.Audio, PT: c.opus(), Ext: c.ext(), SSRC: c.slotAudio(i)},
			transport.Section{MID: strconv.Itoa(3 + 2*i), Kind: transport.Video, PT: c.vp8(), RTX: c.rtx(), Ext: c.ext(), SSRC: c.slotVideo(i), RTXSSRC: c.slotRTX(i)},
		)
	}
	return out
}

func (c *fakeConn) opus() uint8 { return 111 + uint8(c.n%2) }
func (c *fakeConn) vp8() uint8  { return 96 + 10*uint8(c.n%2) }
func (c *fakeConn) rtx() uint8  { return 97 + 10*uint8(c.n%2) }
func (c *fakeConn) ext() transport.Extensions {
	shift := uint8(c.n % 2)
	return transport.Extensions{MID: 1 + shift, RID: 3 + shift, RepairedRID: 5 + shift, AudioLevel: 7 + shift, TWCC: 9 + shift}
}
func (c *fakeConn) mic() uint32               { return 10000*uint32(c.n+1) + 1 }
func (c *fakeConn) slotAudio(slot int) uint32 { return 10000*uint32(c.n+1) + 1000 + uint32(slot) }
func (c *fakeConn) slotVideo(slot int) uint32 { return 10000*uint32(c.n+1) + 2000 + uint32(slot) }
func (c *fakeConn) slotRTX(slot int) uint32   { return 10000*uint32(c.n+1) + 3000 + uint32(slot) }

func (c *fakeConn) WriteRTP(packet []byte) {
	var p rtp.Packet
	if err := p.Unmarshal(append([]byte(nil), packet...)); err != nil {
		panic(err) // The core wrote what is no packet.
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rtp = append(c.rtp, p)
}

func (c *fakeConn) WriteRTCP(packet []byte) {
	packets, err := rtcp.Unmarshal(append([]byte(nil), packet...))
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rtcp = append(c.rtcp, packets...)
}

func (c *fakeConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return nil
}

// sent gives and forgets the RTP packets of an SSRC.
func (c *fakeConn) sent(ssrc uint32) []rtp.Packet {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out, rest []rtp.Packet
	for _, p := range c.rtp {
		if p.SSRC == ssrc {
			out = append(out, p)
		} else {
			rest = append(rest, p)
		}
	}
	c.rtp = rest
	return out
}

func (c *fakeConn) total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.rtp)
}

// feedback gives and forgets the RTCP packets.
func (c *fakeConn) feedback() []rtcp.Packet {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.rtcp
	c.rtcp = nil
	return out
}

// keyFrameRequests counts the PLIs for an SSRC since the feedback was last taken.
func (c *fakeConn) keyFrameRequests(ssrc uint32) (n int) {
	for _, p := range c.feedback() {
		if pli, ok := p.(*rtcp.PictureLossIndication); ok && pli.MediaSSRC == ssrc {
			n++
		}
	}
	return n
}

// house is a server with a room.
type house struct {
	t         *testing.T
	transport *fakeTransport
	server    *Server
	room      *Room
}

func newHouse(t *testing.T) *house {
	t.Helper()
	f := &fakeTransport{}
	s := newServer(f, Config{Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
	t.Cleanup(func() { _ = s.Close() })
	return &house{t, f, s, s.Room("room")}
}

// client is a peer with its connection, and what its handler has heard.
type client struct {
	*fakeConn
	t      *testing.T
	id     PeerID
	peer   *Peer
	layers map[string]*encoder
	audio  *encoder

	heard  sync.Mutex
	maps   []SlotMap
	levels []bool
	ups    []bool
}

func (c *client) Slots(m SlotMap)   { c.heard.Lock(); c.maps = append(c.maps, m); c.heard.Unlock() }
func (c *client) Connected(up bool) { c.heard.Lock(); c.ups = append(c.ups, up); c.heard.Unlock() }
func (c *client) Level(on bool)     { c.heard.Lock(); c.levels = append(c.levels, on); c.heard.Unlock() }

// lastMap is the last slot map that was told.
func (c *client) lastMap() SlotMap {
	c.heard.Lock()
	defer c.heard.Unlock()
	if len(c.maps) == 0 {
		return SlotMap{}
	}
	return c.maps[len(c.maps)-1]
}

// acknowledge says that the last slot map has been applied.
func (c *client) acknowledge() { c.peer.Acknowledge(c.lastMap().Rev) }

// slotOf is the slot that carries a source, -1 if none does.
func (c *client) slotOf(id PeerID) int {
	for _, s := range c.lastMap().Slots {
		if s.Source == id {
			return s.Slot
		}
	}
	return -1
}

// join makes a client with so many slots. Its streams begin at start.
func (h *house) join(id PeerID, slots int, start uint16) *client {
	h.t.Helper()
	c := &client{t: h.t, id: id}
	c.peer = h.room.Join(id, c)
	if _, err := c.peer.Offer(strconv.Itoa(slots)); err != nil {
		h.t.Fatal(err)
	}
	c.fakeConn = h.transport.last()
	base := 10000*uint32(c.n+1) + 500
	c.audio = &encoder{c: c, ssrc: c.mic(), pt: c.opus(), step: 960, next: start, ts: uint32(start)}
	c.layers = map[string]*encoder{
		"q": {c: c, rid: "q", ssrc: base, pt: c.vp8(), step: 6000, next: start, ts: uint32(start) << 3, picture: start},
		"h": {c: c, rid: "h", ssrc: base + 1, pt: c.vp8(), step: 3750, next: start + 7, ts: uint32(start) << 5, picture: start + 9},
	}
	c.handler.Connected(true)
	return c
}

// encoder makes the packets of one stream: one packet a frame.
type encoder struct {
	c       *client
	rid     string
	ssrc    uint32
	pt      uint8
	step    uint32
	next    uint16
	ts      uint32
	picture uint16
	tl0     uint8
}

// make returns the next packet without sending it.
func (e *encoder) make(payload []byte) rtp.Packet {
	p := rtp.Packet{Header: rtp.Header{
		Version: 2, PayloadType: e.pt, SequenceNumber: e.next, Timestamp: e.ts, SSRC: e.ssrc, Marker: true,
	}, Payload: payload}
	if e.rid != "" {
		if err := p.SetExtension(e.c.ext().RID, []byte(e.rid)); err != nil {
			e.c.t.Fatal(err)
		}
	}
	e.next++
	e.ts += e.step
	return p
}

func (c *client) deliver(p rtp.Packet) {
	raw, err := p.Marshal()
	if err != nil {
		c.t.Fatal(err)
	}
	c.handler.RTP(raw)
}

// talk sends a packet of sound with a level in -dBov.
func (c *client) talk(level uint8) {
	p := c.audio.make([]byte("sound of " + string(c.id)))
	if err := p.SetExtension(c.ext().AudioLevel, []byte{level}); err != nil {
		c.t.Fatal(err)
	}
	c.deliver(p)
}

// makeFrame returns a frame of a layer without sending it.
func (c *client) makeFrame(rid string, key bool) rtp.Packet {
	e := c.layers[rid]
	head := []byte{0x90, 0xc0, byte(e.picture>>8) | 0x80, byte(e.picture), e.tl0, 1}
	if key {
		head[5] = 0
	}
	e.picture = (e.picture + 1) & 0x7fff
	e.tl0++
	return e.make(append(head, rid+" of "+string(c.id)...))
}

// frame sends a frame of a layer.
func (c *client) frame(rid string, key bool) { c.deliver(c.makeFrame(rid, key)) }

// hears takes what has been heard of a source, in its slot.
func (c *client) hears(id PeerID) []rtp.Packet {
	if slot := c.slotOf(id); slot >= 0 {
		return c.sent(c.slotAudio(slot))
	}
	return nil
}

// sees takes what has been seen of a source, in its slot.
func (c *client) sees(id PeerID) []rtp.Packet {
	if slot := c.slotOf(id); slot >= 0 {
		return c.sent(c.slotVideo(slot))
	}
	return nil
}

// content is the part of a frame that says what it is.
func content(p rtp.Packet) string { return string(p.Payload[6:]) }

func pictureOf(p rtp.Packet) uint16 { return binary.BigEndian.Uint16(p.Payload[2:]) & 0x7fff }

// everyone permits everybody everything.
func everyone(see Layer, clients ...*client) Policy {
	p := Policy{Receivers: map[PeerID][]Feed{}}
	for _, to := range clients {
		for _, from := range clients {
			if from != to {
				p.Receivers[to.id] = append(p.Receivers[to.id], Feed{Source: from.id, Hear: true, See: see})
			}
		}
	}
	return p
}

// one permits one source to one receiver.
func one(to, from *client, f Feed) Policy {
	f.Source = from.id
	return Policy{Receivers: map[PeerID][]Feed{to.id: {f}}}
}
