package live

import (
	"net/http"
	"testing"
	"time"

	"kring/facilitation"
	"kring/signaling/bot"
	"kring/signaling/protocol"
)

var (
	raise = facilitation.Command{Raise: &facilitation.Raise{Kind: facilitation.Speak}}
	lower = facilitation.Command{Lower: &facilitation.Empty{}}
)

// TestWaiting: whoever waits hears and sees nobody, and is heard and seen by nobody; admission changes that.
func TestWaiting(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "bolt")
	r.invite(2)
	anna, joke, samir := r.enter(0), r.enter(1), r.enter(2)
	r.ok(anna, facilitation.Command{Admit: target(joke)})
	r.hearsAndSees(anna, joke)
	r.hearsAndSees(joke, anna)
	r.hearsNothingOf(anna, joke, samir)
	for _, p := range []*person{anna, joke} {
		if got := samir.Received(p.ID()); got.Audio+got.Video > 0 {
			t.Errorf("%s came to the waiting room: %+v", p.Name(), got)
		}
	}
	r.refused(samir, raise, facilitation.NotNow)
	r.ok(anna, facilitation.Command{Admit: target(samir)})
	r.hearsAndSees(samir, anna, joke)
	r.sane()
}

// TestWaitingTogether: where those who wait may meet, they hear and see each other and nobody of the room, and the room nothing of
// them. Whoever would rather wait alone hears nothing more.
func TestWaitingTogether(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "bolt")
	r.invite(3)
	anna, joke, samir, els := r.enter(0), r.enter(1), r.enter(2), r.enter(3)
	r.ok(anna, facilitation.Command{Admit: target(joke)})
	r.ok(anna, facilitation.Command{SetSocial: &facilitation.Switch{On: true}})
	for _, p := range []*person{samir, els} {
		r.until(p, "is told whom they will meet", func(v facilitation.View) bool { return v.Social.InMs > 0 && len(v.Door) == 1 })
		r.ok(p, facilitation.Command{Mic: &facilitation.Switch{On: true}})
		r.ok(p, facilitation.Command{Camera: &facilitation.Switch{On: true}})
	}
	if got := samir.Received(els.ID()); got.Audio+got.Video > 0 {
		t.Errorf("before it is open %+v came", got)
	}
	r.hearsAndSees(samir, els)
	r.hearsAndSees(els, samir)
	r.hearsAndSees(anna, joke)
	r.hearsNothingOf(anna, joke, samir, els)
	r.hearsNothingOf(samir, els, anna, joke)
	for _, p := range []*person{anna, joke} {
		if got := els.Received(p.ID()); got.Audio+got.Video > 0 {
			t.Errorf("%s came to the waiting room: %+v", p.Name(), got)
		}
	}
	r.ok(els, facilitation.Command{WaitAlone: &facilitation.Switch{On: true}})
	r.ok(anna, facilitation.Command{Admit: target(samir)})
	r.hearsAndSees(samir, anna, joke)
	r.hearsNothingOf(samir, joke, els)
	r.sane()
}

// TestSocketLost: the socket is cut in the middle of everything. Media goes on without a gap, the page resumes, and a command
// whose answer was lost with the socket is applied once.
func TestSocketLost(t *testing.T) {
	onBoth(t, func(t *testing.T, r *room) {
		people := r.fill(3)
		anna, ben := people[0], people[1]
		before, missing := anna.Received(ben.ID()), anna.Missing()
		for i := range 10 {
			c := raise
			if i%2 == 1 {
				c = lower
			}
			answered := make(chan protocol.Answer, 1)
			go func() {
				answer, _ := ben.Do(r.ctx, c)
				answered <- answer
			}()
			ben.Cut()
			select {
			case a := <-answered:
				if a.Refusal != "" || a.Revision == 0 {
					t.Errorf("command %d: %+v", i, a)
				}
			case <-r.wait().Done():
				t.Fatal("a command was never answered")
			}
		}
		r.queueIs()
		r.must(anna.UntilHears(r.wait(), ben.ID(), 10))
		if ben.had(bot.EventMediaLost) > 0 || ben.had(bot.EventConnected) != 1 {
			t.Errorf("media was touched: %d connections", ben.had(bot.EventConnected))
		}
		if ben.had(bot.EventCut) == 0 {
			t.Error("no socket was cut")
		}
		if now := anna.Received(ben.ID()); now.Audio == before.Audio || anna.Missing() != missing {
			t.Errorf("%d packets came, %d are missing", now.Audio-before.Audio, anna.Missing()-missing)
		}
		r.sane()
	})
}

