package facilitation

// aloneFor is how long someone is the only one in their circle before they are offered the way back or a visit.
const aloneFor Millis = 20_000

// watchAlone notes since when a circle has one person, and forgets it when someone comes.
func (d *draft) watchAlone() {
	for i := range d.Breakout.Circles {
		switch c := &d.Breakout.Circles[i]; {
		case d.Phase != Circles || !d.aloneIn(i+1):
			c.AloneAt, c.Alone = 0, false
		case c.AloneAt == 0:
			c.AloneAt = d.t
		}
	}
}

// aloneIn reports whether one member is in circle n, or on the way there, and nobody else.
func (s *State) aloneIn(n int) bool {
	count := 0
	for i := range s.People {
		if p := &s.People[i]; s.isPresent(p) && p.nextPlace() == (place{circle: n}) {
			if count++; p.Role == Therapist {
				return false
			}
		}
	}
	return count == 1
}

// leaveCircle is the way back for someone who is left alone. Staff may put them in another circle.
func (d *draft) leaveCircle(id ParticipantID) RefusalCode {
	p := d.person(id)
	n := p.Assigned
	if n == WholeCircle || !d.Breakout.Circles[n-1].Alone {
		return NotNow
	}
	d.Breakout.Circles[n-1].Members = without(d.Breakout.Circles[n-1].Members, id)
	p.Assigned = WholeCircle
	d.freeze(p)
	d.move(p, WholeCircle)
	return ""
}

// leavesAlone reports whether a move between open circles would leave someone alone, or make the mover so.
func (s *State) leavesAlone(p *Person, to int) bool {
	if p.Assigned == to {
		return false
	}
	from := p.Assigned != WholeCircle && len(s.Breakout.Circles[p.Assigned-1].Members) == 2
	return from || to != WholeCircle && len(s.Breakout.Circles[to-1].Members) == 0
}
