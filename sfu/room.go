package sfu

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// Room is the peers that a policy may connect.
type Room struct {
	server *Server
	worker uint32
	// present is the peers, for the ticker: swapped when one comes or goes.
	present atomic.Pointer[[]*Peer]

	mu     sync.Mutex
	peers  map[PeerID]*Peer
	policy map[PeerID][]Feed
	closed bool
}

func newRoom(s *Server, id string) *Room {
	r := &Room{server: s, worker: worker(id), peers: map[PeerID]*Peer{}}
	r.present.Store(&[]*Peer{})
	return r
}

// Join makes a peer, in place of one with the same id, which is closed.
func (r *Room) Join(id PeerID, h Handler) *Peer {
	p := newPeer(r, id, h)
	r.mu.Lock()
	old := r.peers[id]
	if old != nil {
		r.remove(old)
	}
	if r.closed {
		p.gone = true
	} else {
		r.peers[id] = p
		r.server.metrics.peers.Inc()
	}
	told := r.fitAll()
	r.mu.Unlock()
	deliver(told)
	if old != nil {
		r.server.background(old.end)
	}
	return p
}

// SetPolicy puts a policy in force. When it returns, nothing that it forbids is forwarded any more, retransmissions included.
func (r *Room) SetPolicy(p Policy) {
	policy := make(map[PeerID][]Feed, len(p.Receivers))
	for id, feeds := range p.Receivers {
		policy[id] = slices.Clone(feeds)
	}
	r.mu.Lock()
	r.policy = policy
	told := r.fitAll()
	r.mu.Unlock()
	r.server.transport.Flush(r.worker)
	deliver(told)
}

// Counters gives the totals of each source that is in the room.
func (r *Room) Counters() map[PeerID]Counters {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make(map[PeerID]Counters, len(r.peers))
	for id, p := range r.peers {
		out[id] = p.counters()
	}
	return out
}

// leave takes a peer out, if it is still in.
func (r *Room) leave(p *Peer) {
	r.mu.Lock()
	var told []*Peer
	if !p.gone {
		r.remove(p)
		told = r.fitAll()
	}
	r.mu.Unlock()
	deliver(told)
}

// remove takes a peer out; r.mu is held. What it sends is let go by the others when they are fitted.
func (r *Room) remove(p *Peer) {
	p.gone = true
	delete(r.peers, p.id)
	r.server.metrics.peers.Dec()
	for i := range p.slots {
		p.slots[i].clear()
	}
}

// close closes the room and returns when all its peers are closed.
func (r *Room) close() {
	r.mu.Lock()
	r.closed = true
	peers := slices.Collect(maps.Values(r.peers))
	r.mu.Unlock()
	for _, p := range peers {
		r.leave(p)
	}
	for _, p := range peers {
		p.end()
	}
}

// fitAll brings every peer's slots in line with the policy and who is there, and returns the peers that have something to be
// told; r.mu is held.
func (r *Room) fitAll() (told []*Peer) {
	present := slices.Collect(maps.Values(r.peers))
	r.present.Store(&present)
	for _, p := range present {
		if r.fit(p) {
			told = append(told, p)
		}
	}
	return told
}

// fit brings one peer's slots in line and reports whether it has something to be told; r.mu is held.
func (r *Room) fit(p *Peer) bool {
	feeds := r.policy[p.id]
	changed := p.assign(feeds, func(id PeerID) bool { return r.peers[id] != nil })
	for i := range p.slots {
		s := &p.slots[i]
		f := slices.IndexFunc(feeds, func(f Feed) bool { return f.Source == s.source })
		source := r.peers[s.source]
		if f < 0 || source == nil || feeds[f].Prepare {
			s.clear()
			continue
		}
		s.carry(feeds[f], source.up.Load(), !p.reached || p.acked < s.since, r.server.now())
	}
	return changed
}

// deliver lets peers' handlers hear what they have to be told. No lock of a room or a track is held.
func deliver(told []*Peer) {
	for _, p := range told {
		p.notices.deliver()
	}
}
