package signaling

import (
	"testing"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// TestTalk tells a conversation of a minute and a half: who speaks from when on, and what staff are then told.
func TestTalk(t *testing.T) {
	var told talk
	start := time.Unix(1_800_000_000, 0)
	at := func(second int, speakers ...speaker) {
		told.goOn(start.Add(time.Duration(second)*time.Second), speakers, true)
	}
	at(0) // before anyone has spoken, nobody is silent
	at(20, speaker{ben, 0})
	at(50, speaker{ben, 0}, speaker{cleo, 0}) // ten seconds at once
	at(60)
	at(75, speaker{cleo, 0}) // after fifteen seconds of silence
	at(80)
	at(90)
	got := told.told([]facilitation.ParticipantID{ana, ben, cleo})
	if got.OverlapMs != 10_000 || got.SilenceMs != 15_000 {
		t.Errorf("overlap %d, silence %d", got.OverlapMs, got.SilenceMs)
	}
	want := map[facilitation.ParticipantID]int{ana: 0, ben: 75, cleo: 25} // 40 and 15 seconds, softened
	for _, p := range got.People {
		if p.Share != want[p.Participant] {
			t.Errorf("%s has %d, want %d", p.Participant, p.Share, want[p.Participant])
		}
	}
}

// TestTalkInCircles: two circles that talk at the same time are not in each other's way, and silence is not counted there.
func TestTalkInCircles(t *testing.T) {
	var told talk
	start := time.Unix(1_800_000_000, 0)
	at := func(second int, speakers ...speaker) {
		told.goOn(start.Add(time.Duration(second)*time.Second), speakers, false)
	}
	at(0, speaker{ben, 1}, speaker{cleo, 2})
	at(30)
	at(90, speaker{ben, 1})
	at(91)
	if got := told.told(nil); got.OverlapMs != 0 || got.SilenceMs != 0 {
		t.Errorf("overlap %d, silence %d", got.OverlapMs, got.SilenceMs)
	}
	told.goOn(start, nil, true) // a clock that went back takes nothing away
	if told.spoken[ben] != 31*time.Second {
		t.Errorf("ben has spoken %s", told.spoken[ben])
	}
}

// TestTalkBand: a member's own part is one of three words, and none until enough was said.
func TestTalkBand(t *testing.T) {
	people := []facilitation.ParticipantID{ana, ben, cleo}
	told := talk{spoken: map[facilitation.ParticipantID]time.Duration{ben: bandAfter - time.Second}}
	if got := told.band(ben, people); got != "" {
		t.Errorf("too soon: %q", got)
	}
	told.spoken = map[facilitation.ParticipantID]time.Duration{ana: 80 * time.Second, ben: 10 * time.Minute, cleo: 4 * time.Minute}
	want := map[facilitation.ParticipantID]protocol.TalkBand{ana: protocol.TalkLittle, ben: protocol.TalkMuch, cleo: protocol.TalkSome}
	for id, w := range want {
		if got := told.band(id, people); got != w {
			t.Errorf("%s: %q, want %q", id, got, w)
		}
	}
	if got := told.band(ben, nil); got != "" {
		t.Errorf("nobody is there: %q", got)
	}
}
