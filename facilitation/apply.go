package facilitation

import (
	"reflect"
	"slices"
)

// Result is what a command did. State is never nil: the new state, or, of a refusal, the old one with the answer in its log.
type Result struct {
	State *State
	// Events are what must be done once. An echo is one without a change.
	Events []Event
	Answer Answer
	// Changed: a new revision was made and must be stored. Otherwise State says the same as before.
	Changed bool
}

// Apply is the rules of the room: the state after command c of actor by at Unix time now. It never changes s. The same id
// twice is applied once and answered the same; the system's commands have no id and are not remembered.
func Apply(s *State, id CommandID, c Command, by Actor, now Millis) Result {
	if by.Role != System {
		if answer, done := s.answered(id, by.ID); done {
			return Result{State: s, Answer: answer}
		}
	}
	d := &draft{State: s.clone()}
	d.setClock(now, c.Resume != nil)
	if code := d.run(&c, by); code != "" {
		return s.kept(id, by, code)
	}
	d.settle()
	d.keepShares()
	d.keepScreen()
	d.keepGate()
	d.keepTurnClock()
	if d.says(s) && !d.beats(s, &c) {
		kept := s.kept(id, by, "")
		kept.Events = d.events
		return kept
	}
	d.Revision++
	answer := Answer{N: id.N, Revision: d.Revision}
	d.remember(id, by, answer)
	return Result{State: d.State, Events: d.events, Answer: answer, Changed: true}
}

// kept is the result of a command that changed nothing: only its answer is remembered.
func (s *State) kept(id CommandID, by Actor, code RefusalCode) Result {
	next := s.clone()
	answer := Answer{N: id.N, Revision: s.Revision, Refusal: code}
	next.remember(id, by, answer)
	return Result{State: next, Answer: answer}
}

// draft is a state that is being changed. It belongs to one call of Apply.
type draft struct {
	*State
	t      Millis // room time now
	events []Event
}

// setClock moves room time on. A new owner of the room takes it up where it stood; a wall clock that went back moves nothing.
func (d *draft) setClock(now Millis, resumed bool) {
	d.t = d.Clock.T
	if !resumed {
		d.t = d.roomTime(now)
	}
	d.Clock = Clock{At: now, T: d.t}
}

// roomTime is the room time at the Unix time now.
func (s *State) roomTime(now Millis) Millis {
	return s.Clock.T + max(0, now-s.Clock.At)
}

func (d *draft) tell(kind EventKind, id ParticipantID) {
	d.events = append(d.events, Event{Kind: kind, Participant: id})
}

// says reports whether two states say the same: clocks, counters and the log of answers are not what a state says.
func (s *State) says(other *State) bool {
	if !slices.EqualFunc(s.People, other.People, samePerson) { // most commands change a person, and reflection is slow
		return false
	}
	a, b := *s, *other
	a.People, a.Clock, a.Revision, a.Pages = nil, Clock{}, 0, nil
	b.People, b.Clock, b.Revision, b.Pages = nil, Clock{}, 0, nil
	return reflect.DeepEqual(a, b)
}

func samePerson(a, b Person) bool {
	if a.Moving != nil && b.Moving != nil && *a.Moving == *b.Moving {
		a.Moving, b.Moving = nil, nil
	}
	return a == b
}

// beats reports whether the clock alone is worth storing: it was taken up by a new owner, or runs and was not stored for long.
func (d *draft) beats(old *State, c *Command) bool {
	return c.Resume != nil || c.Tick != nil && old.clockRuns() && d.t >= old.Clock.T+heartbeat
}

// clone copies all that a draft changes in place; what is only ever replaced is shared.
func (s *State) clone() *State {
	c := *s
	c.People = slices.Clone(s.People)
	c.Seats = slices.Clone(s.Seats)
	c.Queue.Entries = slices.Clone(s.Queue.Entries)
	c.Spotlight = slices.Clone(s.Spotlight)
	c.Distress = slices.Clone(s.Distress)
	c.Messages = slices.Clone(s.Messages)
	c.Breakout.Circles = slices.Clone(s.Breakout.Circles)
	c.Past.Last = slices.Clone(s.Past.Last)
	for i := range c.Breakout.Circles {
		c.Breakout.Circles[i].Members = slices.Clone(c.Breakout.Circles[i].Members)
	}
	if s.Round != nil {
		c.Round = &Round{Plan: s.Round.Plan, Turns: slices.Clone(s.Round.Turns)}
	}
	c.Script.Phases = slices.Clone(s.Script.Phases)
	c.Pages = slices.Clone(s.Pages)
	return &c
}

// person finds someone by id, nil if the session does not know them. The pointer is good until someone is added.
func (s *State) person(id ParticipantID) *Person {
	i, found := slices.BinarySearchFunc(s.People, id, func(p Person, id ParticipantID) int {
		switch {
		case p.ID < id:
			return -1
		case p.ID > id:
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	return &s.People[i]
}

// admitted finds someone who is in the room, connected or not.
func (s *State) admitted(id ParticipantID) *Person {
	if p := s.person(id); p != nil && p.Presence == Admitted {
		return p
	}
	return nil
}