// TestMuted: after the acknowledgement of a mute not one packet is forwarded, by the server's own count and by what arrives,
// though the muted one goes on sending. A lock holds against its owner; nobody but the owner comes back on.
func TestMuted(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "redis")
	people := r.fill(3)
	anna, ben, cleo := people[0], people[1], people[2]
	r.ok(anna, facilitation.Command{Mute: micOf(ben)})
	r.forwardsNothingOf(ben, func() { r.hearsNothingOf(cleo, anna, ben) })
	r.must(cleo.UntilSees(r.wait(), ben.ID(), 5)) // the camera is another matter
	r.ok(anna, facilitation.Command{Lock: micOf(ben)})
	r.refused(ben, facilitation.Command{Mic: &facilitation.Switch{On: true}}, facilitation.LockedOff)
	r.ok(anna, facilitation.Command{Unlock: micOf(ben)})
	r.forwardsNothingOf(ben, func() { r.hearsNothingOf(cleo, anna, ben) })
	r.refused(cleo, facilitation.Command{Mute: micOf(anna)}, facilitation.NotAllowed)
	r.ok(ben, facilitation.Command{Mic: &facilitation.Switch{On: true}})
	r.must(cleo.UntilHears(r.wait(), ben.ID(), 5))
	r.sane()
}

// forwardsNothingOf checks the server's own count of a microphone's packets over meanwhile.
func (r *room) forwardsNothingOf(p *person, meanwhile func()) {
	r.t.Helper()
	before, err := r.server.Forwarded(r.wait())
	r.must(err)
	meanwhile()
	after, err := r.server.Forwarded(r.wait())
	r.must(err)
	if _, there := after[p.ID()]; !there {
		r.t.Errorf("the server does not count %s at all: %v", p.Name(), after)
	}
	if n := after[p.ID()].Audio - before[p.ID()].Audio; n != 0 {
		r.t.Errorf("%d packets of %s were forwarded", n, p.Name())
	}
}

// TestCircles: nothing of one circle reaches another, the way back is at a key frame made after it was asked for, and nothing is
// negotiated.
func TestCircles(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "bolt")
	people := r.fill(4)
	anna, one, two := people[0], people[1:3], people[3:5]
	r.ok(anna, facilitation.Command{DraftCircles: &facilitation.DraftCircles{
		Method: facilitation.ByHand, Circles: [][]facilitation.ParticipantID{ids(one...), ids(two...)},
	}})
	r.ok(anna, facilitation.Command{OpenCircles: &facilitation.OpenCircles{}})
	r.inCircle(1, one...)
	r.inCircle(2, two...)
	r.apart(one, two)
	r.apart(two, one)
	asked := time.Now()
	r.ok(anna, facilitation.Command{Recall: &facilitation.Recall{}})
	r.inCircle(facilitation.WholeCircle, people...)
	for _, p := range people {
		r.hearsAndSees(p, people...)
	}
	for _, p := range one {
		for _, source := range two {
			r.startsAfresh(p, source, asked)
		}
	}
	for _, p := range people {
		if n := p.had(bot.EventConnected); n != 1 {
			t.Errorf("%s made %d connections", p.Name(), n)
		}
	}
	r.sane()
}

func (r *room) inCircle(n int, people ...*person) {
	r.t.Helper()
	for _, p := range people {
		r.until(p, "is in the circle", func(v facilitation.View) bool { return v.You.Circle == n && v.You.MovingTo == -1 })
	}
}

// apart checks that each of these hears and sees their own circle, and nothing comes of the others meanwhile.
func (r *room) apart(own, others []*person) {
	r.t.Helper()
	for i, p := range own {
		mate := own[(i+1)%len(own)]
		r.drained(p, mate)
		before := time.Now()
		r.must(p.UntilHears(r.wait(), mate.ID(), 50))
		r.must(p.UntilSees(r.wait(), mate.ID(), 5))
		for _, other := range others {
			if n := len(p.since(before, other.ID())); n > 0 {
				r.t.Errorf("%d packets of %s came to %s in another circle", n, other.Name(), p.Name())
			}
		}
	}
}

// startsAfresh checks that the first picture of a source since a time is a key frame that was sent after it.
func (r *room) startsAfresh(p, source *person, asked time.Time) {
	r.t.Helper()
	for _, packet := range p.since(asked, source.ID()) {
		if !packet.Video {
			continue
		}
		if !packet.Key || packet.SentAt.Before(asked) {
			r.t.Errorf("%s first gets of %s: key frame %v, sent %v before the move", p.Name(), source.Name(), packet.Key, asked.Sub(packet.SentAt))
		}
		return
	}
	r.t.Errorf("no picture of %s came to %s", source.Name(), p.Name())
}

