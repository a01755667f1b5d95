package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"kring/signaling/store"
)

// put writes a record and returns its new version.
func put(t *testing.T, s store.Store, id string, version uint64, body string, life time.Duration) uint64 {
	t.Helper()
	return must(s.Put(t.Context(), store.KindGroup, id, store.Record{Version: version, Body: []byte(body)}, life))(t)
}

func sameRecord(t *testing.T, got store.Record, version uint64, body string) {
	t.Helper()
	if got.Version != version || string(got.Body) != body {
		t.Fatalf("got version %d %q, want version %d %q", got.Version, got.Body, version, body)
	}
}

func putAndGet(t *testing.T, open Opener) {
	s := open(t)
	_, err := s.Get(t.Context(), store.KindGroup, "g")
	want(t, err, store.ErrNotFound)
	for i, body := range []string{"one", "", "\x00\xff\r\n"} {
		if v := put(t, s, "g", uint64(i), body, 0); v != uint64(i+1) {
			t.Fatalf("put %d gave version %d", i, v)
		}
		sameRecord(t, must(s.Get(t.Context(), store.KindGroup, "g"))(t), uint64(i+1), body)
	}
	_, err = s.Get(t.Context(), store.KindSession, "g") // kinds are apart
	want(t, err, store.ErrNotFound)
}

func putStale(t *testing.T, open Opener) {
	s := open(t)
	put(t, s, "g", put(t, s, "g", 0, "one", 0), "two", 0)
	for _, version := range []uint64{0, 1, 3} {
		_, err := s.Put(t.Context(), store.KindGroup, "g", store.Record{Version: version, Body: []byte("wrong")}, 0)
		want(t, err, store.ErrStale)
	}
	sameRecord(t, must(s.Get(t.Context(), store.KindGroup, "g"))(t), 2, "two")
	_, err := s.Put(t.Context(), store.KindGroup, "none", store.Record{Version: 1}, 0)
	want(t, err, store.ErrStale)
}

// gone waits until a record has expired.
func gone(t *testing.T, s store.Store, id string) {
	t.Helper()
	eventually(t, "the record expires", func(ctx context.Context) bool {
		_, err := s.Get(ctx, store.KindGroup, id)
		return errors.Is(err, store.ErrNotFound)
	})
}

// keep puts a record for a short life, and at once again for ever. It returns that life: on a busy machine a brief one can be over
// in between, and another is begun.
func keep(t *testing.T, s store.Store, id string) time.Duration {
	t.Helper()
	for life := brief; ; life *= 2 {
		first := store.Record{Version: put(t, s, id, 0, "short", life), Body: []byte("long")}
		if _, err := s.Put(t.Context(), store.KindGroup, id, first, 0); !errors.Is(err, store.ErrStale) {
			want(t, err, nil)
			return life
		}
	}
}

func recordExpires(t *testing.T, open Opener) {
	s := open(t)
	put(t, s, "g", 0, "short", keep(t, s, "kept"))
	gone(t, s, "g")
	_, err := s.Take(t.Context(), store.KindGroup, "g")
	want(t, err, store.ErrNotFound)
	sameRecord(t, must(s.Get(t.Context(), store.KindGroup, "kept"))(t), 2, "long") // the last put's life counts
}

func recordBeginsAnew(t *testing.T, open Opener) {
	s := open(t)
	version := put(t, s, "g", 0, "old", brief)
	gone(t, s, "g")
	_, err := s.Put(t.Context(), store.KindGroup, "g", store.Record{Version: version, Body: []byte("late")}, 0)
	want(t, err, store.ErrStale)
	if v := put(t, s, "g", 0, "new", long); v != 1 {
		t.Fatalf("begins at version %d", v)
	}
}

func takeOnce(t *testing.T, open Opener) {
	s := open(t)
	put(t, s, "g", 0, "once", long)
	sameRecord(t, must(s.Take(t.Context(), store.KindGroup, "g"))(t), 1, "once")
	_, err := s.Take(t.Context(), store.KindGroup, "g")
	want(t, err, store.ErrNotFound)
	_, err = s.Get(t.Context(), store.KindGroup, "g")
	want(t, err, store.ErrNotFound)
}

func deletes(t *testing.T, open Opener) {
	s := open(t)
	put(t, s, "g", 0, "", 0)
	want(t, s.Delete(t.Context(), store.KindGroup, "g"), nil)
	want(t, s.Delete(t.Context(), store.KindGroup, "g"), nil)
	_, err := s.Get(t.Context(), store.KindGroup, "g")
	want(t, err, store.ErrNotFound)
	if ids := must(s.List(t.Context(), store.KindGroup, "", 10))(t); len(ids) != 0 {
		t.Fatalf("deleted, and listed: %v", ids)
	}
}

