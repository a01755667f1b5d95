package facilitation_test

import (
	"fmt"
	"reflect"
	"slices"

	. "kring/facilitation"
)

// phases: the phase changes by a command of staff alone; it ends the spotlight, and switches and moves nobody.
func phases(c change) error {
	if c.after.Phase == Ended || c.before.Script.Now == c.after.Script.Now {
		return nil
	}
	if c.c.StartPhase == nil || c.by.Role != Therapist || c.c.StartPhase.Expect != c.before.Script.Now {
		return fmt.Errorf("phase %d became %d", c.before.Script.Now, c.after.Script.Now)
	}
	people := slices.Clone(c.after.People)
	for i, p := range people {
		was := c.before.People[i]
		if gated(c.after) && p.Mic == StaffOff && was.Mic == On {
			people[i].Mic = On // the phase closed the gate
		}
		if gated(c.after) && !p.Asked {
			people[i].Asked = was.Asked // behind which nobody is asked to unmute
		}
	}
	if len(c.after.Spotlight) > 0 || !reflect.DeepEqual(c.before.People, people) || !reflect.DeepEqual(c.before.Floor, c.after.Floor) {
		return fmt.Errorf("a phase changed more than it presets")
	}
	return nil
}

// phaseClock is what staff are shown of the phase that runs.
type phaseClock struct {
	number int
	runs   Millis
	now    Millis
}

// phaseTime: the clock of a phase never goes back, and stands still while all staff are away or nobody owns the room.
func (w *watcher) phaseTime(c change) error {
	was := w.phase
	i := slices.IndexFunc(c.after.People, func(p Person) bool { return p.Role == Therapist && p.Presence == Admitted })
	if i < 0 {
		w.phase = phaseClock{}
		return nil
	}
	shown := c.views[i].Script
	w.phase = phaseClock{shown.Now, shown.RunsMs, c.now}
	if was.number != shown.Now || c.c.StartPhase != nil || c.now < was.now {
		return nil
	}
	least := was.runs
	if c.c.Resume != nil {
		least -= 12_000 // a heartbeat, and the dawdling of these histories
	}
	still := c.before.StaffGoneAt > 0 || c.before.Pause.Since > 0 || c.c.Resume != nil
	if shown.RunsMs < least || still && shown.RunsMs > was.runs {
		return fmt.Errorf("the clock of phase %d went from %d to %d", shown.Now, was.runs, shown.RunsMs)
	}
	return nil
}
