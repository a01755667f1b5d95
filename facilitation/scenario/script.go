package scenario

import (
	"fmt"

	f "kring/facilitation"
)

// scriptVerbs are the words of the script.
var scriptVerbs = []verb{
	{"start-phase N", func(p *play, w words) f.Command {
		return f.Command{StartPhase: &f.StartPhase{To: w.number(0), Ranking: p.ranking}}
	}},
	{"start-phase N after N", func(p *play, w words) f.Command {
		return f.Command{StartPhase: &f.StartPhase{Expect: w.number(1), To: w.number(0), Ranking: p.ranking}}
	}},
	{"add N minutes? to phase N", func(_ *play, w words) f.Command {
		return f.Command{ExtendPhase: &f.ExtendPhase{Expect: w.number(1), Minutes: w.number(0)}}
	}},
	{"call phase N TEXT for N minutes?", func(_ *play, w words) f.Command {
		return f.Command{EditPhase: &f.EditPhase{Phase: w.number(0), Name: w[1], Minutes: w.number(2)}}
	}},
}

// scriptFacts are what is seen of it.
var scriptFacts = []fact{
	{"everyone reads that it is time for TEXT", func(p *play, w words) error {
		return p.everyone(w[0], func(v f.View) string { return v.Script.Name })
	}},
	{"no phase runs", func(p *play, _ words) error {
		return p.everyone("", func(v f.View) string { return v.Script.Name })
	}},
	{"NAME sees (all|none) of the script", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error {
			all := len(v.Script.Phases) > 0
			if !all && (v.Script.Now != 0 || v.Script.RunsMs != 0) {
				return fmt.Errorf("it is half shown: %+v", v.Script)
			}
			return same(whether(all, "all", "none"), w[1])
		})
	}},
	{"staff see that phase N is for N minutes?", func(p *play, w words) error {
		v, err := p.staff()
		if err != nil {
			return err
		}
		if n := w.number(0); n < 1 || n > len(v.Script.Phases) {
			return fmt.Errorf("there are %d phases", len(v.Script.Phases))
		}
		return same(fmt.Sprint(v.Script.Phases[w.number(0)-1].Minutes), w[1])
	}},
	{"staff see that phase N has run N seconds", func(p *play, w words) error {
		v, err := p.staff()
		if err != nil {
			return err
		}
		return same(fmt.Sprint(v.Script.Now, " ", v.Script.RunsMs/1000), w[0]+" "+w[1])
	}},
	{"staff see that this phase has( not)? had a round", func(p *play, w words) error {
		v, err := p.staff()
		if err != nil {
			return err
		}
		return same(whether(v.Script.Rounded, "", " not"), w[0])
	}},
	{"NAME is told that a camera may stay off", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(whether(v.Script.CameraOptional, "told", "not told"), "told") })
	}},
	{"NAME finds a break first", func(p *play, w words) error {
		return p.own(w[0], func(v f.View) error { return same(whether(v.Script.PauseProminent, "first", "where it is"), "first") })
	}},
	{"the queue is (free|moderated|auto) and (first_come|least_heard)", func(p *play, w words) error {
		return p.everyone(w[0]+" "+w[1], func(v f.View) string { return fmt.Sprint(v.Mode, " ", v.Order) })
	}},
}