func listPages(t *testing.T, open Opener) {
	s := open(t)
	all := []string{"-", "0", "A", "B", "a", "a.", "a1", "aa", "b"} // in order of bytes
	for i := range all {
		put(t, s, all[len(all)-1-i], 0, "", 0)
	}
	put(t, s, "a", 1, "again", 0)
	must(s.Put(t.Context(), "grou", "p", store.Record{}, 0))(t) // kinds that begin alike
	must(s.Put(t.Context(), "groupie", "x", store.Record{}, 0))(t)
	for _, size := range []int{1, 2, 4, 9, 10} {
		var got []string
		for after := ""; ; {
			page := must(s.List(t.Context(), store.KindGroup, after, size))(t)
			if len(page) > size {
				t.Fatalf("a page of %d has %d", size, len(page))
			}
			if len(page) == 0 {
				break
			}
			got, after = append(got, page...), page[len(page)-1]
		}
		if !slices.Equal(got, all) {
			t.Fatalf("pages of %d: %q, want %q", size, got, all)
		}
	}
	if got := must(s.List(t.Context(), store.KindGroup, "a0", 2))(t); !slices.Equal(got, []string{"a1", "aa"}) {
		t.Fatalf("after an id that is not there: %q", got)
	}
}

func listLasting(t *testing.T, open Opener) {
	s := open(t)
	put(t, s, "a", 0, "", long)
	put(t, s, "b", 0, "", 0)
	put(t, s, "c", put(t, s, "c", 0, "", 0), "", long)
	put(t, s, "d", put(t, s, "d", 0, "", long), "", 0)
	put(t, s, "e", 0, "", 0)
	must(s.Take(t.Context(), store.KindGroup, "e"))(t)
	if got := must(s.List(t.Context(), store.KindGroup, "", 10))(t); !slices.Equal(got, []string{"b", "d"}) {
		t.Fatalf("listed %q, want b and d", got)
	}
}

func recordLimits(t *testing.T, open Opener) {
	s, ctx := open(t), t.Context()
	big := make([]byte, store.MaxBody+1)
	_, err := s.Put(ctx, store.KindGroup, "g", store.Record{Body: big}, 0)
	want(t, err, store.ErrTooLarge)
	want(t, s.Append(ctx, "log", 1, big), store.ErrTooLarge)
	put(t, s, "g", 0, string(big[1:]), 0)
	for _, id := range badIDs {
		_, err = s.Get(ctx, store.KindGroup, id)
		want(t, err, store.ErrBadID)
		_, err = s.Get(ctx, store.Kind(id), "g")
		want(t, err, store.ErrBadID)
		_, err = s.Put(ctx, store.KindGroup, id, store.Record{}, 0)
		want(t, err, store.ErrBadID)
		_, err = s.Take(ctx, store.KindGroup, id)
		want(t, err, store.ErrBadID)
		want(t, s.Delete(ctx, store.KindGroup, id), store.ErrBadID)
		_, err = s.List(ctx, store.Kind(id), "", 1)
		want(t, err, store.ErrBadID)
		if id != "" { // an empty one begins at the beginning
			_, err = s.List(ctx, store.KindGroup, id, 1)
			want(t, err, store.ErrBadID)
		}
		want(t, s.Append(ctx, id, 1, nil), store.ErrBadID)
		want(t, s.DropLog(ctx, id), store.ErrBadID)
		_, err = s.Entries(ctx, id, 1, 1)
		want(t, err, store.ErrBadID)
	}
}

func logOrder(t *testing.T, open Opener) {
	s := open(t)
	if got := must(s.Entries(t.Context(), "audit", 1, 10))(t); len(got) != 0 {
		t.Fatalf("entries of no log: %q", got)
	}
	for i := range 5 {
		want(t, s.Append(t.Context(), "audit", uint64(i+1), fmt.Appendf(nil, "entry %d", i+1)), nil)
	}
	for _, n := range []uint64{0, 1, 5, 7} {
		want(t, s.Append(t.Context(), "audit", n, []byte("out of order")), store.ErrStale)
	}
	want(t, s.Append(t.Context(), "other", 1, []byte("other")), nil)
	for _, page := range []struct {
		from  uint64
		limit int
		want  []string
	}{
		{0, 2, []string{"entry 1", "entry 2"}},
		{1, 2, []string{"entry 1", "entry 2"}},
		{4, 10, []string{"entry 4", "entry 5"}},
		{6, 10, nil},
		{1, 0, nil},
	} {
		var got []string
		for _, e := range must(s.Entries(t.Context(), "audit", page.from, page.limit))(t) {
			got = append(got, string(e))
		}
		if !slices.Equal(got, page.want) {
			t.Fatalf("from %d at most %d: %q, want %q", page.from, page.limit, got, page.want)
		}
	}
}

