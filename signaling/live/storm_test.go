package live

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"kring/facilitation"
	"kring/signaling/bot"
)

// TestStorm: ten people give a thousand commands at once, in bursts of ten that wait for nothing. Every one is answered, and in the
// end the same seats, queue and floor are on every screen.
func TestStorm(t *testing.T) {
	onBoth(t, func(t *testing.T, r *room) {
		const members, bursts, burst = 9, 10, 10
		const seed = 11
		people := r.gather(members)
		var all sync.WaitGroup
		for i, p := range people {
			rand := rand.New(rand.NewPCG(seed, uint64(i)))
			all.Go(func() {
				for range bursts {
					var sent sync.WaitGroup
					for range burst {
						c := stormy(rand, people, i == 0)
						sent.Go(func() {
							if answer, err := p.Do(r.ctx, c); err != nil || answer.Refusal == facilitation.Unavailable {
								t.Errorf("%s: %+v, %v", p.Name(), answer, err)
							}
						})
					}
					sent.Wait()
				}
			})
		}
		all.Wait()
		last := r.ok(people[0], facilitation.Command{SetQueue: &facilitation.SetQueue{Mode: facilitation.Auto, Order: facilitation.LeastHeard}})
		want := ""
		for _, p := range people {
			r.must(p.UntilRevision(r.wait(), last.Revision))
			v := p.View().View
			v.Floor.SpeakMs, v.Floor.OfferedMs = 0, 0
			got := fmt.Sprint(seatsOf(v), queueOf(v), v.Floor, v.Spotlight)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("seed %d: %s sees %s, %s sees %s", seed, people[0].Name(), want, p.Name(), got)
			}
		}
		t.Logf("seed %d: revision %d, %s", seed, last.Revision, want)
	})
}

// gather brings a therapist and members into a session, without media.
func (r *room) gather(members int) []*person {
	r.t.Helper()
	r.invite(members)
	urls := r.links.Staff[:1]
	for _, m := range r.links.Members {
		urls = append(urls, m.URL)
	}
	for _, url := range urls {
		p := &person{news: make(chan struct{}, 1)}
		var err error
		p.Bot, err = bot.Join(r.wait(), url, bot.Options{Silent: true, Event: p.happened})
		r.must(err)
		r.people = append(r.people, p)
		_, err = p.Ready(r.wait(), false, false)
		r.must(err)
	}
	r.ok(r.people[0], facilitation.Command{AdmitAll: &facilitation.Empty{}})
	return r.people
}

// stormy is a random command about turns and seats.
func stormy(rand *rand.Rand, people []*person, staff bool) facilitation.Command {
	someone := people[1+rand.IntN(len(people)-1)].ID()
	own := []facilitation.Command{
		raise, lower, {Begin: &facilitation.Empty{}}, {Pass: &facilitation.Empty{}}, {Yield: &facilitation.Yield{}},
		{Raise: &facilitation.Raise{Kind: facilitation.Reply}},
	}
	if !staff {
		return own[rand.IntN(len(own))]
	}
	of := []facilitation.Command{
		{GiveTurn: &facilitation.Target{Participant: someone}}, {LowerHand: &facilitation.Target{Participant: someone}},
		{MoveEntry: &facilitation.Reorder{Participant: someone}}, {Next: &facilitation.Next{}},
		{MoveSeat: &facilitation.Reorder{Participant: someone, To: rand.IntN(len(people) - 1)}},
		{Spotlight: &facilitation.Spotlight{Participant: someone, On: rand.IntN(2) == 0}},
	}
	return of[rand.IntN(len(of))]
}

func seatsOf(v facilitation.View) []facilitation.ParticipantID {
	out := make([]facilitation.ParticipantID, len(v.Seats))
	for i, s := range v.Seats {
		out[i] = s.Participant
	}
	return out
}
