package facilitation_test

import (
	"fmt"
	"slices"

	. "kring/facilitation"
)

// told: nobody listens who was not announced for three seconds to those whom they hear.
func (w *watcher) told(c change) error {
	for _, p := range c.after.People {
		old := personOf(c.before, p.ID)
		if old == nil {
			continue
		}
		for i, ear := range p.Ears {
			if ear >= 0 || old.Ears[i] < 0 {
				continue
			}
			w.seen["listened"]++
			if old.Ears[i] == 0 || c.after.Clock.T-old.Ears[i] < 3000 {
				return fmt.Errorf("%s listens to circle %d unannounced", p.ID, i+1)
			}
			if err := circleKnows(c, p.ID, i+1); err != nil {
				return err
			}
		}
		if p.Role == Observer && p.Presence == Admitted && old.Presence != Admitted {
			w.seen["observed"]++
			if old.AnnouncedAt == 0 || c.after.Clock.T-old.AnnouncedAt < 3000 {
				return fmt.Errorf("%s looks on unannounced", p.ID)
			}
		}
	}
	return nil
}

// circleKnows: everyone in a circle was told before that someone listens.
func circleKnows(c change, listener ParticipantID, circle int) error {
	for _, p := range c.before.People {
		if p.Presence != Admitted || p.Circle != circle || p.ID == listener || !personOf(c.before, listener).Connected {
			continue
		}
		v := ViewFor(c.before, p.ID, c.now)
		if !slices.ContainsFunc(v.Breakout.Circles, func(o CircleView) bool {
			return o.Number == circle && slices.Contains(o.Listening, listener)
		}) {
			return fmt.Errorf("%s was not told that %s listens", p.ID, listener)
		}
	}
	return nil
}
