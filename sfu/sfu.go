// Package sfu is a selective forwarding unit: it receives each peer's microphone and camera once and forwards them into
// fixed, pre-negotiated slots of the other peers, as a policy permits. It knows peers, tracks, layers and slots, and nothing
// of what a room is for. Nothing is forwarded that the policy does not name: default deny.
//
// What owns what. A Room's mutex guards who is in it, the policy and the slots. Each up track has a mutex of its own, held while
// one packet is stored and fanned out; it guards the track's layers and followers and the numbering of every slot that follows
// it. The two are taken in this order, never the other way round, and no lock is shared between tracks. So a policy that has
// taken a slot off its track has waited for the packet in flight, and nothing goes out after it. A link belongs to the
// transport's goroutine of its connection. One goroutine a server, the ticker, sends the reports and repeats what was asked
// for. Nothing runs, and nothing is allocated, for a packet or a slot.
package sfu

import (
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
)

// Config is what a Server is made of.
type Config struct {
	Media     string // UDP address for all media, host:port, or a range host:first-last
	Advertise string // IP address told to clients instead of the host of Media, or empty
	Transport string // lite or pion; empty is lite
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
// told, and nothing flows yet, whatever Hear and See say. Its key frame is asked for when it is permitted and not before: one
// that came earlier must not be shown, and a browser answers only one request in 300 ms.
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
