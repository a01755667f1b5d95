package facilitation

import "slices"

// Quality is how much of a picture is worth sending.
type Quality int

// Qualities: the SFU's own layers are policy's business.
const (
	NoPicture Quality = iota
	Small
	Large
)

// fewPeople in a circle have large pictures each.
const fewPeople = 4

// Route is what one listener may have of one source.
type Route struct {
	Source ParticipantID
	Hear   bool
	See    Quality
	// Read is the place for text that goes with a source (captions, an interpreter's line); nothing is written yet.
	Read bool
	// Prepare: the move that will permit this source is prepared; nothing flows yet.
	Prepare bool
}

// RouteTable says for each listener what they may have. Who is not in it hears and sees nobody.
type RouteTable map[ParticipantID][]Route

// Routes says who may hear and see whom: those admitted and connected, in the same circle, as far as each has their own
// microphone and camera on, or shows their screen, and the room lets them be heard. Staff may hear other circles too; observers hear and see the whole
// circle, and nobody them. Members who wait together have each other and nobody else. Someone silent with their camera off has a
// route with neither, so that their slot stays theirs.
func Routes(s *State) RouteTable {
	if s.Phase == Ended {
		return RouteTable{}
	}
	present := s.present()
	heard, qualities := s.heard(present), s.qualities(present)
	listeners := s.andObservers(present)
	here, next := make([]place, len(listeners)), make([]place, len(listeners))
	for i, p := range listeners {
		here[i], next[i] = p.place(), p.nextPlace()
	}
	all := make([]Route, 0, len(listeners)*len(present)) // one piece of memory for everyone's
	table := make(RouteTable, len(listeners))
	for l, listener := range listeners {
		first := len(all)
		for i, source := range present {
			together, soon, ear := here[l] == here[i], next[l] == next[i], listener.earAt(here[i])
			if source == listener || !together && !soon && ear == 0 {
				continue
			}
			r := Route{Source: source.ID, Hear: heard[i]}
			r.Prepare = !together && ear != listens
			if together || soon && r.Prepare { // an ear sees nothing
				r.See = qualities[i]
			}
			all = append(all, r)
		}
		table[listener.ID] = all[first:len(all):len(all)]
	}
	return table
}

// heard are those whose own microphone is on and whom the room permits.
func (s *State) heard(present []*Person) []bool {
	out := make([]bool, len(present))
	for i, p := range present {
		out[i] = p.Mic == On && s.mayBeHeard(p)
	}
	return out
}

// qualities are how much of each one's picture is worth sending to those with them.
func (s *State) qualities(present []*Person) []Quality {
	var inCircle [maxCircles + 1]int
	for _, p := range present {
		if p.Presence == Admitted {
			inCircle[p.Circle]++
		}
	}
	out := make([]Quality, len(present))
	for i, p := range present {
		together := inCircle[p.Circle]
		switch at := p.place(); {
		case at.door != "":
			together = fewPeople
		case at.together:
			together = fewPeople + 1 // a waiting room shows everyone small
		}
		out[i] = s.quality(p, together)
	}
	return out
}

// present are those whom anyone may hear or see: in the room, or at its door while staff look in or others wait with them.
func (s *State) present() []*Person {
	out := make([]*Person, 0, len(s.People))
	for i := range s.People {
		if p := &s.People[i]; s.isPresent(p) {
			out = append(out, p)
		}
	}
	return out
}

func (s *State) isPresent(p *Person) bool {
	if !p.Connected || p.SteppedOut || p.Role == Observer {
		return false
	}
	return p.Presence == Admitted || p.Presence == Waiting && (p.Share != nil || s.peekedAt(p.ID))
}

// andObservers are those who may hear or see anyone: those present, and observers after them.
func (s *State) andObservers(present []*Person) []*Person {
	for i := range s.People {
		if p := &s.People[i]; p.observes() {
			present = append(present, p)
		}
	}
	return present
}

// goingTo is where a prepared move takes a person, or where they are.
func (p *Person) goingTo() int {
	if p.Moving != nil {
		return p.Moving.To
	}
	return p.Circle
}

func (s *State) quality(source *Person, together int) Quality {
	switch {
	case s.Screen == source.ID:
		return Large
	case source.Camera != On:
		return NoPicture
	case together <= fewPeople, s.Fishbowl.On && slices.Contains(s.Fishbowl.Inner, source.ID), s.Floor.Speaker == source.ID, slices.Contains(s.Spotlight, source.ID):
		return Large
	default:
		return Small
	}
}
