package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"kring/sfu/bench/load"
)

const (
	slots = 15 // of those who join
	// idleAfter is how long a server may keep what is left of a handshake.
	idleAfter = 15 * time.Second
	// stormLength is the time in which a storm of joins comes, into rooms of stormRoom.
	stormLength = 10 * time.Second
	stormRoom   = 8
	// rest is how much of it is left for the last to connect: a part of rest+1.
	rest = 20
	// loaded is the room that is under load meanwhile.
	loaded = 10
)

// joinFigures are what bench joins prints.
type joinFigures struct {
	Machine machine `json:"machine"`
	SFU     string  `json:"sfu"`
	Calm    calm    `json:"calm"`
	Storm   storm   `json:"storm"`
}

// calm is joins one after the other, and then peers that do nothing, each in a room of its own.
type calm struct {
	Joins      int     `json:"joins"`
	CPUMs      float64 `json:"cpuMs"` // of the server, by join
	HeapKiB    float64 `json:"heapKiB"`
	StackKiB   float64 `json:"stackKiB"`
	Goroutines float64 `json:"goroutines"` // these three by idle peer
}

// storm is joins all at once while a room is under load.
type storm struct {
	Joins       int     `json:"joins"`
	InTime      int     `json:"inTime"` // connected within stormLength of the first
	P50Ms       float64 `json:"p50Ms"`  // from a join's beginning to its connection
	P99Ms       float64 `json:"p99Ms"`
	CPUMs       float64 `json:"cpuMs"` // of the server, by join, beyond what the room costs
	RoomBefore  float64 `json:"roomP99BeforeMs"`
	RoomDuring  float64 `json:"roomP99DuringMs"`
	ShareBefore float64 `json:"roomShareBefore"`
	ShareDuring float64 `json:"roomShareDuring"`
}

// joins measures what joining costs, and what it does to others.
func joins(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("joins", flag.ContinueOnError)
	name := f.String("sfu", "kring", "`name` of the SFU, kring or kring-pion")
	one := f.Int("joins", 100, "`number` of joins one after the other")
	many := f.Int("storm", 200, "`number` of joins within 10 s")
	file := f.String("json", "", "`file` for the figures as JSON")
	if err := f.Parse(args); err != nil {
		return err
	}
	figures := joinFigures{Machine: thisMachine(), SFU: *name}
	var err error
	if figures.Calm, err = onServer(ctx, *name, *one, calmJoins); err != nil {
		return fmt.Errorf("one after the other: %w", err)
	}
	if figures.Storm, err = onServer(ctx, *name, *many, stormJoins); err != nil {
		return fmt.Errorf("all at once: %w", err)
	}
	if *file != "" {
		data, err := json.MarshalIndent(figures, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(*file, append(data, '\n'), 0o644); err != nil {
			return err
		}
	}
	return figures.print(os.Stdout)
}

// onServer measures on a server in a process of its own.
func onServer[T any](ctx context.Context, name string, n int, measure func(context.Context, *under, int) (T, error)) (t T, err error) {
	u, err := startUnder(ctx, name)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, u.stop()) }()
	return measure(ctx, u, n)
}

func calmJoins(ctx context.Context, u *under, n int) (c calm, err error) {
	before, err := u.process.runtime(ctx, true)
	if err != nil {
		return c, err
	}
	begun, err := cpuTime(u.process.pid())
	if err != nil {
		return c, err
	}
	for i := range n {
		client := load.NewClient("alone-"+strconv.Itoa(i), i, slots)
		defer func() { err = errors.Join(err, client.Close()) }()
		if err := u.door.Publish(ctx, client); err != nil {
			return c, fmt.Errorf("join %d: %w", i, err)
		}
	}
	done, err := cpuTime(u.process.pid())
	if err != nil {
		return c, err
	}
	if err := sleep(ctx, idleAfter); err != nil {
		return c, err
	}
	after, err := u.process.runtime(ctx, true)
	by := func(total float64) float64 { return total / float64(n) }
	return calm{
		Joins:      n,
		CPUMs:      by(float64((done - begun).Milliseconds())),
		HeapKiB:    by((float64(after.HeapBytes) - float64(before.HeapBytes)) / 1024),
		StackKiB:   by((float64(after.StackBytes) - float64(before.StackBytes)) / 1024),
		Goroutines: by(float64(after.Goroutines - before.Goroutines)),
	}, err
}

