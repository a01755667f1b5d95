package facilitation_test

import (
	"fmt"
	"testing"

	. "kring/facilitation"
)

// fullRing is a room of eighteen, sixteen members and two of staff, everything on, with a queue and a page log that is full.
func fullRing(b *testing.B) *room {
	people := []ParticipantID{"ana", "bas"}
	for i := range 16 {
		people = append(people, ParticipantID(fmt.Sprintf("member-%02d", i)))
	}
	r := newRoom(b, people...)
	for _, id := range people {
		for range 8 {
			r.must(id, Command{Mic: &Switch{On: true}})
			r.must(id, Command{Camera: &Switch{On: true}})
		}
	}
	for _, id := range people[2:8] {
		r.must(id, Command{Raise: &Raise{Kind: Speak}})
	}
	return r
}

// BenchmarkApply mutes one member, and lets them switch on again, in turn.
func BenchmarkApply(b *testing.B) {
	r := fullRing(b)
	mute := Command{Mute: &DeviceTarget{"member-07", Mic}}
	on := Command{Mic: &Switch{On: true}}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			r.must("ana", mute)
		} else {
			r.must("member-07", on)
		}
	}
}

func BenchmarkRoutes(b *testing.B) {
	s := fullRing(b).state
	b.ReportAllocs()
	for b.Loop() {
		if len(Routes(s)) != 18 {
			b.Fatal("not everyone has routes")
		}
	}
}

// BenchmarkViewFor is one view; a change makes one for everyone.
func BenchmarkViewFor(b *testing.B) {
	r := fullRing(b)
	for _, viewer := range []ParticipantID{"ana", "member-03"} {
		b.Run(string(viewer), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v := ViewFor(r.state, viewer, r.now); len(v.Seats) != 16 {
					b.Fatal("not everyone is in view")
				}
			}
		})
	}
}
