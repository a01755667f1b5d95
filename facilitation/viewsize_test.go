package facilitation_test

import (
	"encoding/json"
	"fmt"
	"testing"

	. "kring/facilitation"
)

// TestViewOfSixteenIsSmall: what sixteen members, all with a hand up, and a script are told in one view is at most 8 KiB on the wire, for
// staff and for members.
func TestViewOfSixteenIsSmall(t *testing.T) {
	people := []ParticipantID{"ana", "bas"}
	for i := range 16 {
		people = append(people, ParticipantID(fmt.Sprintf("5f0c9a7e31b24d60%016d", i))) // as long as ids are made
	}
	r := newRoom(t, people...)
	for i := range 6 {
		r.state.Script.Phases = append(r.state.Script.Phases, ScriptPhase{Name: fmt.Sprint("Terugkijken ", i), Minutes: 15, Prompt: "Wat heb je geoefend?"})
	}
	r.must("ana", Command{StartPhase: &StartPhase{To: 2}})
	for _, id := range people[2:] {
		r.must(id, Command{Raise: &Raise{Kind: Speak}})
	}
	for _, viewer := range []ParticipantID{"ana", people[5]} {
		body, err := json.Marshal(ViewFor(r.state, viewer, r.now))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", viewer, len(body))
		if len(body) > 8<<10 {
			t.Errorf("a view of %d bytes for %s", len(body), viewer)
		}
	}
}
