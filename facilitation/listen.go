package facilitation

import (
	"errors"
	"slices"
)

// Ears are the breakout circles that staff listen to without being in them: of circle n at n-1 the room time of its announcement,
// listens once that has been shown for long enough and sound may come, or 0. Every such circle is told who listens.
type Ears [maxCircles]Millis

const listens Millis = -1

// Listen names all breakout circles that the actor wants to hear from where they are, none to stop. They are not seen or heard
// there. Each circle is told before the first sound.
type Listen struct {
	Circles []int `json:"circles"`
}

// listen announces ears in circles that had none, and closes those that are not named. One's own circle needs none.
func (d *draft) listen(id ParticipantID, circles []int) RefusalCode {
	p := d.person(id)
	if p.Peek != nil && len(circles) > 0 {
		return NotNow // who looks in on someone hears nobody else
	}
	var ears Ears
	for i, n := range circles {
		switch {
		case n <= WholeCircle || n > len(d.Breakout.Circles):
			return NoSuchCircle
		case slices.Contains(circles[:i], n):
			return Invalid
		case n == p.goingTo():
		case p.ear(n) != 0:
			ears[n-1] = p.ear(n)
		default:
			ears[n-1] = d.t
		}
	}
	p.Ears = ears
	return ""
}

// ear is a person's ear in circle n, 0 if they have none there.
func (p *Person) ear(n int) Millis {
	if n == WholeCircle {
		return 0
	}
	return p.Ears[n-1]
}

// earAt is a person's ear where someone is; at the door nobody has one.
func (p *Person) earAt(at place) Millis {
	if at.outside() {
		return 0
	}
	return p.ear(at.circle)
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
