package facilitation_test

import (
	"fmt"
	"slices"
	"testing"

	. "kring/facilitation"
)

// session begins a session of these members with a past, and divides them anew over circles of size.
func session(t *testing.T, past Past, size int, members ...ParticipantID) *room {
	r := newRoom(t, append([]ParticipantID{"ana"}, members...)...)
	r.state.Seats = nil
	for _, id := range members {
		r.state.Seats = append(r.state.Seats, Seat{Participant: id})
	}
	r.state.Remember(past)
	r.must("ana", Command{DraftCircles: &DraftCircles{Method: AvoidPairs, Size: size, Shuffle: members}})
	return r
}

// over opens the circles and calls everyone back.
func (r *room) over() {
	r.must("ana", Command{OpenCircles: &OpenCircles{}})
	r.pass(250)
	r.must("ana", Command{Recall: &Recall{}})
	r.pass(250)
}

// TestPairsAreAvoided: eight people in circles of two, session after session, over as many sessions as there can be without a pair
// that was there before.
func TestPairsAreAvoided(t *testing.T) {
	var members []ParticipantID
	for i := range 8 {
		members = append(members, ParticipantID(fmt.Sprint("m", i)))
	}
	var past Past
	seen := map[string]int{}
	for range 4 {
		r := session(t, past, 2, members...)
		for _, c := range r.state.Breakout.Circles {
			pair := fmt.Sprint(c.Members)
			if seen[pair]++; seen[pair] > 1 {
				t.Errorf("%s were together before", pair)
			}
		}
		r.over()
		past = r.state.Past
	}
}

// TestPastOfThoseWhoLeft: whoever has no seat any more is forgotten; whoever is new has met nobody.
func TestPastOfThoseWhoLeft(t *testing.T) {
	r := session(t, Past{}, 2, "ben", "cleo", "dirk", "eva")
	r.over()
	if got := r.state.Past.Last; len(got) != 2 {
		t.Fatalf("the last circles are %v", got)
	}
	next := session(t, r.state.Past, 2, "ben", "eva", "fien", "gijs").state.Past
	if slices.Contains(next.People, "cleo") || len(next.People) != 4 || len(next.Times) != 6 {
		t.Errorf("the next session knows %+v", next)
	}
	for _, circle := range next.Last {
		if slices.Contains(circle, "cleo") || slices.Contains(circle, "dirk") {
			t.Errorf("the last circles are %v", next.Last)
		}
	}
}

// TestDamagedPast: a past that cannot be is no past.
func TestDamagedPast(t *testing.T) {
	for _, past := range []Past{
		{People: []ParticipantID{"ben", "cleo"}}, {Times: []byte{1}}, {People: []ParticipantID{"ben", "ben"}, Times: []byte{1}},
	} {
		if got := session(t, past, 2, "ben", "cleo").state.Past; len(got.People) > 0 {
			t.Errorf("%+v is remembered as %+v", past, got)
		}
	}
}
