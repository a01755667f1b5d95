package scenario

import (
	"fmt"
	"strings"

	f "kring/facilitation"
)

// careVerbs are what members ask of staff in private, and what staff do about it.
var careVerbs = []verb{
	{"ask-help", func(*play, words) f.Command { return f.Command{Distress: &f.Help{Kind: f.NeedsHelp}} }},
	{"emergency", func(*play, words) f.Command { return f.Command{Distress: &f.Help{Kind: f.Emergency}} }},
	{"withdraw-help", func(*play, words) f.Command { return f.Command{WithdrawDistress: &f.Empty{}} }},
	{"see-help of NAME", func(p *play, w words) f.Command { return f.Command{SeeDistress: p.target(w[0])} }},
	{"close-help of NAME", func(p *play, w words) f.Command { return f.Command{CloseDistress: p.target(w[0])} }},
	{"tell-staff TEXT", func(_ *play, w words) f.Command { return f.Command{SideMessage: &f.Text{Text: w[0]}} }},
	{"tell-colleagues TEXT", func(_ *play, w words) f.Command { return f.Command{StaffMessage: &f.Text{Text: w[0]}} }},
	{"peek at NAME", func(p *play, w words) f.Command { return f.Command{Peek: p.target(w[0])} }},
	{"take-aside NAME", func(p *play, w words) f.Command { return f.Command{TakeAside: p.target(w[0])} }},
	{"end-peek", func(*play, words) f.Command { return f.Command{EndPeek: &f.Empty{}} }},
	{"(open|close)-meeting-place", func(_ *play, w words) f.Command {
		return f.Command{SetSocial: &f.Switch{On: w[0] == "open"}}
	}},
	{"wait (alone|together)", func(_ *play, w words) f.Command {
		return f.Command{WaitAlone: &f.Switch{On: w[0] == "alone"}}
	}},
	{"leave-together", func(*play, words) f.Command { return f.Command{LeaveTogether: &f.Empty{}} }},
	{"stay-together", func(*play, words) f.Command { return f.Command{StayTogether: &f.Empty{}} }},
	{"see-message N", func(_ *play, w words) f.Command { return f.Command{SeeMessage: &f.SeeMessage{ID: w.number(0)}} }},
}

// careFacts say who knows of it. Nobody but staff and the sender ever does.
var careFacts = []fact{
	{"NAME asks for help, (unseen|alarming|seen by NAME)", func(p *play, w words) error {
		if err := p.own(w[0], func(v f.View) error { return signalOf(p, v, w[0], w[1]) }); err != nil {
			return err
		}
		return p.eachOfStaff(func(v f.View) error { return signalOf(p, v, w[0], w[1]) })
	}},
	{"NAME asks for help from (circle N|the whole circle)", func(p *play, w words) error {
		return p.eachOfStaff(func(v f.View) error {
			for _, s := range v.Distress {
				if s.Participant == p.id(w[0]) {
					return same(circle(s.Circle), w[1])
				}
			}
			return fmt.Errorf("nobody asks")
		})
	}},
	{"help is asked for by NAMES", func(p *play, w words) error {
		return p.eachOfStaff(func(v f.View) error {
			var ids []f.ParticipantID
			for _, s := range v.Distress {
				ids = append(ids, s.Participant)
			}
			return same(p.list(ids), w[0])
		})
	}},
	{"NAME knows of no help asked and no message", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(fmt.Sprint(len(v.Distress), len(v.Messages)), "0 0") })
	}},
	{"NAME (expects|has) NAMES at the door", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error {
			var ids []f.ParticipantID
			for _, d := range v.Door {
				if (d.InMs > 0) == (w[1] == "expects") {
					ids = append(ids, d.ID)
				}
			}
			return p.sameSet(ids, w[2])
		})
	}},
	{"NAME (waits with others|will wait with others|waits unseen)", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error {
			return same(whether(v.Social.Here, "waits with others", whether(v.Social.InMs > 0, "will wait with others", "waits unseen")), w[1])
		})
	}},
	{"staff know that NAME waits (with others|alone|unseen)", func(p *play, w words) error {
		v, err := p.staff()
		if err != nil {
			return err
		}
		for _, person := range v.Waiting {
			if person.ID == p.id(w[0]) {
				return same(whether(person.Together, "with others", whether(person.Alone, "alone", "unseen")), w[1])
			}
		}
		return fmt.Errorf("%s does not wait", w[0])
	}},
	{"NAME is( not)? told of the meeting place", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(whether(v.Social.On, "", " not"), w[1]) })
	}},
	{"everyone leaves in N seconds", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return fmt.Sprint(v.LeavingMs / 1000) })
	}},
	{"NAME reads messages (nothing|\".*\")", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error {
			var texts []string
			for _, m := range v.Messages {
				texts = append(texts, fmt.Sprintf("%q", m.Text))
			}
			return same(whether(len(texts) > 0, strings.Join(texts, " "), "nothing"), w[1])
		})
	}},
	{"NAME's message TEXT was read by NAMES", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error {
			for _, m := range v.Messages {
				if m.Text == w[1] {
					return same(whether(m.SeenBy != "", m.SeenBy, "nobody"), w[2])
				}
			}
			return fmt.Errorf("it is not there")
		})
	}},
}

// signalOf compares how a person's signal looks in a view.
func signalOf(p *play, v f.View, name, want string) error {
	for _, s := range v.Distress {
		switch {
		case s.Participant != p.id(name):
		case s.SeenBy != "":
			return same("seen by "+s.SeenBy, want)
		default:
			return same(whether(s.Alarm, "alarming", "unseen"), want)
		}
	}
	return fmt.Errorf("there is none")
}

// eachOfStaff compares what every therapist in the room sees.
func (p *play) eachOfStaff(saw func(f.View) error) error {
	seen := false
	for _, name := range p.story.Staff {
		v, there := p.driver.View(name)
		if !there || v.You.Presence != f.Admitted || v.You.Role != f.Therapist {
			continue
		}
		seen = true
		if err := saw(v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if !seen {
		return fmt.Errorf("no staff is there to see it")
	}
	return nil
}
