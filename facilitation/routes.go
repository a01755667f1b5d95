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
// microphone and camera on; through a closed gate only who has the floor and staff. Someone silent with their camera off has a route with neither, so that their slot stays theirs.
func Routes(s *State) RouteTable {
	table := RouteTable{}
	if s.Phase == Ended {
		return table
	}
	present := s.present()
	inCircle := map[int]int{}
	for _, p := range present {
		inCircle[p.Circle]++
	}
	for _, listener := range present {
		routes := make([]Route, 0, len(present)-1)
		for _, source := range present {
			together, soon := listener.Circle == source.Circle, listener.goingTo() == source.goingTo()
			if source == listener || !together && !soon {
				continue
			}
			routes = append(routes, Route{
				Source:  source.ID,
				Hear:    source.Mic == On && s.mayBeHeard(source),
				See:     s.quality(source, inCircle[source.Circle]),
				Prepare: !together,
			})
		}
		table[listener.ID] = routes
	}
	return table
}

// present are those whom anyone may hear or see.
func (s *State) present() []*Person {
	var out []*Person
	for i := range s.People {
		if p := &s.People[i]; p.Presence == Admitted && p.Connected && p.Role != Observer {
			out = append(out, p)
		}
	}
	return out
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
	case source.Camera != On:
		return NoPicture
	case together <= fewPeople, s.Floor.Speaker == source.ID, slices.Contains(s.Spotlight, source.ID):
		return Large
	default:
		return Small
	}
}
