package facilitation

import "slices"

// Times of the breakout circles.
const (
	closingFor  Millis = 60_000 // the countdown when the timer has run out
	announceFor Millis = 3_000  // between the announcement of a visit and the visit
	maxMinutes         = 240
	maxRecall          = 300 // seconds
)

// draftCircles makes a draft in place of the one there is.
func (d *draft) draftCircles(c *DraftCircles) RefusalCode {
	groups, code := d.groups(c)
	if code != "" {
		return code
	}
	d.Breakout.Status, d.Breakout.Circles, d.Breakout.Capacity = BreakoutDraft, nil, 0
	if c.Method == SelfChoose {
		groups, d.Breakout.Capacity = toChoose(len(d.members()), c.Size)
	}
	for _, g := range groups {
		d.Breakout.Circles = append(d.Breakout.Circles, Circle{Name: circleName(len(d.Breakout.Circles) + 1), Members: d.inSeatOrder(g)})
	}
	return ""
}

func (d *draft) groups(c *DraftCircles) ([][]ParticipantID, RefusalCode) {
	present := d.members()
	switch c.Method {
	case ByHand:
		return c.Circles, d.checkGroups(c.Circles)
	case Random, AvoidPairs, SelfChoose:
		if c.Size < 2 || c.Size > maxPeople {
			return nil, Invalid
		}
		if len(present) < 2 {
			return nil, NotNow
		}
		if c.Method == AvoidPairs {
			return d.Past.divideAnew(inOrderOf(present, c.Shuffle), c.Size), ""
		}
		return divide(inOrderOf(present, c.Shuffle), c.Size), ""
	case KeepPairs:
		if len(d.Past.Last) == 0 || len(present) < 2 {
			return nil, NotNow
		}
		return keepTogether(inOrderOf(present, c.Shuffle), d.Past.Last), ""
	}
	return nil, Invalid
}

// checkGroups refuses circles with people who are not there, or are in two.
func (d *draft) checkGroups(groups [][]ParticipantID) RefusalCode {
	if len(groups) == 0 {
		return Invalid
	}
	if len(groups) > maxCircles {
		return Full
	}
	var seen []ParticipantID
	for _, g := range groups {
		for _, id := range g {
			if p := d.admitted(id); p == nil || p.Role != Member {
				return NoSuchMember
			}
			if slices.Contains(seen, id) {
				return Invalid
			}
			seen = append(seen, id)
		}
	}
	return ""
}

