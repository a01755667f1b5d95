package signaling

import (
	"strings"
	"testing"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// TestTalkIsForStaff: who speaks is counted while their microphone is on, told to staff, and to nobody else. What the page of someone
// who is off sends counts for nothing.
func TestTalkIsForStaff(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	r := h.srv.liveRooms()[0]
	start := time.Now()
	at := func(second int) time.Time { return start.Add(time.Duration(second) * time.Second) }
	in := func(f func()) {
		t.Helper()
		if err := r.call(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	in(func() {
		r.speaking[ben] = true
		r.talkGoesOn(at(0))
		r.tellHearing(at(60))
	})
	told := func(m protocol.ServerMessage) bool { return m.Talk != nil && m.Talk.People[0].Share > 0 }
	if talk := staff.await(told).Talk; len(talk.People) != 2 || talk.People[0].Participant != ben || talk.People[0].Share != 100 {
		t.Errorf("staff are told %+v", talk)
	}
	staff.does(`{"mute":{"participant":"ben-member","device":"mic"}}`)
	var spoken time.Duration
	in(func() { r.talkGoesOn(at(70)); spoken = r.talk.spoken[ben]; r.talkGoesOn(at(600)) })
	in(func() {
		if now := r.talk.spoken[ben]; now != spoken {
			t.Errorf("a microphone that is off spoke from %s to %s", spoken, now)
		}
		for id, c := range r.clients {
			if id != ana && (c.toldTalk != nil || c.toldHearing != nil && len(c.toldHearing.Unheard) > 0) {
				t.Errorf("%s was told what is for staff", id)
			}
		}
		if body := string(r.doc.Body); strings.Contains(body, "talk") || strings.Contains(body, "spoken") {
			t.Errorf("talk-time is in the document: %s", body)
		}
	})
	member.does(`{"lower":{}}`)
}

// TestOwnTalk: members are told about how much they spoke themselves, in a word, and of nobody else; staff have it for all. While
// there are circles the word stands still, for it would tell what is said in another.
func TestOwnTalk(t *testing.T) {
	h := newHouse(t)
	staff, member, waiting := h.inSession()
	staff.does(`{"admit":{"participant":"cleo-member"}}`)
	r := h.srv.liveRooms()[0]
	start := time.Now()
	after := func(d time.Duration, look func()) {
		t.Helper()
		if err := r.call(t.Context(), func() {
			r.tellHearing(start.Add(d))
			look()
		}); err != nil {
			t.Fatal(err)
		}
	}
	after(0, func() { r.speaking[ben] = true; r.talkGoesOn(start) })
	after(time.Hour, func() {
		r.speaking[ben] = false
		r.talkGoesOn(start.Add(time.Hour))
		if c := r.clients[ana]; c.toldHearing != nil && c.toldHearing.Talk != "" {
			t.Errorf("staff are told %q of themselves", c.toldHearing.Talk)
		}
		if r.clients[ben].toldTalk != nil || r.clients[cleo].toldTalk != nil {
			t.Error("a member was told what is for staff")
		}
	})
	says := func(band protocol.TalkBand) func(protocol.ServerMessage) bool {
		return func(m protocol.ServerMessage) bool { return m.Hearing != nil && m.Hearing.Talk == band }
	}
	member.await(says(protocol.TalkMuch))
	waiting.await(says(protocol.TalkLittle))

	after(2*time.Hour, func() { r.state = r.inCircles(); r.talk.spoken[cleo] = 100 * time.Hour })
	after(3*time.Hour, func() {
		if got := r.clients[ben].toldHearing.Talk; got != protocol.TalkMuch {
			t.Errorf("in circles it became %q", got)
		}
	})
}

// inCircles is the room as it is, but in circles.
func (r *room) inCircles() *facilitation.State {
	s := *r.state
	s.Phase = facilitation.Circles
	return &s
}

// TestReceiptsOfPages: a page that says that it plays nothing is counted and, to staff, named; what cannot be is refused.
func TestReceiptsOfPages(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	staff.does(`{"mic":{"on":true}}`)
	r := h.srv.liveRooms()[0]
	member.say(`{"playout":{"blocked":true,"sources":[]}}`)
	member.does(`{"lower":{}}`) // is answered after it
	if err := r.call(t.Context(), func() {
		r.media.up[string(ana)], r.media.up[string(ben)] = true, true
		r.tellHearing(time.Now())
	}); err != nil {
		t.Fatal(err)
	}
	heard := func(m protocol.ServerMessage) bool { return m.Hearing != nil }
	got := staff.await(heard).Hearing
	if got.Hear != 0 || got.Of != 1 || len(got.Unheard) != 1 || got.Unheard[0].Listener != ben || got.Unheard[0].Sources[0] != ana {
		t.Errorf("staff are told %+v", got)
	}
	many := strings.TrimSuffix(strings.Repeat(`{"source":"x","filled":1},`, maxPictures+1), ",")
	member.say(`{"playout":{"blocked":false,"sources":[` + many + `]}}`)
	h.closes(member, protocol.CloseBadMessage)
}

// TestAcousticEchoIsPrivate: an echo that is found twice is told to who has it, and to nobody else, and forgotten once it is gone.
func TestAcousticEchoIsPrivate(t *testing.T) {
	h := newHouse(t)
	_, member, _ := h.inSession()
	r := h.srv.liveRooms()[0]
	if err := r.call(t.Context(), func() {
		r.acoustic[ben] = echoWindows + 1 // one look that finds none is left over
		r.tellHearing(time.Now())
	}); err != nil {
		t.Fatal(err)
	}
	echoes := func(m protocol.ServerMessage) bool { return m.Hearing != nil && m.Hearing.AcousticEcho }
	member.await(echoes)
	if err := r.call(t.Context(), func() {
		if c := r.clients[ana]; c.toldHearing != nil && c.toldHearing.AcousticEcho {
			t.Error("another was told")
		}
		for range echoStays {
			r.tellHearing(time.Now())
		}
		if r.clients[ben].toldHearing.AcousticEcho {
			t.Error("it is gone and still told")
		}
	}); err != nil {
		t.Fatal(err)
	}
}
