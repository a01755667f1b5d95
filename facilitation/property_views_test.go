package facilitation_test

import (
	"fmt"

	. "kring/facilitation"
)

// sameForAll: seats, queue, floor, spotlight and phase are the same on every screen in the room.
func sameForAll(s *State, now Millis) error {
	var first string
	for _, p := range s.People {
		if p.Presence != Admitted {
			continue
		}
		v := ViewFor(s, p.ID, now)
		var seats []Seat
		var round []ParticipantID
		for _, seat := range v.Seats {
			seats = append(seats, Seat{seat.Participant, seat.Name})
		}
		if v.Round != nil {
			for _, turn := range v.Round.Turns {
				round = append(round, turn.Participant)
			}
		}
		got := fmt.Sprint(seats, round, v.Gate, v.Queue, v.Floor, v.Spotlight, v.Phase, v.Mode, v.Order, v.Script.Name, v.StaffPresent, v.StaffGoneMs, v.LeavingMs, v.Pause, v.Fishbowl, v.Observers)
		if first == "" {
			first = got
		}
		if got != first {
			return fmt.Errorf("%s sees %s, another %s", p.ID, got, first)
		}
	}
	return nil
}

// discreet: what members do not need to know, they are not told.
func discreet(s *State, now Millis) error {
	for _, viewer := range s.People {
		v := ViewFor(s, viewer.ID, now)
		outside := viewer.Presence != Admitted || s.Phase == Ended
		if outside && len(v.Seats)+len(v.Staff)+len(v.Queue)+len(v.Waiting)+len(v.Spotlight)+len(v.Breakout.Circles) > 0 {
			return fmt.Errorf("%s is outside and sees in", viewer.ID)
		}
		if viewer.Role == Therapist {
			continue
		}
		if len(v.Waiting) > 0 || len(v.Script.Phases) > 0 || v.Script.Now != 0 || v.Script.RunsMs != 0 ||
			!(s.Breakout.Capacity > 0 && viewer.Role == Member) && (v.Breakout.Status == BreakoutDraft || len(v.Breakout.Circles) > 1) ||
			v.Breakout.CanKeepPairs || v.Breakout.CanAvoidPairs || v.Breakout.Smallest > 0 {
			return fmt.Errorf("%s sees what is for staff: %+v", viewer.ID, v)
		}
		others := v.Staff
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
