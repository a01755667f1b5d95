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
	d.goOn(since)
	if d.Floor.HeldAt > 0 {
		d.Floor.HeldAt = d.t // a place that is kept is kept for its whole time from here
	}
	return ""
}

// goOn moves the clocks of circles and script on by the time for which they stood still. The turn's needs no telling.
func (d *draft) goOn(since Millis) {
	by := d.clockTime() - since
	if d.Breakout.EndsAt > 0 {
		d.Breakout.EndsAt += by
	}
	if d.Script.Now > 0 {
		d.Script.StartedAt += by
	}
}

// stillSince is the room time since which the clocks of circles and script stand still, 0 while they run. A pause that begins in an absence of staff
// begins with it.
func (s *State) stillSince() Millis {
	if s.Pause.on() {
		return s.Pause.Since
	}
	return s.StaffGoneAt
}
