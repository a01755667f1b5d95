package facilitation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kring/facilitation"
	"kring/facilitation/scenario"
	"kring/facilitation/template"
)

// TestScenarios plays every story of testdata against the rules alone.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("stories: %d, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			story, err := scenario.Parse(string(text))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if story.Begin != nil {
				if err := replay(story.Begin, story.Moments, nil); err != nil {
					t.Errorf("%s: %v", file, err)
				}
				return
			}
			if err := story.Play(newRules(t, story)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		})
	}
}

// rules drives a story against Apply: it is the room, the clients and the media server, all of whom do at once what they must.
type rules struct {
	t     *testing.T
	state *facilitation.State
	now   facilitation.Millis
	roles map[string]facilitation.Role
	pages map[string]int    // pages that someone has had
	sent  map[string]uint64 // commands of their present page
	echo  map[string]facilitation.Event
}

func newRules(t *testing.T, story *scenario.Story) *rules {
	r := &rules{t: t, now: 1_800_000_000_000, roles: map[string]facilitation.Role{}, pages: map[string]int{}, sent: map[string]uint64{}, echo: map[string]facilitation.Event{}}
	var seats []facilitation.Seat
	for _, name := range story.Members {
		r.roles[name] = facilitation.Member
		seats = append(seats, facilitation.Seat{Participant: r.ID(name), Name: name})
	}
	for _, name := range story.Observers {
		r.roles[name] = facilitation.Observer
	}
	for _, name := range story.Staff {
		r.roles[name] = facilitation.Therapist
	}
	r.state = facilitation.NewSession("session-1", "Dinsdaggroep", seats)
	if story.Format != "" {
		r.state.Script = template.Find(story.Format).Script("nl")
	}
	return r
}

func (r *rules) ID(name string) facilitation.ParticipantID {
	return facilitation.ParticipantID("id-" + strings.ToLower(name))
}

func (r *rules) Enter(name string) (facilitation.RefusalCode, error) {
	r.pages[name]++
	r.sent[name] = 0
	return r.arrive(name, true), nil
}

func (r *rules) Return(name string) error {
	if code := r.arrive(name, false); code != "" {
		return fmt.Errorf("refused %s", code)
	}
	return nil
}

func (r *rules) arrive(name string, fresh bool) facilitation.RefusalCode {
	return r.system(facilitation.Command{Arrive: &facilitation.Arrive{
		Participant: r.ID(name), Name: name, Role: r.roles[name], Fresh: fresh,
	}})
}

func (r *rules) Drop(name string) error {
	if code := r.system(facilitation.Command{Drop: &facilitation.Target{Participant: r.ID(name)}}); code != "" {
		return fmt.Errorf("refused %s", code)
	}
	return nil
}

// Do gives a command twice under the same id, as a browser does that has lost the answer.
func (r *rules) Do(name string, c facilitation.Command) (facilitation.RefusalCode, error) {
	r.sent[name]++
	id := facilitation.CommandID{Page: fmt.Sprint(name, r.pages[name]), N: r.sent[name]}
	by := facilitation.Actor{ID: r.ID(name), Role: r.roles[name]}
	first := facilitation.Apply(r.state, id, c, by, r.now)
	r.state = first.State
	again := facilitation.Apply(r.state, id, c, by, r.now)
	r.state = again.State
	for _, e := range append(first.Events, again.Events...) {
		if e.Kind == facilitation.EventEcho {
			r.echo[string(e.Participant)] = e
		}
	}
	if first.Answer != again.Answer || again.Changed {
		return "", fmt.Errorf("the same command again was answered %+v, not %+v", again.Answer, first.Answer)
	}
	r.arriveInCircles()
	return first.Answer.Refusal, r.state.Check()
}

func (r *rules) system(c facilitation.Command) facilitation.RefusalCode {
	result := facilitation.Apply(r.state, facilitation.CommandID{}, c, facilitation.Actor{Role: facilitation.System}, r.now)
	r.state = result.State
	if c.CommitMove == nil {
		r.arriveInCircles()
	}
	if err := r.state.Check(); err != nil {
		r.t.Error(err)
	}
	return result.Answer.Refusal
}

// arriveInCircles is the answer of clients and media server to a move that is announced: they are ready.
func (r *rules) arriveInCircles() {
	var moving []facilitation.ParticipantID
	for _, p := range r.state.People {
		if p.Moving != nil {
			moving = append(moving, p.ID)
		}
	}
	if len(moving) > 0 {
		r.system(facilitation.Command{CommitMove: &facilitation.CommitMove{Participants: moving}})
	}
}

func (r *rules) View(name string) (facilitation.View, bool) {
	i := slices.IndexFunc(r.state.People, func(p facilitation.Person) bool { return p.ID == r.ID(name) && p.Connected })
	if i < 0 {
		return facilitation.View{}, false
	}
	return facilitation.ViewFor(r.state, r.ID(name), r.now), true
}

