package facilitation_test

import (
	"fmt"
	"slices"

	. "kring/facilitation"
)

// visit is an announcement that members have seen.
type visit struct {
	circle int
	at     Millis
}

// oneCircle: a member is in exactly one circle or the whole, and their circle is the one that lists them.
func oneCircle(s *State) error {
	open := s.Phase == Circles || s.Phase == Closing && s.Breakout.EndsAt > 0
	for _, p := range s.People {
		listed := 0
		for i, c := range s.Breakout.Circles {
			if slices.Contains(c.Members, p.ID) {
				listed = i + 1
			}
		}
		switch {
		case s.Phase == Whole && (p.Circle != WholeCircle || p.Assigned != 0):
			return fmt.Errorf("%s is in circle %d, assigned to %d, in the whole", p.ID, p.Circle, p.Assigned)
		case p.Presence != Admitted && (p.Circle != WholeCircle || p.Assigned != 0 || p.Moving != nil):
			return fmt.Errorf("%s is %s and in a circle", p.ID, p.Presence)
		case p.Role != Therapist && p.Role != Member && p.Circle != WholeCircle:
			return fmt.Errorf("a %s is in a circle", p.Role)
		case listed != 0 && (p.Presence != Admitted || p.Role != Member):
			return fmt.Errorf("circle %d lists %s, a %s who is %s", listed, p.ID, p.Role, p.Presence)
		case open && listed != p.Assigned:
			return fmt.Errorf("%s is assigned to circle %d and listed in %d", p.ID, p.Assigned, listed)
		case open && p.Role == Member && p.Circle != p.Assigned && (p.Moving == nil || p.Moving.To != p.Assigned):
			return fmt.Errorf("%s is in circle %d, belongs in %d, and is not on the way", p.ID, p.Circle, p.Assigned)
		}
	}
	return nil
}

// visits: nobody comes into a circle unannounced. Every move was prepared, those in the circle could see who was on the way, and
// staff were announced for three seconds.
func (w *watcher) visits(c change) error {
	for _, p := range c.after.People {
		old := personOf(c.before, p.ID)
		if old == nil || p.Circle == old.Circle || p.Circle == WholeCircle || p.SteppedOut {
			continue // whoever has stepped out comes along and hears nothing
		}
		if old.Moving == nil || old.Moving.To != p.Circle {
			return fmt.Errorf("%s is in circle %d unprepared", p.ID, p.Circle)
		}
		for _, other := range c.before.People {
			if other.Circle != p.Circle || other.Role == Observer || !old.Connected || other.ID == p.ID {
				continue
			}
			v := ViewFor(c.before, other.ID, c.now)
			if !slices.ContainsFunc(v.Breakout.Circles, func(circle CircleView) bool {
				return circle.Number == p.Circle && slices.Contains(circle.Listening, p.ID)
			}) {
				return fmt.Errorf("%s came into circle %d and %s was not told", p.ID, p.Circle, other.ID)
			}
		}
		if p.Role == Therapist {
			w.seen["visited"]++
			if a := w.announced[p.ID]; a.circle != p.Circle || c.after.Clock.T-a.at < 3000 {
				return fmt.Errorf("%s came into circle %d at %d, announced %+v", p.ID, p.Circle, c.after.Clock.T, a)
			}
		}
	}
	for i, circle := range c.after.Breakout.Circles {
		if circle.Announced != "" {
			w.announced[circle.Announced] = visit{i + 1, circle.AnnouncedAt}
		}
	}
	return nil
}
