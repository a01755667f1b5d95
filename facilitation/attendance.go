package facilitation

// Present are the people who take part now: in the room or taken aside for a word, and connected. Nobody is once it is over.
func (s *State) Present() []Person {
	var here []Person
	for _, p := range s.People {
		if s.Phase != Ended && p.Connected && (p.Presence == Admitted || p.Presence == Waiting && p.Apart) {
			here = append(here, p)
		}
	}
	return here
}
