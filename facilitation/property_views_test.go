package facilitation_test

import (
	"fmt"
	"slices"

	. "kring/facilitation"
)

// sameForAll: seats, queue, floor, spotlight and phase are the same on every screen in the room.
func sameForAll(c change) error {
	var first *View
	for i, p := range c.after.People {
		if p.Presence != Admitted {
			continue
		}
		v := &c.views[i]
		if first == nil {
			first = v
		}
		if !alike(v, first) {
			return fmt.Errorf("%s sees %+v, another %+v", p.ID, *v, *first)
		}
	}
	return nil
}

func alike(a, b *View) bool {
	chair := func(a, b SeatView) bool { return a.Participant == b.Participant && a.Name == b.Name }
	return a.Phase == b.Phase && a.Mode == b.Mode && a.Order == b.Order && a.Gate == b.Gate && a.Floor == b.Floor && a.Pause == b.Pause &&
		a.Script.Name == b.Script.Name && a.StaffPresent == b.StaffPresent && a.StaffGoneMs == b.StaffGoneMs && a.LeavingMs == b.LeavingMs &&
		slices.EqualFunc(a.Seats, b.Seats, chair) && slices.Equal(a.Queue, b.Queue) && slices.Equal(a.Spotlight, b.Spotlight) && a.Screen == b.Screen &&
		slices.Equal(a.Observers, b.Observers) && sameRound(a.Round, b.Round) && sameFishbowl(a.Fishbowl, b.Fishbowl)
}

// sameRound: of how a turn went each sees what they may.
func sameRound(a, b *RoundView) bool {
	if a == nil || b == nil {
		return a == b
	}
	return slices.EqualFunc(a.Turns, b.Turns, func(a, b TurnView) bool { return a.Participant == b.Participant })
}

func sameFishbowl(a, b FishbowlView) bool {
	return a.On == b.On && a.Free == b.Free && slices.Equal(a.Inner, b.Inner) && slices.Equal(a.Asked, b.Asked)
}

// discreet: what members do not need to know, they are not told.
func discreet(c change) error {
	s := c.after
	for i, viewer := range s.People {
		v := &c.views[i]
		outside := viewer.Presence != Admitted || s.Phase == Ended
		if outside && len(v.Seats)+len(v.Staff)+len(v.Queue)+len(v.Waiting)+len(v.Spotlight)+len(v.Breakout.Circles) > 0 {
			return fmt.Errorf("%s is outside and sees in", viewer.ID)
		}
		if outside && v.Screen != "" {
			return fmt.Errorf("%s is outside and is told of a screen", viewer.ID)
		}
		if viewer.Role == Therapist {
			continue
		}
		if len(v.Waiting) > 0 || len(v.Script.Phases) > 0 || v.Script.Now != 0 || v.Script.RunsMs != 0 ||
			!(s.Breakout.Capacity > 0 && viewer.Role == Member) && (v.Breakout.Status == BreakoutDraft || len(v.Breakout.Circles) > 1) ||
			v.Breakout.CanKeepPairs || v.Breakout.CanAvoidPairs || v.Breakout.Smallest > 0 {
			return fmt.Errorf("%s sees what is for staff: %+v", viewer.ID, *v)
		}
		others := slices.Clone(v.Staff)
		for _, seat := range v.Seats {
			if seat.Person != nil {
				others = append(others, *seat.Person)
			}
		}
		for _, p := range others {
			if p.ID == viewer.ID {
				continue
			}
			if !p.Here && p.Circle != WholeCircle && p.Circle != OtherCircle {
				return fmt.Errorf("%s sees which circle %s is in: %d", viewer.ID, p.ID, p.Circle)
			}
			if p.Presence == Removed || p.Mic != On && p.Mic != SelfOff || p.Camera != On && p.Camera != SelfOff || !p.Here && p.Mic == On {
				return fmt.Errorf("%s sees of %s: %+v", viewer.ID, p.ID, p)
			}
		}
	}
	return nil
}
