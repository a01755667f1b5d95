package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"kring/sfu"
)

// kring is our SFU with a policy of everyone hearing and seeing everyone, whose slot maps are acknowledged for the clients.
type kring struct {
	server *sfu.Server
	acks   acknowledger

	mu    sync.Mutex
	rooms map[string][]*member
}

// member is a peer and its sfu.Handler.
type member struct {
	id   sfu.PeerID
	peer *sfu.Peer
	acks *acknowledger
}

func serveKring(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("sfu", flag.ContinueOnError)
	media := f.String("media", "127.0.0.1:0", "UDP `address` of the media, host:port or host:first-last")
	transport := f.String("transport", "lite", "`name` of what carries the media, lite or pion")
	if err := f.Parse(args); err != nil {
		return err
	}
	k, err := newKring(*media, *transport)
	if err != nil {
		return err
	}
	return serve(ctx, k)
}

func newKring(media, transport string) (*kring, error) {
	server, err := sfu.New(sfu.Config{
		Media: media, Transport: transport, Metrics: prometheus.NewRegistry(),
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return nil, err
	}
	k := &kring{server: server, rooms: map[string][]*member{}}
	k.acks.start()
	return k, nil
}

// publish joins a peer and answers its one offer.
func (k *kring) publish(room, peer, offer string) (string, error) {
	k.mu.Lock()
	m := &member{id: sfu.PeerID(peer), acks: &k.acks}
	m.peer = k.server.Room(room).Join(m.id, m)
	k.rooms[room] = append(k.rooms[room], m)
	k.permit(room)
	k.mu.Unlock()
	return m.peer.Offer(offer)
}

func (k *kring) subscribe(string, string, string) (string, error) {
	return "", errors.New("one connection does it all")
}

func (k *kring) leave(room, peer string) error {
	k.mu.Lock()
	var gone *member
	k.rooms[room] = slices.DeleteFunc(k.rooms[room], func(m *member) bool {
		if string(m.id) == peer {
			gone = m
		}
		return string(m.id) == peer
	})
	k.permit(room)
	if len(k.rooms[room]) == 0 {
		delete(k.rooms, room)
		defer k.server.Forget(room)
	}
	k.mu.Unlock()
	if gone == nil {
		return errors.New("no such peer")
	}
	return gone.peer.Close()
}

// permit puts the policy in force; k.mu is held.
func (k *kring) permit(room string) {
	policy := sfu.Policy{Receivers: map[sfu.PeerID][]sfu.Feed{}}
	for _, r := range k.rooms[room] {
		for _, s := range k.rooms[room] {
			if s != r {
				policy.Receivers[r.id] = append(policy.Receivers[r.id], sfu.Feed{Source: s.id, Hear: true, See: sfu.LayerHigh})
			}
		}
	}
	k.server.Room(room).SetPolicy(policy)
}

func (k *kring) close() error {
	err := k.server.Close()
	k.acks.stop()
	return err
}

// Slots implements sfu.Handler.
func (m *member) Slots(s sfu.SlotMap) { m.acks.later(m, s.Rev) }

// Connected implements sfu.Handler.
func (m *member) Connected(bool) {}

// Level implements sfu.Handler.
func (m *member) Level(bool) {}

// acknowledger acknowledges slot maps: a Handler may not call back. Its queue holds the latest of each member.
type acknowledger struct {
	mu      sync.Mutex
	latest  map[*member]uint64
	wake    chan struct{}
	running sync.WaitGroup
}

func (a *acknowledger) start() {
	a.latest, a.wake = map[*member]uint64{}, make(chan struct{}, 1)
	a.running.Go(func() {
		for range a.wake {
			a.mu.Lock()
			due := a.latest
			a.latest = map[*member]uint64{}
			a.mu.Unlock()
			for m, rev := range due {
				m.peer.Acknowledge(rev)
			}
		}
	})
}

func (a *acknowledger) later(m *member, rev uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.latest[m] = rev
	select {
	case a.wake <- struct{}{}:
	default: // One token is enough: all that is due is taken at once.
	}
}

// stop returns when nothing is acknowledged any more. Nobody may call later after it.
func (a *acknowledger) stop() {
	close(a.wake)
	a.running.Wait()
}
