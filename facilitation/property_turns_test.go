package facilitation_test

import (
	"fmt"
	"slices"

	. "kring/facilitation"
)

// places: a place in the queue or on the floor is lost only by who gives it up, takes it, leaves, or is sent down by staff.
func places(c change) error {
	if c.after.Phase == Ended {
		return nil
	}
	cmd := c.c
	for _, e := range c.before.Queue.Entries {
		id := e.Participant
		p := personOf(c.after, id)
		kept := slices.ContainsFunc(c.after.Queue.Entries, func(e Entry) bool { return e.Participant == id }) ||
			c.after.Floor.Speaker == id || c.after.Floor.Offered == id
		own := cmd.Lower != nil && c.by.ID == id || cmd.LowerHand != nil && cmd.LowerHand.Participant == id ||
			cmd.Spoke != nil && cmd.Spoke.Participant == id && c.before.Queue.Mode == Free && c.before.Floor.Speaker+c.before.Floor.Offered == ""
		if !kept && !own && p.Presence == Admitted {
			return fmt.Errorf("%s lost their place in the queue", id)
		}
	}
	if cmd.MoveEntry != nil || cmd.SetQueue != nil || cmd.StartPhase != nil || cmd.Next != nil || cmd.Yield != nil || cmd.Pass != nil {
		return nil
	}
	if got, want := order(c.after, c.before), order(c.before, c.after); !slices.Equal(got, want) {
		return fmt.Errorf("the queue was %v and became %v", want, got)
	}
	// What happens to a connection, and the passing of time, give nobody's turn away.
	if h := c.before.Floor.Speaker; c.by.Role == System && h != "" && c.after.Floor.Speaker != h {
		if c.before.Round != nil {
			return waits(c, h)
		}
		if len(c.after.Queue.Entries) == 0 || c.after.Queue.Entries[0].Participant != h {
			return fmt.Errorf("%s lost the floor and is not next", h)
		}
	}
	return nil
}

// waits: in a round, whoever lost the floor by their connection is asked again, and nobody is asked meanwhile.
func waits(c change, id ParticipantID) error {
	i := slices.IndexFunc(c.after.Round.Turns, func(t Turn) bool { return t.Participant == id })
	if i < 0 || c.after.Round.Turns[i].Status != TurnAbsent || c.after.Floor.Offered != "" {
		return fmt.Errorf("%s lost the floor in a round that is now %+v", id, c.after.Round)
	}
	return nil
}

// rounds: nobody of a round is lost, and no turn that was had comes again, while it runs.
func rounds(c change) error {
	if c.before.Round == nil || c.after.Round == nil {
		return nil
	}
	for _, old := range c.before.Round.Turns {
		i := slices.IndexFunc(c.after.Round.Turns, func(t Turn) bool { return t.Participant == old.Participant })
		switch {
		case i < 0:
			return fmt.Errorf("%s is lost to the round", old.Participant)
		case old.Status == TurnDone && c.after.Round.Turns[i].Status != TurnDone:
			return fmt.Errorf("%s had their turn and is %s", old.Participant, c.after.Round.Turns[i].Status)
		case c.after.Round.Turns[i].Passes < old.Passes && c.c.AddToRound == nil:
			return fmt.Errorf("a pass of %s is forgotten", old.Participant)
		}
	}
	return nil
}

// order is the queue of one state, of those who are in the queue of the other too.
func order(s, other *State) []ParticipantID {
	var ids []ParticipantID
	for _, e := range s.Queue.Entries {
		if slices.ContainsFunc(other.Queue.Entries, func(o Entry) bool { return o.Participant == e.Participant }) {
			ids = append(ids, e.Participant)
		}
	}
	return ids
}

func turnIs(s *State, status TurnStatus) bool {
	return s.Round != nil && slices.ContainsFunc(s.Round.Turns, func(t Turn) bool { return t.Status == status })
}

func mediaIsDown(s *State) bool {
	return slices.ContainsFunc(s.People, func(p Person) bool { return p.MediaDown && p.ID == s.Floor.Speaker })
}

// speakingTime: the clock of one turn never goes back, and stands still while its holder or all staff are away
// or nobody owns the room.
func (w *watcher) speakingTime(c change) error {
	if len(c.after.People) == 0 || c.after.Floor.Speaker == "" {
		w.speaking = Floor{}
		return nil
	}
	i := slices.IndexFunc(c.after.People, func(p Person) bool { return p.ID == c.after.Floor.Speaker })
	spoken := c.views[i].Floor.SpeakMs
	same := w.speaking.Speaker == c.after.Floor.Speaker && c.c.Begin == nil
	was, still := w.spoken, c.before.Floor.HeldAt > 0 || c.before.StaffGoneAt > 0 || mediaIsDown(c.before) || c.before.Pause.Since > 0 || c.c.Resume != nil
	least := was
	if c.c.Resume != nil {
		least -= 12_000 // a heartbeat, and the dawdling of these histories
	}
	backwards := c.now < w.now // the wall clock went back, and takes what it shows along
	w.speaking, w.spoken, w.now = c.after.Floor, spoken, c.now
	switch {
	case same && spoken < least && !backwards:
		return fmt.Errorf("the turn's clock went back from %d to %d", was, spoken)
	case same && still && spoken > was:
		return fmt.Errorf("the turn's clock stood still at %d and is %d", was, spoken)
	}
	return nil
}
