package signaling

import (
	"testing"

	"kring/facilitation"
	"kring/sfu"
)

// only is a policy in which Cleo may have these sources and nobody else anything.
func only(feeds ...sfu.Feed) sfu.Policy {
	return sfu.Policy{Receivers: map[sfu.PeerID][]sfu.Feed{"cleo": feeds}}
}

var (
	heard    = sfu.Feed{Source: "ben", Hear: true}
	seen     = sfu.Feed{Source: "ben", See: sfu.LayerLow}
	both     = sfu.Feed{Source: "ben", Hear: true, See: sfu.LayerLow}
	large    = sfu.Feed{Source: "ben", Hear: true, See: sfu.LayerHigh}
	silent   = sfu.Feed{Source: "ben"}
	prepared = sfu.Feed{Source: "ben", Prepare: true}
	other    = sfu.Feed{Source: "ana", Hear: true}
)

func TestWidens(t *testing.T) {
	for name, c := range map[string]struct {
		from, to sfu.Policy
		want     bool
	}{
		"the same":                    {only(both), only(both), false},
		"nothing to nothing":          {sfu.Policy{}, sfu.Policy{}, false},
		"a source less":               {only(both, other), only(both), false},
		"a receiver less":             {only(both), sfu.Policy{}, false},
		"sound less":                  {only(both), only(seen), false},
		"a smaller picture":           {only(large), only(both), false},
		"another order":               {only(both, other), only(other, both), false},
		"a source that gives nothing": {only(), only(silent), false},
		"a source prepared":           {only(), only(prepared), false},
		"sound more":                  {only(seen), only(both), true},
		"a picture more":              {only(heard), only(both), true},
		"a larger picture":            {only(both), only(large), true},
		"a source more":               {only(both), only(both, other), true},
		"one less and one more":       {only(both), only(other), true},
		"a receiver more":             {sfu.Policy{}, only(heard), true},
	} {
		if got := widens(c.from, c.to); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestBothAllow: while a change is being stored nothing is heard that the old or the new policy forbids.
func TestBothAllow(t *testing.T) {
	pairs := []sfu.Policy{{}, only(), only(heard), only(seen), only(both), only(large), only(silent), only(other), only(both, other), only(prepared)}
	for i, a := range pairs {
		for j, b := range pairs {
			got := bothAllow(a, b)
			if widens(a, got) || widens(b, got) {
				t.Errorf("%d and %d: %v permits more than one of them", i, j, got)
			}
			if !widens(a, b) && widens(got, b) {
				t.Errorf("%d and %d: %v forbids what both allow", i, j, got)
			}
		}
	}
}

func TestScreenLowersThePicture(t *testing.T) {
	for name, c := range map[string]struct {
		see    facilitation.Quality
		screen wants
		want   sfu.Layer
	}{
		"the room forbids":             {facilitation.NoPicture, wants{"ben": 720}, sfu.LayerNone},
		"not yet known, small":         {facilitation.Small, nil, sfu.LayerLow},
		"not yet known, large":         {facilitation.Large, nil, sfu.LayerHigh},
		"out of sight":                 {facilitation.Large, wants{"ben": 0}, sfu.LayerNone},
		"small on screen":              {facilitation.Large, wants{"ben": 180}, sfu.LayerLow},
		"large on screen":              {facilitation.Small, wants{"ben": 181}, sfu.LayerHigh},
		"a height that makes no sense": {facilitation.Large, wants{"ben": -5}, sfu.LayerLow},
	} {
		routes := facilitation.RouteTable{"cleo": {{Source: "ben", Hear: true, See: c.see}}}
		p := policyFor(routes, map[facilitation.ParticipantID]wants{"cleo": c.screen})
		if got := p.Receivers["cleo"][0]; got.See != c.want || !got.Hear {
			t.Errorf("%s: %+v, want layer %v and sound", name, got, c.want)
		}
	}
}
