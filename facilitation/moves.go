package facilitation

import "slices"

// moveFor is how long a prepared move waits for the clients and the media server.
const moveFor Millis = 250

// move starts a change of circle. The first phase is announced: slots are told, nothing flows. Until it is committed, people are
// heard and seen where they were.
func (d *draft) move(p *Person, to int) {
	switch {
	case p.Presence != Admitted:
	case p.Moving != nil && p.Moving.To == to:
	case p.Circle == to:
		p.Moving = nil
	default:
		p.Moving = &Move{To: to, Since: d.t}
	}
}

// commitMoves puts prepared moves in force.
func (d *draft) commitMoves(ids []ParticipantID) RefusalCode {
	for i := range d.People {
		if p := &d.People[i]; p.Moving != nil && slices.Contains(ids, p.ID) {
			d.commit(p)
		}
	}
	return ""
}

func (d *draft) commit(p *Person) {
	p.Circle, p.Moving = p.Moving.To, nil
	if n := p.Circle; p.Role == Therapist && n != WholeCircle && n <= len(d.Breakout.Circles) {
		d.Breakout.Circles[n-1].HelpAt, d.Breakout.Circles[n-1].HelpBy = 0, ""
	}
}

// settle ends the circles when the last is back.
func (d *draft) settle() {
	d.watchAlone()
	if d.Phase != Closing || d.Breakout.EndsAt != 0 {
		return
	}
	for i := range d.People {
		if d.People[i].Circle != WholeCircle || d.People[i].Moving != nil {
			return
		}
	}
	d.noteCircles()
	d.Phase = Whole
	d.Breakout = Breakout{Status: NoBreakout}
}
