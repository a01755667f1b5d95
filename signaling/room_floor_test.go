package signaling

import (
	"testing"
	"time"

	"kring/facilitation"
)

func at(seconds float64) time.Time {
	return time.Unix(1_800_000_000, 0).Add(time.Duration(seconds * float64(time.Second)))
}

// TestSpeech: phrases with breaths between them add up; a silence begins anew, and so does an offer.
func TestSpeech(t *testing.T) {
	var s speech
	if _, speaking := s.due(); speaking {
		t.Error("who has said nothing speaks")
	}
	s.note(true, at(0))
	s.note(false, at(3))
	s.note(true, at(4))
	if due, speaking := s.due(); !speaking || !due.Equal(at(5)) {
		t.Errorf("three seconds are said, and the fourth is due at %v, %v", due, speaking)
	}
	s.restart(at(4.5))
	if due, _ := s.due(); !due.Equal(at(8.5)) {
		t.Errorf("after an offer due at %v", due)
	}
	s.note(false, at(5))
	s.note(true, at(8))
	if due, _ := s.due(); !due.Equal(at(12)) {
		t.Errorf("after a silence due at %v", due)
	}
	s.note(true, at(9)) // told twice
	if due, _ := s.due(); !due.Equal(at(12)) {
		t.Errorf("told twice, due at %v", due)
	}
}

// TestHeard: what was said ten minutes ago counts for half, however often one looks.
func TestHeard(t *testing.T) {
	var once, often talked
	for i := range 301 {
		often.note(60_000, at(2*float64(i)))
	}
	once.note(60_000, at(0))
	once.note(60_000, at(600))
	for name, h := range map[string]talked{"once": once, "often": often} {
		if h.ms < 29_999 || h.ms > 30_001 {
			t.Errorf("looked at %s, a minute ten minutes ago is %f ms", name, h.ms)
		}
	}
}

// TestLeastHeard: the least heard first; of those who were heard about as long, who has waited longest.
func TestLeastHeard(t *testing.T) {
	state := facilitation.NewSession("s", "g", nil)
	for _, id := range []facilitation.ParticipantID{"ben", "cleo", "dirk"} {
		state.People = append(state.People, facilitation.Person{ID: id, Role: facilitation.Member})
	}
	state.Queue.Entries = []facilitation.Entry{{Participant: "dirk", Since: 5}, {Participant: "cleo", Since: 9}, {Participant: "ben", Since: 1}}
	r := &room{state: state, turns: newTurns(), media: &media{spoken: map[string]int64{"ben": 60_000, "cleo": 3_000, "dirk": 9_000}}}
	if got := r.leastHeard(); got[0] != "dirk" || got[1] != "cleo" || got[2] != "ben" {
		t.Errorf("ranked %v", got)
	}
}

// TestEchoLimit: three at once, and then one every two seconds.
func TestEchoLimit(t *testing.T) {
	r := &room{turns: newTurns()}
	for i := range 4 {
		if soon := r.echoTooSoon("ben"); soon != (i == 3) {
			t.Errorf("echo %d is too soon: %v", i+1, soon)
		}
	}
	if r.echoTooSoon("cleo") {
		t.Error("Cleo is refused for Ben")
	}
}
