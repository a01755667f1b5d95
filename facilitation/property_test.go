package facilitation_test

import (
	"flag"
	"fmt"
	"reflect"
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
		"whole", "circles", "closing", "ended", "paused", "paused and gone", "stepped out", "fishbowl", "chair given", "alone", "listened", "observed", "chosen", "switched on", "visited", "speaker held", "offer held", "staff gone", "frozen", "removed",
		"alarmed", "distress seen", "message forgotten", "peeked", "peek ended by admission",
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

// visit is an announcement that members have seen.
type visit struct {
	circle int
	at     Millis
}

func newWatcher() watcher {
	return watcher{announced: map[ParticipantID]visit{}, seen: map[string]int{}}
}

func (w *watcher) step(c change) []error {
	w.count(c)
	var wrong []error
	for _, err := range []error{
		c.after.Check(), revisions(c), devices(c), sameForAll(c.after, c.now), oneCircle(c.after), routesHold(c.after), w.visits(c), w.told(c),
		places(c), quiet(c), rounds(c), behindGate(c.after), w.speakingTime(c), restricts(c), discreet(c.after, c.now), w.inPrivate(c), w.peeks(c), phases(c), w.phaseTime(c),
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

// devices: no microphone or camera comes on but by a command of its owner, and no lock opens but by staff.
func devices(c change) error {
	for _, p := range c.after.People {
		old := personOf(c.before, p.ID)
		if old == nil {
			old = &Person{Mic: SelfOff, Camera: SelfOff}
		}
		own := c.by.ID == p.ID && c.by.Role != System
		for _, d := range []struct {
			name     string
			was, is  DeviceState
			switched bool
		}{
			{"microphone", old.Mic, p.Mic, c.c.Mic != nil && c.c.Mic.On || c.c.Ready != nil && c.c.Ready.Mic},
			{"camera", old.Camera, p.Camera, c.c.Camera != nil && c.c.Camera.On || c.c.Ready != nil && c.c.Ready.Camera},
		} {
			if d.was != On && d.is == On && (!own || !d.switched) {
				return fmt.Errorf("the %s of %s came on", d.name, p.ID)
			}
			if d.was == Locked && d.is != Locked && (c.c.Unlock == nil || c.by.Role != Therapist || d.is != SelfOff) {
				return fmt.Errorf("the lock on the %s of %s became %s", d.name, p.ID, d.is)
			}
		}
	}
	return nil
}

// quiet: in a pause no member's microphone is on and nobody's comes on, and whoever has stepped out is off altogether.
func quiet(c change) error {
	for _, p := range c.after.People {
		if p.Presence != Admitted || p.Role != Member {
			continue
		}
		outside := c.after.Fishbowl.On && !slices.Contains(c.after.Fishbowl.Inner, p.ID)
		if p.Mic == On && (c.after.Pause.Since > 0 || outside) || p.SteppedOut && (p.Mic == On || p.Camera == On) {
			return fmt.Errorf("the microphone of %s is %s in a pause", p.ID, p.Mic)
		}
	}
	return nil
}

// sameForAll: seats, queue, floor, spotlight and phase are the same on every screen in the room.
func sameForAll(s *State, now Millis) error {
	var first string
	for _, p := range s.People {
		if p.Presence != Admitted {
			continue
		}
		v := ViewFor(s, p.ID, now)
		var seats []Seat
		var round []ParticipantID
		for _, seat := range v.Seats {
			seats = append(seats, Seat{seat.Participant, seat.Name})
		}
		if v.Round != nil {
			for _, turn := range v.Round.Turns {
				round = append(round, turn.Participant)
			}
		}
		got := fmt.Sprint(seats, round, v.Gate, v.Queue, v.Floor, v.Spotlight, v.Phase, v.Mode, v.Order, v.Script.Name, v.StaffPresent, v.StaffGoneMs, v.LeavingMs, v.Pause, v.Fishbowl, v.Observers)
		if first == "" {
			first = got
		}
		if got != first {
			return fmt.Errorf("%s sees %s, another %s", p.ID, got, first)
		}
	}
	return nil
}

// oneCircle: a member is in exactly one circle or the whole, and their circle is the one that lists them.
func oneCircle(s *State) error {
	open := s.Phase == Circles || s.Phase == Closing && s.Breakout.EndsAt > 0
	for _, p := range s.People {
		listed := 0
		for i, c := range s.Breakout.Circles {
			if slices.Contains(c.Members, p.ID) {
				listed = i + 1
			}
		}
		switch {
		case s.Phase == Whole && (p.Circle != WholeCircle || p.Assigned != 0):
			return fmt.Errorf("%s is in circle %d, assigned to %d, in the whole", p.ID, p.Circle, p.Assigned)
		case p.Presence != Admitted && (p.Circle != WholeCircle || p.Assigned != 0 || p.Moving != nil):
			return fmt.Errorf("%s is %s and in a circle", p.ID, p.Presence)
		case p.Role != Therapist && p.Role != Member && p.Circle != WholeCircle:
			return fmt.Errorf("a %s is in a circle", p.Role)
		case listed != 0 && (p.Presence != Admitted || p.Role != Member):
			return fmt.Errorf("circle %d lists %s, a %s who is %s", listed, p.ID, p.Role, p.Presence)
		case open && listed != p.Assigned:
			return fmt.Errorf("%s is assigned to circle %d and listed in %d", p.ID, p.Assigned, listed)
		case open && p.Role == Member && p.Circle != p.Assigned && (p.Moving == nil || p.Moving.To != p.Assigned):
			return fmt.Errorf("%s is in circle %d, belongs in %d, and is not on the way", p.ID, p.Circle, p.Assigned)
		}
	}
	return nil
}

// routesHold says from the state alone who may hear and see whom, and compares.
func routesHold(s *State) error {
	table := Routes(s)
	in := func(p Person) bool {
		return s.Phase != Ended && (p.Presence == Admitted || peeked(s, p)) && p.Connected && !p.SteppedOut && (p.Role == Member || p.Role == Therapist)
	}
	looksOn := func(p Person) bool {
		return s.Phase != Ended && p.Role == Observer && p.Presence == Admitted && p.Connected && p.MayObserve
	}
	for listener := range table {
		if p := personOf(s, listener); p == nil || !in(*p) && !looksOn(*p) {
			return fmt.Errorf("%s is not in the room and has routes", listener)
		}
	}
	for _, listener := range s.People {
		for _, source := range s.People {
			var got Route
			i := slices.IndexFunc(table[listener.ID], func(r Route) bool { return r.Source == source.ID })
			if i >= 0 {
				got = table[listener.ID][i]
			}
			both := listener.ID != source.ID && (in(listener) || looksOn(listener)) && in(source)
			together := both && isAt(listener) == isAt(source)
			soon := both && !together && goesTo(listener) == goesTo(source)
			ear := both && !together && source.Circle > 0 && isAt(source) == fmt.Sprint("circle ", source.Circle) && listener.Ears[source.Circle-1] != 0
			eavesdrops := ear && listener.Ears[source.Circle-1] < 0 && listener.Role == Therapist
			hears, sees := i >= 0 && !got.Prepare && got.Hear, i >= 0 && !got.Prepare && got.See > NoPicture
			switch {
			case hears != ((together || eavesdrops) && source.Mic == On && permitted(s, source)):
				return fmt.Errorf("%s hears %s: %v", listener.ID, source.ID, hears)
			case sees != (together && source.Camera == On):
				return fmt.Errorf("%s sees %s: %v", listener.ID, source.ID, sees)
			case (i >= 0) != (together || soon || ear) || got.Prepare != ((soon || ear) && !eavesdrops):
				return fmt.Errorf("the route from %s to %s is %+v", source.ID, listener.ID, got)
			}
		}
	}
	return nil
}

// visits: nobody comes into a circle unannounced. Every move was prepared, those in the circle could see who was on the way, and
// staff were announced for three seconds.
func (w *watcher) visits(c change) error {
	for _, p := range c.after.People {
		old := personOf(c.before, p.ID)
		if old == nil || p.Circle == old.Circle || p.Circle == WholeCircle || p.SteppedOut {
			continue // whoever has stepped out comes along and hears nothing
		}
		if old.Moving == nil || old.Moving.To != p.Circle {
			return fmt.Errorf("%s is in circle %d unprepared", p.ID, p.Circle)
		}
		for _, other := range c.before.People {
			if other.Circle != p.Circle || other.Role == Observer || !old.Connected || other.ID == p.ID {
				continue
			}
			v := ViewFor(c.before, other.ID, c.now)
			if !slices.ContainsFunc(v.Breakout.Circles, func(circle CircleView) bool {
				return circle.Number == p.Circle && slices.Contains(circle.Listening, p.ID)
			}) {
				return fmt.Errorf("%s came into circle %d and %s was not told", p.ID, p.Circle, other.ID)
			}
		}
		if p.Role == Therapist {
			w.seen["visited"]++
			if a := w.announced[p.ID]; a.circle != p.Circle || c.after.Clock.T-a.at < 3000 {
				return fmt.Errorf("%s came into circle %d at %d, announced %+v", p.ID, p.Circle, c.after.Clock.T, a)
			}
		}
	}
	for i, circle := range c.after.Breakout.Circles {
		if circle.Announced != "" {
			w.announced[circle.Announced] = visit{i + 1, circle.AnnouncedAt}
		}
	}
	return nil
}

// places: a place in the queue or on the floor is lost only by who gives it up, takes it, leaves, or is sent down by staff.
func places(c change) error {
	if c.after.Phase == Ended {
		return nil
	}
	cmd := c.c
	for _, e := range c.before.Queue.Entries {
		id := e.Participant
		p := personOf(c.after, id)
		kept := slices.ContainsFunc(c.after.Queue.Entries, func(e Entry) bool { return e.Participant == id }) ||
			c.after.Floor.Speaker == id || c.after.Floor.Offered == id
		own := cmd.Lower != nil && c.by.ID == id || cmd.LowerHand != nil && cmd.LowerHand.Participant == id ||
			cmd.Spoke != nil && cmd.Spoke.Participant == id && c.before.Queue.Mode == Free && c.before.Floor.Speaker+c.before.Floor.Offered == ""
		if !kept && !own && p.Presence == Admitted {
			return fmt.Errorf("%s lost their place in the queue", id)
		}
	}
	if cmd.MoveEntry != nil || cmd.SetQueue != nil || cmd.StartPhase != nil || cmd.Next != nil || cmd.Yield != nil || cmd.Pass != nil {
		return nil
	}
	if got, want := order(c.after, c.before), order(c.before, c.after); !slices.Equal(got, want) {
		return fmt.Errorf("the queue was %v and became %v", want, got)
	}
	// What happens to a connection, and the passing of time, give nobody's turn away.
	if h := c.before.Floor.Speaker; c.by.Role == System && h != "" && c.after.Floor.Speaker != h {
		if c.before.Round != nil {
			return waits(c, h)
		}
		if len(c.after.Queue.Entries) == 0 || c.after.Queue.Entries[0].Participant != h {
			return fmt.Errorf("%s lost the floor and is not next", h)
		}
	}
	return nil
}

// waits: in a round, whoever lost the floor by their connection is asked again, and nobody is asked meanwhile.
func waits(c change, id ParticipantID) error {
	i := slices.IndexFunc(c.after.Round.Turns, func(t Turn) bool { return t.Participant == id })
	if i < 0 || c.after.Round.Turns[i].Status != TurnAbsent || c.after.Floor.Offered != "" {
		return fmt.Errorf("%s lost the floor in a round that is now %+v", id, c.after.Round)
	}
	return nil
}

// rounds: nobody of a round is lost, and no turn that was had comes again, while it runs.
func rounds(c change) error {
	if c.before.Round == nil || c.after.Round == nil {
		return nil
	}
	for _, old := range c.before.Round.Turns {
		i := slices.IndexFunc(c.after.Round.Turns, func(t Turn) bool { return t.Participant == old.Participant })
		switch {
		case i < 0:
			return fmt.Errorf("%s is lost to the round", old.Participant)
		case old.Status == TurnDone && c.after.Round.Turns[i].Status != TurnDone:
			return fmt.Errorf("%s had their turn and is %s", old.Participant, c.after.Round.Turns[i].Status)
		case c.after.Round.Turns[i].Passes < old.Passes && c.c.AddToRound == nil:
			return fmt.Errorf("a pass of %s is forgotten", old.Participant)
		}
	}
	return nil
}

func turnIs(s *State, status TurnStatus) bool {
	return s.Round != nil && slices.ContainsFunc(s.Round.Turns, func(t Turn) bool { return t.Status == status })
}

func mediaIsDown(s *State) bool {
	return slices.ContainsFunc(s.People, func(p Person) bool { return p.MediaDown && p.ID == s.Floor.Speaker })
}

// gated says from the state alone whether the floor is closed.
func gated(s *State) bool {
	return s.Phase == Whole && !s.Fishbowl.On && (s.Queue.Gate == GatedFloor || s.Round != nil && s.Round.Piece == GatePiece)
}

// permitted is the room's permission to be heard.
func permitted(s *State, p Person) bool {
	if p.Role == Therapist || p.Presence == Waiting {
		return true
	}
	if s.Fishbowl.On {
		return s.Pause.Since == 0 && slices.Contains(s.Fishbowl.Inner, p.ID)
	}
	return s.Pause.Since == 0 && (p.Circle != WholeCircle || p.ID == s.Floor.Speaker || !gated(s))
}

// behindGate: at most one member holds a gated floor, and no other has a microphone on that would go live with the floor.
func behindGate(s *State) error {
	if !gated(s) {
		return nil
	}
	for _, p := range s.People {
		if p.Role == Member && p.Presence == Admitted && p.Circle == WholeCircle && p.Mic == On && p.ID != s.Floor.Speaker {
			return fmt.Errorf("the microphone of %s is on behind the gate", p.ID)
		}
	}
	return nil
}

// order is the queue of one state, of those who are in the queue of the other too.
func order(s, other *State) []ParticipantID {
	var ids []ParticipantID
	for _, e := range s.Queue.Entries {
		if slices.ContainsFunc(other.Queue.Entries, func(o Entry) bool { return o.Participant == e.Participant }) {
			ids = append(ids, e.Participant)
		}
	}
	return ids
}

// speakingTime: the clock of one turn never goes back, and stands still while its holder or all staff are away
// or nobody owns the room.
func (w *watcher) speakingTime(c change) error {
	if len(c.after.People) == 0 || c.after.Floor.Speaker == "" {
		w.speaking = Floor{}
		return nil
	}
	spoken := ViewFor(c.after, c.after.Floor.Speaker, c.now).Floor.SpeakMs
	same := w.speaking.Speaker == c.after.Floor.Speaker && c.c.Begin == nil
	was, still := w.spoken, c.before.Floor.HeldAt > 0 || c.before.StaffGoneAt > 0 || mediaIsDown(c.before) || c.before.Pause.Since > 0 || c.c.Resume != nil
	least := was
	if c.c.Resume != nil {
		least -= 12_000 // a heartbeat, and the dawdling of these histories
	}
	backwards := c.now < w.now // the wall clock went back, and takes what it shows along
	w.speaking, w.spoken, w.now = c.after.Floor, spoken, c.now
	switch {
	case same && spoken < least && !backwards:
		return fmt.Errorf("the turn's clock went back from %d to %d", was, spoken)
	case same && still && spoken > was:
		return fmt.Errorf("the turn's clock stood still at %d and is %d", was, spoken)
	}
	return nil
}

// phases: the phase changes by a command of staff alone; it ends the spotlight, and switches and moves nobody.
func phases(c change) error {
	if c.after.Phase == Ended || c.before.Script.Now == c.after.Script.Now {
		return nil
	}
	if c.c.StartPhase == nil || c.by.Role != Therapist || c.c.StartPhase.Expect != c.before.Script.Now {
		return fmt.Errorf("phase %d became %d", c.before.Script.Now, c.after.Script.Now)
	}
	people := slices.Clone(c.after.People)
	for i, p := range people {
		was := c.before.People[i]
		if gated(c.after) && p.Mic == StaffOff && was.Mic == On {
			people[i].Mic = On // the phase closed the gate
		}
		if gated(c.after) && !p.Asked {
			people[i].Asked = was.Asked // behind which nobody is asked to unmute
		}
	}
	if len(c.after.Spotlight) > 0 || !reflect.DeepEqual(c.before.People, people) || !reflect.DeepEqual(c.before.Floor, c.after.Floor) {
		return fmt.Errorf("a phase changed more than it presets")
	}
	return nil
}

// phaseClock is what staff are shown of the phase that runs.
type phaseClock struct {
	number int
	runs   Millis
	now    Millis
}

// phaseTime: the clock of a phase never goes back, and stands still while all staff are away or nobody owns the room.
func (w *watcher) phaseTime(c change) error {
	was := w.phase
	i := slices.IndexFunc(c.after.People, func(p Person) bool { return p.Role == Therapist && p.Presence == Admitted })
	if i < 0 {
		w.phase = phaseClock{}
		return nil
	}
	shown := ViewFor(c.after, c.after.People[i].ID, c.now).Script
	w.phase = phaseClock{shown.Now, shown.RunsMs, c.now}
	if was.number != shown.Now || c.c.StartPhase != nil || c.now < was.now {
		return nil
	}
	least := was.runs
	if c.c.Resume != nil {
		least -= 12_000 // a heartbeat, and the dawdling of these histories
	}
	still := c.before.StaffGoneAt > 0 || c.before.Pause.Since > 0 || c.c.Resume != nil
	if shown.RunsMs < least || still && shown.RunsMs > was.runs {
		return fmt.Errorf("the clock of phase %d went from %d to %d", shown.Now, was.runs, shown.RunsMs)
	}
	return nil
}

// restricts: a command that may be in force before it is stored lets nobody hear or see more.
func restricts(c change) error {
	if !c.c.Restrictive() || !c.result.Changed {
		return nil
	}
	old := Routes(c.before)
	for listener, routes := range Routes(c.after) {
		for _, r := range routes {
			i := slices.IndexFunc(old[listener], func(o Route) bool { return o.Source == r.Source })
			if i < 0 || r.Hear && !old[listener][i].Hear || r.See > NoPicture && old[listener][i].See == NoPicture || old[listener][i].Prepare && !r.Prepare {
				return fmt.Errorf("a restrictive command gave %s more of %s", listener, r.Source)
			}
		}
	}
	return nil
}

// discreet: what members do not need to know, they are not told.
func discreet(s *State, now Millis) error {
	for _, viewer := range s.People {
		v := ViewFor(s, viewer.ID, now)
		outside := viewer.Presence != Admitted || s.Phase == Ended
		if outside && len(v.Seats)+len(v.Staff)+len(v.Queue)+len(v.Waiting)+len(v.Spotlight)+len(v.Breakout.Circles) > 0 {
			return fmt.Errorf("%s is outside and sees in", viewer.ID)
		}
		if viewer.Role == Therapist {
			continue
		}
		if len(v.Waiting) > 0 || len(v.Script.Phases) > 0 || v.Script.Now != 0 || v.Script.RunsMs != 0 ||
			!(s.Breakout.Capacity > 0 && viewer.Role == Member) && (v.Breakout.Status == BreakoutDraft || len(v.Breakout.Circles) > 1) ||
			v.Breakout.CanKeepPairs || v.Breakout.CanAvoidPairs || v.Breakout.Smallest > 0 {
			return fmt.Errorf("%s sees what is for staff: %+v", viewer.ID, v)
		}
		others := v.Staff
		for _, seat := range v.Seats {
			if seat.Person != nil {
				others = append(others, *seat.Person)
			}
		}
		for _, p := range others {
			if p.ID == viewer.ID {
				continue
			}
			if !p.Here && p.Circle != WholeCircle && p.Circle != OtherCircle {
				return fmt.Errorf("%s sees which circle %s is in: %d", viewer.ID, p.ID, p.Circle)
			}
			if p.Presence == Removed || p.Mic != On && p.Mic != SelfOff || p.Camera != On && p.Camera != SelfOff || !p.Here && p.Mic == On {
				return fmt.Errorf("%s sees of %s: %+v", viewer.ID, p.ID, p)
			}
		}
	}
	return nil
}
