package facilitation_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	. "kring/facilitation"
	"kring/facilitation/scenario"
)

// telling is a history while it is told, for the first time or from a file: whatever happens, happens here, and after every step
// it is looked at what must always be so.
type telling struct {
	begin   *State
	state   *State
	now     Millis
	watch   watcher
	moments []scenario.Moment
	answers map[CommandID]Answer     // to the first who gave a command under that id
	highest map[string]uint64        // number of each page
	newest  map[ParticipantID]string // page of each person
	also    func(change) error       // what else must be so, for a test of this test
}

// firstNow is the wall clock at which histories begin.
const firstNow Millis = 1_800_000_000_000

func newTelling(begin *State) *telling {
	return &telling{
		begin: begin, state: begin, now: firstNow, watch: newWatcher(),
		answers: map[CommandID]Answer{}, highest: map[string]uint64{}, newest: map[ParticipantID]string{},
	}
}

// replay tells moments from a state, to the first thing that is wrong.
func replay(begin *State, moments []scenario.Moment, also func(change) error) error {
	t := newTelling(begin)
	t.also = also
	for i, m := range moments {
		if _, err := t.happens(m); err != nil {
			return fmt.Errorf("moment %d, %s: %w", i+1, m, err)
		}
		if t.state.Phase == Ended {
			return nil
		}
	}
	return nil
}

func (t *telling) happens(m scenario.Moment) (Result, error) {
	t.moments = append(t.moments, m)
	t.now += m.After
	if m.Loaded {
		return Result{State: t.state}, t.load()
	}
	before := t.state
	old, err := copyAll(before)
	if err != nil {
		return Result{}, err
	}
	result := Apply(before, m.ID, m.Command, m.By, t.now)
	if now, err := copyAll(before); err != nil || !now.same(old) {
		return result, fmt.Errorf("Apply changed its argument")
	}
	t.state = result.State
	if known, err := t.answered(m, result, personOf(before, m.By.ID) != nil); known || err != nil {
		return result, err
	}
	c := change{before: before, after: t.state, c: m.Command, by: m.By, result: result, now: t.now, views: viewsOf(t.state, t.now)}
	wrong := t.watch.step(c)
	if t.also != nil {
		wrong = append(wrong, t.also(c))
	}
	return result, errors.Join(wrong...)
}

// copied is all of a state at one time. The log of answers stands beside the rest: as JSON it would take as long as that.
// same knows all fields of a page by name.
type copied struct {
	rest  []byte
	pages []Page
}

func copyAll(s *State) (copied, error) {
	rest := *s
	rest.Pages = nil
	doc, err := json.Marshal(&rest)
	pages := slices.Clone(s.Pages)
	for i := range pages {
		pages[i].Answers = slices.Clone(pages[i].Answers)
	}
	return copied{doc, pages}, err
}

func (c copied) same(as copied) bool {
	return bytes.Equal(c.rest, as.rest) && slices.EqualFunc(c.pages, as.pages, func(a, b Page) bool {
		return a.ID == b.ID && a.Participant == b.Participant && a.Last == b.Last && slices.Equal(a.Answers, b.Answers)
	})
}

// load is another owner who reads the document: nothing is lost.
func (t *telling) load() error {
	body, err := json.Marshal(t.state)
	if err != nil {
		return err
	}
	t.state = new(State)
	return json.Unmarshal(body, t.state)
}

// answered: a command that comes again is answered as before, or long after that it is stale; one that comes after a later one of
// its page is stale. Neither changes anything. It reports whether that was so. Of people whom the session does not know no answer
// is kept.
func (t *telling) answered(m scenario.Moment, result Result, kept bool) (known bool, err error) {
	if m.By.Role == System || !kept {
		return false, nil
	}
	highest := t.highest[m.ID.Page]
	first, again := t.answers[m.ID]
	late := !again && m.ID.N <= highest
	forgotten := result.Answer.Refusal == Stale && (t.newest[m.By.ID] != m.ID.Page || highest-m.ID.N >= 8)
	switch {
	case again && (result.Changed || result.Answer != first && !forgotten):
		return true, fmt.Errorf("answered %+v and then %+v", first, result.Answer)
	case late && (result.Changed || result.Answer.Refusal != Stale):
		return true, fmt.Errorf("a command that came too late was answered %+v", result.Answer)
	case !again && !late:
		t.answers[m.ID], t.highest[m.ID.Page], t.newest[m.By.ID] = result.Answer, m.ID.N, m.ID.Page
	}
	return again || late, nil
}

// shortest leaves out of a failing history all without which it fails as well.
func shortest(begin *State, moments []scenario.Moment, also func(change) error) []scenario.Moment {
	for size := len(moments) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(moments); {
			rest := slices.Concat(moments[:at], moments[at+size:])
			if replay(begin, rest, also) != nil {
				moments = rest
			} else {
				at += size
			}
		}
	}
	return moments
}

// TestFailingHistoryIsToldAgain: a history in which something is wrong prints as a scenario file that replays it, without all that
// does not matter.
func TestFailingHistoryIsToldAgain(t *testing.T) {
	handUp := func(c change) error {
		if len(c.after.Queue.Entries) > 1 {
			return errors.New("two hands are up")
		}
		return nil
	}
	h := newHistory(4)
	h.also = handUp
	for h.wrong == nil && len(h.moments) < 400 {
		h.step()
	}
	if h.wrong == nil {
		t.Fatal("nobody puts up a hand")
	}
	text := h.report()
	story, err := scenario.Parse(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if err := replay(story.Begin, story.Moments, handUp); err == nil {
		t.Error("it does not fail again")
	}
	if len(story.Moments) > 12 || len(story.Moments) >= len(h.moments) {
		t.Errorf("%d moments of %d are told:\n%s", len(story.Moments), len(h.moments), text)
	}
	if err := replay(story.Begin, story.Moments, nil); err != nil {
		t.Errorf("without that rule: %v", err)
	}
}
