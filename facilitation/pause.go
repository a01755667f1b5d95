package facilitation

// Pause is a grounding pause (rustmoment) of the whole group. While it lasts no member is heard and the clocks of turns and circles
// stand still; staff may speak. It ends with every member's microphone off.
type Pause struct {
	// Since is the time of the clocks at which it began, 0 while there is none.
	Since Millis `json:"since,omitempty"`
	// Breathing shows a slow shape to breathe with, for who wants to.
	Breathing bool `json:"breathing,omitempty"`
}

// StartPause begins a grounding pause; given again it only changes what the screens show.
type StartPause struct {
	Breathing bool `json:"breathing,omitempty"`
}

func (p Pause) on() bool { return p.Since > 0 }

// startPause begins it; that the members are silent then, keepGate sees to.
func (d *draft) startPause(p *StartPause) RefusalCode {
	if !d.Pause.on() {
		d.Pause.Since = d.clockTime()
	}
	d.Pause.Breathing = p.Breathing
	return ""
}

// endPause lets the clocks go on from where they stood. Microphones stay as they are.
func (d *draft) endPause() RefusalCode {
	if !d.Pause.on() {
		return ""
	}
	since := d.Pause.Since
	d.Pause = Pause{}
	if d.Breakout.EndsAt > 0 {
		d.Breakout.EndsAt += d.clockTime() - since // from there on staffBack counts
	}
	if d.Floor.HeldAt > 0 {
		d.Floor.HeldAt = d.t // a place that is kept is kept for its whole time from here
	}
	return ""
}

// stillSince is the room time since which the circles' clock stands still, 0 while it runs. A pause that begins in an absence of staff
// begins with it.
func (s *State) stillSince() Millis {
	if s.Pause.on() {
		return s.Pause.Since
	}
	return s.StaffGoneAt
}
