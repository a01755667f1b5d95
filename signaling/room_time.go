package signaling

import (
	"time"

	"kring/facilitation"
)

// heldUp is how long a deadline waits that could not be stored.
const heldUp = 100 * time.Millisecond

// nextTime is when the room goroutine must wake by itself.
func (r *room) nextTime() time.Time {
	next := time.Now().Add(idleLife)
	if at, ok := facilitation.Deadline(r.state); ok {
		next = earlier(next, time.UnixMilli(int64(at)))
	}
	for _, at := range r.dropAt {
		next = earlier(next, at)
	}
	for _, s := range r.turns.speech {
		if due, speaking := s.due(); speaking {
			next = earlier(next, due)
		}
	}
	if r.down {
		// A deadline that the store holds up stays due: without this the room would spin.
		next = later(next, time.Now().Add(heldUp))
	}
	return next
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// timePassed carries out what was due.
func (r *room) timePassed(t time.Time) {
	for id, at := range r.dropAt {
		if !at.After(t) {
			delete(r.dropAt, id)
			r.drop(id)
		}
	}
	r.system(facilitation.Command{Tick: &facilitation.Empty{}})
	r.spokenOn(t)
	if len(r.clients) == 0 && len(r.dropAt) == 0 && t.Sub(r.emptyAt) >= idleLife && !r.unstored && !r.undone && !r.deadlineRuns() {
		r.closing = true
	}
}

// drop tells the state that a person's connection is lost. Their media ends with it: nothing may flow any more, and a page that
// comes back after so long makes a new connection.
func (r *room) drop(id facilitation.ParticipantID) {
	r.endMedia(id)
	r.system(facilitation.Command{Drop: &facilitation.Target{Participant: id}})
}

// deadlineRuns: the room without staff ends by its own deadline, and must live until then.
func (r *room) deadlineRuns() bool {
	_, ok := facilitation.Deadline(r.state)
	return ok
}
