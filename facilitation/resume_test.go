package facilitation_test

import (
	"testing"

	. "kring/facilitation"
)

// crash is another owner who loads the document as it was last stored, an hour later.
func (r *room) crash(stored *State) {
	r.state = copyOf(r.t, stored)
	r.now += 3_600_000
	r.system(Command{Resume: &Empty{}})
}

// TestResume: a new owner takes up room time where it stood. Nothing runs out while nobody owns the room, and of the time in
// which nothing happened before, at most a heartbeat is lost.
func TestResume(t *testing.T) {
	r := newRoom(t, "ana", "ben", "cleo")
	r.must("ana", Command{DraftCircles: &DraftCircles{Method: Random, Size: 2}})
	r.must("ana", Command{OpenCircles: &OpenCircles{Minutes: 10}})
	r.pass(60_000)
	r.crash(r.state)
	left := ViewFor(r.state, "ana", r.now).Breakout.RemainingMs
	if left < 540_000 || left > 550_000 {
		t.Errorf("a minute and an hour without an owner leave %d ms of ten minutes", left)
	}
	r.pass(left - 1)
	if r.state.Phase != Circles {
		t.Errorf("before the time is up the room is in %s", r.state.Phase)
	}
	if r.pass(1); r.state.Phase != Closing {
		t.Errorf("when the time is up the room is in %s", r.state.Phase)
	}

	r.must("ana", Command{Recall: &Recall{}})
	r.pass(1000)
	r.must("ana", Command{GiveTurn: &Target{"ben"}})
	r.must("ben", Command{Begin: &Empty{}})
	r.pass(35_000)
	r.crash(r.state)
	if got := ViewFor(r.state, "ana", r.now).Floor.SpeakMs; got < 25_000 || got > 35_000 {
		t.Errorf("after an hour without an owner Ben has spoken %d ms of 35 s", got)
	}
}

// TestHeartbeat: a clock that runs is stored now and then, and a room where none runs is left alone.
func TestHeartbeat(t *testing.T) {
	r := newRoom(t, "ana", "ben")
	if at, due := Deadline(r.state); due {
		t.Errorf("nothing runs, and something is due at %d", at)
	}
	r.must("ana", Command{GiveTurn: &Target{"ben"}})
	r.must("ben", Command{Begin: &Empty{}})
	before := r.state.Revision
	r.pass(60_000)
	if beats := r.state.Revision - before; beats < 6 || beats > 7 {
		t.Errorf("%d revisions in a minute's turn", beats)
	}
	r.must("ben", Command{Yield: &Yield{}})
	if at, due := Deadline(r.state); due {
		t.Errorf("the turn is over, and something is due at %d", at)
	}
}
