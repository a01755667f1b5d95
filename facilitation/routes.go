package facilitation

import (
	"cmp"
	"slices"
)

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

// RouteTable says for each listener what they may have, in an order that holds as long as the same people are there. Who is not in
// it hears and sees nobody. Lists share memory and are never written to.
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
	sources := make([]source, len(present))
	heard, qualities := s.heard(present), s.qualities(present)
	for i, p := range present {
		sources[i] = source{p.ID, p.place(), p.nextPlace(), heard[i], qualities[i]}
	}
	listeners := s.andObservers(present)
	table := make(RouteTable, len(listeners))
	var posts []post
	var lists [][]Route
	for _, p := range listeners {
		at := post{p.place(), p.nextPlace(), p.Ears}
		n := slices.Index(posts, at)
		if n < 0 {
			n = len(posts)
			posts, lists = append(posts, at), append(lists, at.routes(sources))
		}
		table[p.ID] = butFrom(lists[n], p.ID)
	}
	return table
}

// source is someone whom others may hear or see.
type source struct {
	id         ParticipantID
	here, next place
	hear       bool
	see        Quality
}

// post is all that decides what a listener may have: those at the same post have the same, but for themselves.
type post struct {
	here, next place
	ears       Ears
}

// routes are those of everyone at a post, in the order of the sources, and then once more: butFrom cuts from them what one may have.
func (at post) routes(sources []source) []Route {
	out := make([]Route, 0, 2*len(sources))
	for _, s := range sources {
		together, soon, ear := at.here == s.here, at.next == s.next, at.ears.at(s.here)
		if !together && !soon && ear == 0 {
			continue
		}
		r := Route{Source: s.id, Hear: s.hear}
		r.Prepare = !together && ear != listens
		if together || soon && r.Prepare { // an ear sees nothing
			r.See = s.see
		}
		out = append(out, r)
	}
	return append(out, out...)
}

// butFrom is a list, which is there twice, without the route from one's own microphone and camera, if it has one: what comes after
// it, and on to what is before it. All listeners of a post share the memory.
func butFrom(twice []Route, self ParticipantID) []Route {
	n := len(twice) / 2
	i, found := slices.BinarySearchFunc(twice[:n], self, func(r Route, id ParticipantID) int { return cmp.Compare(r.Source, id) })
	if !found {
		return twice[:n:n]
	}
	return twice[i+1 : i+n : i+n]
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