func dropsLog(t *testing.T, open Opener) {
	s := open(t)
	want(t, s.DropLog(t.Context(), "audit"), nil)
	want(t, s.Append(t.Context(), "audit", 1, []byte("old")), nil)
	want(t, s.Append(t.Context(), "other", 1, []byte("other")), nil)
	want(t, s.DropLog(t.Context(), "audit"), nil)
	if got := must(s.Entries(t.Context(), "audit", 1, 10))(t); len(got) != 0 {
		t.Fatalf("entries of a log that was dropped: %q", got)
	}
	want(t, s.Append(t.Context(), "audit", 1, []byte("new")), nil)
	if got := must(s.Entries(t.Context(), "other", 1, 10))(t); len(got) != 1 {
		t.Fatalf("another log lost its entries: %q", got)
	}
}

func nodesLive(t *testing.T, open Opener) {
	s := open(t)
	stays := store.Node{ID: "n1", Addr: "10.0.0.1:8080", Media: "192.0.2.1:50000"}
	want(t, s.Announce(t.Context(), stays, long), nil)
	want(t, s.Announce(t.Context(), store.Node{ID: "n2", Addr: "10.0.0.2:8080"}, brief), nil)
	eventually(t, "the silent node is gone", func(ctx context.Context) bool {
		return slices.Equal(must(s.Nodes(ctx))(t), []store.Node{stays})
	})
	want(t, s.Announce(t.Context(), store.Node{ID: "n2", Addr: "10.0.0.2:8080"}, long), nil)
	if got := must(s.Nodes(t.Context()))(t); len(got) != 2 {
		t.Fatalf("nodes %v, want two", got)
	}
}

// nodeMoved: a node that starts again at another address is one node.
func nodeMoved(t *testing.T, open Opener) {
	s := open(t)
	want(t, s.Announce(t.Context(), store.Node{ID: "n1", Addr: "10.0.0.1:8080"}, long), nil)
	moved := store.Node{ID: "n1", Addr: "10.0.0.9:8080"}
	want(t, s.Announce(t.Context(), moved, long/2), nil)
	if got := must(s.Nodes(t.Context()))(t); !slices.Equal(got, []store.Node{moved}) {
		t.Fatalf("nodes %v, want %v", got, moved)
	}
}

func openedAgain(t *testing.T, open Opener) {
	s := open(t)
	doc := next(room(t, s, "r", "n1"), "one")
	want(t, s.Commit(t.Context(), "r", doc), nil)
	put(t, s, "g", 0, "group", 0)
	want(t, s.Append(t.Context(), "audit", 1, []byte("entry")), nil)
	want(t, s.Close(), nil)

	s = open(t)
	sameDoc(t, must(s.Load(t.Context(), "r"))(t), doc)
	_, err := s.Claim(t.Context(), "r", "n2", long)
	want(t, err, store.ErrHeld)
	sameRecord(t, must(s.Get(t.Context(), store.KindGroup, "g"))(t), 1, "group")
	want(t, s.Append(t.Context(), "audit", 2, nil), nil)
}

// ownBytes: a caller may keep and change what it was given, and change what it gave.
func ownBytes(t *testing.T, open Opener) {
	s := open(t)
	body := []byte("record")
	must(s.Put(t.Context(), store.KindGroup, "g", store.Record{Body: body}, long))(t)
	clear(body)
	got := must(s.Get(t.Context(), store.KindGroup, "g"))(t)
	clear(got.Body)
	taken := must(s.Take(t.Context(), store.KindGroup, "g"))(t)
	for i := range 64 { // pages of the file are used again
		put(t, s, fmt.Sprintf("filler-%d", i), 0, string(make([]byte, 4096)), 0)
	}
	sameRecord(t, taken, 1, "record")
	doc := room(t, s, "r", "n1")
	clear(doc.Body)
	if got := must(s.Load(t.Context(), "r"))(t); string(got.Body) != "begin" {
		t.Fatalf("a caller changed the document: %q", got.Body)
	}
}
