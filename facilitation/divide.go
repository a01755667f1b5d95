package facilitation

import (
	"slices"
	"strconv"
)

// divide deals people over circles of about size. Nobody is ever alone: a remainder joins others.
func divide(ids []ParticipantID, size int) [][]ParticipantID {
	count := circlesFor(len(ids), size)
	groups := make([][]ParticipantID, count)
	for i, id := range ids {
		groups[i%count] = append(groups[i%count], id)
	}
	return groups
}

// circlesFor is how many circles of about size give nobody a circle of their own.
func circlesFor(people, size int) int {
	count := min((people+size-1)/size, maxCircles)
	for count > 1 && people/count < 2 {
		count--
	}
	return count
}

// keepTogether makes the circles of last time of those who are here; who is left alone or is new joins the smallest.
func keepTogether(ids []ParticipantID, earlier [][]ParticipantID) [][]ParticipantID {
	var groups [][]ParticipantID
	var rest []ParticipantID
	placed := map[ParticipantID]bool{}
	for _, g := range earlier {
		var here []ParticipantID
		for _, id := range g {
			if slices.Contains(ids, id) && !placed[id] {
				here = append(here, id)
			}
		}
		if len(here) < 2 || len(groups) == maxCircles {
			continue
		}
		groups = append(groups, here)
		for _, id := range here {
			placed[id] = true
		}
	}
	for _, id := range ids {
		if !placed[id] {
			rest = append(rest, id)
		}
	}
	if len(groups) == 0 {
		return [][]ParticipantID{rest}
	}
	for _, id := range rest {
		i := smallest(groups)
		groups[i] = append(groups[i], id)
	}
	return groups
}

func smallest(groups [][]ParticipantID) int {
	best := 0
	for i := range groups {
		if len(groups[i]) < len(groups[best]) {
			best = i
		}
	}
	return best
}

// inOrderOf sorts ids by their place in order; who is not in it comes last, as they stood.
func inOrderOf(ids, order []ParticipantID) []ParticipantID {
	place := func(id ParticipantID) int {
		if i := slices.Index(order, id); i >= 0 {
			return i
		}
		return len(order)
	}
	out := slices.Clone(ids)
	slices.SortStableFunc(out, func(a, b ParticipantID) int { return place(a) - place(b) })
	return out
}

func (s *State) inSeatOrder(ids []ParticipantID) []ParticipantID {
	order := make([]ParticipantID, len(s.Seats))
	for i, seat := range s.Seats {
		order[i] = seat.Participant
	}
	return inOrderOf(ids, order)
}

func circleName(n int) string { return strconv.Itoa(n) }
