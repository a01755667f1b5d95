package signaling

import (
	"math"
	"slices"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// talk is who spoke for how long, when several spoke at once, and the longest silence. It knows no clock: time is an argument.
// It lives in the room goroutine and nowhere else and is gone with the room. Staff are told of all, a member about how much they
// spoke themselves: in a pair, a share of one's own would be the other's too.
type talk struct {
	at      time.Time // up to where all is counted
	speak   []speaker // from then on
	counts  bool      // whether silence counts from then on
	spoken  map[facilitation.ParticipantID]time.Duration
	overlap time.Duration
	silent  time.Duration // the silence that lasts
	longest time.Duration
	begun   bool // someone has spoken: before that, nobody is silent
}

// speaker is someone who speaks, and the circle that hears it.
type speaker struct {
	id     facilitation.ParticipantID
	circle int
}

// go on counts what was so until at, and takes what is so from there on: who speaks, and whether a silence would be one.
func (t *talk) goOn(at time.Time, speak []speaker, counts bool) {
	if passed := at.Sub(t.at); !t.at.IsZero() && passed > 0 {
		t.count(passed)
	}
	t.at, t.speak, t.counts = at, speak, counts
}

func (t *talk) count(passed time.Duration) {
	if t.spoken == nil {
		t.spoken = map[facilitation.ParticipantID]time.Duration{}
	}
	together := map[int]int{}
	for _, s := range t.speak {
		t.spoken[s.id] += passed
		together[s.circle]++
	}
	if slices.ContainsFunc(t.speak, func(s speaker) bool { return together[s.circle] > 1 }) {
		t.overlap += passed
	}
	t.begun = t.begun || len(t.speak) > 0
	if len(t.speak) > 0 || !t.counts || !t.begun {
		t.silent = 0
		return
	}
	t.silent += passed
	t.longest = max(t.longest, t.silent)
}

// shareStep makes a share a soft band: nobody is shown a number of seconds.
const shareStep = 5

// told is what staff are told of these people, in their order: no ranking.
func (t *talk) told(ids []facilitation.ParticipantID) *protocol.Talk {
	out := &protocol.Talk{
		People:    make([]protocol.TalkShare, len(ids)),
		OverlapMs: facilitation.Millis(t.overlap.Truncate(time.Second).Milliseconds()),
		SilenceMs: facilitation.Millis(t.longest.Truncate(time.Second).Milliseconds()),
	}
	var all time.Duration
	for _, id := range ids {
		all += t.spoken[id]
	}
	for i, id := range ids {
		out.People[i].Participant = id
		if all > 0 {
			out.People[i].Share = shareStep * int(math.Round(100/shareStep*t.spoken[id].Seconds()/all.Seconds()))
		}
	}
	return out
}

// bandAfter is how much must have been said before a member is told of their own part: until then one sentence is much.
const bandAfter = 2 * time.Minute

// band is about how much one of these people spoke, "" while too little was said. An even part and what is near it is "some".
func (t *talk) band(id facilitation.ParticipantID, among []facilitation.ParticipantID) protocol.TalkBand {
	var all time.Duration
	for _, other := range among {
		all += t.spoken[other]
	}
	even := all.Seconds() / float64(max(1, len(among)))
	switch own := t.spoken[id].Seconds(); {
	case all < bandAfter:
		return ""
	case own < even/2:
		return protocol.TalkLittle
	case own > even*1.75:
		return protocol.TalkMuch
	default:
		return protocol.TalkSome
	}
}
