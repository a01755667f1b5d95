package facilitation

import "slices"

// ViewFor is what one person may know at now. It holds no nil list. Whoever is not in the room sees only themselves.
func ViewFor(s *State, viewer ParticipantID, now Millis) View {
	p := s.person(viewer)
	v := viewing{s: s, t: s.roomTime(now), viewer: p}
	out := View{
		Phase: Whole, GroupName: s.GroupName, You: v.self(),
		Seats: []SeatView{}, Staff: []PersonView{}, Queue: []EntryView{}, Spotlight: []ParticipantID{}, Waiting: []WaitingView{},
		Mode: s.Queue.Mode, Order: s.Queue.Order, Gate: s.Queue.Gate, TimeBoxMs: s.Queue.TimeBox,
		Fishbowl: FishbowlView{Inner: []ParticipantID{}, Asked: []ParticipantID{}}, Observers: []ObserverView{},
		Breakout:     BreakoutView{Status: NoBreakout, Circles: []CircleView{}},
		Script:       ScriptView{Phases: []ScriptPhaseView{}, CameraOptional: s.Script.CameraOptional},
		StaffPresent: s.staffPresent(),
		Distress:     v.distress(), Messages: v.messages(), Door: v.door(), Social: v.social(),
	}
	if s.Phase == Ended {
		out.Phase = Ended
	} else if p != nil && p.Presence != Left && p.Presence != Removed {
		out.Observers = v.observers()
	}
	if p == nil || p.Presence != Admitted || s.Phase == Ended {
		return out
	}
	out.Phase = s.Phase
	out.Seats, out.Staff = v.seats(), v.staff()
	out.Floor, out.Queue = v.floor(), v.queue()
	out.Spotlight = append(out.Spotlight, s.Spotlight...)
	out.Screen = s.Screen
	out.Round, out.Breakout = v.round(), v.breakout()
	out.Script = v.script()
	if s.LeavingAt > 0 {
		out.LeavingMs = v.until(s.LeavingAt + leaveFor)
	}
	out.Fishbowl = v.fishbowl()
	out.Pause = PauseView{On: s.Pause.on(), Breathing: s.Pause.Breathing}
	if s.StaffGoneAt > 0 {
		out.StaffGoneMs = v.until(s.StaffGoneAt + staffGoneFor)
	}
	if v.isStaff() {
		out.Waiting = v.waiting()
	}
	return out
}

// viewing is a state, seen by one person at one time.
type viewing struct {
	s      *State
	t      Millis
	viewer *Person
}

func (v *viewing) isStaff() bool { return v.viewer.Role == Therapist }

func (v *viewing) until(at Millis) Millis { return max(0, at-v.t) }
func (v *viewing) since(at Millis) Millis { return max(0, v.t-at) }

func (v *viewing) self() SelfView {
	p := v.viewer
	if p == nil {
		return SelfView{MovingTo: -1}
	}
	out := SelfView{
		ID: p.ID, Name: p.Name, Role: p.Role, Presence: p.Presence, Mic: p.Mic, Camera: p.Camera,
		Circle: p.Circle, MovingTo: -1, Assigned: p.Assigned, SteppedOut: p.SteppedOut,
	}
	if p.Moving != nil {
		out.MovingTo = p.Moving.To
	}
	if p.Asked {
		out.UnmuteAskMs = v.until(p.AskedAt + askFor)
	}
	return out
}

// seats are the chairs, the same for everyone; a chair has its person once they have been let in. Who was removed looks to
// members like who left.
func (v *viewing) seats() []SeatView {
	out, people := make([]SeatView, len(v.s.Seats)), make([]PersonView, len(v.s.Seats))
	for i, seat := range v.s.Seats {
		out[i] = SeatView{Participant: seat.Participant, Name: seat.Name}
		if p := v.s.person(seat.Participant); p.sits() {
			people[i] = v.person(p)
			out[i].Person = &people[i]
		}
	}
	return out
}

