package signaling

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// storeTimeout bounds one call of the store; a store that is out of reach is tried again after storeRetry.
const (
	storeTimeout = time.Second
	storeRetry   = time.Second
)

// apply is a command's way: decide, restrict, store, permit, tell. It returns the answer, and false if a restriction is in force
// but not stored.
func (r *room) apply(id facilitation.CommandID, c facilitation.Command, by facilitation.Actor) (facilitation.Answer, bool) {
	res := facilitation.Apply(r.state, id, c, by, now())
	if !res.Changed {
		r.state = res.State
		return res.Answer, true
	}
	present, next := r.media.policy, policyFor(facilitation.Routes(res.State), r.screens())
	r.media.set(bothAllow(present, next))
	stored := true
	if err := r.commit(res.State); err != nil {
		if !r.mayWait(&c, by, samePolicy(next, r.media.policy)) {
			r.media.set(present)
			return facilitation.Answer{N: id.N, Revision: r.state.Revision, Refusal: facilitation.Unavailable}, true
		}
		stored = false
	}
	r.state, r.unstored = res.State, !stored
	r.media.set(next)
	r.carryOut(res.Events)
	r.publish()
	r.commitMoves()
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

// commit stores a state. While the store is out of reach it is not asked at every command.
func (r *room) commit(s *facilitation.State) error {
	if r.unstored && time.Since(r.triedAt) < storeRetry {
		return store.ErrUnavailable
	}
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode room: %w", err)
	}
	doc := r.doc
	doc.Revision, doc.Body = doc.Revision+1, body
	err = r.commitDoc(doc)
	r.triedAt = time.Now()
	switch {
	case err == nil:
		r.doc = doc
	case errors.Is(err, store.ErrStale):
		r.lost(err)
	default:
		r.log.Warn("commit", "err", err)
	}
	return err
}

// commitDoc commits, and finds out what became of a commit whose outcome is unknown.
func (r *room) commitDoc(doc store.Doc) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	err := r.srv.rooms.Commit(ctx, r.id, doc)
	if !errors.Is(err, store.ErrUnknown) && !errors.Is(err, store.ErrStale) {
		return err
	}
	there, loadErr := r.srv.rooms.Load(ctx, r.id)
	switch {
	case loadErr != nil:
		return err
	case there.Epoch == doc.Epoch && there.Revision == doc.Revision && bytes.Equal(there.Body, doc.Body):
		return nil
	case errors.Is(err, store.ErrUnknown) && there.Epoch == doc.Epoch && there.Revision == doc.Revision-1:
		return r.srv.rooms.Commit(ctx, r.id, doc)
	}
	return err
}

// lost stops the room: another node owns it. Its clients come back and find it there.
func (r *room) lost(err error) {
	r.log.Warn("room taken over", "err", err)
	r.closeAll(protocol.CloseRestarting)
	r.closing = true
}

// catchUp stores what is in force but not stored.
func (r *room) catchUp() {
	if !r.unstored || time.Since(r.triedAt) < storeRetry {
		return
	}
	if err := r.commit(r.state); err == nil {
		r.unstored = false
		r.log.Info("stored again")
	}
}

func (r *room) renew() {
	r.catchUp()
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	err := r.srv.rooms.Renew(ctx, r.id, r.srv.cfg.Node, r.doc.Epoch, leaseTime)
	if errors.Is(err, store.ErrStale) {
		r.lost(err)
	}
}

// carryOut acts on what happened beside the new state.
func (r *room) carryOut(events []facilitation.Event) {
	for _, e := range events {
		switch e.Kind {
		case facilitation.EventRemoved:
			r.turnOut(e.Participant, protocol.CloseRemoved)
		case facilitation.EventEnded:
			r.ended()
		}
	}
}

func (r *room) turnOut(id facilitation.ParticipantID, code int) {
	r.media.leave(string(id))
	if c := r.clients[id]; c != nil {
		r.sendView(c)
		c.box.close(code)
	}
}

// ended tells everyone, keeps the seats for the next time and lets the document go an hour later.
func (r *room) ended() {
	for id := range r.clients {
		r.turnOut(id, protocol.CloseEnded)
	}
	r.closing = true
	ctx, cancel := context.WithTimeout(context.Background(), 3*storeTimeout)
	defer cancel()
	if err := r.srv.sessionEnded(ctx, r.id, r.state.Seats); err != nil {
		r.log.Error("end of session", "err", err)
	}
	r.log.Info("session ended")
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
