package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"kring/facilitation"
	"kring/signaling/bot"
	"kring/signaling/bot/stage"
)

// In each room of a crowd are a therapist and crowdMembers, and someone gives a command every commandEvery, crowdCommands in all.
const (
	crowdMembers  = 11
	crowdCommands = 30
	commandEvery  = time.Second
	// enterAtOnce is how many rooms fill at a time: how they come in is not what is measured.
	enterAtOnce = 8
	// crowdWait bounds all of it.
	crowdWait = 10 * time.Minute
	// crowdMemory is what the bots may leave uncollected.
	crowdMemory = 3 << 30
)

// crowd measures a server full of rooms, with Redis and one core: from a command to its view on the last of the twelve screens of
// its room. Redis and the bots have the other cores. There is no media.
func crowd(ctx context.Context, binary string, n int) (figures []figure, err error) {
	if n == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, crowdWait)
	defer cancel()
	if err := keepOn(ctx, os.Getpid(), 1, runtime.NumCPU()-1); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, keepOn(context.WithoutCancel(ctx), os.Getpid(), 0, runtime.NumCPU()-1)) }()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection here would stop 2,400 screens at once, which are machines of their own
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(crowdMemory))
	err = onStage(ctx, binary, "redis", func(s *stage.Server) error {
		if err := keepOn(ctx, s.PID(), 0, 0); err != nil {
			return err
		}
		rooms, err := fillRooms(ctx, s, n)
		if err == nil {
			figures, err = busyRooms(ctx, s, rooms)
		}
		for _, r := range rooms {
			_ = r.close()
		}
		return err
	}, "GOMAXPROCS=1", "KRING_PROXY=127.0.0.1")
	return figures, err
}

// fillRooms makes sessions with everyone admitted. Each room comes from an address of its own, or all would share one limit.
func fillRooms(ctx context.Context, s *stage.Server, n int) ([]*room, error) {
	rooms, errs := make([]*room, n), make([]error, n)
	var entering sync.WaitGroup
	places := make(chan struct{}, enterAtOnce)
	for i := range n {
		entering.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			opt := bot.Options{Silent: true, From: fmt.Sprintf("10.0.%d.%d", i/250, 1+i%250)}
			if rooms[i], errs[i] = gather(ctx, s, crowdMembers, opt); errs[i] == nil {
				errs[i] = rooms[i].admitAll(ctx)
			}
		})
	}
	entering.Wait()
	return slices.DeleteFunc(rooms, func(r *room) bool { return r == nil }), errors.Join(errs...)
}

// busyRooms has all rooms give their commands, out of step with each other.
func busyRooms(ctx context.Context, s *stage.Server, rooms []*room) ([]figure, error) {
	all, errs := make([]toldTimes, len(rooms)), make([]error, len(rooms))
	var busy sync.WaitGroup
	began, used := time.Now(), cpu(s.PID())
	for i, r := range rooms {
		busy.Go(func() { all[i], errs[i] = r.busy(ctx) })
	}
	busy.Wait()
	took, used := time.Since(began), cpu(s.PID())-used
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var sum toldTimes
	for _, one := range all {
		sum.answered, sum.last, sum.refused = append(sum.answered, one.answered...), append(sum.last, one.last...), sum.refused+one.refused
	}
	views := len(sum.last) * (1 + crowdMembers)
	of := fmt.Sprintf("%d rooms on one core, Redis", len(rooms))
	return []figure{
		times("command answered, "+of, "", sum.answered),
		times("command to the last of twelve screens, "+of, "p99 100", sum.last),
		count("commands refused, "+of, "max 0", sum.refused),
		count("views a second, "+of, "", int(float64(views)/took.Seconds())),
		count("percent of the core, "+of, "", int(100*used.Seconds()/took.Seconds())),
	}, nil
}

// toldTimes are how long commands took to their answer and to the last screen, and how many found the store out of reach.
type toldTimes struct {
	answered, last []time.Duration
	refused        int
}

// busy gives a command at every tick. A room that is late leaves ticks out, and all its commands take longer.
func (r *room) busy(ctx context.Context) (t toldTimes, err error) {
	time.Sleep(rand.N(commandEvery))
	tick := time.NewTicker(commandEvery)
	defer tick.Stop()
	for i := range crowdCommands {
		p, c := r.hand(i)
		a, l, err := r.onScreens(ctx, p, c)
		var no *refused
		switch {
		case err == nil:
			t.answered, t.last = append(t.answered, a), append(t.last, l)
		case errors.As(err, &no) && no.code == facilitation.Unavailable:
			t.refused++
		default:
			return t, err
		}
		<-tick.C
	}
	return t, nil
}
