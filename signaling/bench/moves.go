package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kring/facilitation"
	"kring/signaling/bot"
	"kring/signaling/bot/stage"
)

// A browser gives no two key frames within 300 ms, and a therapist moves no two people as quickly; moves at random times are also
// out of step with the frames.
const leastApart, mostApart = 400 * time.Millisecond, 800 * time.Millisecond

// moves measures circle moves: a therapist puts one member of two circles of four into the other, and back.
func moves(ctx context.Context, s *stage.Server, n int) ([]figure, error) {
	r, err := fill(ctx, s, 8)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.close() }()
	circles, err := r.openCircles(ctx)
	if err != nil {
		return nil, err
	}
	var picture, pictures, tone []time.Duration
	for i := range n {
		time.Sleep(leastApart + rand.N(mostApart-leastApart))
		mover := circles[i%2][0]
		m, err := r.move(ctx, mover, 1+(i+1)%2, circles[(i+1)%2])
		if err != nil {
			return nil, fmt.Errorf("move %d: %w", i, err)
		}
		picture, pictures, tone = append(picture, m.first), append(pictures, m.last), append(tone, m.tone)
		circles[i%2] = circles[i%2][1:]
		circles[(i+1)%2] = append(circles[(i+1)%2], mover)
	}
	lost, strays := 0, 0
	for _, p := range r.people {
		p.mu.Lock()
		lost += p.lost
		p.mu.Unlock()
		strays += len(p.Strays())
	}
	return []figure{
		times("circle move, command to first new picture", "p50 100, p95 150", picture),
		times("circle move, command to last new picture", "", pictures),
		times("circle move, command to first new tone", "p95 100", tone),
		count("media connections made anew during moves", "max 0", lost),
		count("packets in a wrong slot during moves", "max 0", strays),
	}, nil
}

// openCircles opens two circles of four.
func (r *room) openCircles(ctx context.Context) ([2][]*person, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	circles := [2][]*person{slices.Clone(r.people[1:5]), slices.Clone(r.people[5:9])}
	draft := &facilitation.DraftCircles{Method: facilitation.ByHand, Circles: [][]facilitation.ParticipantID{ids(circles[0]), ids(circles[1])}}
	if err := r.do(ctx, r.people[0], facilitation.Command{DraftCircles: draft}); err != nil {
		return circles, err
	}
	if err := r.do(ctx, r.people[0], facilitation.Command{OpenCircles: &facilitation.OpenCircles{}}); err != nil {
		return circles, err
	}
	for i, circle := range circles {
		for _, p := range circle {
			err := p.Until(ctx, func(v facilitation.View) bool { return v.You.Circle == i+1 })
			if err != nil {
				return circles, err
			}
		}
	}
	return circles, nil
}

func ids(people []*person) []facilitation.ParticipantID {
	out := make([]facilitation.ParticipantID, len(people))
	for i, p := range people {
		out[i] = p.ID()
	}
	return out
}

// moved is how long one move took: to the first and the last new picture, and to the first new tone.
type moved struct{ first, last, tone time.Duration }

// move puts a person into a circle and waits until they see everyone in it.
func (r *room) move(ctx context.Context, p *person, circle int, there []*person) (moved, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	news := make(chan bot.Packet, 1024)
	others := ids(there)
	p.mu.Lock()
	p.packet = func(packet bot.Packet) {
		if slices.Contains(others, packet.From) && (packet.Key || !packet.Video) {
			select {
			case news <- packet:
			default: // the first ones are what counts
			}
		}
	}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.packet = nil
		p.mu.Unlock()
	}()
	sent := time.Now()
	if err := r.do(ctx, r.people[0], facilitation.Command{Assign: &facilitation.Assign{Participant: p.ID(), Circle: circle}}); err != nil {
		return moved{}, err
	}
	return collect(ctx, news, len(there), sent)
}

// collect waits for the first key frame of each of n people.
func collect(ctx context.Context, news <-chan bot.Packet, n int, sent time.Time) (moved, error) {
	var m moved
	pictures := map[facilitation.ParticipantID]bool{}
	for len(pictures) < n {
		select {
		case packet := <-news:
			after := packet.At.Sub(sent)
			switch {
			case !packet.Video && m.tone == 0:
				m.tone = after
			case packet.Video && !pictures[packet.From]:
				pictures[packet.From] = true
				m.last = after
				if m.first == 0 {
					m.first = after
				}
			}
		case <-ctx.Done():
			return m, fmt.Errorf("%d of %d new pictures: %w", len(pictures), n, ctx.Err())
		}
	}
	return m, nil
}
