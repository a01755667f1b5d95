package signaling

import (
	"math"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// How often one person may send an echo, and at once; for how long someone has spoken when they have spoken on, and which
// silence ends that; in which time what was heard counts for half.
const (
	echoEvery   = 2 * time.Second
	echoBurst   = 3
	speaksOn    = 4 * time.Second
	fallsSilent = 2 * time.Second
	heardHalf   = 10 * time.Minute
)

// turns is what the room goroutine knows about turns and never stores. It owns all of it.
type turns struct {
	echoes map[facilitation.ParticipantID]*rate.Limiter
	speech map[facilitation.ParticipantID]*speech
	heard  map[facilitation.ParticipantID]*talked
}

func newTurns() turns {
	return turns{
		echoes: map[facilitation.ParticipantID]*rate.Limiter{},
		speech: map[facilitation.ParticipantID]*speech{},
		heard:  map[facilitation.ParticipantID]*talked{},
	}
}

// of finds what is kept of a person, or begins it. Only people of the session are asked for, so it is bounded.
func of[T any](all map[facilitation.ParticipantID]*T, id facilitation.ParticipantID, begin func() *T) *T {
	one := all[id]
	if one == nil {
		one = begin()
		all[id] = one
	}
	return one
}

// echoTooSoon spends one of a person's echoes.
func (r *room) echoTooSoon(id facilitation.ParticipantID) bool {
	return !of(r.turns.echoes, id, func() *rate.Limiter { return rate.NewLimiter(rate.Every(echoEvery), echoBurst) }).Allow()
}

// echo shows one to the speaker. If it is lost, it is lost.
func (r *room) echo(e facilitation.Event) {
	if c := r.clients[e.Participant]; c != nil {
		c.send(protocol.ServerMessage{Echo: &protocol.Echo{From: e.From, Kind: e.Echo}})
	}
}

// speech is how long someone has spoken without falling silent.
type speech struct {
	since time.Time // of the phrase that is being said, zero between phrases
	said  time.Duration
	until time.Time // end of the last phrase
}

// note takes the beginning or the end of a phrase.
func (s *speech) note(speaking bool, at time.Time) {
	switch {
	case speaking && s.since.IsZero():
		if at.Sub(s.until) > fallsSilent {
			s.said = 0
		}
		s.since = at
	case !speaking && !s.since.IsZero():
		s.said += at.Sub(s.since)
		s.since, s.until = time.Time{}, at
	}
}

// due is when they will have spoken on, if they go on.
func (s *speech) due() (time.Time, bool) { return s.since.Add(speaksOn - s.said), !s.since.IsZero() }

// restart counts from at on, as if they had begun to speak then.
func (s *speech) restart(at time.Time) {
	s.said = 0
	if !s.since.IsZero() {
		s.since = at
	}
}

func (r *room) speaks(id facilitation.ParticipantID, speaking bool, at time.Time) {
	of(r.turns.speech, id, func() *speech { return new(speech) }).note(speaking, at)
}

// spokenOn tells the rules who has spoken on.
func (r *room) spokenOn(at time.Time) {
	for id, s := range r.turns.speech {
		if due, speaking := s.due(); speaking && !due.After(at) {
			s.restart(at)
			r.system(facilitation.Command{Spoke: &facilitation.Target{Participant: id}})
		}
	}
}

// turnOffered: what was said before the offer was an interruption.
func (r *room) turnOffered(before, after facilitation.ParticipantID, at time.Time) {
	if s := r.turns.speech[after]; s != nil && before != after {
		s.restart(at)
	}
}

// speakersMedia tells the rules whether the speaker's media is there. Of others it is told when they become the speaker.
func (r *room) speakersMedia() {
	for _, p := range r.state.People {
		up, known := r.media.up[string(p.ID)]
		if known && p.Presence == facilitation.Admitted && p.MediaDown == up && (up || p.ID == r.state.Floor.Speaker) {
			r.system(facilitation.Command{MediaDown: &facilitation.MediaDown{Participant: p.ID, Down: !up}})
			return // which looks again
		}
	}
}

// talked is someone's speaking time, smoothed: what was said heardHalf ago counts for half.
type talked struct {
	total int64 // milliseconds, when it was last looked at
	ms    float64
	at    time.Time
}

func (h *talked) note(total int64, at time.Time) {
	if !h.at.IsZero() {
		h.ms *= math.Exp2(-at.Sub(h.at).Seconds() / heardHalf.Seconds())
	}
	h.ms += float64(total - h.total)
	h.total, h.at = total, at
}

// listen brings the speaking times up to date.
func (r *room) listen(at time.Time) {
	for _, id := range r.members() {
		of(r.turns.heard, id, func() *talked { return new(talked) }).note(r.media.spokenMs(string(id)), at)
	}
}

// leastHeard ranks the members by smoothed speaking time, least first, in steps of ten seconds so that a cough changes nothing;
// of equals, who has waited longest.
func (r *room) leastHeard() []facilitation.ParticipantID {
	const step = 10_000
	r.listen(time.Now())
	since := map[facilitation.ParticipantID]facilitation.Millis{}
	for _, e := range r.state.Queue.Entries {
		since[e.Participant] = e.Since
	}
	ids := r.members()
	slices.SortStableFunc(ids, func(a, b facilitation.ParticipantID) int {
		if d := int(r.turns.heard[a].ms/step) - int(r.turns.heard[b].ms/step); d != 0 {
			return d
		}
		return int(since[a] - since[b])
	})
	return ids
}
