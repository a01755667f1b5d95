package sfu

import (
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// maxOffer is the largest offer, in bytes.
const maxOffer = 128 << 10

// Peer is one client's connection.
type Peer struct {
	room     *Room
	id       PeerID
	instance string
	notices  notices
	// up is what the client sends, nil until the first offer is answered. It never changes after that.
	up atomic.Pointer[uplink]
	// downs finds the down tracks for feedback; swapped when an offer adds slots.
	downs atomic.Pointer[map[uint32]*downTrack]

	offering sync.Mutex // one offer at a time

	mu      sync.Mutex
	channel *channel // nil before the first offer
	closed  bool

	// Guarded by the room's mutex.
	gone       bool // no longer in the room
	reached    bool // has been connected: what is sent before that is lost, and with it the key frame
	slots      []slot
	rev, acked uint64
}

func newPeer(r *Room, id PeerID, h Handler) *Peer {
	p := &Peer{room: r, id: id, instance: rand.Text(), notices: notices{handler: h}}
	p.downs.Store(&map[uint32]*downTrack{})
	return p
}

// Offer answers an SDP offer: the first, or an ICE restart of the same connection. It fails for an offer that is not one of
// our clients', and with ErrClosed for a peer that is closed, be it while the offer was in hand.
func (p *Peer) Offer(sdp string) (string, error) {
	p.offering.Lock()
	defer p.offering.Unlock()
	if len(sdp) > maxOffer {
		return "", fmt.Errorf("offer of %d bytes", len(sdp))
	}
	c, err := p.open()
	if err != nil {
		return "", err
	}
	answer, sections, err := c.conn.Offer(sdp)
	if err != nil {
		return "", fmt.Errorf("answer offer: %w", p.orClosed(err))
	}
	shape, err := layoutOf(sections)
	if err != nil {
		return "", fmt.Errorf("take offer: %w", err)
	}
	told, err := p.install(c, shape)
	if err != nil {
		return "", fmt.Errorf("take offer: %w", err)
	}
	deliver(told)
	return answer, nil
}

// orClosed is the error of a connection, or ErrClosed where that came of our closing it.
func (p *Peer) orClosed(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	return err
}

// open returns the channel, made at the first offer.
func (p *Peer) open() (*channel, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, fmt.Errorf("open connection: %w", ErrClosed)
	}
	if p.channel != nil {
		return p.channel, nil
	}
	conn, err := p.room.server.transport.Open(p.room.worker, newLink(p))
	if err != nil {
		return nil, fmt.Errorf("open connection: %w", err)
	}
	p.channel = newChannel(conn, p.room.server.metrics)
	return p.channel, nil
}

// install takes what was agreed: all of it the first time, only new slots after that. It returns the peers that have something
// to be told.
func (p *Peer) install(c *channel, shape layout) ([]*Peer, error) {
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.gone {
		return nil, ErrClosed
	}
	if err := p.addSlots(c, shape.slots); err != nil {
		return nil, err
	}
	if p.up.Load() == nil {
		p.up.Store(newUplink(c, shape))
	}
	return r.fitAll(), nil
}

// addSlots makes down tracks for the sections beyond those that are there; the room's mutex is held.
func (p *Peer) addSlots(c *channel, sections []slotSections) error {
	if len(sections) < len(p.slots) {
		return fmt.Errorf("%d slots where there were %d", len(sections), len(p.slots))
	}
	downs := map[uint32]*downTrack{}
	for i, s := range sections {
		if i == len(p.slots) {
			p.slots = append(p.slots, slot{audio: newDownTrack(c, s.audio), video: newDownTrack(c, s.video)})
		}
		downs[p.slots[i].audio.ssrc], downs[p.slots[i].video.ssrc] = p.slots[i].audio, p.slots[i].video
	}
	delete(downs, 0)
	p.downs.Store(&downs)
	return nil
}

// assign gives the feeds slots, notes a new slot map to be told if anything changed, and reports whether it did; the room's
// mutex is held.
func (p *Peer) assign(feeds []Feed, present func(PeerID) bool) bool {
	feeds = slices.DeleteFunc(slices.Clone(feeds), func(f Feed) bool { return f.Source == p.id || f.Source == "" })
	before := make([]PeerID, len(p.slots))
	for i := range p.slots {
		before[i] = p.slots[i].source
	}
	after := assign(before, feeds, present)
	if slices.Equal(before, after) {
		return false
	}
	p.rev++
	told := SlotMap{Rev: p.rev, Slots: []SlotSource{}}
	for i, id := range after {
		if s := &p.slots[i]; s.source != id {
			s.source, s.since = id, p.rev
			s.clear()
		}
		if id != "" {
			told.Slots = append(told.Slots, SlotSource{Slot: i, Source: id})
		}
	}
	p.notices.slotMap(told)
	return true
}

// Instance names this connection; another Join has another.
func (p *Peer) Instance() string { return p.instance }

// Acknowledge says that the client has applied a slot map: the sources new in it may flow.
func (p *Peer) Acknowledge(rev uint64) {
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if rev = min(rev, p.rev); rev <= p.acked || p.gone {
		return
	}
	p.acked = rev
	r.fit(p)
}

// reach lets what is permitted flow, now that it arrives.
func (p *Peer) reach() {
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.reached || p.gone {
		return
	}
	p.reached = true
	r.fit(p)
}

// SpokenMs is how long this peer has spoken on this connection, in milliseconds, from RFC 6464 levels.
func (p *Peer) SpokenMs() int64 {
	if up := p.up.Load(); up != nil {
		return up.mic.spoken().Milliseconds()
	}
	return 0
}

// Loudness fills dst, at most 512 long, with how loud this peer's microphone was in the last steps of 20 ms, the oldest first: 127
// less the level of RFC 6464, 0 for silence.
func (p *Peer) Loudness(dst []uint8) {
	if up := p.up.Load(); up != nil {
		up.mic.loudness(dst, p.room.server.now())
	}
}

// Lost is which part of a source's audio this peer reported as lost lately, false if there is no such report.
func (p *Peer) Lost(source PeerID) (float64, bool) {
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range p.slots {
		if s := &p.slots[i]; s.source == source {
			return s.audio.lost(r.server.now())
		}
	}
	return 0, false
}

func (p *Peer) counters() Counters {
	up := p.up.Load()
	if up == nil {
		return Counters{}
	}
	c := Counters{AudioForwarded: up.mic.total()}
	if up.camera != nil {
		c.VideoForwarded = up.camera.total()
	}
	return c
}

// Close ends the peer. It is idempotent.
func (p *Peer) Close() error {
	p.room.leave(p)
	p.end()
	return nil
}

// end closes the connection of a peer that has left its room.
func (p *Peer) end() {
	p.mu.Lock()
	c := p.channel
	p.closed = true
	p.mu.Unlock()
	if c != nil {
		if err := c.conn.Close(); err != nil {
			p.room.server.log.Warn("close media connection", "peer", p.id, "err", err)
		}
	}
	p.notices.connected(false)
	p.notices.deliver()
}
