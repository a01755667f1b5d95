package live

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"kring/facilitation"
	"kring/signaling/bot"
)

// TestKilledInTalk: the server dies by SIGKILL with hands up, a turn given, a microphone locked, and hands going up and down all
// the time. Everyone comes back by themselves into the same seats, queue and turn, and what was acknowledged is there.
func TestKilledInTalk(t *testing.T) {
	onBoth(t, func(t *testing.T, r *room) {
		people := r.fill(5)
		anna, ben, cleo, dirk, els, fred := people[0], people[1], people[2], people[3], people[4], people[5]
		r.ok(ben, raise)
		r.ok(cleo, raise)
		dirk.Speak(false) // who speaks on takes the turn that they are offered
		r.ok(anna, facilitation.Command{GiveTurn: target(dirk)})
		r.ok(anna, facilitation.Command{Lock: micOf(els)})
		last := r.ok(anna, facilitation.Command{MoveEntry: &facilitation.Reorder{Participant: cleo.ID(), To: 0}})
		before := r.whatHolds(last.Revision)
		for range 3 {
			busy := r.busy(fred)
			r.crash()
			last := busy()
			r.same(before, r.whatHolds(r.back(fred, last)))
			r.hearsAndSees(anna, ben, cleo, dirk)
			r.hearsNothingOf(ben, anna, els)
		}
		r.sane()
	})
}

// TestKilledInCircles: the same while circles are open: everyone comes back into their own, and hears no other.
func TestKilledInCircles(t *testing.T) {
	onBoth(t, func(t *testing.T, r *room) {
		people := r.fill(4)
		anna, one, two := people[0], people[1:3], people[3:5]
		r.ok(anna, facilitation.Command{DraftCircles: &facilitation.DraftCircles{
			Method: facilitation.ByHand, Circles: [][]facilitation.ParticipantID{ids(one...), ids(two...)},
		}})
		opened := r.ok(anna, facilitation.Command{OpenCircles: &facilitation.OpenCircles{Minutes: 30, Prompt: "Waar sta je nu?"}})
		r.inCircle(1, one...)
		r.inCircle(2, two...)
		before := r.whatHolds(max(opened.Revision, r.latest()))
		r.crash()
		r.same(before, r.whatHolds(opened.Revision))
		r.apart(one, two)
		r.apart(two, one)
		r.ok(anna, facilitation.Command{Recall: &facilitation.Recall{}})
		for _, p := range people {
			r.hearsAndSees(p, people...)
		}
		r.sane()
	})
}

// crash kills the server, starts it again, and waits until everyone has come back by themselves, with new media.
func (r *room) crash() {
	r.t.Helper()
	welcomes, connections := make([]int, len(r.people)), make([]int, len(r.people))
	for i, p := range r.people {
		welcomes[i], connections[i] = p.had(bot.EventWelcome), p.had(bot.EventConnected)
	}
	r.must(r.server.Kill())
	r.must(r.server.Restart(r.wait()))
	for i, p := range r.people {
		r.happens(p, bot.EventWelcome, welcomes[i])
		r.happens(p, bot.EventConnected, connections[i])
	}
}

// acknowledged is the last answer that a busy member had.
type acknowledged struct {
	revision uint64
	raised   bool
}

// busy raises and lowers a hand again and again until the returned function is called, which gives the last acknowledged.
func (r *room) busy(p *person) (stop func() acknowledged) {
	ctx, cancel := context.WithCancel(r.ctx)
	var last acknowledged
	var running sync.WaitGroup
	first := make(chan struct{})
	running.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			c := facilitation.Command{Lower: &facilitation.Empty{}}
			if i%2 == 0 {
				c = raise
			}
			answer, err := p.Do(r.ctx, c) // over the crash: the same command on the next socket
			if err != nil || answer.Refusal != "" {
				r.t.Errorf("busy %s: %v %v", p.Name(), answer.Refusal, err)
				return
			}
			last = acknowledged{answer.Revision, i%2 == 0}
			if i == 10 {
				close(first)
			}
		}
	})
	select {
	case <-first:
	case <-r.wait().Done():
		r.t.Fatal("no command is answered")
	}
	return func() acknowledged {
		cancel()
		running.Wait()
		return last
	}
}

// back checks that what the busy member was told last is so, and puts their hand down. It returns the revision of that.
func (r *room) back(p *person, last acknowledged) uint64 {
	r.t.Helper()
	r.must(p.UntilRevision(r.wait(), last.revision))
	raised := false
	for _, id := range queueOf(p.View().View) {
		raised = raised || id == p.ID()
	}
	if raised != last.raised {
		r.t.Errorf("%s was told that the hand is up: %v; it is %v", p.Name(), last.raised, raised)
	}
	if !raised {
		return r.latest()
	}
	return r.ok(p, lower).Revision
}

// latest is the highest revision that anyone has seen.
func (r *room) latest() uint64 {
	var highest uint64
	for _, p := range r.people {
		highest = max(highest, p.View().Revision)
	}
	return highest
}

// held is what must be the same after a crash, as one person sees it, without what time changes.
type held struct {
	Phase    facilitation.Phase
	You      facilitation.SelfView
	Seats    []facilitation.SeatView
	Staff    []facilitation.PersonView
	Speaker  facilitation.ParticipantID
	Offered  facilitation.ParticipantID
	Queue    []facilitation.EntryView
	Circles  [][]facilitation.ParticipantID
	Prompt   string
	Breakout facilitation.BreakoutStatus
}

// whatHolds waits until everyone is connected in everyone's view of at least this revision, and takes down what holds.
func (r *room) whatHolds(revision uint64) map[*person]string {
	r.t.Helper()
	out := map[*person]string{}
	for _, p := range r.people {
		r.must(p.UntilRevision(r.wait(), revision))
		r.until(p, "sees everyone connected", func(v facilitation.View) bool {
			for _, seat := range v.Seats {
				if seat.Person != nil && !seat.Person.Connected {
					return false
				}
			}
			return len(v.Seats) > 0
		})
		v := p.View().View
		h := held{
			Phase: v.Phase, You: v.You, Seats: v.Seats, Staff: v.Staff, Speaker: v.Floor.Speaker, Offered: v.Floor.Offered,
			Queue: v.Queue, Prompt: v.Breakout.Prompt, Breakout: v.Breakout.Status,
		}
		for _, c := range v.Breakout.Circles {
			h.Circles = append(h.Circles, c.Members)
		}
		data, err := json.MarshalIndent(h, "", " ")
		r.must(err)
		out[p] = string(data)
	}
	return out
}

func (r *room) same(before, after map[*person]string) {
	r.t.Helper()
	for p, was := range before {
		if after[p] != was {
			r.t.Errorf("%s had before the crash:\n%s\nand has after it:\n%s", p.Name(), was, after[p])
		}
	}
}
