package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	f "kring/facilitation"
)

// verb is one way to say a command. Where the pattern says NAME, NAMES, N or TEXT, the words of the story stand.
type verb struct {
	pattern string
	make    func(p *play, w words) f.Command
}

// words are the parts of a line that its pattern left open, in order.
type words []string

func (w words) number(i int) int {
	n, _ := strconv.Atoi(w[i]) // the pattern lets only digits through
	return n
}

// verbs are all commands of people, in the words of the stories.
var verbs = compile(slices.Concat(roomVerbs, careVerbs, scriptVerbs), func(v verb) string { return v.pattern })

var roomVerbs = []verb{
	{"ready( mic)?( camera)?", func(_ *play, w words) f.Command {
		return f.Command{Ready: &f.Ready{Mic: w[0] != "", Camera: w[1] != ""}}
	}},
	{"leave", func(*play, words) f.Command { return f.Command{Leave: &f.Leave{}} }},

	{"mic (on|off)", func(_ *play, w words) f.Command { return f.Command{Mic: &f.Switch{On: w[0] == "on"}} }},
	{"camera (on|off)", func(_ *play, w words) f.Command { return f.Command{Camera: &f.Switch{On: w[0] == "on"}} }},
	{"decline-unmute", func(*play, words) f.Command { return f.Command{DeclineUnmute: &f.Empty{}} }},
	{"decline-spotlight", func(*play, words) f.Command { return f.Command{DeclineSpotlight: &f.Empty{}} }},

	{"raise-hand", func(*play, words) f.Command { return f.Command{Raise: &f.Raise{Kind: f.Speak}} }},
	{"reply", func(*play, words) f.Command { return f.Command{Raise: &f.Raise{Kind: f.Reply}} }},
	{"lower-hand", func(*play, words) f.Command { return f.Command{Lower: &f.Empty{}} }},
	{"begin", func(*play, words) f.Command { return f.Command{Begin: &f.Empty{}} }},
	{"pass", func(*play, words) f.Command { return f.Command{Pass: &f.Empty{}} }},
	{"yield", func(p *play, _ words) f.Command { return f.Command{Yield: &f.Yield{Ranking: p.ranking}} }},
	{"yield to NAME", func(p *play, w words) f.Command { return f.Command{Yield: &f.Yield{To: p.id(w[0])}} }},
	{"echo (hear|recognise|thanks|strength)", func(_ *play, w words) f.Command {
		return f.Command{Echo: &f.Echo{Kind: f.EchoKind(w[0])}}
	}},

	{"step-out", func(*play, words) f.Command { return f.Command{StepOut: &f.Empty{}} }},
	{"step-in", func(*play, words) f.Command { return f.Command{StepIn: &f.Empty{}} }},

	{"call-help", func(*play, words) f.Command { return f.Command{CallHelp: &f.Empty{}} }},
	{"choose circle N", func(_ *play, w words) f.Command {
		return f.Command{ChooseCircle: &f.ChooseCircle{Circle: w.number(0)}}
	}},
	{"choose no circle", func(*play, words) f.Command { return f.Command{ChooseCircle: &f.ChooseCircle{}} }},
	{"leave-circle", func(*play, words) f.Command { return f.Command{LeaveCircle: &f.Empty{}} }},
	{"ask-chair", func(*play, words) f.Command { return f.Command{AskChair: &f.Empty{}} }},
	{"leave-chair", func(*play, words) f.Command { return f.Command{LeaveChair: &f.Empty{}} }},
	{"return-to-circle", func(*play, words) f.Command { return f.Command{ReturnCircle: &f.Empty{}} }},

	{"admit NAME", func(p *play, w words) f.Command { return f.Command{Admit: p.target(w[0])} }},
	{"admit-all", func(*play, words) f.Command { return f.Command{AdmitAll: &f.Empty{}} }},
	{"announce NAME", func(p *play, w words) f.Command { return f.Command{AnnounceObserver: p.target(w[0])} }},
	{"remove NAME", func(p *play, w words) f.Command { return f.Command{Remove: p.target(w[0])} }},
	{"end", func(*play, words) f.Command { return f.Command{End: &f.Empty{}} }},

	{"mute NAME( camera)?", func(p *play, w words) f.Command { return f.Command{Mute: p.device(w)} }},
	{"mute-all( and lock)?( and the speaker)?", func(_ *play, w words) f.Command {
		return f.Command{MuteAll: &f.MuteAll{Lock: w[0] != "", IncludeSpeaker: w[1] != ""}}
	}},
	{"lock NAME( camera)?", func(p *play, w words) f.Command { return f.Command{Lock: p.device(w)} }},
	{"unlock NAME( camera)?", func(p *play, w words) f.Command { return f.Command{Unlock: p.device(w)} }},
	{"ask-unmute NAME", func(p *play, w words) f.Command { return f.Command{AskUnmute: p.target(w[0])} }},

	{"pause( with breathing)?", func(_ *play, w words) f.Command {
		return f.Command{Pause: &f.StartPause{Breathing: w[0] != ""}}
	}},
	{"end-pause", func(*play, words) f.Command { return f.Command{EndPause: &f.Empty{}} }},

	{"give-turn NAME", func(p *play, w words) f.Command { return f.Command{GiveTurn: p.target(w[0])} }},
	{"next", func(p *play, _ words) f.Command { return f.Command{Next: &f.Next{Ranking: p.ranking}} }},
	{"next after NAME", func(p *play, w words) f.Command {
		return f.Command{Next: &f.Next{Expect: p.id(w[0]), Ranking: p.ranking}}
	}},
	{"move-hand NAME to N", func(p *play, w words) f.Command { return f.Command{MoveEntry: p.place(w)} }},
	{"lower-hand NAME", func(p *play, w words) f.Command { return f.Command{LowerHand: p.target(w[0])} }},
	{"queue-mode (free|moderated|auto)", func(_ *play, w words) f.Command {
		return f.Command{SetQueue: &f.SetQueue{Mode: f.QueueMode(w[0])}}
	}},
	{"queue-order (first_come|least_heard)", func(p *play, w words) f.Command {
		return f.Command{SetQueue: &f.SetQueue{Order: f.QueueOrder(w[0]), Ranking: p.ranking}}
	}},
	{"(open|close)-gate", func(_ *play, w words) f.Command {
		return f.Command{SetGate: &f.SetGate{Gate: map[string]f.FloorGate{"open": f.OpenFloor, "close": f.GatedFloor}[w[0]]}}
	}},
	{"time-box N seconds", func(_ *play, w words) f.Command {
		return f.Command{SetTimeBox: &f.Seconds{Seconds: w.number(0)}}
	}},
	{"add-minute to the N seconds of NAME", func(p *play, w words) f.Command {
		return f.Command{ExtendTurn: &f.ExtendTurn{Expect: p.id(w[1]), BudgetMs: f.Millis(w.number(0)) * 1000}}
	}},
	{"spotlight NAME", func(p *play, w words) f.Command {
		return f.Command{Spotlight: &f.Spotlight{Participant: p.id(w[0]), On: true}}
	}},
	{"spotlight NAME no more", func(p *play, w words) f.Command {
		return f.Command{Spotlight: &f.Spotlight{Participant: p.id(w[0])}}
	}},
	{"end-spotlight", func(*play, words) f.Command { return f.Command{EndSpotlight: &f.Empty{}} }},
	{"(share|stop)-screen", func(_ *play, w words) f.Command {
		return f.Command{ShareScreen: &f.Switch{On: w[0] == "share"}}
	}},
	{"move-seat NAME to N", func(p *play, w words) f.Command { return f.Command{MoveSeat: p.place(w)} }},

	{"start-round(?: from NAME)?( counter-clockwise)?(?: of N seconds)?( with the talking piece)?(?: TEXT)?", startRound},
	{"add-to-round NAME", func(p *play, w words) f.Command { return f.Command{AddToRound: p.target(w[0])} }},
	{"cancel-round", func(*play, words) f.Command { return f.Command{CancelRound: &f.Empty{}} }},

	{"draft GROUPS", func(p *play, w words) f.Command {
		draft := &f.DraftCircles{Method: f.ByHand}
		for group := range strings.SplitSeq(w[0], "/") {
			draft.Circles = append(draft.Circles, p.ids(strings.Fields(group)))
		}
		return f.Command{DraftCircles: draft}
	}},
	{"draft-random circles of N", func(p *play, w words) f.Command {
		return f.Command{DraftCircles: &f.DraftCircles{Method: f.Random, Size: w.number(0), Shuffle: p.shuffle}}
	}},
	{"draft-anew circles of N", func(p *play, w words) f.Command {
		return f.Command{DraftCircles: &f.DraftCircles{Method: f.AvoidPairs, Size: w.number(0), Shuffle: p.shuffle}}
	}},
	{"let-choose circles of N", func(_ *play, w words) f.Command {
		return f.Command{DraftCircles: &f.DraftCircles{Method: f.SelfChoose, Size: w.number(0)}}
	}},
	{"draft-again", func(p *play, _ words) f.Command {
		return f.Command{DraftCircles: &f.DraftCircles{Method: f.KeepPairs, Shuffle: p.shuffle}}
	}},
	{"assign NAME to circle N( all the same)?", func(p *play, w words) f.Command {
		return f.Command{Assign: &f.Assign{Participant: p.id(w[0]), Circle: w.number(1), Alone: w[2] != ""}}
	}},
	{"assign NAME to the whole circle", func(p *play, w words) f.Command {
		return f.Command{Assign: &f.Assign{Participant: p.id(w[0])}}
	}},
	{"cancel-circles", func(*play, words) f.Command { return f.Command{CancelCircles: &f.Empty{}} }},
	{"open-circles(?: for N minutes?)?(?: TEXT)?", func(_ *play, w words) f.Command {
		return f.Command{OpenCircles: &f.OpenCircles{Minutes: w.number(0), Prompt: w[1]}}
	}},
	{"add N minutes?", func(_ *play, w words) f.Command {
		return f.Command{ExtendCircles: &f.Minutes{Minutes: w.number(0)}}
	}},
	{"broadcast TEXT", func(_ *play, w words) f.Command { return f.Command{Broadcast: &f.Text{Text: w[0]}} }},
	{"drop-in circle N", func(_ *play, w words) f.Command { return f.Command{DropIn: &f.DropIn{Circle: w.number(0)}} }},
	{"drop-in the whole circle", func(*play, words) f.Command { return f.Command{DropIn: &f.DropIn{}} }},
	{"listen to circle N", func(_ *play, w words) f.Command {
		return f.Command{Listen: &f.Listen{Circle: w.number(0), On: true}}
	}},
	{"listen to circle N no more", func(_ *play, w words) f.Command { return f.Command{Listen: &f.Listen{Circle: w.number(0)}} }},
	{"open-fishbowl NAMES", func(p *play, w words) f.Command {
		return f.Command{OpenFishbowl: &f.Inner{Participants: p.ids(names(w[0]))}}
	}},
	{"close-fishbowl", func(*play, words) f.Command { return f.Command{CloseFishbowl: &f.Empty{}} }},
	{"(give|take)-chair NAME", func(p *play, w words) f.Command {
		return f.Command{SetChair: &f.Chair{Participant: p.id(w[1]), Inner: w[0] == "give"}}
	}},
	{"recall(?: in N seconds)?", func(_ *play, w words) f.Command {
		return f.Command{Recall: &f.Recall{Seconds: w.number(0)}}
	}},
}

