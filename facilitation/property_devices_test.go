package facilitation_test

import (
	"fmt"
	"slices"

	. "kring/facilitation"
)

// devices: no microphone or camera comes on but by a command of its owner, and no lock opens but by staff.
func devices(c change) error {
	for _, p := range c.after.People {
		old := personOf(c.before, p.ID)
		if old == nil {
			old = &Person{Mic: SelfOff, Camera: SelfOff}
		}
		own := c.by.ID == p.ID && c.by.Role != System
		for _, d := range []struct {
			name     string
			was, is  DeviceState
			switched bool
		}{
			{"microphone", old.Mic, p.Mic, c.c.Mic != nil && c.c.Mic.On || c.c.Ready != nil && c.c.Ready.Mic},
			{"camera", old.Camera, p.Camera, c.c.Camera != nil && c.c.Camera.On || c.c.Ready != nil && c.c.Ready.Camera},
		} {
			if d.was != On && d.is == On && (!own || !d.switched) {
				return fmt.Errorf("the %s of %s came on", d.name, p.ID)
			}
			if d.was == Locked && d.is != Locked && (c.c.Unlock == nil || c.by.Role != Therapist || d.is != SelfOff) {
				return fmt.Errorf("the lock on the %s of %s became %s", d.name, p.ID, d.is)
			}
		}
	}
	return nil
}

// quiet: in a pause no member's microphone is on and nobody's comes on, and whoever has stepped out is off altogether.
func quiet(c change) error {
	for _, p := range c.after.People {
		if p.Presence != Admitted || p.Role != Member {
			continue
		}
		outside := c.after.Fishbowl.On && !slices.Contains(c.after.Fishbowl.Inner, p.ID)
		if p.Mic == On && (c.after.Pause.Since > 0 || outside) || p.SteppedOut && (p.Mic == On || p.Camera == On) {
			return fmt.Errorf("the microphone of %s is %s in a pause", p.ID, p.Mic)
		}
	}
	return nil
}

// screens: whoever shows their screen is a therapist in the whole circle who is connected, and did so by their own command.
func screens(c change) error {
	id := c.after.Screen
	if id == "" {
		return nil
	}
	if p := personOf(c.after, id); p == nil || p.Role != Therapist || p.Presence != Admitted || !p.Connected || isAt(*p) != (place{}) ||
		c.after.Phase != Whole || c.after.LeavingAt > 0 {
		return fmt.Errorf("the screen of %s is shown", id)
	}
	if c.before.Screen != id && (c.by.ID != id || c.c.ShareScreen == nil || !c.c.ShareScreen.On || c.before.Screen != "") {
		return fmt.Errorf("the screen of %s came to be shown", id)
	}
	return nil
}
