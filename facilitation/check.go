package facilitation

import (
	"errors"
	"fmt"
	"slices"
)

// Check refuses a stored state that cannot be one of ours: by another version of the program, or damaged.
func (s *State) Check() error {
	if s.Schema != schema {
		return fmt.Errorf("state has schema %d, not %d", s.Schema, schema)
	}
	return errors.Join(s.checkWords(), s.checkPeople(), s.checkTurns(), s.checkRound(), s.checkCircles(), s.checkEars(), s.Script.Check(), s.checkCare(), s.checkPages())
}

func (s *State) checkWords() error {
	switch {
	case s.Session == "":
		return errors.New("no session id")
	case !slices.Contains(everyPhase, s.Phase):
		return fmt.Errorf("unknown phase %q", s.Phase)
	case !slices.Contains([]QueueMode{Free, Moderated, Auto}, s.Queue.Mode):
		return fmt.Errorf("unknown queue mode %q", s.Queue.Mode)
	case !slices.Contains([]QueueOrder{FirstCome, LeastHeard}, s.Queue.Order):
		return fmt.Errorf("unknown queue order %q", s.Queue.Order)
	case !slices.Contains([]FloorGate{OpenFloor, GatedFloor}, s.Queue.Gate):
		return fmt.Errorf("unknown gate %q", s.Queue.Gate)
	case !slices.Contains([]BreakoutStatus{NoBreakout, BreakoutDraft, BreakoutOpen, BreakoutClosing}, s.Breakout.Status):
		return fmt.Errorf("unknown breakout status %q", s.Breakout.Status)
	case s.Clock.T < 1 || s.Clock.At < 0 || s.Pause.Since > s.Clock.T:
		return errors.New("impossible clock")
	}
	return nil
}

var (
	deviceStates = []DeviceState{On, SelfOff, StaffOff, Locked}
	presences    = []Presence{Invited, Checking, Waiting, Admitted, Left, Removed}
)

func (s *State) checkPeople() error {
	if len(s.People) > maxPeople || len(s.Seats) > maxSeats {
		return errors.New("too many people or seats")
	}
	for i, p := range s.People {
		switch {
		case i > 0 && s.People[i-1].ID >= p.ID:
			return errors.New("people are not in order")
		case p.ID == "" || !slices.Contains(anyone, p.Role) || !slices.Contains(presences, p.Presence):
			return fmt.Errorf("person %d is impossible", i)
		case !slices.Contains(deviceStates, p.Mic) || !slices.Contains(deviceStates, p.Camera):
			return fmt.Errorf("person %d has an unknown device state", i)
		case p.Role == Observer && (p.Presence == Admitted && !p.MayObserve || p.MayObserve && p.AnnouncedAt == 0 || p.Mic == On || p.Camera == On):
			return fmt.Errorf("person %d observes and was not announced, or may be heard", i)
		case p.Apart && (p.Presence != Waiting || p.Role != Member):
			return fmt.Errorf("person %d cannot be apart", i)
		case p.WaitsAlone && p.Role != Member, p.Share != nil && !s.mayShare(&p):
			return fmt.Errorf("person %d cannot wait like that", i)
		case p.SteppedOut && (p.Presence != Admitted || p.Role != Member || p.Mic == On || p.Camera == On):
			return fmt.Errorf("person %d cannot have stepped out", i)
		case !s.isCircle(p.Circle) || !s.isCircle(p.Assigned) || p.Moving != nil && !s.isCircle(p.Moving.To):
			return fmt.Errorf("person %d is in no circle that there is", i)
		}
	}
	return nil
}

func (s *State) isCircle(n int) bool { return n >= WholeCircle && n <= len(s.Breakout.Circles) }

func (s *State) checkTurns() error {
	if s.Floor.Speaker != "" && s.Floor.Offered != "" {
		return errors.New("the floor is taken and offered")
	}
	if h := s.Floor.holder(); h != "" && s.admitted(h) == nil {
		return errors.New("someone who is not in the room has the floor")
	}
	if f := s.Floor; f.Spent < 0 || f.Budget < 0 || f.Budget > maxTimeBox || s.Queue.TimeBox < 0 || s.Queue.TimeBox > maxTimeBox {
		return errors.New("impossible time of a turn")
	}
	if s.Screen != "" && !s.mayShareScreen(s.Screen) {
		return errors.New("someone who may not shows their screen")
	}
	for i, e := range s.Queue.Entries {
		if s.admitted(e.Participant) == nil || s.entry(e.Participant) != i {
			return fmt.Errorf("queue entry %d is impossible", i)
		}
	}
	for i, id := range s.Spotlight {
		if s.admitted(id) == nil || i == maxSpotlight || slices.Contains(s.Spotlight[:i], id) {
			return errors.New("someone is in the spotlight who cannot be")
		}
	}
	return nil
}

func (s *State) checkCircles() error {
	if len(s.Breakout.Circles) > maxCircles {
		return errors.New("too many circles")
	}
	if err := s.Past.check(); err != nil {
		return err
	}
	for _, id := range slices.Concat(s.Fishbowl.Inner, s.Fishbowl.Asked) {
		if p := s.admitted(id); p == nil || p.Role != Member || !s.Fishbowl.On || len(s.Fishbowl.Inner) > mostInner {
			return errors.New("an impossible fishbowl")
		}
	}
	var seen []ParticipantID
	for i, c := range s.Breakout.Circles {
		for _, id := range c.Members {
			if slices.Contains(seen, id) {
				return fmt.Errorf("someone is in circle %d and in another", i+1)
			}
			seen = append(seen, id)
		}
	}
	return nil
}

func (s *State) checkCare() error {
	for _, p := range s.People {
		if p.Peek == nil {
			continue
		}
		if p.Role != Therapist || p.Presence != Admitted || !p.Connected || s.person(p.Peek.At) == nil {
			return errors.New("a look into the waiting room at nobody, or by nobody")
		}
	}
	for i, signal := range s.Distress {
		if s.person(signal.Participant) == nil || s.distressOf(signal.Participant) != i {
			return fmt.Errorf("distress signal %d is impossible", i)
		}
	}
	if len(s.Messages) > maxMessages {
		return errors.New("too many messages")
	}
	return nil
}

func (s *State) checkPages() error {
	if len(s.Pages) > pagesPerPerson*maxPeople {
		return errors.New("too many pages")
	}
	for _, p := range s.Pages {
		if len(p.Answers) > maxAnswers || !isPageID(p.ID) || p.Last == 0 || p.Last > maxN {
			return errors.New("impossible page")
		}
		for i, a := range p.Answers {
			if a.N == 0 || a.N > p.Last || i > 0 && a.N <= p.Answers[i-1].N {
				return errors.New("impossible answers")
			}
		}
	}
	return nil
}
