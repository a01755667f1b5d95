package facilitation

import "errors"

// Ears are the breakout circles that staff listen to without being in them: of circle n at n-1 the room time of its announcement,
// listens once that has been shown for long enough and sound may come, or 0. Every such circle is told who listens.
type Ears [maxCircles]Millis

const listens Millis = -1

// Listen lets the actor hear a breakout circle from where they are, or no longer. They are not seen or heard there. The circle is
// told before the first sound.
type Listen struct {
	Circle int  `json:"circle"`
	On     bool `json:"on"`
}

// listen announces an ear in a circle that had none, or closes it. One's own circle needs none.
func (d *draft) listen(id ParticipantID, l *Listen) RefusalCode {
	p := d.person(id)
	switch {
	case l.Circle <= WholeCircle || l.Circle > len(d.Breakout.Circles):
		return NoSuchCircle
	case !l.On:
		p.Ears[l.Circle-1] = 0
	case p.Peek != nil:
		return NotNow // who looks in on someone hears nobody else
	case l.Circle != p.goingTo() && p.ear(l.Circle) == 0:
		p.Ears[l.Circle-1] = d.t
	}
	return ""
}

// ear is a person's ear in circle n, 0 if they have none there.
func (p *Person) ear(n int) Millis {
	if n == WholeCircle {
		return 0
	}
	return p.Ears[n-1]
}

// at is the ear where someone is; at the door nobody has one.
func (e Ears) at(where place) Millis {
	if where.outside() || where.circle == WholeCircle {
		return 0
	}
	return e[where.circle-1]
}

// openEar lets sound come to an ear that was announced.
func (d *draft) openEar(id ParticipantID, n int) { d.person(id).Ears[n-1] = listens }

func (s *State) checkEars() error {
	for _, p := range s.People {
		for i, ear := range p.Ears {
			if ear < listens || ear != 0 && (p.Role != Therapist || i >= len(s.Breakout.Circles)) {
				return errors.New("someone listens to a circle that there is not")
			}
		}
	}
	return nil
}
