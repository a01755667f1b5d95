package bot

import (
	"testing"
	"time"

	"kring/facilitation"
)

// TestStrays: what was sent while a slot was somebody's may come late; what they send after that may not come there.
func TestStrays(t *testing.T) {
	taken := time.UnixMicro(1_800_000_000_000_000)
	early, late := taken.Add(-time.Microsecond), taken.Add(time.Microsecond)
	s := slot{source: "dirk", before: "cleo", taken: map[facilitation.ParticipantID]time.Time{"ben": taken, "cleo": taken}}
	for _, one := range []struct {
		from facilitation.ParticipantID
		at   time.Time
		may  bool
	}{
		{"dirk", late, true}, {"cleo", late, true}, {"ben", early, true},
		{"ben", taken, false}, {"ben", late, false}, {"eva", early, false}, {"eva", late, false},
	} {
		if may := s.mayCarry(mark{from: one.from, at: one.at}); may != one.may {
			t.Errorf("%s, %v after it was taken: %v", one.from, one.at.Sub(taken), may)
		}
	}
}
