package live

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kring/facilitation"
	"kring/signaling/bot"
	"kring/signaling/bot/stage"
	"kring/signaling/protocol"
)

// patience bounds every wait for something that must happen.
const patience = 30 * time.Second

// onBoth runs a test over the embedded store and over Redis. It is for what the store has a part in: what is heard and seen is the
// same over either, and is told once.
func onBoth(t *testing.T, f func(*testing.T, *room)) {
	t.Parallel()
	for _, store := range []string{"bolt", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			f(t, newRoom(t, store))
		})
	}
}

// room is a server with a session in it. The first of people is the therapist.
type room struct {
	t      *testing.T
	ctx    context.Context
	dir    string // the server's data
	server *stage.Server
	redis  *stage.Redis
	links  stage.Links
	people []*person
}

// person is a bot with what has happened to it. The mutex guards what stands below it.
type person struct {
	*bot.Bot

	news chan struct{} // holds one token while there are events or packets that nobody has waited for

	mu      sync.Mutex
	events  []bot.Event
	packets []bot.Packet
}

func newRoom(t *testing.T, store string) *room {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	dir := t.TempDir()
	r := &room{t: t, ctx: ctx, dir: dir}
	var err error
	if store == "redis" {
		if r.redis, err = stage.StartRedis(ctx, dir); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.check(r.redis.Stop()) })
	}
	if r.server, err = stage.Start(ctx, binary, dir, r.redis); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.close)
	return r
}

// close ends the people and then the server, and shows the server's log where the test has failed.
func (r *room) close() {
	var gone sync.WaitGroup
	for _, p := range r.people {
		gone.Go(func() { _ = p.Close() })
	}
	gone.Wait()
	r.check(r.server.Stop())
	if r.t.Failed() {
		r.t.Logf("the server's log:\n%s", r.server.Log())
	}
}

func (r *room) check(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Error(err)
	}
}

func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// wait is a context for one step.
func (r *room) wait() context.Context {
	ctx, cancel := context.WithTimeout(r.ctx, patience)
	r.t.Cleanup(cancel)
	return ctx
}

// fill makes a session and brings a therapist and members in, microphones and cameras on; they hear and see each other when it
// returns. The people are in the order: therapist, members clockwise.
func (r *room) fill(members int) []*person {
	r.t.Helper()
	r.invite(members)
	for i := range members + 1 {
		r.enter(i)
	}
	r.ok(r.people[0], facilitation.Command{AdmitAll: &facilitation.Empty{}})
	for _, p := range r.people {
		r.hearsAndSees(p, r.people...)
	}
	return r.people
}

// invite makes a group with a session now, and nobody in it.
func (r *room) invite(members int) {
	r.t.Helper()
	var err error
	r.links, err = r.server.Demo(r.ctx, members)
	r.must(err)
}

// enter brings one person to the door: 0 is the therapist, who is in at once.
func (r *room) enter(i int) *person {
	r.t.Helper()
	url := r.links.Staff[0]
	if i > 0 {
		url = r.links.Members[i-1].URL
	}
	p := &person{news: make(chan struct{}, 1)}
	var err error
	p.Bot, err = bot.Join(r.wait(), url, bot.Options{Face: i, Event: p.happened, Packet: p.arrived})
	r.must(err)
	r.people = append(r.people, p)
	answer, err := p.Ready(r.wait(), true, true)
	r.must(err)
	if answer.Refusal != "" {
		r.t.Fatalf("%s is not ready: %s", p.Name(), answer.Refusal)
	}
	r.must(p.UntilConnected(r.wait()))
	return p
}

func (p *person) happened(e bot.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events = append(p.events, e)
	p.tell()
}

func (p *person) tell() {
	select {
	case p.news <- struct{}{}:
	default:
	}
}

func (p *person) arrived(packet bot.Packet) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.packets = append(p.packets, packet)
	p.tell()
}

// since gives the packets that have arrived from one source since a time.
func (p *person) since(at time.Time, from facilitation.ParticipantID) []bot.Packet {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []bot.Packet
	for _, packet := range p.packets {
		if packet.From == from && packet.At.After(at) {
			out = append(out, packet)
		}
	}
	return out
}

