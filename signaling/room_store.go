package signaling

import (
	"bytes"
	"context"
	"errors"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// commit stores a state. A store that is down is not waited for.
func (r *room) commit(s *facilitation.State) error {
	if r.down {
		return store.ErrUnavailable
	}
	doc, err := r.next(s)
	if err == nil {
		doc, err = r.srv.commitDoc(r.id, doc)
	}
	r.committed(doc, err)
	return err
}

// next is the document that follows the stored one.
func (r *room) next(s *facilitation.State) (store.Doc, error) {
	body, err := encodeRoom(s, r.seal)
	if err != nil {
		return store.Doc{}, err
	}
	doc := r.doc
	doc.Revision, doc.Body = doc.Revision+1, body
	return doc, nil
}

// committed notes what became of a commit.
func (r *room) committed(doc store.Doc, err error) {
	switch {
	case err == nil:
		r.doc = doc
		r.reached()
	case errors.Is(err, store.ErrStale), errors.Is(err, store.ErrNotFound):
		r.lost(err)
	case errors.Is(err, store.ErrTooLarge):
		r.log.Error("commit", "err", err) // our own limits are wrong; the store is well
	default:
		r.unreached(err)
	}
}

// commitDoc commits and returns the document as stored. Within an epoch only this room writes, so whatever is stored there is
// its own: a commit whose outcome was unknown, or an older one that a failed-over store went back to. Its own truth is written
// over that; another epoch is ErrStale.
func (s *Server) commitDoc(room string, doc store.Doc) (store.Doc, error) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	err := s.rooms.Commit(ctx, room, doc)
	if !errors.Is(err, store.ErrUnknown) && !errors.Is(err, store.ErrStale) {
		return doc, err
	}
	there, err := s.rooms.Load(ctx, room)
	switch {
	case err != nil:
		return doc, err
	case there.Epoch != doc.Epoch || there.Owner != doc.Owner:
		return doc, store.ErrStale
	case there.Revision == doc.Revision && bytes.Equal(there.Body, doc.Body):
		return doc, nil
	}
	doc.Revision = there.Revision + 1
	return doc, s.rooms.Commit(ctx, room, doc)
}

// renew keeps the lease, or tries a store that is down.
func (r *room) renew() {
	if r.down {
		r.probe()
		return
	}
	r.renewed(r.srv.renewLease(r.id, r.doc.Epoch))
	r.attend()
	if r.undone && !r.closing && !r.down {
		r.closing = r.finish()
	}
}

func (s *Server) renewLease(room string, epoch uint64) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	return s.rooms.Renew(ctx, room, s.cfg.Node, epoch, leaseTime)
}

func (r *room) renewed(err error) {
	switch {
	case err == nil:
		r.reached()
	case errors.Is(err, store.ErrStale), errors.Is(err, store.ErrNotFound):
		r.lost(err)
	default:
		r.unreached(err)
	}
}

// probe tries a store that is down, beside the room: commands go on meanwhile. Nothing else calls the store until it answers,
// so that two commits are never under way.
func (r *room) probe() {
	if r.probing {
		return
	}
	r.probing = true
	epoch, state := r.doc.Epoch, r.state
	doc, err := r.next(state)
	if err != nil {
		r.probing = false
		r.log.Error("store again", "err", err)
		return
	}
	unstored := r.unstored
	r.srv.workers.Go(func() {
		err := r.srv.renewLease(r.id, epoch)
		if err == nil && unstored {
			doc, err = r.srv.commitDoc(r.id, doc)
		}
		_ = r.call(context.Background(), func() { r.probed(state, doc, unstored && err == nil, err) }) // a room that is gone needs no store
	})
}

// probed notes a trial: what was stored, and whether the state has moved on since.
func (r *room) probed(state *facilitation.State, doc store.Doc, stored bool, err error) {
	r.probing = false
	if stored {
		r.doc, r.unstored = doc, r.state != state
	}
	r.renewed(err)
	if r.down || r.closing {
		return
	}
	if r.unstored && r.commit(r.state) == nil {
		r.unstored = false
	}
	if r.state.Phase == facilitation.Ended && !r.unstored {
		r.closing = r.finish()
	}
}

func (r *room) reached() {
	if r.down {
		r.log.Info("store is back")
	}
	r.down = false
}

func (r *room) unreached(err error) {
	if !r.down {
		r.log.Warn("store out of reach", "err", err)
	}
	r.down = true
}

// lost stops the room: another node owns it. Its clients come back and find it there.
func (r *room) lost(err error) {
	r.log.Warn("room taken over", "err", err)
	r.closeAll(protocol.CloseRestarting)
	r.attends.marks = nil // who left here may be with the new owner, who notes it
	r.closing = true
}
