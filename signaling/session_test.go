package signaling

import (
	"errors"
	"slices"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// endWithMovedChairs ends the session after Cleo's chair was put before Ben's, and returns its room.
func (h *house) endWithMovedChairs() *room {
	h.t.Helper()
	staff, _, _ := h.inSession()
	staff.does(`{"moveSeat":{"participant":"cleo-member","to":0}}`)
	r := h.srv.liveRooms()[0]
	staff.does(`{"end":{}}`)
	return r
}

// chairs are the group's, as stored.
func (h *house) chairs() []facilitation.ParticipantID {
	h.t.Helper()
	var g groupRecord
	if _, err := get(h.t.Context(), h.db.Store, store.KindGroup, "group-of-test", &g); err != nil {
		h.t.Fatal(err)
	}
	var ids []facilitation.ParticipantID
	for _, p := range g.Seats {
		ids = append(ids, p.ID)
	}
	return ids
}

func times(n int, err error) []error { return slices.Repeat([]error{err}, n) }

// TestRingKeptBesideOthers: the group is written by others at the session's end, and its chairs are kept all the same.
func TestRingKeptBesideOthers(t *testing.T) {
	h := newHouse(t)
	h.db.groupFails(times(rewrites-1, store.ErrStale)...)
	<-h.endWithMovedChairs().done
	if got := h.chairs(); got[0] != cleo {
		t.Errorf("the chairs are %v", got)
	}
	if n := h.db.letGo(); n != 1 {
		t.Errorf("the document was let go %d times", n)
	}
}

// TestRingKeptIsNotUndone: a page from before the session, which knows the old order, is told that the group is another now.
func TestRingKeptIsNotUndone(t *testing.T) {
	h := newHouse(t)
	before := h.groupNow()
	<-h.endWithMovedChairs().done
	if err := h.srv.saveGroup(t.Context(), before); !errors.Is(err, store.ErrStale) {
		t.Errorf("the old order was taken: %v", err)
	}
	if got := h.chairs(); got[0] != cleo {
		t.Errorf("the chairs are %v", got)
	}
}

// TestRingKeptOnceStoreIsBack: the store takes the end, and then nothing for a while. The document is all that is left to copy
// from: it stays until the group has its chairs.
func TestRingKeptOnceStoreIsBack(t *testing.T) {
	h := newHouse(t)
	h.db.groupFails(times(1000, store.ErrUnavailable)...)
	r := h.endWithMovedChairs()
	h.untilEnded()
	before := h.db.letGo()
	h.db.groupFails()
	<-r.done
	if got := h.chairs(); before != 0 || got[0] != cleo {
		t.Errorf("let go %d times before its chairs were kept; they are %v", before, got)
	}
	if n := h.db.letGo(); n != 1 {
		t.Errorf("the document was let go %d times", n)
	}
}

// TestRingKeptByNextSession: the server stopped before the store was back. The group's next session sits as the last one did, and
// what staff do to the chairs after that is theirs.
func TestRingKeptByNextSession(t *testing.T) {
	h := newHouse(t)
	h.db.groupFails(times(1000, store.ErrUnavailable)...)
	r := h.endWithMovedChairs()
	h.untilEnded()
	if err := h.srv.Close(); err != nil {
		t.Fatal(err)
	}
	<-r.done
	h.db.groupFails()
	session, err := h.srv.startSession(t.Context(), "group-of-test", protocol.PlanSession{})
	if err != nil {
		t.Fatal(err)
	}
	state, err := h.srv.peekRoom(t.Context(), session.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := state.Seats[0].Participant; got != cleo || h.chairs()[0] != cleo {
		t.Errorf("the first chair is %s's", got)
	}

	if err := h.srv.changeGroup(t.Context(), "group-of-test", func(g *groupRecord) error {
		slices.Reverse(g.Seats)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := h.srv.sessionEnded(t.Context(), h.session, state); err != nil || h.chairs()[0] != ben {
		t.Errorf("told of the end once more, the chairs are %v: %v", h.chairs(), err)
	}
}

// TestPlannedThoughNoEndWasWritten: the store took the room's last document and nothing else of the end, and the server stopped. The
// session is over all the same: the next one can be planned, and sits as this one did.
func TestPlannedThoughNoEndWasWritten(t *testing.T) {
	h := newHouse(t)
	h.db.groupFails(times(1000, store.ErrUnavailable)...)
	r := h.endWithMovedChairs()
	h.untilEnded()
	if err := h.srv.Close(); err != nil {
		t.Fatal(err)
	}
	<-r.done
	h.db.groupFails()
	if err := h.srv.changeSession(t.Context(), h.session, func(rec *sessionRecord) error {
		rec.Ended, rec.EndedAtMs = false, 0
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.srv.startSession(t.Context(), "group-of-test", protocol.PlanSession{}); err != nil {
		t.Fatal(err)
	}
	if got := h.chairs(); got[0] != cleo {
		t.Errorf("the chairs are %v", got)
	}
	h.untilEnded()
}
