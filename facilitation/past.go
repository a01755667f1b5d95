package facilitation

import (
	"errors"
	"slices"
)

// Past is what a group's breakout circles were so far, in this session and in earlier ones. The group's record keeps it between
// sessions.
type Past struct {
	// People and Times count who was how often in a circle with whom: Times of people i < j stands at j*(j-1)/2+i, at most 255.
	People []ParticipantID `json:"people,omitempty"`
	Times  []byte          `json:"times,omitempty"`
	// Last is the last division.
	Last [][]ParticipantID `json:"last,omitempty"`
}

// Remember gives a new session the past of its group, of those who still have a seat.
func (s *State) Remember(p Past) {
	if p.check() != nil {
		return
	}
	var kept Past
	for _, seat := range s.Seats {
		kept.add(seat.Participant)
	}
	for j, b := range kept.People {
		for i, a := range kept.People[:j] {
			kept.Times[j*(j-1)/2+i] = byte(p.times(a, b))
		}
	}
	for _, circle := range p.Last {
		here := slices.DeleteFunc(slices.Clone(circle), func(id ParticipantID) bool { return !slices.Contains(kept.People, id) })
		if len(here) > 0 {
			kept.Last = append(kept.Last, here)
		}
	}
	s.Past = kept
}

// add gives a person a place in the count.
func (p *Past) add(id ParticipantID) {
	if id != "" && !slices.Contains(p.People, id) && len(p.People) < maxPeople {
		p.People = append(p.People, id)
		p.Times = append(p.Times, make([]byte, len(p.People)-1)...)
	}
}

// times is how often two people were in one circle.
func (p *Past) times(a, b ParticipantID) int {
	i, j := slices.Index(p.People, a), slices.Index(p.People, b)
	if i < 0 || j < 0 || i == j {
		return 0
	}
	return int(p.Times[max(i, j)*(max(i, j)-1)/2+min(i, j)])
}

// met reports whether any two people were in one circle.
func (p *Past) met() bool { return slices.ContainsFunc(p.Times, func(n byte) bool { return n > 0 }) }

// noteCircles counts the circles that now end.
func (d *draft) noteCircles() {
	p := Past{People: slices.Clone(d.Past.People), Times: slices.Clone(d.Past.Times), Last: d.Past.Last}
	for _, c := range d.Breakout.Circles {
		for j, b := range c.Members {
			p.add(b)
			for _, a := range c.Members[:j] {
				p.count(a, b)
			}
		}
	}
	d.Past = p
}

func (p *Past) count(a, b ParticipantID) {
	i, j := slices.Index(p.People, a), slices.Index(p.People, b)
	if i < 0 || j < 0 {
		return // more people than are counted
	}
	if n := &p.Times[max(i, j)*(max(i, j)-1)/2+min(i, j)]; *n < 255 {
		*n++
	}
}

// divideAnew deals people over circles of about size so that those who met often do not meet again. It begins with the order of ids
// and swaps two people for as long as that helps: good, not always the best there is.
func (p *Past) divideAnew(ids []ParticipantID, size int) [][]ParticipantID {
	groups := divide(ids, size)
	for p.swapOnce(groups) {
	}
	return groups
}

// swapOnce swaps the first two people whose swap lowers the number of earlier meetings. That number falls each time, so it ends.
func (p *Past) swapOnce(groups [][]ParticipantID) bool {
	for g := range groups {
		for h := range groups[:g] {
			for i, a := range groups[g] {
				for j, b := range groups[h] {
					now := p.withOthers(a, groups[g], a) + p.withOthers(b, groups[h], b)
					then := p.withOthers(a, groups[h], b) + p.withOthers(b, groups[g], a)
					if then < now {
						groups[g][i], groups[h][j] = b, a
						return true
					}
				}
			}
		}
	}
	return false
}

// withOthers is how often someone met the people of a circle, but for one of them.
func (p *Past) withOthers(id ParticipantID, circle []ParticipantID, but ParticipantID) int {
	n := 0
	for _, other := range circle {
		if other != but {
			n += p.times(id, other)
		}
	}
	return n
}

func (p *Past) check() error {
	n := len(p.People)
	if n > maxPeople || len(p.Times) != n*(n-1)/2 || len(p.Last) > maxCircles {
		return errors.New("an impossible past")
	}
	for i, id := range p.People {
		if id == "" || len(id) > maxID || slices.Contains(p.People[:i], id) {
			return errors.New("an impossible past")
		}
	}
	return nil
}
