package facilitation_test

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	. "kring/facilitation"
)

var (
	histories = flag.Int("histories", 80, "random histories that TestHistories tries")
	firstSeed = flag.Uint64("first-seed", 1, "the seed of the first of them")
)

// historyLength is how many things happen in a history; one that ends sooner is over.
const historyLength = 200

// TestHistories looks after every step of random histories at what must always be so. One that fails prints as a scenario file that
// replays it: put into testdata, it is told at every test.
func TestHistories(t *testing.T) {
	reached, count := map[string]int{}, new(sync.Mutex)
	last := *firstSeed + uint64(*histories)
	t.Run("seeds", func(t *testing.T) {
		workers := runtime.GOMAXPROCS(0)
		for w := range workers {
			t.Run(fmt.Sprint("worker ", w), func(t *testing.T) {
				t.Parallel()
				for seed := *firstSeed + uint64(w); seed < last && !t.Failed(); seed += uint64(workers) {
					h := newHistory(seed)
					phases := map[string]int{}
					for i := 0; i < historyLength && h.wrong == nil && h.state.Phase != Ended; i++ {
						h.step()
						phases[string(h.state.Phase)]++
					}
					if h.wrong != nil {
						t.Errorf("%v; as a file of testdata:\n%s", h.wrong, h.report())
					}
					count.Lock()
					for _, seen := range []map[string]int{phases, h.watch.seen} {
						for what, n := range seen {
							reached[what] += n
						}
					}
					count.Unlock()
				}
			})
		}
	})
	// What no history comes to is not tested.
	for _, what := range []string{
		"whole", "circles", "closing", "ended", "paused", "paused and gone", "stepped out", "screen", "fishbowl", "chair given", "alone", "listened", "observed", "chosen", "switched on", "visited", "speaker held", "offer held", "staff gone", "frozen", "removed",
		"alarmed", "distress seen", "message forgotten", "peeked", "peek ended by admission",
		"met", "waited alone",
		"gated", "heard behind the gate", "round", "passed", "absent", "done", "media down", "echo", "second phase",
	} {
		if reached[what] == 0 && *histories >= 80 {
			t.Errorf("no history came to: %s", what)
		}
	}
}

// change is one call of Apply.
type change struct {
	before, after *State
	c             Command
	by            Actor
	result        Result
	now           Millis
	views         []View // of each of after's people, at now
}

func viewsOf(s *State, now Millis) []View {
	views := make([]View, len(s.People))
	for i, p := range s.People {
		views[i] = ViewFor(s, p.ID, now)
	}
	return views
}

// watcher holds what must be so of a change, and of the states before it that led there.
type watcher struct {
	announced map[ParticipantID]visit
	speaking  Floor
	spoken    Millis
	now       Millis
	phase     phaseClock
	seen      map[string]int
}

func newWatcher() watcher {
	return watcher{announced: map[ParticipantID]visit{}, seen: map[string]int{}}
}

func (w *watcher) step(c change) []error {
	w.count(c)
	var wrong []error
	for _, err := range []error{
		c.after.Check(), revisions(c), devices(c), screens(c), sameForAll(c), oneCircle(c.after), routesHold(c.after), w.visits(c), w.told(c),
		places(c), quiet(c), rounds(c), behindGate(c.after), w.speakingTime(c), restricts(c), discreet(c), w.inPrivate(c), w.peeks(c), w.meetings(c), phases(c), w.phaseTime(c),
	} {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	return wrong
}

func (w *watcher) count(c change) {
	for what, so := range map[string]bool{
		"speaker held": c.after.Floor.HeldAt > 0 && c.after.Floor.Speaker != "",
		"offer held":   c.after.Floor.HeldAt > 0 && c.after.Floor.Offered != "",
		"staff gone":   c.after.StaffGoneAt > 0,
		"frozen":       slices.ContainsFunc(c.after.Queue.Entries, func(e Entry) bool { return e.Frozen }),
		"gated":        gated(c.after),
		"second phase": c.after.Script.Now == 2,
		"round":        c.after.Round != nil,
		"passed":       turnIs(c.after, TurnPassed),
		"absent":       turnIs(c.after, TurnAbsent),
		"done":         turnIs(c.after, TurnDone),
		"media down":   mediaIsDown(c.after),
		"echo":         slices.ContainsFunc(c.result.Events, func(e Event) bool { return e.Kind == EventEcho }),
		"heard behind the gate": gated(c.after) && slices.ContainsFunc(c.after.People, func(p Person) bool {
			return p.Role == Member && p.Presence == Admitted && p.Mic == On && p.Connected
		}),
		"removed": slices.ContainsFunc(c.after.People, func(p Person) bool { return p.Presence == Removed }),
		"paused":  c.after.Pause.Since > 0,

		"paused and gone": c.after.Pause.Since > 0 && c.after.StaffGoneAt > 0,
		"screen":          c.after.Screen != "",
		"fishbowl":        c.after.Fishbowl.On,
		"chair given":     len(c.after.Fishbowl.Inner) > len(c.before.Fishbowl.Inner) && c.before.Fishbowl.On,
		"alone":           slices.ContainsFunc(c.after.Breakout.Circles, func(c Circle) bool { return c.Alone }),
		"chosen":          c.c.ChooseCircle != nil && c.result.Changed,
		"stepped out":     slices.ContainsFunc(c.after.People, func(p Person) bool { return p.SteppedOut }),
	} {
		if so {
			w.seen[what]++
		}
	}
	for _, p := range c.after.People {
		if old := personOf(c.before, p.ID); old != nil && old.Mic != On && p.Mic == On {
			w.seen["switched on"]++
		}
	}
}

func personOf(s *State, id ParticipantID) *Person {
	for i := range s.People {
		if s.People[i].ID == id {
			return &s.People[i]
		}
	}
	return nil
}

// revisions: what changes the room makes one revision, and nothing else makes one.
func revisions(c change) error {
	r := c.result
	want := c.before.Revision
	if r.Changed {
		want++
	}
	switch {
	case r.Changed && r.Answer.Refusal != "":
		return fmt.Errorf("refused %s, and changed something", r.Answer.Refusal)
	case c.after.Revision != want || r.Answer.Revision != want:
		return fmt.Errorf("revision %d after %d, answered %d", c.after.Revision, c.before.Revision, r.Answer.Revision)
	case c.after.Clock.T < c.before.Clock.T:
		return fmt.Errorf("room time went back")
	}
	return nil
}