// had counts the events of a kind.
func (p *person) had(kind string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, e := range p.events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// happens waits until an event of this kind has happened more than n times.
func (r *room) happens(p *person, kind string, n int) {
	r.t.Helper()
	for ctx := r.wait(); p.had(kind) <= n; {
		select {
		case <-p.news:
		case <-ctx.Done():
			r.t.Fatalf("%s had no new %q", p.Name(), kind)
		}
	}
}

// do carries out a command.
func (r *room) do(p *person, c facilitation.Command) protocol.Answer {
	r.t.Helper()
	answer, err := p.Do(r.wait(), c)
	r.must(err)
	return answer
}

// ok carries out a command that must not be refused.
func (r *room) ok(p *person, c facilitation.Command) protocol.Answer {
	r.t.Helper()
	answer := r.do(p, c)
	if answer.Refusal != "" {
		r.t.Fatalf("%s was refused: %s", p.Name(), answer.Refusal)
	}
	return answer
}

// refused carries out a command that must be refused.
func (r *room) refused(p *person, c facilitation.Command, want facilitation.RefusalCode) {
	r.t.Helper()
	if answer := r.do(p, c); answer.Refusal != want {
		r.t.Errorf("%s was answered %q, want %q", p.Name(), answer.Refusal, want)
	}
}

// until waits for a view.
func (r *room) until(p *person, what string, ok func(facilitation.View) bool) {
	r.t.Helper()
	if err := p.Until(r.wait(), ok); err != nil {
		r.t.Fatalf("%s never %s: %v; has %+v", p.Name(), what, err, p.View().View)
	}
}

// hearsAndSees waits until new packets and frames of all these people, but themselves, have come to p.
func (r *room) hearsAndSees(p *person, sources ...*person) {
	r.t.Helper()
	for _, source := range sources {
		if source == p {
			continue
		}
		if err := p.UntilHears(r.wait(), source.ID(), 5); err != nil {
			r.t.Fatalf("%s does not hear %s: %v", p.Name(), source.Name(), err)
		}
		if err := p.UntilSees(r.wait(), source.ID(), 2); err != nil {
			r.t.Fatalf("%s does not see %s: %v", p.Name(), source.Name(), err)
		}
	}
}

// drained waits until all that was under way to p has arrived, as far as can be told: sound of another that was sent from now on.
func (r *room) drained(p, another *person) {
	r.t.Helper()
	for ctx, at := r.wait(), time.Now(); !p.gotSoundSent(another.ID(), at); {
		select {
		case <-p.news:
		case <-ctx.Done():
			r.t.Fatalf("%s hears %s no more", p.Name(), another.Name())
		}
	}
}

func (p *person) gotSoundSent(from facilitation.ParticipantID, since time.Time) bool {
	for _, packet := range p.since(since, from) {
		if !packet.Video && packet.SentAt.After(since) {
			return true
		}
	}
	return false
}

// hearsNothingOf lets 50 packets of another come to p, a second of talk, and checks that none of the sources came meanwhile.
func (r *room) hearsNothingOf(p, another *person, sources ...*person) {
	r.t.Helper()
	r.drained(p, another)
	before := make([]bot.Received, len(sources))
	for i, source := range sources {
		before[i] = p.Received(source.ID())
	}
	r.must(p.UntilHears(r.wait(), another.ID(), 50))
	for i, source := range sources {
		if now := p.Received(source.ID()); now.Audio != before[i].Audio {
			r.t.Errorf("%d packets of %s's microphone came to %s", now.Audio-before[i].Audio, source.Name(), p.Name())
		}
	}
}

// sane checks what must hold at the end of every story: nothing came in a slot that was somebody else's, no frame before its key
// frame, and no hole in a sequence that the server wrote.
func (r *room) sane() {
	r.t.Helper()
	for _, p := range r.people {
		for _, stray := range p.Strays() {
			r.t.Errorf("%s: %s", p.Name(), stray)
		}
		for _, other := range r.people {
			if n := p.Received(other.ID()).Undecodable; n > 0 {
				r.t.Errorf("%s got %d frames of %s that cannot be decoded", p.Name(), n, other.Name())
			}
		}
	}
}

func target(p *person) *facilitation.Target { return &facilitation.Target{Participant: p.ID()} }

func micOf(p *person) *facilitation.DeviceTarget {
	return &facilitation.DeviceTarget{Participant: p.ID(), Device: facilitation.Mic}
}

func ids(people ...*person) []facilitation.ParticipantID {
	out := make([]facilitation.ParticipantID, len(people))
	for i, p := range people {
		out[i] = p.ID()
	}
	return out
}

// queueOf is the queue as p sees it.
func queueOf(v facilitation.View) []facilitation.ParticipantID {
	var out []facilitation.ParticipantID
	for _, e := range v.Queue {
		out = append(out, e.Participant)
	}
	return out
}

// queueIs waits until everyone sees this queue.
func (r *room) queueIs(want ...*person) {
	r.t.Helper()
	for _, p := range r.people {
		r.until(p, fmt.Sprintf("sees the queue %v", ids(want...)), func(v facilitation.View) bool {
			return slices.Equal(queueOf(v), ids(want...))
		})
	}
}
