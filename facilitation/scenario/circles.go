package scenario

import (
	"fmt"
	"slices"
	"strings"

	f "kring/facilitation"
)

// circleFacts are where people are, and what is seen of the circles.
var circleFacts = []fact{
	{"NAME is in (circle N|the whole circle)", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(circle(v.You.Circle), w[1]) })
	}},
	{"NAME sees NAME in (circle N|another circle|the whole circle)", func(p *play, w words) error {
		return p.seenBy(w[0], w[1], func(person f.PersonView) error { return same(circle(person.Circle), w[2]) })
	}},
	{"circle N has NAMES", func(p *play, w words) error {
		return p.circle(w.number(0), func(c f.CircleView) error { return same(p.list(c.Members), w[1]) })
	}},
	{"there are N circles", func(p *play, w words) error {
		v, err := p.staff()
		if err != nil {
			return err
		}
		return same(fmt.Sprint(len(v.Breakout.Circles)), w[0])
	}},
	{"circle N is listened to by NAMES", func(p *play, w words) error {
		return p.circle(w.number(0), func(c f.CircleView) error { return p.sameSet(c.Listening, w[1]) })
	}},
	{"NAME sees that circle N (expects|is listened to by) NAMES", func(p *play, w words) error {
		return p.ownCircle(w[0], w.number(1), func(c f.CircleView) error {
			if w[2] == "expects" {
				return same(p.name(c.Announced), w[3])
			}
			return p.sameSet(c.Listening, w[3])
		})
	}},
	{"circle N asks for help by NAMES", func(p *play, w words) error {
		return p.circle(w.number(0), func(c f.CircleView) error { return same(p.name(c.HelpBy), w[1]) })
	}},
	{"NAME knows of circles? ([0-9 ]+|none)", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(numbers(v), w[1]) })
	}},
	{"NAME reads TEXT", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error {
			if v.Round != nil && v.Round.Prompt == w[1] || v.Breakout.Prompt == w[1] || v.Breakout.Broadcast != nil && v.Breakout.Broadcast.Text == w[1] {
				return nil
			}
			return fmt.Errorf("it is not there")
		})
	}},
	{"circles end in N seconds", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return fmt.Sprint(v.Breakout.RemainingMs / 1000) })
	}},

	{"NAME is( not)? offered the way back", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error {
			alone := slices.ContainsFunc(v.Breakout.Circles, func(c f.CircleView) bool { return c.Alone && c.Number == v.You.Circle })
			return same(whether(alone, "", " not"), w[1])
		})
	}},
	{"a circle takes N", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return fmt.Sprint(v.Breakout.Capacity) })
	}},
	{"circle N suits a latecomer", func(p *play, w words) error {
		v, err := p.staff()
		if err != nil {
			return err
		}
		return same(fmt.Sprint(v.Breakout.Smallest), w[0])
	}},
}

func circle(n int) string {
	switch n {
	case f.WholeCircle:
		return "the whole circle"
	case f.OtherCircle:
		return "another circle"
	}
	return fmt.Sprint("circle ", n)
}

// circle is one circle as staff see it.
func (p *play) circle(n int, saw func(f.CircleView) error) error {
	v, err := p.staff()
	if err != nil {
		return err
	}
	return inView(v, n, saw)
}

// ownCircle is one circle as one person sees it.
func (p *play) ownCircle(name string, n int, saw func(f.CircleView) error) error {
	return p.own(name, func(v f.View) error { return inView(v, n, saw) })
}

func inView(v f.View, n int, saw func(f.CircleView) error) error {
	for _, c := range v.Breakout.Circles {
		if c.Number == n {
			return saw(c)
		}
	}
	return fmt.Errorf("there is no circle %d in view", n)
}

func numbers(v f.View) string {
	if len(v.Breakout.Circles) == 0 {
		return "none"
	}
	var all []string
	for _, c := range v.Breakout.Circles {
		all = append(all, fmt.Sprint(c.Number))
	}
	return strings.Join(all, " ")
}
