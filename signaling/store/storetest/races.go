package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kring/signaling/store"
)

// rivals is how many try at once.
const rivals = 16

// race lets all rivals go at once and returns how many had no error. All others must fail with loser.
func race(t *testing.T, loser error, f func(i int) error) int {
	t.Helper()
	errs := make([]error, rivals)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range rivals {
		all.Go(func() { <-start; errs[i] = f(i) })
	}
	close(start)
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		want(t, err, loser)
	}
	return won
}

func manyCommits(t *testing.T, open Opener) {
	s := open(t)
	doc := room(t, s, "r", "n1")
	for range 10 {
		var winner atomic.Int64
		won := race(t, store.ErrStale, func(i int) error {
			err := s.Commit(t.Context(), "r", next(doc, strconv.Itoa(i)))
			if err == nil {
				winner.Store(int64(i))
			}
			return err
		})
		if won != 1 {
			t.Fatalf("%d commits of revision %d were acknowledged", won, doc.Revision+1)
		}
		doc = next(doc, strconv.FormatInt(winner.Load(), 10))
		sameDoc(t, must(s.Load(t.Context(), "r"))(t), doc)
	}
}

func manyClaims(t *testing.T, open Opener) {
	s := open(t)
	want(t, s.Create(t.Context(), "r", nil), nil)
	won := race(t, store.ErrHeld, func(i int) error {
		_, err := s.Claim(t.Context(), "r", fmt.Sprintf("n%d", i), long)
		return err
	})
	if won != 1 {
		t.Fatalf("%d nodes own the room", won)
	}
	if doc := must(s.Load(t.Context(), "r"))(t); doc.Epoch != 1 {
		t.Fatalf("epoch %d after one claim", doc.Epoch)
	}
}

// accepted is an acknowledged commit.
type accepted struct {
	revision, epoch uint64
	node            string
}

// ownersTakeTurns: nodes whose leases are too short take the room from each other all the time. Each revision is acknowledged
// to one node, none is missing, and an epoch has one owner.
func ownersTakeTurns(t *testing.T, open Opener) {
	s := open(t)
	want(t, s.Create(t.Context(), "r", nil), nil)
	var mu sync.Mutex // guards all
	var all []accepted
	var nodes sync.WaitGroup
	for i := range 6 {
		node := fmt.Sprintf("n%d", i)
		nodes.Go(func() {
			for range 30 {
				done := turn(t, s, node)
				mu.Lock()
				all = append(all, done...)
				mu.Unlock()
			}
		})
	}
	nodes.Wait()
	checkTurns(t, all, must(s.Load(t.Context(), "r"))(t))
}

// turn is one node's turn: it owns the room and commits until it cannot any more, five times at most.
func turn(t *testing.T, s store.Store, node string) (done []accepted) {
	doc, err := s.Claim(t.Context(), "r", node, time.Millisecond)
	for i := 0; err == nil && i < 5; i++ {
		doc = next(doc, node)
		if err = s.Commit(t.Context(), "r", doc); err == nil {
			done = append(done, accepted{doc.Revision, doc.Epoch, node})
		}
	}
	if err != nil && !errors.Is(err, store.ErrStale) && !errors.Is(err, store.ErrHeld) {
		t.Errorf("%s: %v", node, err)
	}
	return done
}

func checkTurns(t *testing.T, all []accepted, last store.Doc) {
	t.Helper()
	slices.SortFunc(all, func(a, b accepted) int { return int(a.revision) - int(b.revision) })
	owners := map[uint64]string{}
	epoch := uint64(0)
	for i, a := range all {
		if a.revision != uint64(i+1) {
			t.Fatalf("acknowledged revision %d is number %d", a.revision, i+1)
		}
		if a.epoch < epoch {
			t.Fatalf("revision %d of epoch %d follows epoch %d", a.revision, a.epoch, epoch)
		}
		if owner, ok := owners[a.epoch]; ok && owner != a.node {
			t.Fatalf("epoch %d has two owners, %s and %s", a.epoch, owner, a.node)
		}
		epoch, owners[a.epoch] = a.epoch, a.node
	}
	if last.Revision != uint64(len(all)) {
		t.Fatalf("%d commits acknowledged, revision %d stored", len(all), last.Revision)
	}
	if len(owners) < 2 {
		t.Fatalf("only %d epochs committed: the test tests nothing", len(owners))
	}
}

func manyTakers(t *testing.T, open Opener) {
	s := open(t)
	for range 10 {
		must(s.Put(t.Context(), store.KindTicket, "t", store.Record{Body: []byte("in")}, long))(t)
		won := race(t, store.ErrNotFound, func(int) error {
			_, err := s.Take(t.Context(), store.KindTicket, "t")
			return err
		})
		if won != 1 {
			t.Fatalf("%d took one ticket", won)
		}
	}
}

func manyPuts(t *testing.T, open Opener) {
	s := open(t)
	for version := range uint64(5) {
		won := race(t, store.ErrStale, func(i int) error {
			rec := store.Record{Version: version, Body: []byte(strconv.Itoa(i))}
			_, err := s.Put(t.Context(), store.KindGroup, "g", rec, 0)
			return err
		})
		if won != 1 {
			t.Fatalf("%d puts of version %d were acknowledged", won, version)
		}
	}
}

func manyAppends(t *testing.T, open Opener) {
	s := open(t)
	for n := range uint64(5) {
		won := race(t, store.ErrStale, func(i int) error {
			return s.Append(t.Context(), "audit", n+1, []byte(strconv.Itoa(i)))
		})
		if won != 1 {
			t.Fatalf("%d appends of entry %d were acknowledged", won, n+1)
		}
	}
	if entries := must(s.Entries(t.Context(), "audit", 1, 10))(t); len(entries) != 5 {
		t.Fatalf("%d entries, want 5", len(entries))
	}
}
