package facilitation

// How long an offer may be silent before staff are told, how long a turn is kept for someone whose connection is lost, and the
// longest time box.
const (
	offerFor   Millis = 20_000
	holdTurn   Millis = 45_000
	holdOffer  Millis = 30_000
	aMinute    Millis = 60_000
	maxTimeBox        = 60 * aMinute
)

// keepTurnClock lets the clock of the turn, or of the offer, run or stand still, as the state now is. It comes after every
// command, so that whatever stops it needs to know nothing of clocks.
func (d *draft) keepTurnClock() {
	f := &d.Floor
	switch runs := d.turnRuns(); {
	case runs && f.RunsFrom == 0:
		f.RunsFrom = d.t
	case !runs && f.RunsFrom > 0:
		f.Spent, f.RunsFrom = f.lasted(d.t), 0
	}
}

// turnRuns: not in a pause, nor while the connection of the one whose turn it is is lost, their media is down, or all staff are away.
func (s *State) turnRuns() bool {
	p := s.person(s.Floor.holder())
	return p != nil && s.Floor.HeldAt == 0 && s.StaffGoneAt == 0 && !s.Pause.on() && (!p.MediaDown || s.Floor.Speaker == "")
}

// lasted is how long the turn or the offer has lasted at room time t, without the time for which its clock stood still.
func (f *Floor) lasted(t Millis) Millis {
	if f.RunsFrom == 0 {
		return f.Spent
	}
	return f.Spent + max(0, t-f.RunsFrom)
}

// timeBox is the time box of the turns that are taken now: the round's, or the room's.
func (d *draft) timeBox() *Millis {
	if d.Round != nil {
		return &d.Round.TimeBox
	}
	return &d.Queue.TimeBox
}

// setTimeBox gives turns a time box, the present one too. Nobody is ever cut off by it.
func (d *draft) setTimeBox(seconds int) RefusalCode {
	box := Millis(seconds) * 1000
	if seconds < 0 || seconds > int(maxTimeBox/1000) {
		return Invalid
	}
	*d.timeBox() = box
	if d.Floor.Speaker != "" {
		d.Floor.Budget = box
	}
	return ""
}

// extendTurn adds a minute to the turn, if it is the one that the actor saw, with the time box that they saw.
func (d *draft) extendTurn(e *ExtendTurn) RefusalCode {
	switch {
	case d.Floor.Speaker == "" || d.Floor.Budget == 0:
		return NotNow
	case d.Floor.Speaker != e.Expect || d.Floor.Budget != e.BudgetMs:
		return Stale
	}
	d.Floor.Budget = min(d.Floor.Budget+aMinute, maxTimeBox)
	return ""
}

// hold keeps the floor for someone whose connection is lost.
func (d *draft) hold(id ParticipantID) {
	if d.Floor.holder() == id && d.Floor.HeldAt == 0 {
		d.Floor.HeldAt = d.t
	}
}

// unhold gives it back to them.
func (d *draft) unhold(id ParticipantID) {
	if d.Floor.holder() == id {
		d.Floor.HeldAt = 0
	}
}

// heldFor is how long the floor is kept for its absent holder.
func (f *Floor) heldFor() Millis {
	if f.Speaker != "" {
		return holdTurn
	}
	return holdOffer
}

// letGo ends the wait. They are next when they come; in a round they are absent until then. Nobody else's turn begins by itself.
func (d *draft) letGo() {
	if d.Round != nil {
		d.turnIs(d.Floor.holder(), TurnAbsent)
		d.Floor = Floor{}
		return
	}
	d.toHead()
}

// mediaDown notes that someone's media is gone or back while their connection is there.
func (d *draft) mediaDown(m *MediaDown) RefusalCode {
	p := d.admitted(m.Participant)
	if p == nil {
		return NoSuchMember
	}
	p.MediaDown = m.Down
	return ""
}

// spoke is what follows when someone has spoken for a while without a pause. Whoever was offered the turn has begun it; where
// hands are signals and nobody has the floor, the hand has done its work. An interruption changes nothing.
func (d *draft) spoke(id ParticipantID) RefusalCode {
	p := d.admitted(id)
	switch {
	case p == nil:
		return NoSuchMember
	case p.Circle != WholeCircle:
	case d.Floor.Offered == id:
		return d.begin(id)
	case d.Queue.Mode == Free && d.Floor.holder() == "" && d.Round == nil:
		d.removeEntry(id)
	}
	return ""
}
