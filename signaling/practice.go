package signaling

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"kring/signaling/protocol"
	"kring/signaling/store"
)

// The numbers of the Netherlands, for a practice that sets no others.
const (
	emergencyNumber = "112"
	crisisNumber    = "113"
	maxNumber       = 24 // characters
)

// practice is what a practice has set, with the numbers that hold where it set none.
func (s *Server) practice(ctx context.Context) (protocol.Practice, error) {
	var p practiceRecord
	version, err := get(ctx, s.records, store.KindPractice, practiceID, &p)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return protocol.Practice{}, err
	}
	return protocol.Practice{Version: version, Numbers: orDutch(p.Numbers), Formal: p.Formal}, nil
}

func orDutch(n protocol.Numbers) protocol.Numbers {
	if n.Emergency == "" {
		n.Emergency = emergencyNumber
	}
	if n.Crisis == "" {
		n.Crisis = crisisNumber
	}
	return n
}

func (s *Server) getPractice(w http.ResponseWriter, r *http.Request) {
	p, err := s.practice(r.Context())
	if err != nil {
		s.fail(w, "read practice", err)
		return
	}
	reply(w, p)
}

func (s *Server) putPractice(w http.ResponseWriter, r *http.Request) {
	var body protocol.Practice
	if !readBody(w, r, &body) {
		return
	}
	numbers, ok := validNumbers(body.Numbers)
	if !ok {
		refuse(w, http.StatusBadRequest, "invalid")
		return
	}
	body.Numbers = numbers
	if err := s.savePractice(r.Context(), body); err != nil {
		s.fail(w, "save practice", err)
		return
	}
	s.getPractice(w, r)
}

// savePractice changes what staff may set, and leaves the links of the practice as they are.
func (s *Server) savePractice(ctx context.Context, changed protocol.Practice) error {
	var p practiceRecord
	if _, err := get(ctx, s.records, store.KindPractice, practiceID, &p); err != nil {
		return err
	}
	p.Numbers, p.Formal = changed.Numbers, changed.Formal
	_, err := put(ctx, s.records, store.KindPractice, practiceID, changed.Version, p, 0)
	return err
}

// validNumbers trims and checks: digits, and what people write between them.
func validNumbers(n protocol.Numbers) (protocol.Numbers, bool) {
	all := true
	for _, number := range []*string{&n.Practice, &n.Emergency, &n.Crisis} {
		trimmed, ok := validNumber(*number)
		*number, all = trimmed, all && ok
	}
	return n, all
}

func validNumber(number string) (string, bool) {
	number = strings.TrimSpace(number)
	return number, len(number) <= maxNumber && strings.Trim(number, "+0123456789 -()") == "" &&
		(number == "" || strings.ContainsAny(number, "0123456789"))
}