// startRound has the words from whom, which way, how long, with what piece, and the prompt.
func startRound(p *play, w words) f.Command {
	r := &f.StartRound{Direction: f.Clockwise, Piece: f.SignalPiece, Seconds: w.number(2), Prompt: w[4]}
	if w[0] != "" {
		r.From = p.id(w[0])
	}
	if w[1] != "" {
		r.Direction = f.CounterClockwise
	}
	if w[3] != "" {
		r.Piece = f.GatePiece
	}
	return f.Command{StartRound: r}
}

// compiled is a pattern with what it means.
type compiled[T any] struct {
	pattern *regexp.Regexp
	is      T
}

var blanks = strings.NewReplacer(
	"NAMES", `(nobody|[A-Z][a-z]+(?: [A-Z][a-z]+)*)`,
	"NAME", `([A-Z][a-z]+)`,
	"GROUPS", `([A-Z][A-Za-z /]+)`,
	"TEXT", `"([^"]*)"`,
	"N", `(\d{1,4})`,
)

func compile[T any](all []T, pattern func(T) string) []compiled[T] {
	out := make([]compiled[T], len(all))
	for i, one := range all {
		out[i] = compiled[T]{regexp.MustCompile("^" + blanks.Replace(pattern(one)) + "$"), one}
	}
	return out
}

