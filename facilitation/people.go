package facilitation

import "slices"

// staffGoneFor is how long a room waits for a therapist to come back.
const staffGoneFor Millis = 5 * 60_000

// arrive brings a person's page in: someone new, someone back, or the same person with another page.
func (d *draft) arrive(a *Arrive) RefusalCode {
	p := d.person(a.Participant)
	if p == nil {
		if code := d.add(a); code != "" {
			return code
		}
		p = d.person(a.Participant)
	}
	if p.Role != a.Role || p.Presence == Removed {
		return NotAllowed
	}
	if p.Presence == Left {
		p.Presence = Checking
	}
	p.Connected, p.DroppedAt = true, 0
	if a.Fresh {
		p.Mic, p.Camera = selfOff(p.Mic), selfOff(p.Camera)
		d.hideScreen(p.ID)
		p.Asked, p.Share = false, nil // a new page is told anew whom it will meet
	}
	d.unhold(p.ID)
	d.backInRound(p)
	d.staffBack(p)
	return ""
}

func (d *draft) add(a *Arrive) RefusalCode {
	name, ok := shortName(a.Name)
	switch {
	case len(d.People) >= maxPeople:
		return Full
	case a.Participant == "" || len(a.Participant) > maxID || !ok || !slices.Contains(anyone, a.Role):
		return Invalid
	}
	d.People = append(d.People, Person{
		ID: a.Participant, Name: name, Role: a.Role, Presence: Checking, Mic: SelfOff, Camera: SelfOff,
	})
	slices.SortFunc(d.People, func(a, b Person) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return ""
}

// drop notes that a connection is lost. The chair, the turn and the circle stay.
func (d *draft) drop(id ParticipantID) RefusalCode {
	p := d.person(id)
	if p == nil {
		return NoSuchMember
	}
	if !p.Connected {
		return ""
	}
	p.Connected, p.DroppedAt = false, d.t
	p.Asked, p.Peek, p.Ears = false, nil, Ears{} // whoever comes back is announced again before they listen
	d.leaveDoor(id)
	d.hold(id)
	d.staffGone(p)
	return ""
}

// ready ends the device check. Microphone and camera are as the person set them: this is their own command.
func (d *draft) ready(id ParticipantID, r *Ready) RefusalCode {
	p := d.person(id)
	p.Mic, p.Camera = asChosen(p.Mic, r.Mic), asChosen(p.Camera, r.Camera)
	if p.Role == Therapist {
		p.Presence = Admitted
		d.staffBack(p)
		return ""
	}
	if p.Role == Observer {
		p.Mic, p.Camera = selfOff(p.Mic), selfOff(p.Camera)
	}
	p.Presence, p.WaitingSince = Waiting, d.t
	d.leaveDoor(id)
	return ""
}

// leave is the person's own way out; their link leads to the waiting room again.
func (d *draft) leave(id ParticipantID) RefusalCode {
	p := d.person(id)
	p.Presence = Left
	d.clear(p)
	d.staffGone(p)
	return ""
}

func (d *draft) admit(id ParticipantID) RefusalCode {
	p := d.person(id)
	switch {
	case p == nil || p.Presence == Left || p.Presence == Removed:
		return NoSuchMember
	case p.Presence == Admitted:
		return ""
	case p.Presence != Waiting || !p.Connected, p.Role == Observer && !p.MayObserve:
		return NotNow
	}
	p.Presence, p.WaitingSince, p.Apart = Admitted, 0, false
	d.leaveDoor(id)
	d.seat(p)
	return ""
}

func (d *draft) admitAll() RefusalCode {
	for i := range d.People {
		p := &d.People[i]
		if p.Presence == Waiting && p.Connected && p.Role == Member {
			d.admit(p.ID)
		}
	}
	return ""
}

// remove ends a person's session: the link is dead until it is over.
func (d *draft) remove(id ParticipantID) RefusalCode {
	p := d.person(id)
	switch {
	case p == nil || p.Presence == Left:
		return NoSuchMember
	case p.Role == Therapist:
		return NotAllowed
	case p.Presence == Removed:
		return ""
	}
	p.Presence, p.Connected, p.DroppedAt = Removed, false, 0
	d.clear(p)
	d.dropDistress(id)
	d.tell(EventRemoved, id)
	return ""
}

// end is the end of the session, for all.
func (d *draft) end() RefusalCode {
	d.Phase = Ended
	for i := range d.People {
		p := &d.People[i]
		p.Circle, p.Moving, p.Assigned, p.Asked, p.SteppedOut, p.Ears = WholeCircle, nil, 0, false, false, Ears{}
		p.Peek = nil
	}
	d.Floor, d.Queue.Entries, d.Spotlight, d.Round = Floor{}, nil, nil, nil
	if d.Breakout.Status == BreakoutOpen || d.Breakout.Status == BreakoutClosing {
		d.noteCircles()
	}
	d.Breakout, d.Fishbowl = Breakout{Status: NoBreakout}, Fishbowl{}
	d.StaffGoneAt, d.Pause = 0, Pause{}
	d.Distress, d.Messages, d.LeavingAt = nil, nil, 0
	d.Script = Script{}
	d.tell(EventEnded, "")
	return ""
}

// clear takes a person who goes out of everything they had a part in.
func (d *draft) clear(p *Person) {
	p.Mic, p.Camera = selfOff(p.Mic), selfOff(p.Camera)
	p.Circle, p.Moving, p.Assigned, p.Asked, p.SteppedOut, p.WaitingSince = WholeCircle, nil, 0, false, false, 0
	p.MediaDown, p.Apart = false, false
	d.outOfRound(p.ID)
	p.Peek = nil
	if d.Floor.Speaker == p.ID || d.Floor.Offered == p.ID {
		d.Floor = Floor{}
	}
	p.Ears, p.AnnouncedAt, p.MayObserve = Ears{}, 0, false
	d.removeEntry(p.ID)
	d.leaveSpotlight(p.ID)
	d.standUp(p.ID)
	for i := range d.Breakout.Circles {
		c := &d.Breakout.Circles[i]
		c.Members = without(c.Members, p.ID)
		if c.Announced == p.ID {
			c.Announced, c.AnnouncedAt = "", 0
		}
	}
}

// seat gives a new member without a chair the first free one, or another at the end.
func (d *draft) seat(p *Person) {
	if p.Role != Member || slices.ContainsFunc(d.Seats, func(s Seat) bool { return s.Participant == p.ID }) {
		return
	}
	chair := Seat{Participant: p.ID, Name: p.Name}
	if i := slices.IndexFunc(d.Seats, func(s Seat) bool { return s.Participant == "" }); i >= 0 {
		d.Seats[i] = chair
	} else if len(d.Seats) < maxSeats {
		d.Seats = append(d.Seats, chair)
	}
}

// moveSeat puts a chair at another place in the ring.
func (d *draft) moveSeat(m *Reorder) RefusalCode {
	i := slices.IndexFunc(d.Seats, func(s Seat) bool { return s.Participant == m.Participant && m.Participant != "" })
	if i < 0 {
		return NoSuchMember
	}
	if m.To < 0 || m.To >= len(d.Seats) {
		return Invalid
	}
	chair := d.Seats[i]
	d.Seats = slices.Insert(slices.Delete(d.Seats, i, i+1), m.To, chair)
	return ""
}

// staffPresent reports whether a therapist is in the room and connected.
func (s *State) staffPresent() bool {
	return slices.ContainsFunc(s.People, func(p Person) bool {
		return p.Role == Therapist && p.Presence == Admitted && p.Connected
	})
}

// staffGone starts the wait for a therapist, if p was the last and leaves members behind.
func (d *draft) staffGone(p *Person) {
	behind := slices.ContainsFunc(d.People, func(p Person) bool { return p.Role == Member && p.Presence == Admitted })
	if p.Role == Therapist && behind && d.StaffGoneAt == 0 && !d.staffPresent() {
		d.StaffGoneAt = d.t
	}
}

// staffBack ends it: the circles' clock goes on from where it stood, as the turn's does by itself.
func (d *draft) staffBack(p *Person) {
	if d.StaffGoneAt == 0 || p.Role != Therapist || p.Presence != Admitted || !p.Connected {
		return
	}
	gone := d.StaffGoneAt
	d.StaffGoneAt = 0
	if d.Pause.on() {
		return // its end sets the clocks
	}
	d.goOn(gone)
}

func without(ids []ParticipantID, id ParticipantID) []ParticipantID {
	return slices.DeleteFunc(ids, func(other ParticipantID) bool { return other == id })
}
