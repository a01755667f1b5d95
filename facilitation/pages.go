package facilitation

import (
	"slices"
	"strings"
)

// How much of the log is kept: the answers of each person's newest page, and the counter of the one before, so that a page
// that was replaced is still known.
const (
	maxAnswers     = 16
	pagesPerPerson = 2
	maxPageID      = 64
	maxN           = 1<<53 - 1 // a browser counts no further, and longer numbers take room
)

// answered finds what a command was answered before. A number that was used so long ago that its answer is forgotten is
// stale; an id that cannot be, or is another person's, is invalid.
func (s *State) answered(id CommandID, by ParticipantID) (Answer, bool) {
	refused := Answer{N: id.N, Revision: s.Revision, Refusal: Invalid}
	if id.N == 0 || id.N > maxN || !isPageID(id.Page) {
		return refused, true
	}
	i := s.page(id.Page)
	if i < 0 {
		return Answer{}, false
	}
	p := &s.Pages[i]
	if p.Participant != by {
		return refused, true
	}
	if id.N > p.Last {
		return Answer{}, false
	}
	for _, a := range p.Answers {
		if a.N == id.N {
			return a, true
		}
	}
	refused.Refusal = Stale
	return refused, true
}

// isPageID: at most 64 of letters, digits, - and _, which JSON writes as they are.
func isPageID(id string) bool {
	return id != "" && len(id) <= maxPageID && !strings.ContainsFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}

func (s *State) page(id string) int {
	return slices.IndexFunc(s.Pages, func(p Page) bool { return p.ID == id })
}

// remember keeps an answer. The newest page of a person is their last in the list.
func (s *State) remember(id CommandID, by Actor, a Answer) {
	if by.Role == System || s.person(by.ID) == nil {
		return
	}
	i := s.page(id.Page)
	if i < 0 {
		s.turnPage(by.ID)
		s.Pages = append(s.Pages, Page{ID: id.Page, Participant: by.ID})
		i = len(s.Pages) - 1
	}
	p := &s.Pages[i]
	p.Last = id.N
	p.Answers = slices.Concat(p.Answers[max(0, len(p.Answers)+1-maxAnswers):], []Answer{a}) // the old list is shared with older states
}

// turnPage makes room for a person's new page.
func (s *State) turnPage(id ParticipantID) {
	older := 0
	for i := len(s.Pages) - 1; i >= 0; i-- {
		if s.Pages[i].Participant != id {
			continue
		}
		s.Pages[i].Answers = nil
		if older++; older >= pagesPerPerson {
			s.Pages = slices.Delete(s.Pages, i, i+1)
		}
	}
}
