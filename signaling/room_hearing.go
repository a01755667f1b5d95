package signaling

import (
	"reflect"
	"slices"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// hearingEvery is how often the room looks at who spoke, who hears whom and who has an echo.
const hearingEvery = 2 * time.Second

// echoSteps is what an echo is looked for in: eight seconds of 20 ms.
const echoSteps = 400

// talkGoesOn counts who spoke up to now, and notes who speaks from now on. A microphone that is off is silent, whatever it sends.
func (r *room) talkGoesOn(at time.Time) {
	var speak []speaker
	heard := 0
	for i := range r.state.People {
		p := &r.state.People[i]
		if p.Presence != facilitation.Admitted || !p.Connected {
			continue
		}
		heard++
		if r.speaking[p.ID] && p.Mic == facilitation.On {
			speak = append(speak, speaker{p.ID, p.Circle})
		}
	}
	r.talk.goOn(at, speak, r.state.Phase == facilitation.Whole && heard > 1)
}

// tellHearing tells staff who spoke, members about how much they did, each who is heard by how many, and who has an echo that they
// have: only what has changed.
func (r *room) tellHearing(at time.Time) {
	r.talkGoesOn(at)
	people := r.heardPeople()
	told := r.talk.told(people)
	each, unheard := hearing(facilitation.Routes(r.state), func(listener, source facilitation.ParticipantID) receipt {
		return r.receipt(listener, source, at)
	})
	unheard = slices.DeleteFunc(unheard, func(u protocol.Unheard) bool { return !r.admitted(u.Listener) }) // who waits is no trouble of the room
	r.findEchoes()
	for id, c := range r.clients {
		h := each[id]
		h.AcousticEcho, h.Unheard, h.Talk = r.acoustic[id] >= echoWindows && r.micOn(id), []protocol.Unheard{}, r.ownTalk(c, people)
		if c.pass.Role == facilitation.Therapist && r.admitted(id) {
			h.Unheard = unheard
			if !reflect.DeepEqual(c.toldTalk, told) {
				c.toldTalk = told
				c.send(protocol.ServerMessage{Talk: told})
			}
		}
		if c.toldHearing == nil && reflect.DeepEqual(h, protocol.Hearing{Unheard: []protocol.Unheard{}}) {
			continue // there is nothing to tell yet
		}
		if c.toldHearing == nil || !reflect.DeepEqual(*c.toldHearing, h) {
			c.toldHearing = &h
			c.send(protocol.ServerMessage{Hearing: &h})
		}
	}
}

// ownTalk is what a member is told of their own speaking. While there are circles it stands still: it would tell of the others'.
func (r *room) ownTalk(c *client, people []facilitation.ParticipantID) protocol.TalkBand {
	id := c.pass.Participant
	switch {
	case c.pass.Role != facilitation.Member || !r.admitted(id):
		return ""
	case r.state.Phase == facilitation.Whole:
		return r.talk.band(id, people)
	case c.toldHearing != nil:
		return c.toldHearing.Talk
	default:
		return ""
	}
}

// heardPeople are those whose speaking is told, by their chairs and then staff: no ranking.
func (r *room) heardPeople() []facilitation.ParticipantID {
	var ids []facilitation.ParticipantID
	for _, seat := range r.state.Seats {
		if seat.Participant != "" && r.admitted(seat.Participant) {
			ids = append(ids, seat.Participant)
		}
	}
	for _, p := range r.state.People {
		if p.Role == facilitation.Therapist && p.Presence == facilitation.Admitted {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (r *room) admitted(id facilitation.ParticipantID) bool {
	return slices.ContainsFunc(r.state.People, func(p facilitation.Person) bool {
		return p.ID == id && p.Presence == facilitation.Admitted
	})
}

// receipt is whether a listener hears a source, as far as it is known. Whose media is down hears nothing.
func (r *room) receipt(listener, source facilitation.ParticipantID, at time.Time) receipt {
	if !r.media.up[string(source)] {
		return unknown // it is not the listener
	}
	c := r.clients[listener]
	if !r.media.up[string(listener)] || c == nil {
		return hearsNot
	}
	lost, reported := r.media.lost(string(listener), string(source))
	return receiptOf(c.playout, source, lost, reported, at)
}

// echoWindows is in how many looks in a row an echo must be found before anyone is told.
const echoWindows = 2

// findEchoes looks for each one who may hear another whether their microphone brings that other back.
func (r *room) findEchoes() {
	loud := map[facilitation.ParticipantID][]uint8{}
	for id := range r.clients {
		if r.micOn(id) {
			loud[id] = r.media.loudness(string(id), echoSteps)
		}
	}
	for listener, routes := range facilitation.Routes(r.state) {
		found := loud[listener] != nil && slices.ContainsFunc(routes, func(route facilitation.Route) bool {
			return route.Hear && !route.Prepare && loud[route.Source] != nil && echoed(loud[route.Source], loud[listener])
		})
		switch {
		case found:
			r.acoustic[listener] = min(r.acoustic[listener]+1, echoStays)
		case r.acoustic[listener] > 0:
			r.acoustic[listener]--
		}
	}
}

// echoStays bounds how long an echo that is gone is still told, in looks.
const echoStays = 8

// plays notes what a page says that it plays.
func (r *room) plays(c *client, p *protocol.Playout) {
	if len(p.Sources) > maxPictures {
		c.box.close(protocol.CloseBadMessage)
		return
	}
	c.playout = playout{at: time.Now(), blocked: p.Blocked, filled: make(map[facilitation.ParticipantID]int, len(p.Sources))}
	for _, s := range p.Sources {
		c.playout.filled[s.Source] = s.Filled
	}
}
