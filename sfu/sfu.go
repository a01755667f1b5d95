// Package sfu is a selective forwarding unit: it receives each peer's microphone and camera once and forwards them into
// fixed, pre-negotiated slots of the other peers, as a policy permits. It knows peers, tracks, layers and slots, and nothing
// of what a room is for. Nothing is forwarded that the policy does not name: default deny.
package sfu

import (
	"log/slog"
	"net/netip"

	"github.com/prometheus/client_golang/prometheus"
)

// Config is what a Server is made of.
type Config struct {
	Media     string // UDP address for all media, host:port, or a range host:first-last
	Advertise string // IP address told to clients instead of the host of Media, or empty
	Log       *slog.Logger
	Metrics   prometheus.Registerer
}

// PeerID names a peer within its room; it is opaque.
type PeerID string

// Layer is how much of a picture a receiver may have.
type Layer int

// Layers, from nothing to the best that is sent.
const (
	LayerNone Layer = iota
	LayerLow
	LayerHigh
)

// Policy says what each receiver may have. Who is not in it receives nothing.
type Policy struct {
	Receivers map[PeerID][]Feed
}

// Feed permits one source to one receiver. Prepare announces a feed that a coming policy will permit: its slot is chosen and
// told, key frames are asked for, and nothing flows yet.
type Feed struct {
	Source  PeerID
	Hear    bool
	See     Layer
	Prepare bool
}

// SlotMap says what each slot of a peer carries. Slots that are not named are empty. A new source in it is forwarded only once
// the peer has acknowledged Rev.
type SlotMap struct {
	Rev   uint64
	Slots []SlotSource
}

// SlotSource is one slot's source. KeyID is the place of end-to-end encryption; 0 while there is none.
type SlotSource struct {
	Slot   int
	Source PeerID
	KeyID  uint64
}

// Handler hears of one peer. Its methods are called from the server's goroutines and must not block or call back.
type Handler interface {
	Slots(SlotMap)
	Connected(up bool)
	Level(speaking bool)
}

// Counters are totals since a peer's source joined.
type Counters struct {
	AudioForwarded uint64 // packets sent to receivers, retransmissions included
	VideoForwarded uint64
}

// Server holds the rooms and the media transport.
type Server struct{}

// New opens the media port.
func New(Config) (*Server, error) { panic("unwritten") }

// MediaAddr is the address of the first media port.
func (s *Server) MediaAddr() netip.AddrPort { panic("unwritten") }

// Room returns the room with this id, made if need be.
func (s *Server) Room(id string) *Room { panic("unwritten") }

// Forget closes a room and all its peers.
func (s *Server) Forget(id string) { panic("unwritten") }

// Close closes all rooms and the media port, and returns when their goroutines are gone. It is idempotent.
func (s *Server) Close() error { panic("unwritten") }

// Room is the peers that a policy may connect.
type Room struct{}

// Join makes a peer, in place of one with the same id, which is closed.
func (r *Room) Join(id PeerID, h Handler) *Peer { panic("unwritten") }

// SetPolicy puts a policy in force. When it returns, nothing that it forbids is forwarded any more, retransmissions included.
func (r *Room) SetPolicy(p Policy) { panic("unwritten") }

// Counters gives the totals of each source that is in the room.
func (r *Room) Counters() map[PeerID]Counters { panic("unwritten") }

// Peer is one client's connection.
type Peer struct{}

// Offer answers an SDP offer: the first, or an ICE restart of the same connection. It fails for an offer that is not one of
// our clients'.
func (p *Peer) Offer(sdp string) (string, error) { panic("unwritten") }

// Instance names this connection; another Join has another.
func (p *Peer) Instance() string { panic("unwritten") }

// Acknowledge says that the client has applied a slot map: the sources new in it may flow.
func (p *Peer) Acknowledge(rev uint64) { panic("unwritten") }

// SpokenMs is how long this peer has spoken on this connection, in milliseconds, from RFC 6464 levels.
func (p *Peer) SpokenMs() int64 { panic("unwritten") }

// Close ends the peer. It is idempotent.
func (p *Peer) Close() error { panic("unwritten") }
