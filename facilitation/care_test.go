package facilitation_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	. "kring/facilitation"
)

// inPrivate: what a member asks of staff changes nothing that another member sees, and is kept until staff have seen it.
func (w *watcher) inPrivate(c change) error {
	for i, viewer := range c.after.People {
		v := &c.views[i]
		if viewer.Role == Therapist && viewer.Presence == Admitted && c.after.Phase != Ended {
			continue
		}
		for _, d := range v.Distress {
			if d.Participant != viewer.ID {
				return fmt.Errorf("%s sees that %s is in distress", viewer.ID, d.Participant)
			}
		}
		for _, m := range v.Messages {
			if m.From != viewer.ID && !(m.Back && viewer.Role == Observer && viewer.Presence == Admitted) {
				return fmt.Errorf("%s reads a message of %s", viewer.ID, m.From)
			}
		}
		private := c.c.Distress != nil || c.c.WithdrawDistress != nil || c.c.SideMessage != nil
		if private && viewer.Role == Member && viewer.ID != c.by.ID &&
			!sameView(ViewFor(c.before, viewer.ID, c.now), *v) {
			return fmt.Errorf("%s sees something of what %s asks", viewer.ID, c.by.ID)
		}
	}
	return w.kept(c)
}

// sameView leaves out a person's own messages, looked at above: an old one may make room for a new one of another.
func sameView(a, b View) bool {
	a.Messages, b.Messages = nil, nil
	return reflect.DeepEqual(a, b)
}

// kept: a signal is gone only by its sender, by staff, by removal or at the end; an unread message only at the end.
func (w *watcher) kept(c change) error {
	if c.after.Phase == Ended {
		return nil
	}
	for _, d := range c.before.Distress {
		i := slices.IndexFunc(c.after.Distress, func(o Distress) bool { return o.Participant == d.Participant })
		ended := c.c.WithdrawDistress != nil && c.by.ID == d.Participant ||
			c.c.CloseDistress != nil && c.c.CloseDistress.Participant == d.Participant || c.c.Remove != nil
		if i < 0 && !ended {
			return fmt.Errorf("the signal of %s is gone", d.Participant)
		}
		if i >= 0 && c.after.Distress[i].SeenBy != "" && d.SeenBy == "" {
			w.seen["distress seen"]++
		}
		if i >= 0 && c.after.Distress[i].Alarm && !d.Alarm {
			w.seen["alarmed"]++
		}
	}
	for _, m := range c.before.Messages {
		if slices.ContainsFunc(c.after.Messages, func(o Message) bool { return o.ID == m.ID }) {
			continue
		}
		if w.seen["message forgotten"]++; !m.Back && m.SeenBy == "" {
			return fmt.Errorf("an unread message of %s is gone", m.From)
		}
	}
	return nil
}

// place is a circle, the door where someone waits, or where those who wait are together.
type place struct {
	circle   int
	door     ParticipantID
	together bool
}

// isAt is where someone is heard and seen, and goesTo where an announced look or a prepared move takes them.
func isAt(p Person) place {
	switch {
	case p.Presence == Waiting && p.Share != nil && p.Share.Open:
		return place{together: true}
	case p.Presence == Waiting:
		return place{door: p.ID}
	case p.Peek != nil && p.Peek.Open:
		return place{door: p.Peek.At}
	}
	return place{circle: p.Circle}
}

func goesTo(p Person) place {
	switch {
	case p.Presence == Waiting && p.Share != nil:
		return place{together: true}
	case p.Presence == Waiting:
	case p.Peek != nil:
		return place{door: p.Peek.At}
	case p.Moving != nil:
		return place{circle: p.Moving.To}
	}
	return isAt(p)
}

func peeked(s *State, at Person) bool {
	return at.Presence == Waiting && slices.ContainsFunc(s.People, func(p Person) bool { return p.Peek != nil && p.Peek.At == at.ID })
}

