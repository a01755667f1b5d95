package signaling

import (
	"errors"
	"maps"
	"sync"

	"kring/sfu"
)

// media is the room's side of the media server: the peers of the people in it, and what the media server has to tell. Its
// events come from the media server's goroutines, which must not wait: they are merged for each person (the latest wins) and
// kick the room goroutine, which takes them. All but the events is owned by the room goroutine.
type media struct {
	room   *sfu.Room
	peers  map[string]mediaPeer
	up     map[string]bool
	spoken map[string]int64 // milliseconds on earlier connections
	policy sfu.Policy
	kick   chan struct{}

	mu     sync.Mutex
	events map[string]mediaEvent
}

// mediaPeer is a peer with the handler that hears of it.
type mediaPeer struct {
	*sfu.Peer
	from *mediaHandler
}

// mediaEvent is what has changed for one person since it was last taken.
type mediaEvent struct {
	from     *mediaHandler
	slots    *sfu.SlotMap
	up       *bool
	speaking *bool
}

func newMedia(room *sfu.Room) *media {
	return &media{
		room: room, peers: map[string]mediaPeer{}, up: map[string]bool{}, spoken: map[string]int64{},
		kick: make(chan struct{}, 1), events: map[string]mediaEvent{},
	}
}

// peer returns the person's peer, or a new one if there is none or the page made a new connection.
func (m *media) peer(id string, fresh bool) *sfu.Peer {
	if p, ok := m.peers[id]; ok && !fresh {
		return p.Peer
	}
	m.spoken[id] = m.spokenMs(id)
	h := &mediaHandler{media: m, id: id}
	m.up[id] = false
	p := m.room.Join(sfu.PeerID(id), h)
	m.peers[id] = mediaPeer{p, h}
	return p
}

// offerRefusal blames no offer for a peer that went meanwhile: who may stay offers again, to a new one.
func offerRefusal(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, sfu.ErrClosed):
		return "busy"
	}
	return "bad_offer"
}

// leave closes the person's peer, if there is one.
func (m *media) leave(id string) {
	if p, ok := m.peers[id]; ok {
		m.spoken[id] = m.spokenMs(id)
		_ = p.Close()
	}
	delete(m.peers, id)
	delete(m.up, id)
}

// set puts a policy in force; when it returns, nothing that it forbids is forwarded any more.
func (m *media) set(p sfu.Policy) {
	if samePolicy(m.policy, p) {
		return
	}
	m.room.SetPolicy(p)
	m.policy = p
}

func (m *media) acknowledge(id string, rev uint64) {
	if p, ok := m.peers[id]; ok {
		p.Acknowledge(rev)
	}
}

func (m *media) instance(id string) string {
	if p, ok := m.peers[id]; ok {
		return p.Instance()
	}
	return ""
}

// spokenMs is how long the person has spoken since the room was opened, in milliseconds.
func (m *media) spokenMs(id string) int64 {
	if p, ok := m.peers[id]; ok {
		return m.spoken[id] + p.SpokenMs()
	}
	return m.spoken[id]
}

// lost is which part of a source's sound a listener reports as lost, false if there is no report of late.
func (m *media) lost(listener, source string) (float64, bool) {
	p, ok := m.peers[listener]
	if !ok {
		return 0, false
	}
	return p.Lost(sfu.PeerID(source))
}

// loudness is how loud the person's microphone was in the last steps of 20 ms, the oldest first; 0 is silence.
func (m *media) loudness(id string, steps int) []uint8 {
	out := make([]uint8, steps)
	if p, ok := m.peers[id]; ok {
		p.Loudness(out)
	}
	return out
}

// take empties the events. What a peer told that has been replaced since is left out.
func (m *media) take() map[string]mediaEvent {
	m.mu.Lock()
	out := maps.Clone(m.events)
	clear(m.events)
	m.mu.Unlock()
	maps.DeleteFunc(out, func(id string, e mediaEvent) bool { return m.peers[id].from != e.from })
	return out
}

func (m *media) note(from *mediaHandler, change func(*mediaEvent)) {
	m.mu.Lock()
	e := m.events[from.id]
	if e.from != from {
		e = mediaEvent{from: from}
	}
	change(&e)
	m.events[from.id] = e
	m.mu.Unlock()
	select {
	case m.kick <- struct{}{}:
	default:
	}
}

// mediaHandler hears of one peer.
type mediaHandler struct {
	media *media
	id    string
}

func (h *mediaHandler) Slots(s sfu.SlotMap) { h.media.note(h, func(e *mediaEvent) { e.slots = &s }) }
func (h *mediaHandler) Connected(up bool)   { h.media.note(h, func(e *mediaEvent) { e.up = &up }) }
func (h *mediaHandler) Level(speaking bool) {
	h.media.note(h, func(e *mediaEvent) { e.speaking = &speaking })
}
