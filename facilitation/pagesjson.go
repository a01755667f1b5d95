package facilitation

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// A page is stored as ["id", "participant", [numbers]], for the log is the largest part of a document: the numbers are, from the
// newest answer to the oldest, the command's n, its revision and the place of its refusal in refusals, n and revision as
// differences to the newer one. A page without answers has only the n of its last command.

// numbersPerAnswer are n, revision and refusal.
const numbersPerAnswer = 3

// MarshalJSON writes a page.
func (p Page) MarshalJSON() ([]byte, error) {
	id, err := json.Marshal(p.ID)
	if err != nil {
		return nil, err
	}
	by, err := json.Marshal(p.Participant)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(id)+len(by)+16*(1+len(p.Answers)))
	out = append(append(append(append(append(out, '['), id...), ','), by...), ",["...)
	out = strconv.AppendUint(out, p.Last, 10)
	n, revision := p.Last, uint64(0)
	for i, a := range slices.Backward(p.Answers) {
		code := slices.Index(refusals, a.Refusal)
		switch {
		case code < 0:
			return nil, fmt.Errorf("refusal %q cannot be stored", a.Refusal)
		case i == len(p.Answers)-1:
			out = appendNumbers(out, a.Revision, uint64(code))
		default:
			out = appendNumbers(out, n-a.N, revision-a.Revision, uint64(code))
		}
		n, revision = a.N, a.Revision
	}
	return append(out, "]]"...), nil
}

func appendNumbers(out []byte, numbers ...uint64) []byte {
	for _, n := range numbers {
		out = strconv.AppendUint(append(out, ','), n, 10)
	}
	return out
}

// UnmarshalJSON reads a page. Whether the numbers can be is for Check to say.
func (p *Page) UnmarshalJSON(data []byte) error {
	var numbers []uint64
	*p = Page{}
	parts := []any{&p.ID, &p.Participant, &numbers}
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) != 3 || len(numbers) != 1 && (len(numbers) == 0 || len(numbers)%numbersPerAnswer != 0) {
		return errors.New("a page of another form")
	}
	p.Last = numbers[0]
	if len(numbers) > 1 {
		return p.readAnswers(numbers)
	}
	return nil
}

func (p *Page) readAnswers(numbers []uint64) error {
	var a Answer
	for i, three := range slices.Collect(slices.Chunk(numbers, numbersPerAnswer)) {
		if three[2] >= uint64(len(refusals)) {
			return errors.New("a refusal that there is not")
		}
		if i == 0 {
			a.N, a.Revision = three[0], three[1]
		} else {
			a.N, a.Revision = a.N-three[0], a.Revision-three[1]
		}
		a.Refusal = refusals[three[2]]
		p.Answers = append(p.Answers, a)
	}
	slices.Reverse(p.Answers)
	return nil
}
