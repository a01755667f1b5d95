package facilitation

import "slices"

// Peek is a look into the waiting room: one of staff and one who waits see and hear each other, and neither the room. It is
// announced to who waits before it is Open.
type Peek struct {
	At    ParticipantID `json:"at"`
	Since Millis        `json:"since"`
	Open  bool          `json:"open,omitempty"`
}

// place is where someone is heard and seen: a circle, the door of someone who waits, or where those who wait are together.
type place struct {
	circle   int
	door     ParticipantID
	together bool
}

// outside is where nobody of the room is heard or seen.
func (at place) outside() bool { return at.door != "" || at.together }

func (p *Person) place() place {
	switch {
	case p.Share != nil && p.Share.Open:
		return place{together: true}
	case p.Presence == Waiting:
		return place{door: p.ID}
	case p.Peek != nil && p.Peek.Open:
		return place{door: p.Peek.At}
	}
	return place{circle: p.Circle}
}

// nextPlace is where an announced peek, waiting together or a prepared move takes a person, or where they are.
func (p *Person) nextPlace() place {
	switch {
	case p.Share != nil:
		return place{together: true}
	case p.Presence == Waiting:
		return place{door: p.ID}
	case p.Peek != nil:
		return place{door: p.Peek.At}
	case p.Moving != nil:
		return place{circle: p.Moving.To}
	}
	return place{circle: p.Circle}
}

// peek announces a look at someone who waits. The visit that was announced to a circle before is called off.
func (d *draft) peek(by, id ParticipantID) RefusalCode {
	who := d.person(id)
	switch {
	case who == nil || who.Presence == Left || who.Presence == Removed:
		return NoSuchMember
	case who.Role != Member:
		return NotAllowed
	case who.Presence != Waiting || !who.Connected:
		return NotNow
	}
	p := d.person(by)
	switch {
	case !p.Connected:
		return NotNow
	case p.Peek != nil && p.Peek.At == id:
		return ""
	}
	d.callOff(by)
	p.Peek, p.Ears = &Peek{At: id, Since: d.t}, Ears{}
	return ""
}

// takeAside takes a member out of the room for a word one to one: they wait at the door again, and whoever took them comes there.
// Microphone and camera stay as they are; a hand and a circle do not. Afterwards they wait by themselves, unless they would rather
// not. Whoever has stepped out is left in peace, unless they have called for help.
func (d *draft) takeAside(by, id ParticipantID) RefusalCode {
	p := d.person(id)
	if d.admitted(id) == nil || p.Role != Member || !p.Connected || !d.person(by).Connected {
		return d.peek(by, id)
	}
	if p.SteppedOut && d.distressOf(id) < 0 {
		return NotNow
	}
	mic, camera := p.Mic, p.Camera
	d.clear(p)
	p.Mic, p.Camera = mic, camera
	p.Presence, p.WaitingSince, p.Apart, p.WaitsAlone = Waiting, d.t, true, true
	return d.peek(by, id)
}

func (d *draft) endPeek(id ParticipantID) RefusalCode {
	d.person(id).Peek = nil
	return ""
}

// leaveDoor ends every look at someone who waits no more.
func (d *draft) leaveDoor(id ParticipantID) {
	for i := range d.People {
		if p := &d.People[i]; p.Peek != nil && p.Peek.At == id {
			p.Peek = nil
		}
	}
}

// callOff takes back the visit that someone announced to a circle.
func (d *draft) callOff(id ParticipantID) {
	for i := range d.Breakout.Circles {
		if c := &d.Breakout.Circles[i]; c.Announced == id {
			c.Announced, c.AnnouncedAt = "", 0
		}
	}
}

// peekDeadlines put announced looks in force, and bring staff back whose door is empty. That lets them hear the room again, so it
// is not done by the command that emptied it, which may be in force before it is stored.
func (s *State) peekDeadlines(add func(Millis, func(*draft))) {
	for i := range s.People {
		id, peek := s.People[i].ID, s.People[i].Peek
		switch {
		case peek == nil:
		case s.person(peek.At).Presence != Waiting:
			add(s.Clock.T, func(d *draft) { d.endPeek(id) })
		case !peek.Open:
			add(peek.Since+announceFor, func(d *draft) { d.openPeek(id) })
		}
	}
}

func (d *draft) openPeek(id ParticipantID) {
	if p := d.person(id); p.Peek != nil {
		p.Peek = &Peek{At: p.Peek.At, Since: p.Peek.Since, Open: true}
	}
}

// peekers are those of staff who look at someone who waits, or are about to.
func (s *State) peekers(id ParticipantID) []ParticipantID {
	ids := []ParticipantID{}
	for i := range s.People {
		if p := &s.People[i]; p.Peek != nil && p.Peek.At == id {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// peekedAt reports whether someone who waits is seen and heard by anyone, or soon.
func (s *State) peekedAt(id ParticipantID) bool {
	return slices.ContainsFunc(s.People, func(p Person) bool { return p.Peek != nil && p.Peek.At == id })
}
