package signaling

import (
	"context"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// storeTimeout bounds one call of the store. While the store is out of reach, the room waits this long for it once and tries it
// in the background after that.
const storeTimeout = time.Second

// apply is a command's way: decide, restrict, store, permit, tell. It returns the answer, and false if a restriction is in force
// but not stored.
func (r *room) apply(id facilitation.CommandID, c facilitation.Command, by facilitation.Actor) (facilitation.Answer, bool) {
	res := facilitation.Apply(r.state, id, c, by, now())
	if !res.Changed {
		r.state = res.State
		r.happened = append(r.happened, res.Events...)
		return res.Answer, true
	}
	present, next := r.media.policy, policyFor(facilitation.Routes(res.State), r.screens())
	r.media.set(bothAllow(present, next))
	stored := true
	if err := r.commit(res.State); err != nil {
		if !r.mayWait(&c, by, !widens(present, next)) {
			r.media.set(present)
			return facilitation.Answer{N: id.N, Revision: r.state.Revision, Refusal: facilitation.Unavailable}, true
		}
		stored = false
	}
	r.turnOffered(r.state.Floor.Offered, res.State.Floor.Offered, time.Now())
	r.state, r.unstored = res.State, !stored
	r.media.set(next)
	r.takeMedia() // a client acknowledges its slots before it draws the view, which may take it long
	r.happened = append(r.happened, res.Events...)
	r.publish()
	r.tellSpeaking()
	r.commitMoves()
	r.speakersMedia()
	return res.Answer, stored
}

// mayWait says whether a change may be in force before it is stored: restrictions, people coming back and going, and what the
// passing of time takes away. Nothing that lets anyone hear more.
func (r *room) mayWait(c *facilitation.Command, by facilitation.Actor, narrows bool) bool {
	if by.Role == facilitation.System {
		return c.Arrive != nil || c.Drop != nil || c.Resume != nil || narrows
	}
	return c.Restrictive()
}

// carryOut acts on what happened beside the new state. It comes after the answer: whoever ends the session hears that it is done.
func (r *room) carryOut() {
	r.attend()
	events := r.happened
	r.happened = nil
	for _, e := range events {
		switch e.Kind {
		case facilitation.EventRemoved:
			r.turnOut(e.Participant, protocol.CloseRemoved)
		case facilitation.EventEnded:
			r.ended()
		case facilitation.EventEcho:
			r.echo(e)
		}
	}
}

// turnOut says goodbye to someone who may not stay. They have a moment to answer the close, and are not listened to meanwhile.
func (r *room) turnOut(id facilitation.ParticipantID, code int) {
	r.endMedia(id)
	if c := r.clients[id]; c != nil {
		r.sendView(c)
		c.box.close(code)
		delete(r.clients, id)
		r.emptyAt = time.Now()
	}
}

// ended tells everyone. The room goes once its end is stored.
func (r *room) ended() {
	for id := range r.clients {
		r.turnOut(id, protocol.CloseEnded)
	}
	r.forgetAllPasses()
	r.log.Info("session ended")
	if !r.unstored {
		r.closing = r.finish()
	}
}

// finish keeps the seats and the circles for the next time and lets the document go an hour later. Doing it twice is doing it once.
// If the store does not take it, the room stays, and tries again when it renews its lease.
func (r *room) finish() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 3*storeTimeout)
	defer cancel()
	err := r.flushAttendance(ctx)
	if err == nil {
		err = r.srv.sessionEnded(ctx, r.id, r.state)
	}
	if err != nil && !r.undone {
		r.log.Error("end of session", "err", err)
	}
	r.undone = err != nil
	return err == nil
}

// publish sends everyone their view.
func (r *room) publish() {
	for _, c := range r.clients {
		r.sendView(c)
	}
}

func (r *room) sendView(c *client) {
	c.send(protocol.ServerMessage{View: &protocol.View{
		Revision: r.state.Revision, View: facilitation.ViewFor(r.state, c.pass.Participant, now()),
	}})
}

func now() facilitation.Millis { return facilitation.Millis(time.Now().UnixMilli()) }
