package main

import (
	"slices"
	"testing"
	"time"
)

func TestPercentilesAreNearestRanks(t *testing.T) {
	var d []time.Duration
	for ms := range 50 {
		d = append(d, time.Duration(50-ms)*time.Millisecond)
	}
	f := times("moves", "", d)
	if f.N != 50 || f.P50 != 25 || f.P95 != 48 || f.P99 != 50 || f.Max != 50 {
		t.Errorf("figures of 1 to 50 ms: %+v", f)
	}
}

func TestWhatMissesItsGoalIsMarked(t *testing.T) {
	f := figure{Name: "moves", P50: 100, P95: 151, Max: 400, Goal: "p50 100, p95 150, max 399.5"}
	if err := f.judge(); err != nil {
		t.Fatal(err)
	}
	if want := []string{"p95 150", "max 399.5"}; !slices.Equal(f.Missed, want) {
		t.Errorf("missed %q, want %q", f.Missed, want)
	}
	for _, goal := range []string{"100", "p42 100", "p50 fast"} {
		bad := figure{Goal: goal}
		if bad.judge() == nil {
			t.Errorf("%q is taken for a goal", goal)
		}
	}
}

func TestBenchmarksAreRead(t *testing.T) {
	got, err := parseBenchmarks([]byte(`goos: linux
pkg: kring/sfu
BenchmarkForward/video=true-2   	  970712	      1049 ns/op	       3 B/op	       1 allocs/op
PASS
ok  	kring/sfu	2.1s
pkg: kring/facilitation
BenchmarkRoutes-2   	   92000	     13000.5 ns/op	   15704 B/op	      28 allocs/op
`))
	want := []benchmark{
		{Package: "kring/sfu", Name: "Forward/video=true-2", Ns: 1049, Bytes: 3, Allocations: 1},
		{Package: "kring/facilitation", Name: "Routes-2", Ns: 13000.5, Bytes: 15704, Allocations: 28},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}
