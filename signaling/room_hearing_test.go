package signaling

import (
	"strings"
	"testing"
	"time"

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
