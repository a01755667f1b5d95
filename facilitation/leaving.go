package facilitation

// leaveFor is how long everyone sees the whole ring before the session is over.
const leaveFor Millis = 10_000

// leaveTogether is the end that all see coming: everyone is back in the whole circle, for a last look. Devices stay as they are.
func (d *draft) leaveTogether() RefusalCode {
	if d.LeavingAt > 0 {
		return ""
	}
	switch d.Breakout.Status {
	case BreakoutOpen, BreakoutClosing:
		d.closeCircles(d.t)
		d.bringBack()
	case BreakoutDraft:
		d.cancelCircles()
	}
	for i := range d.People {
		d.People[i].Peek = nil
	}
	d.Spotlight, d.LeavingAt = nil, d.t
	return ""
}

// stayTogether takes it back.
func (d *draft) stayTogether() RefusalCode {
	d.LeavingAt = 0
	return ""
}
