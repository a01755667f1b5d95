package scenario

import (
	"fmt"
	"slices"
	"strings"

	f "kring/facilitation"
)

// fact is one way to say what must be so. What concerns all is compared with the view of everyone in the room.
type fact struct {
	pattern string
	so      func(p *play, w words) error
}

var facts = compile(slices.Concat(roomFacts, circleFacts, careFacts, scriptFacts), func(one fact) string { return one.pattern })

var roomFacts = []fact{
	{"NAME hears NAMES", func(p *play, w words) error { return p.sameSet(p.driver.Hears(w[0]), w[1]) }},
	{"NAME sees NAMES", func(p *play, w words) error { return p.sameSet(p.driver.Sees(w[0]), w[1]) }},

	{"NAME is (checking|waiting|admitted|left)", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(string(v.You.Presence), w[1]) })
	}},
	{"NAME is known to have (left|been removed)", func(p *play, w words) error {
		return p.staffSees(w[0], func(person f.PersonView) error {
			return same(map[f.Presence]string{f.Left: "left", f.Removed: "been removed"}[person.Presence], w[1])
		})
	}},
	{"NAME looks to NAME as if they left", func(p *play, w words) error {
		return p.seenBy(w[1], w[0], func(person f.PersonView) error { return same(string(person.Presence), string(f.Left)) })
	}},
	{"NAME is (here|away)", func(p *play, w words) error {
		return p.everyone(w[1], func(v f.View) string { return whether(p.connected(v, w[0]), "here", "away") })
	}},
	{"waiting room is NAMES", func(p *play, w words) error {
		v, err := p.staff()
		if err != nil {
			return err
		}
		var ids []f.ParticipantID
		for _, person := range v.Waiting {
			ids = append(ids, person.ID)
		}
		return p.sameSet(ids, w[0])
	}},
	{"NAME knows of nobody who waits", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(fmt.Sprint(len(v.Waiting)), "0") })
	}},
	{"NAME sees only the door", func(p *play, w words) error { return p.own(w[0], onlyDoor) }},

	{"NAME's (mic|camera) is (on|self_off|staff_off|locked)", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error {
			return same(string(map[string]f.DeviceState{"mic": v.You.Mic, "camera": v.You.Camera}[w[1]]), w[2])
		})
	}},
	{"NAME's mic looks (on|self_off|staff_off|locked) to NAME", func(p *play, w words) error {
		return p.seenBy(w[2], w[0], func(person f.PersonView) error { return same(string(person.Mic), w[1]) })
	}},
	{"NAME is( not)? asked to unmute", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(whether(v.You.UnmuteAskMs > 0, "", " not"), w[1]) })
	}},

	{"the pause is (on|over)", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return whether(v.Pause.On, "on", "over") })
	}},
	{"a shape to breathe with is (shown|not shown)", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return whether(v.Pause.Breathing, "shown", "not shown") })
	}},
	{"those who have stepped out are NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.list(steppedOut(v)) })
	}},

	{"inner circle is NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.list(v.Fishbowl.Inner) })
	}},
	{"a chair is asked for by NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.list(v.Fishbowl.Asked) })
	}},
	{"a chair is (free|not free)", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return whether(v.Fishbowl.Free, "free", "not free") })
	}},
	{"NAME (knows|does not know) that NAME looks on", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(whether(observes(v, p.id(w[2])), "knows", "does not know"), w[1]) })
	}},
	{"queue is NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.list(hands(v, func(f.EntryView) bool { return true })) })
	}},
	{"replies are NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.list(hands(v, func(e f.EntryView) bool { return e.Kind == f.Reply })) })
	}},
	{"frozen hands are NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.list(hands(v, func(e f.EntryView) bool { return e.Frozen })) })
	}},
	{"speaker is NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.name(v.Floor.Speaker) })
	}},
	{"offered to NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.name(v.Floor.Offered) })
	}},
	{"the floor is (free|taken|held)", func(p *play, w words) error { return p.everyone(w[0], floor) }},
	{"the offer has been silent for long", func(p *play, _ words) error {
		return p.everyone("overdue", func(v f.View) string { return whether(v.Floor.Overdue, "overdue", "not overdue") })
	}},
	{"NAME has spoken N seconds", func(p *play, w words) error {
		return p.everyone(w[0]+" "+w[1], func(v f.View) string { return fmt.Sprint(p.name(v.Floor.Speaker), " ", v.Floor.SpeakMs/1000) })
	}},
	{"the place is held N seconds more", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return fmt.Sprint(v.Floor.HeldMs / 1000) })
	}},

	{"the turn has N seconds in all", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return fmt.Sprint(v.Floor.BudgetMs / 1000) })
	}},
	{"the clock (runs|stands still)", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return whether(v.Floor.Still, "stands still", "runs") })
	}},
	{"the gate is (open|closed)", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return whether(v.Floor.Gated, "closed", "open") })
	}},
	{"NAME gets (hear|recognise|thanks|strength) from NAME", func(p *play, w words) error {
		from, kind := p.driver.Echo(w[0])
		return same(string(kind)+" from "+p.name(from), w[1]+" from "+w[2])
	}},
	{"NAME gets no echo", func(p *play, w words) error {
		_, kind := p.driver.Echo(w[0])
		return same(string(kind), "")
	}},

	{"there is no round", func(p *play, _ words) error {
		return p.everyone("none", func(v f.View) string { return whether(v.Round == nil, "none", "a round") })
	}},
	{"round is NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.list(inRound(v, "")) })
	}},
	{"to come in the round (?:is|are) NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string {
			if v.Round == nil {
				return "there is no round"
			}
			return p.list(v.Round.Coming)
		})
	}},
	{"in the round NAMES (?:is|are) (pending|speaking|passed|done|absent)", func(p *play, w words) error {
		v, err := p.staff()
		if err != nil {
			return err
		}
		return same(p.list(inRound(v, f.TurnStatus(w[1]))), w[0])
	}},
	{"NAME sees NAME as (pending|speaking|passed|done|absent) in the round", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error {
			if slices.Contains(inRound(v, f.TurnStatus(w[2])), p.id(w[1])) {
				return nil
			}
			return fmt.Errorf("it is not so")
		})
	}},

	{"seats are NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.list(chairs(v)) })
	}},
	{"screen is of NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.name(v.Screen) })
	}},
	{"spotlight is NAMES", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return p.list(v.Spotlight) })
	}},
	{"phase is (whole|circles|closing)", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return string(v.Phase) })
	}},
	{"NAME is told that it is over", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(string(v.Phase), string(f.Ended)) })
	}},

	{"staff are (here|gone)", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return whether(v.StaffPresent, "here", "gone") })
	}},
	{"the room waits N seconds more", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return fmt.Sprint(v.StaffGoneMs / 1000) })
	}},
}

