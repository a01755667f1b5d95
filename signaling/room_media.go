package signaling

import (
	"slices"
	"time"

	"golang.org/x/time/rate"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// maxPictures bounds what a client may want: a ring, its staff and a screen.
const maxPictures = 32

// maxUnacknowledged bounds the slot maps that wait for an acknowledgement; older ones can no longer be acknowledged.
const maxUnacknowledged = 32

// How many offers a person may make, over all their pages and sockets: one makes a connection, which costs the server many
// milliseconds. A page makes one, and one more in five seconds on a bad network.
const (
	offersPerSecond = 1
	offersBurst     = 20
)

// offer negotiates outside the room goroutine, on the server's bounded pool.
func (r *room) offer(c *client, o *protocol.Offer) {
	if !r.mayOffer(c.pass.Participant) || !c.negotiating.CompareAndSwap(false, true) {
		c.refuseOffer(o.N)
		return
	}
	id := string(c.pass.Participant)
	fresh := o.Fresh || r.media.instance(id) == ""
	if fresh {
		delete(r.lastMaps, c.pass.Participant)
		c.acked, c.sent = nil, map[uint64][]facilitation.ParticipantID{} // a new connection counts its slot maps anew
	}
	peer := r.media.peer(id, fresh)
	instance := peer.Instance()
	queued := r.srv.negotiate(func() {
		m := &protocol.Media{N: o.N, Instance: instance, Address: r.srv.mediaAddress()}
		sdp, err := peer.Offer(o.SDP)
		m.SDP, m.Refusal = sdp, offerRefusal(err)
		c.negotiating.Store(false) // before the answer: whoever has it may offer again
		c.send(protocol.ServerMessage{Media: m})
	})
	if !queued {
		c.negotiating.Store(false)
		c.refuseOffer(o.N)
	}
}

// mayOffer counts an offer. Who has left keeps their count, or leaving would be a way around it; there are no more of them than
// links.
func (r *room) mayOffer(id facilitation.ParticipantID) bool {
	if r.offers[id] == nil {
		r.offers[id] = rate.NewLimiter(offersPerSecond, offersBurst)
	}
	return r.offers[id].Allow()
}

// refuseOffer asks for the offer again, a moment later.
func (c *client) refuseOffer(n uint64) {
	c.send(protocol.ServerMessage{Media: &protocol.Media{N: n, Refusal: "busy"}})
}

// endMedia closes the person's connection, and whatever was last known of it.
func (r *room) endMedia(id facilitation.ParticipantID) {
	r.media.leave(string(id))
	delete(r.speaking, id)
	delete(r.turns.speech, id)
	delete(r.lastMaps, id)
}

// mediaEvents acts on what the media server has told since the last time.
func (r *room) mediaEvents() {
	r.takeMedia()
	r.commitMoves()
	r.speakersMedia()
}

// takeMedia notes what the media server has told, and passes on what is the clients' to know.
func (r *room) takeMedia() {
	speech := false
	for id, e := range r.media.take() {
		participant := facilitation.ParticipantID(id)
		if e.up != nil {
			r.mediaUp(participant, *e.up)
		}
		if c := r.clients[participant]; e.slots != nil && c != nil {
			r.sendSlots(c, e)
		}
		if e.speaking != nil {
			r.speaking[participant] = *e.speaking
			r.speaks(participant, *e.speaking, time.Now())
			speech = true
		}
	}
	if speech {
		r.tellSpeaking()
	}
}

func (r *room) mediaUp(id facilitation.ParticipantID, up bool) {
	r.media.up[string(id)] = up
	if _, dropping := r.dropAt[id]; dropping && !up {
		r.dropAt[id] = time.Now()
	}
}

// sendSlots sends a slot map and remembers what it promised.
func (r *room) sendSlots(c *client, e mediaEvent) {
	m := slotMap(e, facilitation.Routes(r.state)[c.pass.Participant])
	sources := make([]facilitation.ParticipantID, len(m.Slots))
	for i, s := range m.Slots {
		sources[i] = s.Source
	}
	r.lastMaps[c.pass.Participant] = &e
	c.sent[m.Rev] = sources
	for rev := range c.sent {
		if rev+maxUnacknowledged < m.Rev {
			delete(c.sent, rev)
		}
	}
	c.send(protocol.ServerMessage{Slots: m})
}

// resendSlots gives a page that has come back the map that it may have missed.
func (r *room) resendSlots(c *client) {
	last := r.lastMaps[c.pass.Participant]
	if last == nil || r.media.instance(string(c.pass.Participant)) == "" {
		return
	}
	r.sendSlots(c, *last)
}

// acknowledged lets the sources of a slot map flow.
func (r *room) acknowledged(c *client, rev uint64) {
	sources, known := c.sent[rev]
	if !known {
		return
	}
	c.acked = make(map[facilitation.ParticipantID]bool, len(sources))
	for _, s := range sources {
		c.acked[s] = true
	}
	for old := range c.sent {
		if old <= rev {
			delete(c.sent, old)
		}
	}
	r.media.acknowledge(string(c.pass.Participant), rev)
	r.commitMoves()
}

// commitMoves puts the prepared moves in force once every page that will see someone new has acknowledged it. Whoever does not
// acknowledge in time is not waited for: the state has a deadline of its own.
func (r *room) commitMoves() {
	var movers []facilitation.ParticipantID
	for _, p := range r.state.People {
		if p.Moving != nil {
			movers = append(movers, p.ID)
		}
	}
	if len(movers) == 0 || !r.prepared() {
		return
	}
	r.system(facilitation.Command{CommitMove: &facilitation.CommitMove{Participants: movers}})
}

func (r *room) prepared() bool {
	for listener, routes := range facilitation.Routes(r.state) {
		c := r.clients[listener]
		if c == nil || !r.media.up[string(listener)] {
			continue
		}
		for _, route := range routes {
			if route.Prepare && r.media.up[string(route.Source)] && !c.acked[route.Source] {
				return false
			}
		}
	}
	return true
}

// wanted notes what a client's screen shows.
func (r *room) wanted(c *client, w *protocol.Want) {
	if len(w.Pictures) > maxPictures {
		c.box.close(protocol.CloseBadMessage)
		return
	}
	c.screen = make(wants, len(w.Pictures))
	for _, p := range w.Pictures {
		c.screen[p.Source] = p.Height
	}
	r.media.set(policyFor(facilitation.Routes(r.state), r.screens()))
}

func (r *room) screens() map[facilitation.ParticipantID]wants {
	out := make(map[facilitation.ParticipantID]wants, len(r.clients))
	for id, c := range r.clients {
		out[id] = c.screen
	}
	return out
}

// tellSpeaking tells each client who of those they hear speaks now.
func (r *room) tellSpeaking() {
	r.talkGoesOn(time.Now())
	routes := facilitation.Routes(r.state)
	for id, c := range r.clients {
		ids := []facilitation.ParticipantID{} // never nil: an empty list is [] on the wire
		for _, route := range routes[id] {
			if route.Hear && !route.Prepare && r.speaking[route.Source] {
				ids = append(ids, route.Source)
			}
		}
		if r.speaking[id] && r.micOn(id) {
			ids = append(ids, id)
		}
		if !slices.Equal(ids, c.toldSpeaking) {
			c.toldSpeaking = ids
			c.send(speakingNotice(ids))
		}
	}
}

func (r *room) micOn(id facilitation.ParticipantID) bool {
	return slices.ContainsFunc(r.state.People, func(p facilitation.Person) bool {
		return p.ID == id && p.Mic == facilitation.On
	})
}
