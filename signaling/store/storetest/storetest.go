// Package storetest is the suite that every store passes: one story a test, told to a real store. It waits for leases and
// lives to end by asking the store, and never takes for granted that a short one has not ended yet: a busy machine is no
// failure.
package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"kring/signaling/store"
)

// Opener opens a store that holds what it held when it was last opened in this test, and nothing of other tests. It closes
// it at the end of the test; so may the test.
type Opener func(t *testing.T) store.Store

// long is a lease or life that does not end in a test, brief one whose end a test waits for.
const (
	long  = time.Hour
	brief = 30 * time.Millisecond
	// patience is how long a test waits for something that must happen.
	patience = 10 * time.Second
)

// Run tells all stories, each to a store of its own: newOpener gives an Opener for one test.
func Run(t *testing.T, newOpener func(t *testing.T) Opener) {
	stories := []struct {
		name  string
		story func(*testing.T, Opener)
	}{
		{"create and load", createAndLoad},
		{"claim and commit", claimAndCommit},
		{"commit as someone else is stale", commitStale},
		{"a living lease holds", leaseHolds},
		{"a lease that ran out does not", leaseRunsOut},
		{"a released lease does not", leaseReleased},
		{"the owner claims again", ownerClaimsAgain},
		{"renewing keeps the lease", renewKeeps},
		{"a paused owner fails after a takeover", pausedOwner},
		{"a document expires", documentExpires},
		{"a document that expired begins anew", documentBeginsAnew},
		{"a room that is not there", noRoom},
		{"limits of rooms", roomLimits},
		{"of many commits one wins", manyCommits},
		{"of many claims one wins", manyClaims},
		{"owners take turns and lose nothing", ownersTakeTurns},
		{"put and get", putAndGet},
		{"put of another version is stale", putStale},
		{"a record expires", recordExpires},
		{"a record that expired begins anew", recordBeginsAnew},
		{"take takes once", takeOnce},
		{"of many takers one takes", manyTakers},
		{"of many puts one wins", manyPuts},
		{"delete", deletes},
		{"list in order, by pages", listPages},
		{"list leaves out what will expire", listLasting},
		{"limits of records", recordLimits},
		{"a log keeps its order", logOrder},
		{"of many appends of one number one wins", manyAppends},
		{"a log is dropped", dropsLog},
		{"a key is made once", makeKey},
		{"a key ends", keyEnds},
		{"a key lives longer", keyLengthened},
		{"of many makers all get one key", manyMakers},
		{"limits of keys", keyLimits},
		{"nodes live for a while", nodesLive},
		{"a node that moved", nodeMoved},
		{"everything is there when opened again", openedAgain},
		{"what is given out is the caller's own", ownBytes},
		{"a call that was given up", givenUp},
		{"close is idempotent", closeTwice},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) { s.story(t, newOpener(t)) })
	}
}

// want fails unless err is the wanted one.
func want(t *testing.T, got, wanted error) {
	t.Helper()
	if !errors.Is(got, wanted) {
		t.Fatalf("got error %v, want %v", got, wanted)
	}
}

// must fails on an error, and hands on what came with none.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// eventually waits until f holds.
func eventually(t *testing.T, what string, f func(ctx context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !f(ctx) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not in %v: %s", patience, what)
		}
	}
}

func givenUp(t *testing.T, open Opener) {
	s := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want(t, s.Create(ctx, "r", nil), context.Canceled)
	_, err := s.Load(ctx, "r")
	want(t, err, context.Canceled)
	want(t, s.Ready(ctx), context.Canceled)
}

func closeTwice(t *testing.T, open Opener) {
	s := open(t)
	if err := errors.Join(s.Ready(t.Context()), s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if s.Ready(t.Context()) == nil {
		t.Fatal("a closed store says that it is ready")
	}
}
