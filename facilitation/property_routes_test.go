package facilitation_test

import (
	"fmt"
	"slices"

	. "kring/facilitation"
)

// routesHold says from the state alone who may hear and see whom, and compares.
func routesHold(s *State) error {
	table := Routes(s)
	in := func(p Person) bool {
		return s.Phase != Ended && (p.Presence == Admitted || peeked(s, p) || meets(s, p)) && p.Connected && !p.SteppedOut && (p.Role == Member || p.Role == Therapist)
	}
	looksOn := func(p Person) bool {
		return s.Phase != Ended && p.Role == Observer && p.Presence == Admitted && p.Connected && p.MayObserve
	}
	for listener := range table {
		if p := personOf(s, listener); p == nil || !in(*p) && !looksOn(*p) {
			return fmt.Errorf("%s is not in the room and has routes", listener)
		}
	}
	for _, listener := range s.People {
		for _, source := range s.People {
			var got Route
			i := slices.IndexFunc(table[listener.ID], func(r Route) bool { return r.Source == source.ID })
			if i >= 0 {
				got = table[listener.ID][i]
			}
			both := listener.ID != source.ID && (in(listener) || looksOn(listener)) && in(source)
			together := both && isAt(listener) == isAt(source)
			soon := both && !together && goesTo(listener) == goesTo(source)
			ear := both && !together && source.Circle > 0 && isAt(source) == place{circle: source.Circle} && listener.Ears[source.Circle-1] != 0
			eavesdrops := ear && listener.Ears[source.Circle-1] < 0 && listener.Role == Therapist
			hears, sees := i >= 0 && !got.Prepare && got.Hear, i >= 0 && !got.Prepare && got.See > NoPicture
			switch {
			case hears != ((together || eavesdrops) && source.Mic == On && permitted(s, source)):
				return fmt.Errorf("%s hears %s: %v", listener.ID, source.ID, hears)
			case sees != (together && (source.Camera == On || source.ID == s.Screen)):
				return fmt.Errorf("%s sees %s: %v", listener.ID, source.ID, sees)
			case (i >= 0) != (together || soon || ear) || got.Prepare != ((soon || ear) && !eavesdrops):
				return fmt.Errorf("the route from %s to %s is %+v", source.ID, listener.ID, got)
			}
		}
	}
	return nil
}

// permitted is the room's permission to be heard.
func permitted(s *State, p Person) bool {
	if p.Role == Therapist || p.Presence == Waiting {
		return true
	}
	if s.Fishbowl.On {
		return s.Pause.Since == 0 && slices.Contains(s.Fishbowl.Inner, p.ID)
	}
	return s.Pause.Since == 0 && (p.Circle != WholeCircle || p.ID == s.Floor.Speaker || !gated(s))
}

// gated says from the state alone whether the floor is closed.
func gated(s *State) bool {
	return s.Phase == Whole && !s.Fishbowl.On && (s.Queue.Gate == GatedFloor || s.Round != nil && s.Round.Piece == GatePiece)
}

// behindGate: at most one member holds a gated floor, and no other has a microphone on that would go live with the floor.
func behindGate(s *State) error {
	if !gated(s) {
		return nil
	}
	for _, p := range s.People {
		if p.Role == Member && p.Presence == Admitted && p.Circle == WholeCircle && p.Mic == On && p.ID != s.Floor.Speaker {
			return fmt.Errorf("the microphone of %s is on behind the gate", p.ID)
		}
	}
	return nil
}

// restricts: a command that may be in force before it is stored lets nobody hear or see more.
func restricts(c change) error {
	if !c.c.Restrictive() || !c.result.Changed {
		return nil
	}
	old := Routes(c.before)
	for listener, routes := range Routes(c.after) {
		for _, r := range routes {
			i := slices.IndexFunc(old[listener], func(o Route) bool { return o.Source == r.Source })
			if i < 0 || r.Hear && !old[listener][i].Hear || r.See > NoPicture && old[listener][i].See == NoPicture || old[listener][i].Prepare && !r.Prepare {
				return fmt.Errorf("a restrictive command gave %s more of %s", listener, r.Source)
			}
		}
	}
	return nil
}
