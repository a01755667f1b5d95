package facilitation

import "iter"

// Present are the people who take part now: in the room or taken aside for a word, and connected. Nobody is once it is over.
func (s *State) Present() iter.Seq[*Person] {
	return func(yield func(*Person) bool) {
		for i := range s.People {
			p := &s.People[i]
			here := s.Phase != Ended && p.Connected && (p.Presence == Admitted || p.Presence == Waiting && p.Apart)
			if here && !yield(p) {
				return
			}
		}
	}
}