func stormJoins(ctx context.Context, u *under, n int) (s storm, err error) {
	crowd, err := load.Fill(ctx, load.Workload{Rooms: 1, Participants: loaded}, u.door)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, crowd.Close()) }()
	if err := sleep(ctx, time.Second); err != nil {
		return s, err
	}
	alone, err := stretch(ctx, u, crowd, func() error { return sleep(ctx, stormLength) })
	if err != nil {
		return s, err
	}
	var times []time.Duration
	inTime := 0
	joining, err := stretch(ctx, u, crowd, func() (err error) {
		times, inTime, err = rush(ctx, u, n)
		return err
	})
	if err != nil {
		return s, err
	}
	slices.Sort(times)
	spent := joining.cpu.Seconds() - alone.cpu.Seconds()*joining.length.Seconds()/alone.length.Seconds()
	return storm{
		Joins: n, InTime: inTime, P50Ms: percentile(times, 50), P99Ms: percentile(times, 99), CPUMs: spent * 1000 / float64(n),
		RoomBefore: alone.p99Ms, RoomDuring: joining.p99Ms, ShareBefore: alone.share, ShareDuring: joining.share,
	}, nil
}

// passage is what a room under load has seen over a stretch of time.
type passage struct {
	length, cpu  time.Duration
	p99Ms, share float64
}

func stretch(ctx context.Context, u *under, crowd *load.Crowd, do func() error) (p passage, err error) {
	crowd.Delays() // those of before
	before, err := look(ctx, u, crowd)
	if err != nil {
		return p, err
	}
	if err := do(); err != nil {
		return p, err
	}
	after, err := look(ctx, u, crowd)
	r := difference(before, after)
	return passage{after.at.Sub(before.at), after.sfu - before.sfu, percentile(crowd.Delays(), 99), r.Share}, err
}

// rush has n clients join, the last a little before the end of stormLength, and returns how long each took and how many were
// connected by that end.
func rush(ctx context.Context, u *under, n int) (times []time.Duration, inTime int, err error) {
	var joining sync.WaitGroup
	var connected atomic.Int64
	end := time.Now().Add(stormLength)
	clients, errs := make([]*load.Client, n), make([]error, n)
	times = make([]time.Duration, n)
	for i := range n {
		clients[i] = load.NewClient("storm-"+strconv.Itoa(i/stormRoom), 1000+i, slots)
		joining.Go(func() {
			begun := time.Now()
			errs[i] = u.door.Publish(ctx, clients[i])
			times[i] = time.Since(begun)
			if errs[i] == nil && time.Now().Before(end) {
				connected.Add(1)
			}
		})
		if err := sleep(ctx, stormLength/time.Duration(n+n/rest)); err != nil {
			errs = append(errs, err)
			break
		}
	}
	joining.Wait()
	for _, c := range clients {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	return times, int(connected.Load()), errors.Join(errs...)
}

func (f joinFigures) print(out io.Writer) error {
	c, s := f.Calm, f.Storm
	_, err := fmt.Fprintf(out, "%s\n\n| %s: joins of %d slots | |\n|---|---|\n"+
		"| server CPU, one after the other | %.2f ms |\n"+
		"| idle peer: heap, stacks, goroutines | %.1f KiB, %.1f KiB, %.2f |\n"+
		"| %d within %v: connected in that time | %d |\n"+
		"| - time of a join, p50 and p99 | %.0f, %.0f ms |\n"+
		"| - server CPU of a join | %.2f ms |\n"+
		"| - a room of %d meanwhile: p99 before, during | %.2f, %.2f ms |\n"+
		"| - and its delivered %%, before, during | %.3f, %.3f |\n",
		f.Machine, f.SFU, slots, c.CPUMs, c.HeapKiB, c.StackKiB, c.Goroutines, s.Joins, stormLength, s.InTime, s.P50Ms, s.P99Ms, s.CPUMs,
		loaded, s.RoomBefore, s.RoomDuring, 100*s.ShareBefore, 100*s.ShareDuring)
	return err
}