func (s *Story) readFact(line string) (func(*play) error, error) {
	one, w, err := find(s, facts, line)
	if err != nil {
		return nil, err
	}
	return func(p *play) error { return one.so(p, w) }, nil
}

func whether(so bool, yes, no string) string {
	if so {
		return yes
	}
	return no
}

// sameSet compares people where order means nothing.
func (p *play) sameSet(got []f.ParticipantID, want string) error {
	sorted := func(list string) string {
		parts := strings.Fields(list)
		slices.Sort(parts)
		return strings.Join(parts, " ")
	}
	return same(sorted(p.list(got)), sorted(want))
}

// seenBy is how a viewer sees a person of the room.
func (p *play) seenBy(viewer, name string, saw func(f.PersonView) error) error {
	return p.own(viewer, func(v f.View) error {
		if person := p.person(v, name); person != nil {
			return saw(*person)
		}
		return fmt.Errorf("%s does not see %s", viewer, name)
	})
}

func (p *play) staffSees(name string, saw func(f.PersonView) error) error {
	v, err := p.staff()
	if err != nil {
		return err
	}
	if person := p.person(v, name); person != nil {
		return saw(*person)
	}
	return fmt.Errorf("staff do not see %s", name)
}

func (p *play) person(v f.View, name string) *f.PersonView {
	for _, seat := range v.Seats {
		if seat.Participant == p.id(name) {
			return seat.Person
		}
	}
	for _, person := range v.Staff {
		if person.ID == p.id(name) {
			return &person
		}
	}
	return nil
}

func (p *play) connected(v f.View, name string) bool {
	person := p.person(v, name)
	return person != nil && person.Connected
}

func hands(v f.View, wanted func(f.EntryView) bool) []f.ParticipantID {
	var ids []f.ParticipantID
	for _, e := range v.Queue {
		if wanted(e) {
			ids = append(ids, e.Participant)
		}
	}
	return ids
}

// inRound are those whose turn in the round has this status, or all.
func inRound(v f.View, status f.TurnStatus) []f.ParticipantID {
	var ids []f.ParticipantID
	if v.Round == nil {
		return nil
	}
	for _, t := range v.Round.Turns {
		if status == "" || t.Status == status {
			ids = append(ids, t.Participant)
		}
	}
	return ids
}

func chairs(v f.View) []f.ParticipantID {
	ids := make([]f.ParticipantID, len(v.Seats))
	for i, seat := range v.Seats {
		ids[i] = seat.Participant
	}
	return ids
}

// observes is whether a view tells that someone looks on, or will.
func observes(v f.View, id f.ParticipantID) bool {
	return slices.ContainsFunc(v.Observers, func(o f.ObserverView) bool { return o.ID == id })
}

func steppedOut(v f.View) []f.ParticipantID {
	var ids []f.ParticipantID
	for _, seat := range v.Seats {
		if seat.Person != nil && seat.Person.SteppedOut {
			ids = append(ids, seat.Participant)
		}
	}
	return ids
}

func floor(v f.View) string {
	switch {
	case v.Floor.Held:
		return "held"
	case v.Floor.Speaker != "":
		return "taken"
	case v.Floor.Offered != "":
		return "offered"
	}
	return "free"
}

// onlyDoor is what someone outside the room may know: that there is a room, and how they stand themselves.
func onlyDoor(v f.View) error {
	if len(v.Seats)+len(v.Staff)+len(v.Queue)+len(v.Spotlight)+len(v.Breakout.Circles)+len(v.Waiting) > 0 || v.Screen != "" || v.Floor != (f.FloorView{}) {
		return fmt.Errorf("they see into the room")
	}
	return nil
}
