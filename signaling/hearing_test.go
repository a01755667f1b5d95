package signaling

import (
	"testing"
	"time"

	"kring/facilitation"
)

// TestReceipts: who hears is counted from what pages and receiver reports say, who cannot be is named, and what is not known counts
// neither way.
func TestReceipts(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	fresh := func(filled int) playout {
		return playout{at: now.Add(-5 * time.Second), filled: map[facilitation.ParticipantID]int{ana: filled}}
	}
	old := fresh(90)
	old.at = now.Add(-time.Minute)
	for name, c := range map[string]struct {
		page     playout
		lost     float64
		reported bool
		want     receipt
	}{
		"nothing is known":            {playout{}, 0, false, unknown},
		"the page plays":              {fresh(2), 0, false, hears},
		"the page makes up too much":  {fresh(60), 0, true, hearsNot},
		"the browser blocks sound":    {playout{at: now, blocked: true}, 0, true, hearsNot},
		"reports say it comes":        {playout{}, 0.1, true, hears},
		"reports say it is lost":      {fresh(0), 0.7, true, hearsNot},
		"what a page said long ago":   {old, 0, true, hears},
		"long ago, and nothing since": {old, 0, false, unknown},
	} {
		if got := receiptOf(c.page, ana, c.lost, c.reported, now); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestHearing counts over a room: Ana speaks to three, of whom one does not hear her and of one nothing is known.
func TestHearing(t *testing.T) {
	const dirk = facilitation.ParticipantID("dirk-member")
	routes := facilitation.RouteTable{
		ben: {{Source: ana, Hear: true}, {Source: cleo}}, cleo: {{Source: ana, Hear: true}}, dirk: {{Source: ana, Hear: true}},
		ana: {{Source: ben}, {Source: cleo, Hear: true, Prepare: true}},
	}
	got, unheard := hearing(routes, func(listener, _ facilitation.ParticipantID) receipt {
		return map[facilitation.ParticipantID]receipt{ben: hears, cleo: hearsNot}[listener]
	})
	if h := got[ana]; h.Hear != 1 || h.Of != 2 || len(got) != 1 {
		t.Errorf("ana is heard by %d of %d; %+v", h.Hear, h.Of, got)
	}
	if len(unheard) != 1 || unheard[0].Listener != cleo || len(unheard[0].Sources) != 1 || unheard[0].Sources[0] != ana {
		t.Errorf("unheard: %+v", unheard)
	}
}