// find gives the meaning of a line and its words. A name that is not in the cast is an error, so that a typing error cannot pass.
func find[T any](s *Story, all []compiled[T], line string) (T, words, error) {
	for _, one := range all {
		if m := one.pattern.FindStringSubmatch(line); m != nil {
			return one.is, m[1:], s.checkWords(line)
		}
	}
	var none T
	return none, nil, fmt.Errorf("nobody knows what this means")
}

var (
	quoted = regexp.MustCompile(`"[^"]*"`)
	name   = regexp.MustCompile(`\b[A-Z][a-z]+\b`)
)

func (s *Story) checkWords(line string) error {
	return s.check(name.FindAllString(quoted.ReplaceAllString(line, ""), -1))
}

func names(list string) []string {
	if list == "nobody" {
		return nil
	}
	return strings.Fields(list)
}

func (s *Story) readWords(line string) (func(*play) f.Command, error) {
	v, w, err := find(s, verbs, line)
	if err != nil {
		return nil, err
	}
	return func(p *play) f.Command { return v.make(p, w) }, nil
}

func (p *play) target(name string) *f.Target { return &f.Target{Participant: p.id(name)} }

func (p *play) device(w words) *f.DeviceTarget {
	t := &f.DeviceTarget{Participant: p.id(w[0]), Device: f.Mic}
	if w[1] != "" {
		t.Device = f.Camera
	}
	return t
}

// place counts from 1 in a story and from 0 in a command.
func (p *play) place(w words) *f.Reorder {
	return &f.Reorder{Participant: p.id(w[0]), To: w.number(1) - 1}
}
