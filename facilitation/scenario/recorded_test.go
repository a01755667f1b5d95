package scenario

import (
	"reflect"
	"strings"
	"testing"

	f "kring/facilitation"
)

// TestRecorded: what is written is read the same.
func TestRecorded(t *testing.T) {
	begin := f.NewSession("session-1", "Dinsdaggroep", []f.Seat{{Participant: "ben", Name: "Ben"}})
	moments := []Moment{
		{By: f.Actor{Role: f.System}, Command: f.Command{Resume: &f.Empty{}}},
		{After: -80, By: f.Actor{ID: "ben", Role: f.Member}, ID: f.CommandID{Page: "ben-0", N: 3}, Command: f.Command{Raise: &f.Raise{Kind: f.Speak}}},
		{After: 1200, Loaded: true, By: f.Actor{Role: f.System}},
		{By: f.Actor{ID: "ben", Role: f.Member}, ID: f.CommandID{Page: "ben-1", N: 1}},
	}
	text, err := Record("seed 7: a\nmicrophone came on", begin, moments)
	if err != nil {
		t.Fatal(err)
	}
	story, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if !story.FakeClock || !reflect.DeepEqual(story.Moments, moments) || story.Begin.GroupName != "Dinsdaggroep" {
		t.Errorf("%s\nis read as %+v", text, story)
	}
	for _, wrong := range []string{"", "{}\nBen: raise-hand", "{}\nafter 1 ms ben: {}", "[]", "{}\nafter 1 ms the system: {\"tick\":1}"} {
		if _, err := Parse(recordedClock + "\n" + wrong); err == nil || !strings.Contains(err.Error(), "line") && wrong != "" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
