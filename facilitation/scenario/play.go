package scenario

import (
	"fmt"
	"strings"
	"time"

	"kring/facilitation"
)

// Driver is an altitude at which a story is played. An error is the driver's own failure and ends the story; a refusal is an
// ordinary answer. People are named as in the story.
type Driver interface {
	// ID is the participant id of a name of the cast. It is known before they arrive, for their chair stands in the ring.
	ID(name string) facilitation.ParticipantID
	// Enter opens a page: the first, or another in its place.
	Enter(name string) (facilitation.RefusalCode, error)
	// Drop breaks the connection of a page; Return brings the same page back.
	Drop(name string) error
	Return(name string) error
	// Do has someone give a command and returns its answer.
	Do(name string, c facilitation.Command) (facilitation.RefusalCode, error)
	// View is what a person's page shows now, false if there is no page that is connected.
	View(name string) (facilitation.View, bool)
	// Hears and Sees are those whose sound and picture reach a listener now, in any order.
	Hears(listener string) []facilitation.ParticipantID
	Sees(listener string) []facilitation.ParticipantID
	// Echo is the last echo that someone got, from nobody if there was none.
	Echo(name string) (from facilitation.ParticipantID, kind facilitation.EchoKind)
	// Media is what the media server tells of someone: down or up again. Speaks is that they speak on. Both are called only in a
	// story with a fake clock.
	Media(name string, down bool) error
	Speaks(name string) error
	// Await returns when so is nil, or its last error when there is no more to wait for.
	Await(so func() error) error
	// Pass lets time go by. It is called only in a story with a fake clock.
	Pass(d time.Duration) error
}

// play is one performance of a story.
type play struct {
	story  *Story
	driver Driver
	names  map[facilitation.ParticipantID]string
	// ranking and shuffle are what talk-time and chance were made to say.
	ranking, shuffle []facilitation.ParticipantID
}

// Play tells a story to the end, or to the first line that is not so, which the error names.
func (s *Story) Play(d Driver) error {
	p := &play{story: s, driver: d, names: map[facilitation.ParticipantID]string{}}
	for _, name := range s.cast() {
		p.names[d.ID(name)] = name
	}
	for _, step := range s.Steps {
		if err := p.step(step); err != nil {
			return fmt.Errorf("line %d, %q: %w", step.Line, step.Text, err)
		}
	}
	return nil
}

func (p *play) step(step Step) error {
	switch {
	case step.pass > 0:
		return p.driver.Pass(step.pass)
	case step.fact != nil:
		return p.driver.Await(func() error { return step.fact(p) })
	}
	refused, err := step.act(p)
	switch {
	case err != nil:
		return err
	case refused != step.Refused && refused == "":
		return fmt.Errorf("it was accepted")
	case refused != step.Refused:
		return fmt.Errorf("refused %s", refused)
	}
	return nil
}

func (p *play) id(name string) facilitation.ParticipantID { return p.driver.ID(name) }

func (p *play) ids(names []string) []facilitation.ParticipantID {
	ids := make([]facilitation.ParticipantID, len(names))
	for i, name := range names {
		ids[i] = p.id(name)
	}
	return ids
}

// name is how the story calls an id: "nobody" for the empty one.
func (p *play) name(id facilitation.ParticipantID) string {
	if id == "" {
		return "nobody"
	}
	if name, ok := p.names[id]; ok {
		return name
	}
	return "a stranger"
}

// list writes names as a story does.
func (p *play) list(ids []facilitation.ParticipantID) string {
	if len(ids) == 0 {
		return "nobody"
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = p.name(id)
	}
	return strings.Join(names, " ")
}

// all are the people of the cast who are in the room now, with what each sees.
func (p *play) all() map[string]facilitation.View {
	views := map[string]facilitation.View{}
	for _, name := range p.story.cast() {
		if v, there := p.driver.View(name); there && v.You.Presence == facilitation.Admitted {
			views[name] = v
		}
	}
	return views
}

// everyone compares what everyone in the room sees, staff and members alike, with what must be so.
func (p *play) everyone(want string, saw func(facilitation.View) string) error {
	views := p.all()
	if len(views) == 0 {
		return fmt.Errorf("nobody is there to see it")
	}
	for name, v := range views {
		if got := saw(v); got != want {
			return fmt.Errorf("%s sees %s", name, got)
		}
	}
	return nil
}

// staff is the view of one of staff who is in the room.
func (p *play) staff() (facilitation.View, error) {
	for _, name := range p.story.Staff {
		if v, there := p.driver.View(name); there && v.You.Presence == facilitation.Admitted {
			return v, nil
		}
	}
	return facilitation.View{}, fmt.Errorf("no staff is there to see it")
}

// own is a person's own view.
func (p *play) own(name string, saw func(facilitation.View) error) error {
	v, there := p.driver.View(name)
	if !there {
		return fmt.Errorf("%s has no page", name)
	}
	return saw(v)
}

// same compares what there is with what must be so.
func same(got, want string) error {
	if got != want {
		return fmt.Errorf("it is %s", got)
	}
	return nil
}