// peeks: nobody is seen or heard at the door unannounced. A look is in force three seconds after who waits could see it coming.
func (w *watcher) peeks(c change) error {
	for _, p := range c.after.People {
		old := personOf(c.before, p.ID)
		if old != nil && old.Peek != nil && old.Peek.Open && c.c.Admit != nil && c.c.Admit.Participant == old.Peek.At && p.Peek == nil {
			w.seen["peek ended by admission"]++
		}
		if p.Peek == nil || !p.Peek.Open || old != nil && old.Peek != nil && *old.Peek == *p.Peek {
			continue
		}
		w.seen["peeked"]++
		switch {
		case old == nil || old.Peek == nil || old.Peek.At != p.Peek.At || old.Peek.Since != p.Peek.Since:
			return fmt.Errorf("%s looks at %s unannounced", p.ID, p.Peek.At)
		case c.after.Clock.T-p.Peek.Since < 3000:
			return fmt.Errorf("%s looks at %s after %d ms", p.ID, p.Peek.At, c.after.Clock.T-p.Peek.Since)
		case !slices.ContainsFunc(ViewFor(c.before, p.Peek.At, c.now).Door, func(d DoorView) bool { return d.ID == p.ID }):
			return fmt.Errorf("%s looks at %s, who was not told", p.ID, p.Peek.At)
		}
	}
	return nil
}

// TestMessagesMakeRoom: read ones make room for new ones, oldest first; what nobody has read stays, and the rest must wait. Those who
// write much, and with what takes most room, leave a message for each of a ring of 16 that has not written.
func TestMessagesMakeRoom(t *testing.T) {
	var members []ParticipantID
	for i := range 20 {
		members = append(members, ParticipantID(fmt.Sprintf("m%02d", i+1)))
	}
	r := newRoom(t, append([]ParticipantID{"ana", "bas"}, members...)...)
	say := func(id ParticipantID, text string) { r.must(id, Command{SideMessage: &Text{text}}) }
	more := Command{SideMessage: &Text{"Nog een."}}
	refused := func(id ParticipantID, want RefusalCode) {
		t.Helper()
		if a := Apply(r.state, CommandID{"page-of-" + string(id), 1}, more, Actor{id, Member}, r.now).Answer; a.Refusal != want {
			t.Errorf("with %d messages, one more of %s is answered %+v", len(r.state.Messages), id, a)
		}
	}
	for range 2 {
		say("m01", strings.Repeat("<", 119)) // six bytes each
		say("m02", strings.Repeat("<", 119))
	}
	refused("m01", TooSoon)
	for _, id := range members[2:16] {
		say(id, strings.Repeat("ë", 240))
	}
	refused("m03", TooSoon) // a second one
	for _, id := range members[16:18] {
		say(id, "Bericht")
	}
	refused("m20", Full)
	r.must("ana", Command{SeeMessage: &SeeMessage{4}}) // and 2, of the same member
	say("m20", "Nog een.")
	var left []int
	for _, m := range r.state.Messages {
		left = append(left, m.ID)
	}
	if len(left) != 20 || !slices.Equal(left[:3], []int{1, 3, 4}) || left[19] != 21 {
		t.Errorf("left are %v", left)
	}
	long := strings.Repeat("ë", 240)
	r.must("ana", Command{StaffMessage: &Text{long}})
	if a := Apply(r.state, CommandID{"page-of-ana", 1}, Command{StaffMessage: &Text{long + "ë"}}, Actor{"ana", Therapist}, r.now).Answer; a.Refusal != Invalid {
		t.Errorf("241 characters are answered %+v", a)
	}
}

// TestBackChannel: an observer in the room reads what staff say to each other, and nothing that a member said.
func TestBackChannel(t *testing.T) {
	r := newRoom(t, "ana", "ben")
	r.enter("olga", Observer)
	for i := range r.state.People {
		if p := &r.state.People[i]; p.ID == "olga" {
			p.Presence = Admitted // announced beforehand
		}
	}
	r.must("ben", Command{SideMessage: &Text{"Alleen voor jullie."}})
	r.must("ana", Command{StaffMessage: &Text{"Let op Ben."}})
	for viewer, want := range map[ParticipantID]int{"ana": 2, "ben": 1, "olga": 1} {
		v := ViewFor(r.state, viewer, r.now)
		if len(v.Messages) != want || viewer == "olga" && !v.Messages[0].Back {
			t.Errorf("%s reads %+v", viewer, v.Messages)
		}
	}
}