// members are those who can be in a circle: admitted, connected or not.
func (s *State) members() []ParticipantID {
	var ids []ParticipantID
	for _, p := range s.People {
		if p.Role == Member && p.Presence == Admitted {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// assign puts one member in another circle: of the draft, where the first number after the last is a new circle; or of the
// open ones, where they move at once.
func (d *draft) assign(a *Assign) RefusalCode {
	b := &d.Breakout
	p := d.admitted(a.Participant)
	most := len(b.Circles)
	if b.Status == BreakoutDraft && most < maxCircles {
		most++
	}
	switch {
	case b.Status != BreakoutDraft && b.Status != BreakoutOpen:
		return NotNow
	case p == nil || p.Role != Member:
		return NoSuchMember
	case a.Circle < 0 || a.Circle > most:
		return NoSuchCircle
	case b.Status == BreakoutOpen && !a.Alone && d.leavesAlone(p, a.Circle):
		return Alone
	}
	if a.Circle > len(b.Circles) {
		b.Circles = append(b.Circles, Circle{Name: circleName(a.Circle)})
	}
	d.put(p.ID, a.Circle)
	if b.Status == BreakoutOpen {
		p.Assigned = a.Circle
		d.freeze(p)
		d.move(p, a.Circle)
	}
	return ""
}

func (d *draft) cancelCircles() RefusalCode {
	if d.Breakout.Status == BreakoutDraft {
		d.Breakout = Breakout{Status: NoBreakout}
	}
	return ""
}

// openCircles sends everyone to the circle of the draft. Entering needs no click.
func (d *draft) openCircles(o *OpenCircles) RefusalCode {
	b := &d.Breakout
	prompt, ok := shortText(o.Prompt)
	switch {
	case b.Status != BreakoutDraft:
		return NotNow
	case !ok || o.Minutes < 0 || o.Minutes > maxMinutes:
		return Invalid
	}
	if b.Capacity > 0 {
		d.placeUndecided()
	}
	b.Circles = slices.DeleteFunc(b.Circles, func(c Circle) bool { return len(c.Members) == 0 })
	if len(b.Circles) == 0 || slices.ContainsFunc(b.Circles, func(c Circle) bool { return len(c.Members) < 2 }) {
		return Invalid // nobody is ever alone
	}
	b.Status, b.Prompt, b.EndsAt, b.Broadcast, b.Capacity = BreakoutOpen, prompt, 0, nil, 0
	d.Past.Last, d.Fishbowl = nil, Fishbowl{}
	if o.Minutes > 0 {
		b.EndsAt = d.clockTime() + Millis(o.Minutes)*60_000
	}
	d.Phase, d.Spotlight = Circles, nil
	if d.Floor.Offered != "" {
		d.toHead()
	}
	d.Floor, d.Round = Floor{}, nil
	for i := range b.Circles {
		b.Circles[i].Name = circleName(i + 1)
		d.Past.Last = append(d.Past.Last, slices.Clone(b.Circles[i].Members))
		for _, id := range b.Circles[i].Members {
			p := d.person(id)
			p.Assigned = i + 1
			d.freeze(p)
			d.move(p, i+1)
		}
	}
	return ""
}

// freeze keeps the hand of someone who is in a breakout circle, and gives it back when they are not.
func (d *draft) freeze(p *Person) {
	if i := d.entry(p.ID); i >= 0 {
		d.Queue.Entries[i].Frozen = p.Assigned != 0
	}
}

func (d *draft) extendCircles(minutes int) RefusalCode {
	if minutes < 1 || minutes > maxMinutes {
		return Invalid
	}
	if d.Breakout.EndsAt == 0 {
		d.Breakout.EndsAt = d.clockTime()
	}
	d.Breakout.EndsAt = min(d.Breakout.EndsAt+Millis(minutes)*60_000, d.clockTime()+maxMinutes*60_000)
	return ""
}

func (d *draft) broadcast(by ParticipantID, text string) RefusalCode {
	text, ok := shortText(text)
	if !ok || text == "" {
		return Invalid
	}
	id := 1
	if last := d.Breakout.Broadcast; last != nil {
		id = last.ID + 1
	}
	d.Breakout.Broadcast = &Broadcast{ID: id, From: by, Text: text}
	return ""
}

// callHelp asks staff to come to the caller's circle. It stands until one of them is there.
func (d *draft) callHelp(id ParticipantID) RefusalCode {
	n := d.person(id).Circle
	if n == WholeCircle || n > len(d.Breakout.Circles) {
		return NotNow
	}
	c := &d.Breakout.Circles[n-1]
	if c.HelpAt == 0 {
		c.HelpAt, c.HelpBy = d.t, id
	}
	return ""
}

// dropIn announces a visit; the visitor comes when the announcement has been seen. 0 is the way back.
func (d *draft) dropIn(id ParticipantID, n int) RefusalCode {
	p := d.person(id)
	if n < 0 || n > len(d.Breakout.Circles) {
		return NoSuchCircle
	}
	if n != WholeCircle && d.Breakout.Circles[n-1].Announced != "" && d.Breakout.Circles[n-1].Announced != id {
		return NotNow // another visit is announced
	}
	if n != WholeCircle && d.Breakout.Circles[n-1].Announced == id {
		return ""
	}
	d.callOff(id)
	p.Peek = nil
	if n != WholeCircle {
		p.Ears = Ears{} // a visit has one's whole attention
	}
	switch n {
	case p.Circle, WholeCircle:
		d.move(p, n)
	default:
		if p.Moving != nil && p.Moving.To != WholeCircle {
			p.Moving = nil // the visit before it is called off
		}
		d.Breakout.Circles[n-1].Announced, d.Breakout.Circles[n-1].AnnouncedAt = id, d.t
	}
	return ""
}

// returnCircle takes a member to their own circle and staff to the whole one.
func (d *draft) returnCircle(id ParticipantID) RefusalCode {
	p := d.person(id)
	if p.Role == Therapist {
		return d.dropIn(id, WholeCircle)
	}
	if p.Assigned == 0 {
		return NotNow
	}
	d.move(p, p.Assigned)
	return ""
}

// recall counts down to everyone's return; 0 is at once. A recall that runs is only ever brought forward.
func (d *draft) recall(seconds int) RefusalCode {
	if seconds < 0 || seconds > maxRecall {
		return Invalid
	}
	end := d.clockTime() + Millis(seconds)*1000
	if d.Breakout.Status == BreakoutClosing {
		end = min(end, d.Breakout.EndsAt)
	}
	d.closeCircles(end)
	if seconds == 0 {
		d.bringBack()
	}
	return ""
}

// closeCircles starts the countdown.
func (d *draft) closeCircles(end Millis) {
	d.Phase, d.Breakout.Status, d.Breakout.EndsAt = Closing, BreakoutClosing, end
	for i := range d.Breakout.Circles {
		d.Breakout.Circles[i].Announced, d.Breakout.Circles[i].AnnouncedAt = "", 0
	}
	for i := range d.People {
		d.People[i].Ears = Ears{}
	}
}

// bringBack starts everyone's move to the whole circle, with their microphones as they are.
func (d *draft) bringBack() {
	d.Breakout.EndsAt = 0
	for i := range d.People {
		p := &d.People[i]
		p.Assigned = 0
		d.freeze(p)
		d.move(p, WholeCircle)
	}
}