// sits reports whether a chair shows its person: once they have been let in, and while they are taken aside.
func (p *Person) sits() bool {
	return p != nil && p.Presence != Checking && (p.Presence != Waiting || p.Apart)
}

// person is someone else. Members are not told who has been switched off or locked by staff, nor of devices in other circles, nor
// which circle that is.
func (v *viewing) person(p *Person) PersonView {
	out := PersonView{
		ID: p.ID, Name: p.Name, Role: p.Role, Presence: p.Presence, Connected: p.Connected,
		Mic: p.Mic, Camera: p.Camera, Circle: p.Circle, SteppedOut: p.SteppedOut,
		Here:   p.Presence == Admitted && v.viewer.Presence == Admitted && p.place() == v.viewer.place(),
		AtDoor: p.Peek != nil && p.Peek.Open,
	}
	if v.isStaff() || p.ID == v.viewer.ID {
		return out
	}
	if p.Presence == Removed || p.Presence == Left { // whose socket may live on for a moment
		out.Presence, out.Connected = Left, false
	}
	out.Mic, out.Camera = plain(p.Mic), plain(p.Camera)
	if !out.Here {
		out.Mic, out.Camera = SelfOff, SelfOff
		if out.Circle != WholeCircle {
			out.Circle = OtherCircle
		}
	}
	return out
}

func plain(s DeviceState) DeviceState {
	if s == On {
		return On
	}
	return SelfOff
}

func (v *viewing) staff() []PersonView {
	out := []PersonView{}
	for i := range v.s.People {
		if p := &v.s.People[i]; p.Role == Therapist && p.Presence == Admitted {
			out = append(out, v.person(p))
		}
	}
	return out
}

// floor is the turn.
func (v *viewing) floor() FloorView {
	f := v.s.Floor
	out := FloorView{
		Speaker: f.Speaker, Offered: f.Offered, Overdue: f.Overdue, Held: f.HeldAt > 0,
		BudgetMs: f.Budget, Still: f.holder() != "" && f.RunsFrom == 0, Gated: v.s.gated(),
	}
	switch {
	case f.Speaker != "":
		out.SpeakMs = f.lasted(v.t)
	case f.Offered != "":
		out.OfferedMs = f.lasted(v.t)
	}
	if f.HeldAt > 0 {
		out.HeldMs = v.until(f.HeldAt + f.heldFor())
		if v.s.Pause.on() {
			out.HeldMs = f.heldFor() // all of it counts from the end of the pause
		}
	}
	return out
}

func (v *viewing) queue() []EntryView {
	out := make([]EntryView, len(v.s.Queue.Entries))
	for i, e := range v.s.Queue.Entries {
		out[i] = EntryView{Participant: e.Participant, Kind: e.Kind, Pinned: e.Pinned, Frozen: e.Frozen}
	}
	return out
}

func (v *viewing) round() *RoundView {
	r := v.s.Round
	if r == nil {
		return nil
	}
	out := &RoundView{
		Direction: r.Direction, Piece: r.Piece, Prompt: r.Prompt, TimeBoxMs: r.TimeBox,
		Turns: make([]TurnView, len(r.Turns)), Coming: v.s.coming(),
	}
	for i, t := range r.Turns {
		out.Turns[i] = TurnView{Participant: t.Participant, Status: t.Status}
		if t.Status == TurnPassed && !v.isStaff() && t.Participant != v.viewer.ID {
			out.Turns[i].Status = discreetly(t)
		}
	}
	return out
}

// discreetly shows others' passes without a mark.
func discreetly(t Turn) TurnStatus {
	if t.Passes < maxPasses {
		return TurnPending
	}
	return TurnDone
}

