package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"kring/sfu/bench/load"
)

// result is what one run has measured.
type result struct {
	SFU      string        `json:"sfu"`
	Workload load.Workload `json:"workload"`
	Seconds  float64       `json:"seconds"`

	MicrosPerPacket float64 `json:"microsPerPacket"` // CPU time of the SFU by packet delivered
	Delivered       uint64  `json:"delivered"`
	Share           float64 `json:"share"` // of what should have been delivered
	Repaired        uint64  `json:"repaired,omitempty"`
	Late            uint64  `json:"late,omitempty"` // what the generator was too slow to send
	FullSockets     uint64  `json:"fullSockets"`    // datagrams dropped at full sockets, the SFU's or the generator's
	P50Ms           float64 `json:"p50Ms"`          // one way, through the SFU
	P99Ms           float64 `json:"p99Ms"`
	RSSMiB          float64 `json:"rssMiB"`
	PeakMiB         float64 `json:"peakMiB"`
	// Allocations by packet delivered; nil where the SFU is not in Go.
	Allocations *float64 `json:"allocations,omitempty"`
	// Calls of the system by packet delivered; nil if they were not counted.
	Calls *float64 `json:"calls,omitempty"`

	// What others used, as shares of one core.
	SFUCore       float64 `json:"sfuCore"`
	GeneratorCore float64 `json:"generatorCore"`
	OthersCore    float64 `json:"othersCore"`
}

// window is how a run is measured.
type window struct {
	warmup, length time.Duration
	profile        string // file for a CPU profile of the window, or empty
	strace         bool   // count system calls after it
}

// fillWait bounds how long a crowd may take to come in.
const fillWait = 2 * time.Minute

// measure fills an SFU and measures it over the window.
func measure(ctx context.Context, u *under, w load.Workload, over window) (r result, err error) {
	entering, cancel := context.WithTimeout(ctx, fillWait)
	defer cancel()
	crowd, err := load.Fill(entering, w, u.door)
	if err != nil {
		return r, fmt.Errorf("fill: %w", err)
	}
	defer func() { err = errors.Join(err, crowd.Close()) }()
	if err := sleep(ctx, over.warmup); err != nil {
		return r, err
	}
	profiled := u.profile(ctx, over)
	crowd.Delays() // those of the warm-up
	before, err := look(ctx, u, crowd)
	if err != nil {
		return r, err
	}
	if err := sleep(ctx, over.length); err != nil {
		return r, err
	}
	after, err := look(ctx, u, crowd)
	if err != nil {
		return r, err
	}
	r = difference(before, after)
	r.SFU, r.Workload = u.name, w
	delays := crowd.Delays()
	r.P50Ms, r.P99Ms = percentile(delays, 50), percentile(delays, 99)
	if r.RSSMiB, r.PeakMiB, err = memory(u.process.pid()); err != nil {
		return r, err
	}
	if after.totals.Broken > 0 {
		return r, fmt.Errorf("%d packets could not be opened", after.totals.Broken)
	}
	if err := <-profiled; err != nil || !over.strace {
		return r, err
	}
	calls, err := callsPerPacket(u.process.pid(), crowd)
	r.Calls = &calls
	return r, err
}

// sleep waits for a time of measuring to pass.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// snapshot is all counts at one moment.
type snapshot struct {
	at        time.Time
	totals    load.Totals
	sfu, self time.Duration
	others    map[int]time.Duration
	mallocs   *uint64
	full      uint64 // sockets, by datagram
}

func look(ctx context.Context, u *under, crowd *load.Crowd) (s snapshot, err error) {
	if u.process.url != "" {
		r, err := u.process.runtime(ctx, false)
		if err != nil {
			return s, err
		}
		s.mallocs = &r.Mallocs
	}
	pid, self := u.process.pid(), os.Getpid()
	s.others = otherTimes(pid, self)
	sfu, sfuErr := cpuTime(pid)
	own, ownErr := cpuTime(self)
	full, fullErr := fullSockets()
	s.full = full
	s.sfu, s.self, s.at, s.totals = sfu, own, time.Now(), crowd.Totals()
	return s, errors.Join(sfuErr, ownErr, fullErr)
}

func difference(a, b snapshot) (r result) {
	r.Seconds = b.at.Sub(a.at).Seconds()
	r.Delivered = b.totals.Delivered - a.totals.Delivered
	r.Repaired, r.Late = b.totals.Repaired-a.totals.Repaired, b.totals.Late-a.totals.Late
	r.FullSockets = b.full - a.full
	r.Share = float64(r.Delivered) / float64(max(1, b.totals.Expected-a.totals.Expected))
	r.MicrosPerPacket = float64((b.sfu - a.sfu).Microseconds()) / float64(max(1, r.Delivered))
	r.SFUCore, r.GeneratorCore = (b.sfu-a.sfu).Seconds()/r.Seconds, (b.self-a.self).Seconds()/r.Seconds
	r.OthersCore = spent(a.others, b.others).Seconds() / r.Seconds
	if a.mallocs != nil && b.mallocs != nil {
		n := float64(*b.mallocs-*a.mallocs) / float64(max(1, r.Delivered))
		r.Allocations = &n
	}
	return r
}

// percentile is the nearest rank of sorted times, in milliseconds.
func percentile(d []time.Duration, percent int) float64 {
	if len(d) == 0 {
		return 0
	}
	return float64(d[(len(d)*percent+99)/100-1].Microseconds()) / 1000
}
