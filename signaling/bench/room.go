package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"kring/facilitation"
	"kring/signaling/bot"
	"kring/signaling/bot/stage"
	"kring/signaling/protocol"
)

// patience bounds every wait: a bench that waits longer has failed.
const patience = 20 * time.Second

// fps is that of the client's camera.
const fps = 24

// room is a session with everyone admitted and media flowing. The first of all is the therapist.
type room struct {
	people []*person
}

// person is a bot with what it has noted. The mutex guards views and packet.
type person struct {
	*bot.Bot

	mu     sync.Mutex
	views  []seen
	packet func(bot.Packet)
	lost   int // media connections
}

// seen is when a revision was on the screen.
type seen struct {
	revision uint64
	at       time.Time
}

func (p *person) viewed(v protocol.View) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.views = append(p.views, seen{v.Revision, time.Now()})
}

func (p *person) arrived(packet bot.Packet) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.packet != nil {
		p.packet(packet)
	}
}

func (p *person) happened(e bot.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Kind == bot.EventMediaLost {
		p.lost++
	}
}

// fill makes a session with a therapist and members, all admitted and connected.
func fill(ctx context.Context, s *stage.Server, members int) (*room, error) {
	r, err := gather(ctx, s, members, bot.Options{FPS: fps})
	if err != nil {
		return nil, err
	}
	if err := r.settle(ctx); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// gather makes a session with a therapist and members, who are at the door; opt is what all bots have in common.
func gather(ctx context.Context, s *stage.Server, members int, opt bot.Options) (*room, error) {
	links, err := s.Demo(ctx, members)
	if err != nil {
		return nil, err
	}
	urls := links.Staff[:1]
	for _, m := range links.Members {
		urls = append(urls, m.URL)
	}
	r := &room{}
	for i, url := range urls {
		p := &person{}
		opt.Face, opt.View, opt.Packet, opt.Event = i, p.viewed, p.arrived, p.happened
		p.Bot, err = bot.Join(ctx, url, opt)
		if err != nil {
			return nil, errors.Join(err, r.close())
		}
		r.people = append(r.people, p)
		on := !opt.Silent
		if err := r.do(ctx, p, facilitation.Command{Ready: &facilitation.Ready{Mic: on, Camera: on}}); err != nil {
			return nil, errors.Join(err, r.close())
		}
	}
	return r, nil
}

func (r *room) admitAll(ctx context.Context) error {
	return r.do(ctx, r.people[0], facilitation.Command{AdmitAll: &facilitation.Empty{}})
}

// settle admits everyone and waits until the media of everyone has come to everyone.
func (r *room) settle(ctx context.Context) error {
	if err := r.admitAll(ctx); err != nil {
		return err
	}
	for _, p := range r.people {
		for _, other := range r.people {
			if other == p {
				continue
			}
			if err := p.UntilSees(ctx, other.ID(), 1); err != nil {
				return fmt.Errorf("%s does not see %s: %w", p.Name(), other.Name(), err)
			}
		}
	}
	return nil
}

// do carries out a command that must not be refused. A store out of reach is asked again, as a person would.
func (r *room) do(ctx context.Context, p *person, c facilitation.Command) error {
	answer, err := p.Do(ctx, c)
	for err == nil && answer.Refusal == facilitation.Unavailable {
		answer, err = p.Do(ctx, c)
	}
	if err == nil && answer.Refusal != "" {
		err = fmt.Errorf("%s was refused: %s", p.Name(), answer.Refusal)
	}
	return err
}

func (r *room) close() error {
	var gone sync.WaitGroup
	for _, p := range r.people {
		gone.Go(func() { _ = p.Close() })
	}
	gone.Wait()
	return nil
}
