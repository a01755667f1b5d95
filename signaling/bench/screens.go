package main

import (
	"context"
	"fmt"
	"time"

	"kring/facilitation"
	"kring/signaling/bot/stage"
)

// screens measures from a command to its view at the last of ten clients, with their media flowing. Members raise and lower
// their hands in turn.
func screens(ctx context.Context, s *stage.Server, store string, n int) ([]figure, error) {
	const members = 9
	r, err := fill(ctx, s, members)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.close() }()
	last, answered := make([]time.Duration, 0, n), make([]time.Duration, 0, n)
	for i := range n {
		p, c := r.hand(i)
		a, l, err := r.onScreens(ctx, p, c)
		if err != nil {
			return nil, err
		}
		answered, last = append(answered, a), append(last, l)
	}
	return []figure{
		times(fmt.Sprintf("command answered, %s", store), "", answered),
		times(fmt.Sprintf("command to the last of ten screens, %s", store), "p99 50", last),
	}, nil
}

// hand is the i-th member and command: members put up their hands in turn, and then down.
func (r *room) hand(i int) (*person, facilitation.Command) {
	members := r.people[1:]
	if i/len(members)%2 == 1 {
		return members[i%len(members)], facilitation.Command{Lower: &facilitation.Empty{}}
	}
	return members[i%len(members)], facilitation.Command{Raise: &facilitation.Raise{Kind: facilitation.Speak}}
}

// onScreens is how long a command took to its answer, and to the last screen.
func (r *room) onScreens(ctx context.Context, p *person, c facilitation.Command) (answered, last time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, other := range r.people {
		other.mu.Lock()
		other.views = other.views[:0]
		other.mu.Unlock()
	}
	sent := time.Now()
	answer, err := p.Do(ctx, c)
	answered = time.Since(sent)
	if err != nil {
		return 0, 0, err
	}
	if answer.Refusal != "" {
		return 0, 0, &refused{p.Name(), answer.Refusal}
	}
	for _, other := range r.people {
		if err := other.UntilRevision(ctx, answer.Revision); err != nil {
			return 0, 0, err
		}
		last = max(last, other.sawAt(answer.Revision).Sub(sent))
	}
	return answered, last, nil
}

// refused is a command that was.
type refused struct {
	name string
	code facilitation.RefusalCode
}

func (r *refused) Error() string { return fmt.Sprintf("%s was refused: %s", r.name, r.code) }

// sawAt is when a revision or a later one was first on a person's screen.
func (p *person) sawAt(revision uint64) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range p.views {
		if v.revision >= revision {
			return v.at
		}
	}
	return time.Time{}
}