// breakout is all circles for staff, from the draft on; for a member only the one where they are or belong.
func (v *viewing) breakout() BreakoutView {
	b := &v.s.Breakout
	out := BreakoutView{Status: b.Status, Circles: []CircleView{}}
	choosing := b.Status == BreakoutDraft && b.Capacity > 0 && v.viewer.Role == Member
	if !v.isStaff() && b.Status == BreakoutDraft && !choosing {
		out.Status = NoBreakout
		return out
	}
	out.Capacity = b.Capacity
	if v.isStaff() {
		out.CanKeepPairs, out.CanAvoidPairs = len(v.s.Past.Last) > 0, v.s.Past.met()
		out.Smallest = v.forLatecomer()
	}
	mine := v.viewer.Circle
	if mine == WholeCircle {
		mine = v.viewer.Assigned
	}
	for i := range b.Circles {
		if v.isStaff() || choosing || i+1 == mine {
			out.Circles = append(out.Circles, v.circle(i))
		}
	}
	if b.EndsAt > 0 {
		out.RemainingMs = max(0, b.EndsAt-v.s.stillAt(v.t))
	}
	if v.isStaff() || mine != WholeCircle {
		out.Prompt, out.Broadcast = b.Prompt, b.Broadcast
	}
	return out
}

// forLatecomer is the smallest of the open circles, if someone is in none.
func (v *viewing) forLatecomer() int {
	late := slices.ContainsFunc(v.s.People, func(p Person) bool {
		return p.Role == Member && p.Presence == Admitted && p.Assigned == WholeCircle
	})
	if !late || v.s.Phase != Circles {
		return 0
	}
	return v.s.Breakout.smallestBut(WholeCircle)
}

func (v *viewing) fishbowl() FishbowlView {
	f := v.s.Fishbowl
	return FishbowlView{
		On: f.On, Inner: append([]ParticipantID{}, f.Inner...), Asked: append([]ParticipantID{}, f.Asked...),
		Free: f.On && len(f.Inner) < mostInner,
	}
}

// observers are told to whoever is in the room or on the way to it.
func (v *viewing) observers() []ObserverView {
	out := []ObserverView{}
	for _, p := range v.s.People {
		if p.AnnouncedAt > 0 {
			out = append(out, ObserverView{ID: p.ID, Name: p.Name, Here: p.observes()})
		}
	}
	return out
}

func (v *viewing) circle(i int) CircleView {
	c := &v.s.Breakout.Circles[i]
	out := CircleView{
		Number: i + 1, Name: c.Name, Members: append([]ParticipantID{}, c.Members...), Listening: v.listening(i + 1),
		Announced: c.Announced, Alone: c.Alone,
	}
	if c.HelpAt > 0 {
		out.HelpMs = max(1, v.since(c.HelpAt))
		if v.isStaff() {
			out.HelpBy = c.HelpBy
		}
	}
	if c.Announced != "" {
		out.AnnouncedMs = v.until(c.AnnouncedAt + announceFor)
	}
	return out
}

// listening names who can hear a circle, before their first packet: those in it, those on their way, and staff who listen from
// elsewhere.
func (v *viewing) listening(n int) []ParticipantID {
	ids := []ParticipantID{}
	if v.s.Breakout.Status == BreakoutDraft {
		return ids
	}
	for _, p := range v.s.present() {
		if p.Circle == n || p.goingTo() == n || p.ear(n) != 0 {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (v *viewing) waiting() []WaitingView {
	out := []WaitingView{}
	for _, p := range v.s.People {
		if p.Presence != Checking && p.Presence != Waiting {
			continue
		}
		w := WaitingView{ID: p.ID, Name: p.Name, Role: p.Role, Presence: p.Presence, Connected: p.Connected, With: v.s.peekers(p.ID)}
		w.Announced = p.MayObserve
		w.Together, w.Alone = v.s.together(p.ID), v.s.Social && p.WaitsAlone && !p.Apart
		if p.WaitingSince > 0 {
			w.WaitingMs = v.since(p.WaitingSince)
		}
		out = append(out, w)
	}
	return out
}
