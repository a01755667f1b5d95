package facilitation

import "slices"

// ChooseCircle is a member's own choice in a draft that members fill themselves; 0 takes it back.
type ChooseCircle struct {
	Circle int `json:"circle"`
}

// toChoose makes empty circles for people to choose from, and says how many each may take: about size, and places for all.
func toChoose(people, size int) (groups [][]ParticipantID, capacity int) {
	count := circlesFor(people, size)
	return make([][]ParticipantID, count), max(size, (people+count-1)/count)
}

func (d *draft) chooseCircle(id ParticipantID, n int) RefusalCode {
	b := &d.Breakout
	switch {
	case b.Status != BreakoutDraft || b.Capacity == 0:
		return NotNow
	case n < WholeCircle || n > len(b.Circles):
		return NoSuchCircle
	case n == b.circleOf(id):
		return ""
	case n != WholeCircle && len(b.Circles[n-1].Members) >= b.Capacity:
		return Full
	}
	d.put(id, n)
	return ""
}

// circleOf is the circle that lists someone, 0 if none does.
func (b *Breakout) circleOf(id ParticipantID) int {
	return 1 + slices.IndexFunc(b.Circles, func(c Circle) bool { return slices.Contains(c.Members, id) })
}

// put lists someone in circle n and in no other.
func (d *draft) put(id ParticipantID, n int) {
	b := &d.Breakout
	for i := range b.Circles {
		b.Circles[i].Members = without(b.Circles[i].Members, id)
	}
	if n != WholeCircle {
		c := &b.Circles[n-1]
		c.Members = d.inSeatOrder(append(c.Members, id))
	}
}

// placeUndecided finds a circle for whoever has not chosen, and company for whoever would be alone.
func (d *draft) placeUndecided() {
	b := &d.Breakout
	var undecided []ParticipantID
	for _, id := range d.inSeatOrder(d.members()) {
		if b.circleOf(id) == WholeCircle {
			undecided = append(undecided, id)
		}
	}
	for i, id := range undecided {
		d.put(id, b.roomFor(len(undecided)-i))
	}
	for i := range b.Circles {
		if members := b.Circles[i].Members; len(members) == 1 {
			if n := b.smallestBut(i + 1); n != WholeCircle {
				d.put(members[0], n)
			}
		}
	}
}

// roomFor is the circle that the first of some people without one should join: where someone is alone, else the smallest with a
// place, an empty one only for two or more, else the smallest.
func (b *Breakout) roomFor(people int) int {
	place := func(c Circle) int {
		switch size := len(c.Members); {
		case size == 1:
			return 0
		case size == 0 && people == 1:
			return 3 * maxPeople
		case size >= b.Capacity:
			return 2*maxPeople + size
		default:
			return 1 + size
		}
	}
	best := 0
	for i, c := range b.Circles {
		if place(c) < place(b.Circles[best]) {
			best = i
		}
	}
	return best + 1
}

// smallestBut is the smallest circle with people in it beside circle n, 0 if there is none.
func (b *Breakout) smallestBut(n int) int {
	best := WholeCircle
	for i, c := range b.Circles {
		if size := len(c.Members); size > 0 && i+1 != n && (best == WholeCircle || size < len(b.Circles[best-1].Members)) {
			best = i + 1
		}
	}
	return best
}