func (r *rules) Hears(listener string) []facilitation.ParticipantID {
	return r.sources(listener, func(route facilitation.Route) bool { return route.Hear && !route.Prepare })
}

func (r *rules) Sees(listener string) []facilitation.ParticipantID {
	return r.sources(listener, func(route facilitation.Route) bool { return route.See > facilitation.NoPicture && !route.Prepare })
}

func (r *rules) sources(listener string, flows func(facilitation.Route) bool) []facilitation.ParticipantID {
	var ids []facilitation.ParticipantID
	for _, route := range facilitation.Routes(r.state)[r.ID(listener)] {
		if flows(route) {
			ids = append(ids, route.Source)
		}
	}
	return ids
}

func (r *rules) Echo(name string) (facilitation.ParticipantID, facilitation.EchoKind) {
	e := r.echo[string(r.ID(name))]
	return e.From, e.Echo
}

func (r *rules) Media(name string, down bool) error {
	if code := r.system(facilitation.Command{MediaDown: &facilitation.MediaDown{Participant: r.ID(name), Down: down}}); code != "" {
		return fmt.Errorf("refused %s", code)
	}
	return nil
}

func (r *rules) Speaks(name string) error {
	if code := r.system(facilitation.Command{Spoke: &facilitation.Target{Participant: r.ID(name)}}); code != "" {
		return fmt.Errorf("refused %s", code)
	}
	return nil
}

// Await waits for nothing: at this altitude all is so at once or never.
func (r *rules) Await(so func() error) error { return so() }

// Pass lets time go by from deadline to deadline, as the room does.
func (r *rules) Pass(d time.Duration) error {
	until := r.now + facilitation.Millis(d.Milliseconds())
	for {
		due, ok := facilitation.Deadline(r.state)
		if !ok || due > until {
			r.now = until
			return nil
		}
		if due < r.now {
			return fmt.Errorf("a deadline is past")
		}
		r.now = due
		r.system(facilitation.Command{Tick: &facilitation.Empty{}})
		if again, ok := facilitation.Deadline(r.state); ok && again == due {
			return fmt.Errorf("a tick leaves its deadline due")
		}
	}
}

// TestFalseStories: a story that says what is not so must fail, and name the line.
func TestFalseStories(t *testing.T) {
	const opening = "clock: fake\nstaff: Ana\nmembers: Ben Cleo\neveryone is in\nBen: raise-hand\nAna: mute Cleo\n"
	for _, lie := range []string{
		"Ben hears Ana Cleo", "Ben hears nobody", "Ben sees Ana", "queue is nobody", "queue is Ben Cleo", "replies are Ben",
		"frozen hands are Ben", "speaker is Ben", "offered to Ben", "the floor is taken", "the offer has been silent for long",
		"Ben has spoken 0 seconds", "the turn has 60 seconds in all", "the clock stands still", "the gate is closed", "Ben gets thanks from Cleo",
		"round is Ben Cleo", "in the round Ben is pending", "Ben sees Cleo as done in the round",
		"the place is held 1 seconds more", "seats are Cleo Ben", "spotlight is Ben", "screen is of Ana", "phase is circles",
		"Ben is told that it is over", "Ben is in circle 1", "circle 1 has Ben", "there are 2 circles", "circle 1 is listened to by Ben",
		"circle 1 asks for help by Ben", "Ben sees that circle 1 expects Ana", "Ben knows of circles 1", `Ben reads "Hoi"`,
		"circles end in 60 seconds", "staff are gone", "the room waits 60 seconds more", "Ben is waiting", "Ben is known to have left",
		"Ben looks to Cleo as if they left", "Ben is away", "waiting room is Ben", "Ben sees only the door", "Cleo's mic is on",
		"Cleo's camera is locked", "Cleo's mic looks on to Ben", "Ben is asked to unmute", "Ben: lower-hand -> refused not_now",
		"Ben: mute Ana", "the pause is on", "a shape to breathe with is shown", "those who have stepped out are Ben", "inner circle is Ben",
		"a chair is asked for by Ben", "a chair is free", "Ben knows that Cleo looks on", "Ben is offered the way back", "a circle takes 2",
		"Ben waits with others", "Ben is told of the meeting place", "Ben waits with others", "Ben is told of the meeting place", "circle 1 suits a latecomer", "Cleo: admit Ben -> refused not_now",
		`everyone reads that it is time for "Aankomen"`, "Ben sees all of the script", "staff see that phase 1 is for 5 minutes",
		"staff see that phase 1 has run 0 seconds", "the queue is free and first_come", "Ben is told that a camera may stay off",
		"Ben finds a break first",
	} {
		story, err := scenario.Parse(opening + lie)
		if err != nil {
			t.Fatal(err)
		}
		err = story.Play(newRules(t, story))
		if err == nil || !strings.Contains(err.Error(), "line 7") {
			t.Errorf("%s: %v", lie, err)
		}
	}
}