// TestReload: a reload in the middle of a turn. Seat and turn stay; the microphone stays off until its owner says so, though the
// page sends.
func TestReload(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "redis")
	people := r.fill(3)
	anna, ben := people[0], people[1]
	r.ok(anna, facilitation.Command{GiveTurn: target(ben)})
	id := ben.ID()
	r.until(ben, "has the turn", func(v facilitation.View) bool { return v.Floor.Offered == id })
	before := ben.View().View
	r.must(ben.Reload(r.wait()))
	r.until(ben, "is back", func(v facilitation.View) bool {
		return v.You.Presence == facilitation.Admitted && v.You.Mic == facilitation.SelfOff && v.You.Camera == facilitation.SelfOff
	})
	after := ben.View().View
	if after.Floor.Speaker != before.Floor.Speaker || after.Floor.Offered != before.Floor.Offered {
		t.Errorf("the turn was %+v, is %+v", before.Floor, after.Floor)
	}
	for i, seat := range after.Seats {
		if seat.Participant != before.Seats[i].Participant {
			t.Errorf("seat %d was %s's, is %s's", i, before.Seats[i].Name, seat.Name)
		}
	}
	r.must(ben.UntilConnected(r.wait()))
	r.hearsAndSees(ben, anna)
	r.forwardsNothingOf(ben, func() { r.must(people[2].UntilHears(r.wait(), anna.ID(), 50)) })
	r.ok(ben, facilitation.Command{Mic: &facilitation.Switch{On: true}})
	r.must(anna.UntilHears(r.wait(), ben.ID(), 5))
	r.sane()
}

// TestRemoved: whoever is removed is told so, closed, and does not come back by the same link.
func TestRemoved(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "bolt")
	people := r.fill(2)
	anna, ben, cleo := people[0], people[1], people[2]
	r.ok(anna, facilitation.Command{Remove: target(ben)})
	if code, err := ben.UntilClosed(r.wait()); err != nil || code != protocol.CloseRemoved {
		t.Errorf("closed with %d, %v", code, err)
	}
	r.hearsNothingOf(cleo, anna, ben)
	if again, err := bot.Join(r.wait(), r.links.Members[0].URL, bot.Options{Silent: true}); err == nil {
		_ = again.Close()
		t.Error("the removed came back")
	}
}

// TestEnded: the end reaches everyone.
func TestEnded(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "bolt")
	people := r.fill(2)
	r.ok(people[0], facilitation.Command{End: &facilitation.Empty{}})
	for _, p := range people {
		if code, err := p.UntilClosed(r.wait()); err != nil || code != protocol.CloseEnded {
			t.Errorf("%s closed with %d, %v", p.Name(), code, err)
		}
	}
}

// TestStoreAway: Redis stops in the middle of a session. Talk goes on; restrictions are in force at once and say that they are not
// stored; widening is refused. When Redis is back, everything is stored, and a crash then forgets nothing.
func TestStoreAway(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "redis")
	r.invite(3)
	anna, ben, cleo, waiting := r.enter(0), r.enter(1), r.enter(2), r.enter(3)
	r.ok(anna, facilitation.Command{Admit: target(ben)})
	r.ok(anna, facilitation.Command{Admit: target(cleo)})
	r.hearsAndSees(cleo, anna, ben)

	r.must(r.redis.Stop())
	if answer := r.ok(anna, facilitation.Command{Lock: micOf(ben)}); !answer.InForceNotStored {
		t.Errorf("the lock was answered as stored: %+v", answer)
	}
	r.forwardsNothingOf(ben, func() { r.hearsNothingOf(cleo, anna, ben) })
	r.refused(anna, facilitation.Command{Admit: target(waiting)}, facilitation.Unavailable)
	r.refused(anna, facilitation.Command{Unlock: micOf(ben)}, facilitation.Unavailable)
	r.status("/healthz", http.StatusOK)
	r.status("/readyz", http.StatusServiceUnavailable)

	r.must(r.redis.Restart(r.wait()))
	r.healed(anna, waiting)
	r.hearsAndSees(waiting, anna)
	r.crash()
	r.until(ben, "has the lock again", func(v facilitation.View) bool { return v.You.Mic == facilitation.Locked })
	for _, p := range r.people {
		if n := p.had(bot.EventMediaLost); n > 1 {
			t.Errorf("%s lost media %d times", p.Name(), n)
		}
	}
	r.sane()
}

// healed waits until someone can be admitted again.
func (r *room) healed(staff, waiting *person) {
	r.t.Helper()
	for r.wait().Err() == nil {
		answer := r.do(staff, facilitation.Command{Admit: target(waiting)})
		if answer.Refusal == "" {
			return
		}
		if answer.Refusal != facilitation.Unavailable {
			r.t.Fatalf("admit was answered %s", answer.Refusal)
		}
		time.Sleep(100 * time.Millisecond) // asked again, as a person would
	}
	r.t.Fatal("the store is back, and the room does not know")
}

// status checks a page of the admin port.
func (r *room) status(path string, want int) {
	r.t.Helper()
	resp, err := http.Get(r.server.Admin + path)
	r.must(err)
	_ = resp.Body.Close()
	if resp.StatusCode != want {
		r.t.Errorf("%s is %d, want %d", path, resp.StatusCode, want)
	}
}
