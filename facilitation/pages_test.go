package facilitation_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"testing"

	. "kring/facilitation"
)

// everyRefusal is all that refusal.go declares.
func everyRefusal(t *testing.T) []RefusalCode {
	source, err := os.ReadFile("refusal.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := []RefusalCode{""}
	for _, m := range regexp.MustCompile(`RefusalCode = "([a-z_]+)"`).FindAllSubmatch(source, -1) {
		codes = append(codes, RefusalCode(m[1]))
	}
	if len(codes) < 10 {
		t.Fatalf("found only %v", codes)
	}
	return codes
}

// TestPageIsStored: a page that was stored comes back as it was, whatever refusals, gaps and highest numbers it has.
func TestPageIsStored(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	codes := everyRefusal(t)
	for answers := range 17 {
		for range 20 {
			p := Page{ID: "page", Participant: `p"<`, Last: random.Uint64N(1 << 50)}
			n, revision := p.Last, random.Uint64N(1<<50)
			for i := range answers {
				n, revision = n+1+random.Uint64N(1<<uint(i)), revision+random.Uint64N(1<<uint(i))
				p.Answers = append(p.Answers, Answer{N: n, Revision: revision, Refusal: codes[random.IntN(len(codes))]})
				p.Last = n
			}
			data, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			var back Page
			if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(p, back) {
				t.Fatalf("%+v is stored as %s and comes back as %+v, %v", p, data, back, err)
			}
		}
	}
}

// TestEveryRefusalIsStored: one that refusals leaves out would be answered, and then not stored.
func TestEveryRefusalIsStored(t *testing.T) {
	for _, code := range everyRefusal(t) {
		if _, err := json.Marshal(Page{ID: "p", Last: 1, Answers: []Answer{{N: 1, Revision: 1, Refusal: code}}}); err != nil {
			t.Error(err)
		}
	}
	if _, err := json.Marshal(Page{ID: "p", Last: 1, Answers: []Answer{{N: 1, Refusal: "made_up"}}}); err == nil {
		t.Error("a refusal that there is not can be stored")
	}
}

// TestDamagedPages: what cannot be a page of ours is refused, when it is read or by Check.
func TestDamagedPages(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `["p","ben"]`, `["p","ben",[]]`, `["p","ben",[1,2]]`, `["p","ben",[1,2,3,4]]`, `["p","ben",[1,2,99]]`,
		`["p","ben",[-1]]`, `["p","ben",[1],2]`, `[1,"ben",[1]]`, `null`, `"p"`,
	} {
		s := newRoom(t, "ana").state
		s.Pages = nil
		err := json.Unmarshal([]byte(`{"pages":[`+text+`]}`), s)
		if err == nil && s.Check() == nil {
			t.Errorf("%s is read as %+v", text, s.Pages)
		}
	}
	for _, text := range []string{
		`["p","ben",[5,9,0,5,1,0]]`, `["p","ben",[5,9,0,9,1,0]]`, `["p","ben",[5,9,0,0,1,0]]`, `["p","ben",[9007199254740992]]`,
	} {
		s := newRoom(t, "ana").state
		if err := json.Unmarshal([]byte(`{"pages":[`+text+`]}`), s); err != nil || s.Check() == nil {
			t.Errorf("%s passes: %+v, %v", text, s.Pages, err)
		}
	}
}
