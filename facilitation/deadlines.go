package facilitation

// heartbeat is how often a clock that runs is stored. A new owner of the room takes it up from there.
const heartbeat Millis = 10_000

// deadline is a room time at which something is due, and what is then done.
type deadline struct {
	at Millis
	do func(*draft)
}

// deadlines are all that can become due by the passing of time alone. In a pause and while no therapist is there, the circles' clock
// and an offer's stand still; in a pause a place that is held, too.
func (s *State) deadlines() []deadline {
	if s.Phase == Ended {
		return nil
	}
	var due []deadline
	add := func(at Millis, do func(*draft)) { due = append(due, deadline{at, do}) }
	for i := range s.People {
		p := &s.People[i]
		id := p.ID
		if p.Asked {
			add(p.AskedAt+askFor, func(d *draft) { d.person(id).Asked = false })
		}
		if p.AnnouncedAt > 0 && !p.MayObserve {
			add(p.AnnouncedAt+announceFor, func(d *draft) { d.person(id).MayObserve = true })
		}
		for i, since := range p.Ears {
			if since > 0 {
				add(since+announceFor, func(d *draft) { d.openEar(id, i+1) })
			}
		}
		if p.Moving != nil {
			add(p.Moving.Since+moveFor, func(d *draft) { d.commitMoves([]ParticipantID{id}) })
		}
	}
	s.distressDeadlines(add)
	s.peekDeadlines(add)
	s.shareDeadlines(add)
	if s.LeavingAt > 0 {
		add(s.LeavingAt+leaveFor, func(d *draft) { d.end() })
	}
	if s.clockRuns() {
		add(s.Clock.T+heartbeat, func(*draft) {}) // that the clock moves on is all
	}
	switch {
	case s.Pause.on():
	case s.Floor.HeldAt > 0:
		add(s.Floor.HeldAt+s.Floor.heldFor(), (*draft).letGo)
	case s.Floor.Offered != "" && !s.Floor.Overdue && s.Floor.RunsFrom > 0:
		add(s.Floor.RunsFrom+offerFor-s.Floor.Spent, func(d *draft) { d.Floor.Overdue = true })
	}
	if s.StaffGoneAt > 0 {
		add(s.StaffGoneAt+staffGoneFor, func(d *draft) { d.end() })
		return due
	}
	if s.Breakout.EndsAt > 0 && !s.Pause.on() {
		add(s.Breakout.EndsAt, (*draft).timeUp)
	}
	for i := range s.Breakout.Circles {
		if c := &s.Breakout.Circles[i]; c.Announced != "" {
			add(c.AnnouncedAt+announceFor, func(d *draft) { d.visit(i) })
		}
		if c := &s.Breakout.Circles[i]; c.AloneAt > 0 && !c.Alone {
			add(c.AloneAt+aloneFor, func(d *draft) { d.Breakout.Circles[i].Alone = true })
		}
	}
	return due
}

// clockRuns reports whether people are shown a time that goes on: of a turn, of the circles, of a phase, of the
// wait for staff.
func (s *State) clockRuns() bool {
	scripted := s.Script.Now > 0 && s.staffPresent() // who alone see its minutes
	return s.Phase != Ended && (s.Floor.Speaker != "" || s.Breakout.EndsAt > 0 || scripted || s.StaffGoneAt > 0)
}

// timeUp is the end of the circles' timer, or of the countdown.
func (d *draft) timeUp() {
	if d.Breakout.Status == BreakoutOpen {
		d.closeCircles(d.t + closingFor)
	} else {
		d.bringBack()
	}
}

// visit lets announced staff go to circle i+1.
func (d *draft) visit(i int) {
	c := &d.Breakout.Circles[i]
	if p := d.admitted(c.Announced); p != nil {
		p.Ears = Ears{} // a visit has one's whole attention
		d.move(p, i+1)
	}
	c.Announced, c.AnnouncedAt = "", 0
}

// tick carries out what is due. What that makes due in its turn waits for the next tick.
func (d *draft) tick() RefusalCode {
	for _, due := range d.deadlines() {
		if due.at <= d.t && d.Phase != Ended {
			due.do(d)
		}
	}
	return ""
}

// Deadline is the Unix time at which a Tick is due, false if there is none.
func Deadline(s *State) (Millis, bool) {
	var first Millis
	for _, due := range s.deadlines() {
		if first == 0 || due.at < first {
			first = due.at
		}
	}
	if first == 0 {
		return 0, false
	}
	return s.Clock.At + first - s.Clock.T, true
}

// clockTime is room time as the clocks of turns and circles have it: it stands still in a pause and while no therapist is there.
func (d *draft) clockTime() Millis { return d.stillAt(d.t) }

func (s *State) stillAt(t Millis) Millis {
	if since := s.stillSince(); since > 0 {
		return min(t, since)
	}
	return t
}
