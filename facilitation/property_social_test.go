package facilitation_test

import (
	"fmt"
	"slices"

	. "kring/facilitation"
)

// meets says from the state alone whether someone waits together with others, or is about to.
func meets(s *State, p Person) bool {
	return p.Share != nil && mayMeet(s, p)
}

func mayMeet(s *State, p Person) bool {
	staff := slices.ContainsFunc(s.People, func(o Person) bool {
		return o.Role == Therapist && o.Presence == Admitted && o.Connected
	})
	return s.Social && staff && p.Role == Member && p.Presence == Waiting && p.Connected && !p.WaitsAlone && !peeked(s, p)
}

// meetings: those who wait meet only where the group chose so, while staff are there, and not against their wish. Each comes in with
// microphone and camera off, three seconds after they and all who are there could see it coming.
func (w *watcher) meetings(c change) error {
	for _, p := range c.after.People {
		if p.Share != nil && !mayMeet(c.after, p) {
			return fmt.Errorf("%s waits together and may not", p.ID)
		}
		if p.WaitsAlone && p.Presence == Waiting && c.after.Social {
			w.seen["waited alone"]++
		}
		old := personOf(c.before, p.ID)
		came := p.Share != nil && (old == nil || old.Share == nil || old.Share.Since != p.Share.Since)
		switch {
		case came && p.Share.Open:
			return fmt.Errorf("%s waits together unannounced", p.ID)
		case came && (p.Mic == On || p.Camera == On):
			return fmt.Errorf("%s comes to the others with a device on", p.ID)
		case came || p.Share == nil || !p.Share.Open || old.Share.Open:
			continue
		case c.after.Clock.T-p.Share.Since < 3000:
			return fmt.Errorf("%s waits together after %d ms", p.ID, c.after.Clock.T-p.Share.Since)
		}
		if err := w.toldOfMeeting(c, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// toldOfMeeting: before someone joins, they and those who stay could see each other's names.
func (w *watcher) toldOfMeeting(c change, id ParticipantID) error {
	shows := func(viewer, other ParticipantID) bool {
		door := ViewFor(c.before, viewer, c.now).Door
		return slices.ContainsFunc(door, func(d DoorView) bool { return d.ID == other })
	}
	if ViewFor(c.before, id, c.before.Clock.At).Social.InMs == 0 {
		return fmt.Errorf("%s was not told that they will wait together", id)
	}
	for _, other := range c.after.People {
		was := personOf(c.before, other.ID)
		if other.ID == id || other.Share == nil || !other.Share.Open || was == nil || was.Share == nil {
			continue
		}
		w.seen["met"]++
		if !shows(id, other.ID) || !shows(other.ID, id) {
			return fmt.Errorf("%s and %s meet and were not told", id, other.ID)
		}
	}
	return nil
}
