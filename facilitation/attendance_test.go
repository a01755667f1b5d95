package facilitation

import (
	"slices"
	"testing"
)

// TestPresent: in the room or aside for a word, and connected; nobody once it is over.
func TestPresent(t *testing.T) {
	s := &State{Phase: Whole, People: []Person{
		{ID: "in", Presence: Admitted, Connected: true},
		{ID: "aside", Presence: Waiting, Apart: true, Connected: true},
		{ID: "waits", Presence: Waiting, Connected: true},
		{ID: "checks", Presence: Checking, Connected: true},
		{ID: "lost", Presence: Admitted},
		{ID: "left", Presence: Left, Connected: true},
	}}
	var got []ParticipantID
	for p := range s.Present() {
		got = append(got, p.ID)
	}
	if want := []ParticipantID{"in", "aside"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	s.Phase = Ended
	for p := range s.Present() {
		t.Errorf("%s is in a session that is over", p.ID)
	}
}
