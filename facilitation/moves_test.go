package facilitation_test

import (
	"slices"
	"testing"

	. "kring/facilitation"
)

// flows says what of source reaches listener: nothing, a prepared route, or sound.
func flows(s *State, listener, source ParticipantID) string {
	for _, r := range Routes(s)[listener] {
		switch {
		case r.Source != source:
		case r.Prepare:
			return "prepared"
		case r.Hear:
			return "sound"
		default:
			return "silence"
		}
	}
	return "nothing"
}

func inCircles(t *testing.T) *room {
	r := newRoom(t, "ana", "bas", "ben", "cleo", "dirk", "eva")
	for _, id := range []ParticipantID{"ana", "bas", "ben", "cleo", "dirk", "eva"} {
		r.must(id, Command{Mic: &Switch{On: true}})
	}
	r.must("ana", Command{DraftCircles: &DraftCircles{Method: ByHand, Circles: [][]ParticipantID{{"ben", "cleo"}, {"dirk", "eva"}}}})
	r.must("ana", Command{OpenCircles: &OpenCircles{}})
	return r
}

// TestTwoPhases: until a move is committed, people are heard where they were, and what will be permitted is only prepared.
func TestTwoPhases(t *testing.T) {
	r := inCircles(t)
	if got := flows(r.state, "ben", "dirk"); got != "sound" {
		t.Errorf("before the move, Ben has %s of Dirk", got)
	}
	r.system(Command{CommitMove: &CommitMove{[]ParticipantID{"ben"}}})
	for source, want := range map[ParticipantID]string{"cleo": "prepared", "dirk": "nothing", "ana": "nothing"} {
		if got := flows(r.state, "ben", source); got != want {
			t.Errorf("once Ben has moved, he has %s of %s, want %s", got, source, want)
		}
	}
	r.pass(249)
	if got := flows(r.state, "ben", "cleo"); got != "prepared" {
		t.Errorf("after 249 ms Ben has %s of Cleo", got)
	}
	r.pass(1)
	if got := flows(r.state, "ben", "cleo"); got != "sound" {
		t.Errorf("after 250 ms Ben has %s of Cleo", got)
	}
}

// TestVisitChanged: staff who change their mind while the move to a circle is prepared do not come into that circle.
func TestVisitChanged(t *testing.T) {
	r := inCircles(t)
	r.pass(250)
	r.must("ana", Command{DropIn: &DropIn{2}})
	r.pass(3000)
	if got := flows(r.state, "ana", "dirk"); got != "prepared" {
		t.Fatalf("after the announcement Ana has %s of Dirk", got)
	}
	r.must("ana", Command{DropIn: &DropIn{1}})
	r.pass(2999)
	if got := flows(r.state, "ana", "dirk"); got != "nothing" {
		t.Errorf("Ana changed her mind and has %s of Dirk", got)
	}
	r.pass(251)
	if got := flows(r.state, "ana", "ben"); got != "sound" {
		t.Errorf("Ana has %s of Ben", got)
	}
}

// TestAnothersPage: nobody can use up or read the numbers of another's page.
func TestAnothersPage(t *testing.T) {
	s := newRoom(t, "ana", "ben").state
	s = Apply(s, CommandID{"page-of-ben", 1}, Command{Raise: &Raise{Kind: Speak}}, Actor{"ben", Member}, s.Clock.At).State
	for _, n := range []uint64{1, 2} {
		r := Apply(s, CommandID{"page-of-ben", n}, Command{Leave: &Leave{}}, Actor{"ana", Therapist}, s.Clock.At)
		if r.Answer.Refusal != Invalid || r.Changed {
			t.Errorf("number %d of another's page is answered %+v", n, r.Answer)
		}
	}
	i := slices.IndexFunc(s.Pages, func(p Page) bool { return p.ID == "page-of-ben" })
	if i < 0 || s.Pages[i].Last != 1 {
		t.Errorf("Ben's page is %+v", s.Pages)
	}
}
