package facilitation

import "slices"

// How many may sit in the inner circle of a fishbowl.
const (
	leastInner = 2
	mostInner  = 5
)

// Fishbowl is a conversation of a few in the middle of all: the inner may be heard, the outer are seen and listen. A chair is free
// for as long as fewer than five sit inside.
type Fishbowl struct {
	On    bool            `json:"on,omitempty"`
	Inner []ParticipantID `json:"inner,omitempty"` // in seat order
	Asked []ParticipantID `json:"asked,omitempty"` // who would like a chair, first come first
}

// Inner names the two to five members who begin inside.
type Inner struct {
	Participants []ParticipantID `json:"participants"`
}

// Chair gives a member a chair inside, or takes it, or declines to give it to someone who asked.
type Chair struct {
	Participant ParticipantID `json:"participant"`
	Inner       bool          `json:"inner"`
}

// isOuter reports whether someone sits outside a fishbowl. Staff are neither.
func (s *State) isOuter(p *Person) bool {
	return s.Fishbowl.On && p.Role == Member && !slices.Contains(s.Fishbowl.Inner, p.ID)
}

// openFishbowl begins it; that those outside are silent then, keepGate sees to. They switch on themselves once they have a chair.
func (d *draft) openFishbowl(ids []ParticipantID) RefusalCode {
	if d.Fishbowl.On || d.Round != nil {
		return NotNow
	}
	if len(ids) < leastInner || len(ids) > mostInner {
		return Invalid
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			return Invalid
		}
		if code := d.maySit(id); code != "" {
			return code
		}
	}
	d.Fishbowl = Fishbowl{On: true, Inner: d.inSeatOrder(ids)}
	if p := d.person(d.Floor.holder()); p != nil && d.isOuter(p) {
		d.toHead()
	}
	return ""
}

func (d *draft) maySit(id ParticipantID) RefusalCode {
	p := d.admitted(id)
	switch {
	case p == nil || p.Role != Member:
		return NoSuchMember
	case p.SteppedOut:
		return NotNow
	}
	return ""
}

// closeFishbowl makes it one circle again, with microphones as they are.
func (d *draft) closeFishbowl() RefusalCode {
	d.Fishbowl = Fishbowl{}
	return ""
}

func (d *draft) askChair(id ParticipantID) RefusalCode {
	f := &d.Fishbowl
	p := d.person(id)
	switch {
	case !d.isOuter(p) || p.SteppedOut:
		return NotNow
	case slices.Contains(f.Asked, id):
		return ""
	}
	f.Asked = append(slices.Clip(f.Asked), id)
	return ""
}

// leaveChair is the actor's own way out of the inner circle, or out of the wish to be in it.
func (d *draft) leaveChair(id ParticipantID) RefusalCode {
	f := &d.Fishbowl
	switch {
	case slices.Contains(f.Inner, id):
		p := d.person(id)
		p.Mic, p.Asked = selfOff(p.Mic), false
		d.standUp(id)
	case slices.Contains(f.Asked, id):
		d.standUp(id)
	default:
		return NotNow
	}
	return ""
}

// setChair is the staff's word on a chair.
func (d *draft) setChair(c *Chair) RefusalCode {
	f := &d.Fishbowl
	if !f.On {
		return NotNow
	}
	if code := d.maySit(c.Participant); code != "" && c.Inner {
		return code
	}
	p := d.admitted(c.Participant)
	switch {
	case p == nil:
		return NoSuchMember
	case slices.Contains(f.Inner, p.ID) == c.Inner && !slices.Contains(f.Asked, p.ID):
		return ""
	case !c.Inner:
		d.standUp(p.ID)
		return ""
	case len(f.Inner) >= mostInner:
		return Full
	}
	d.sitDown(p.ID)
	return ""
}

func (d *draft) sitDown(id ParticipantID) {
	f := &d.Fishbowl
	f.Inner = d.inSeatOrder(append(slices.Clip(f.Inner), id))
	f.Asked = without(slices.Clone(f.Asked), id)
}

// standUp takes someone out of the fishbowl's lists. A chair that falls free is for the first who asked and is there.
func (d *draft) standUp(id ParticipantID) {
	f := &d.Fishbowl
	inside := slices.Contains(f.Inner, id)
	f.Inner, f.Asked = without(slices.Clone(f.Inner), id), without(slices.Clone(f.Asked), id)
	if !inside {
		return
	}
	for _, next := range f.Asked {
		if p := d.person(next); p.Connected && !p.SteppedOut {
			d.sitDown(next)
			return
		}
	}
}
