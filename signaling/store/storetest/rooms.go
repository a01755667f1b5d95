package storetest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"kring/signaling/store"
)

// room is a document that a test begins with, owned by node.
func room(t *testing.T, s store.Store, id, node string) store.Doc {
	t.Helper()
	want(t, s.Create(t.Context(), id, []byte("begin")), nil)
	return must(s.Claim(t.Context(), id, node, long))(t)
}

// next is the commit that follows doc.
func next(doc store.Doc, body string) store.Doc {
	doc.Revision++
	doc.Body = []byte(body)
	return doc
}

func sameDoc(t *testing.T, got, wanted store.Doc) {
	t.Helper()
	if got.Epoch != wanted.Epoch || got.Revision != wanted.Revision || got.Owner != wanted.Owner || !bytes.Equal(got.Body, wanted.Body) {
		t.Fatalf("got %+v, want %+v", got, wanted)
	}
}

func createAndLoad(t *testing.T, open Opener) {
	s := open(t)
	want(t, s.Create(t.Context(), "r", []byte("one")), nil)
	want(t, s.Create(t.Context(), "r", []byte("two")), store.ErrExists)
	sameDoc(t, must(s.Load(t.Context(), "r"))(t), store.Doc{Body: []byte("one")})
}

func claimAndCommit(t *testing.T, open Opener) {
	s := open(t)
	doc := room(t, s, "r", "n1")
	sameDoc(t, doc, store.Doc{Epoch: 1, Owner: "n1", Body: []byte("begin")})
	for _, body := range []string{"one", "", string(bytes.Repeat([]byte{0, 0xff, '\r', '\n'}, store.MaxBody/4))} {
		doc = next(doc, body)
		want(t, s.Commit(t.Context(), "r", doc), nil)
		sameDoc(t, must(s.Load(t.Context(), "r"))(t), doc)
	}
}

func commitStale(t *testing.T, open Opener) {
	s := open(t)
	doc := room(t, s, "r", "n1")
	doc = next(doc, "one")
	want(t, s.Commit(t.Context(), "r", doc), nil)
	for what, wrong := range map[string]func(*store.Doc){
		"the same revision":  func(d *store.Doc) {},
		"a revision skipped": func(d *store.Doc) { d.Revision += 2 },
		"revision zero":      func(d *store.Doc) { d.Revision = 0 },
		"an older epoch":     func(d *store.Doc) { d.Revision++; d.Epoch-- },
		"a later epoch":      func(d *store.Doc) { d.Revision++; d.Epoch++ },
		"another owner":      func(d *store.Doc) { d.Revision++; d.Owner = "n2" },
		"no owner":           func(d *store.Doc) { d.Revision++; d.Owner = "" },
	} {
		t.Run(what, func(t *testing.T) {
			d := next(doc, "wrong")
			d.Revision--
			wrong(&d)
			want(t, s.Commit(t.Context(), "r", d), store.ErrStale)
			sameDoc(t, must(s.Load(t.Context(), "r"))(t), doc)
		})
	}
}

func leaseHolds(t *testing.T, open Opener) {
	s := open(t)
	doc := room(t, s, "r", "n1")
	_, err := s.Claim(t.Context(), "r", "n2", long)
	want(t, err, store.ErrHeld)
	sameDoc(t, must(s.Load(t.Context(), "r"))(t), doc)
}

func leaseRunsOut(t *testing.T, open Opener) {
	s := open(t)
	want(t, s.Create(t.Context(), "r", []byte("begin")), nil)
	must(s.Claim(t.Context(), "r", "n1", brief))(t)
	doc := claimWhenFree(t, s, "r", "n2")
	sameDoc(t, doc, store.Doc{Epoch: 2, Owner: "n2", Body: []byte("begin")})
}

// claimWhenFree claims a room as soon as nobody holds it.
func claimWhenFree(t *testing.T, s store.Store, id, node string) store.Doc {
	t.Helper()
	var doc store.Doc
	eventually(t, "the lease runs out", func(ctx context.Context) bool {
		var err error
		doc, err = s.Claim(ctx, id, node, long)
		if err != nil {
			want(t, err, store.ErrHeld)
		}
		return err == nil
	})
	return doc
}

func leaseReleased(t *testing.T, open Opener) {
	s := open(t)
	doc := room(t, s, "r", "n1")
	want(t, s.Release(t.Context(), "r", "n2", doc.Epoch), store.ErrStale)
	want(t, s.Release(t.Context(), "r", "n1", doc.Epoch+1), store.ErrStale)
	_, err := s.Claim(t.Context(), "r", "n2", long)
	want(t, err, store.ErrHeld)

	want(t, s.Release(t.Context(), "r", "n1", doc.Epoch), nil)
	doc = must(s.Claim(t.Context(), "r", "n2", long))(t)
	sameDoc(t, doc, store.Doc{Epoch: 2, Owner: "n2", Body: []byte("begin")})
}

func ownerClaimsAgain(t *testing.T, open Opener) {
	s := open(t)
	before := room(t, s, "r", "n1")
	after := must(s.Claim(t.Context(), "r", "n1", long))(t)
	sameDoc(t, after, store.Doc{Epoch: 2, Owner: "n1", Body: []byte("begin")})
	want(t, s.Commit(t.Context(), "r", next(before, "from before the restart")), store.ErrStale)
	want(t, s.Commit(t.Context(), "r", next(after, "one")), nil)
}

func renewKeeps(t *testing.T, open Opener) {
	s := open(t)
	want(t, s.Create(t.Context(), "r", nil), nil)
	doc := must(s.Claim(t.Context(), "r", "n1", brief))(t)
	want(t, s.Renew(t.Context(), "r", "n1", doc.Epoch, long), nil)
	want(t, s.Create(t.Context(), "clock", nil), nil)
	must(s.Claim(t.Context(), "clock", "n1", brief))(t)
	claimWhenFree(t, s, "clock", "n2") // a lease as short, begun later, has run out: the renewed one has not
	_, err := s.Claim(t.Context(), "r", "n2", long)
	want(t, err, store.ErrHeld)
	want(t, s.Renew(t.Context(), "r", "n1", doc.Epoch+1, long), store.ErrStale)
	want(t, s.Renew(t.Context(), "r", "n2", doc.Epoch, long), store.ErrStale)
}

func pausedOwner(t *testing.T, open Opener) {
	s := open(t)
	want(t, s.Create(t.Context(), "r", nil), nil)
	old := must(s.Claim(t.Context(), "r", "n1", brief))(t)
	doc := claimWhenFree(t, s, "r", "n2")

	want(t, s.Commit(t.Context(), "r", next(old, "late")), store.ErrStale)
	want(t, s.Renew(t.Context(), "r", "n1", old.Epoch, long), store.ErrStale)
	want(t, s.Release(t.Context(), "r", "n1", old.Epoch), store.ErrStale)
	_, err := s.Claim(t.Context(), "r", "n1", long)
	want(t, err, store.ErrHeld)
	want(t, s.Commit(t.Context(), "r", next(doc, "mine")), nil)
}

func documentExpires(t *testing.T, open Opener) {
	s := open(t)
	doc := room(t, s, "r", "n1")
	want(t, s.Expire(t.Context(), "r", long), nil)
	want(t, s.Commit(t.Context(), "r", next(doc, "one")), nil) // it lives until then
	want(t, s.Expire(t.Context(), "r", brief), nil)
	eventually(t, "the document expires", func(ctx context.Context) bool {
		_, err := s.Load(ctx, "r")
		return errors.Is(err, store.ErrNotFound)
	})
	want(t, s.Expire(t.Context(), "r", brief), nil)
	want(t, s.Commit(t.Context(), "r", next(next(doc, ""), "two")), store.ErrNotFound)
}

// documentBeginsAnew: nothing of the old document, its lease and expiry included, is left in a new one of the same id.
func documentBeginsAnew(t *testing.T, open Opener) {
	s := open(t)
	room(t, s, "r", "n1")
	want(t, s.Expire(t.Context(), "r", brief), nil)
	eventually(t, "the id is free", func(ctx context.Context) bool { return s.Create(ctx, "r", []byte("new")) == nil })
	doc := must(s.Claim(t.Context(), "r", "n2", long))(t)
	sameDoc(t, doc, store.Doc{Epoch: 1, Owner: "n2", Body: []byte("new")})
}

func noRoom(t *testing.T, open Opener) {
	s, ctx := open(t), t.Context()
	_, err := s.Load(ctx, "r")
	want(t, err, store.ErrNotFound)
	_, err = s.Claim(ctx, "r", "n1", long)
	want(t, err, store.ErrNotFound)
	want(t, s.Commit(ctx, "r", store.Doc{Revision: 1}), store.ErrNotFound)
	want(t, s.Renew(ctx, "r", "n1", 1, long), store.ErrNotFound)
	want(t, s.Release(ctx, "r", "n1", 1), store.ErrNotFound)
	want(t, s.Expire(ctx, "r", brief), nil)
	_, err = s.Load(ctx, "r") // none of these made one
	want(t, err, store.ErrNotFound)
}

// badIDs cannot be ids: they would reach into other keys, logs or patterns.
var badIDs = []string{"", "a/b", "a b", "{a}", "a*", "a\n", "a\x00", "é", strings.Repeat("a", store.MaxID+1)}

func roomLimits(t *testing.T, open Opener) {
	s, ctx := open(t), t.Context()
	big := make([]byte, store.MaxBody+1)
	want(t, s.Create(ctx, "big", big), store.ErrTooLarge)
	doc := room(t, s, strings.Repeat("a", store.MaxID), "n1")
	want(t, s.Commit(ctx, strings.Repeat("a", store.MaxID), next(doc, string(big))), store.ErrTooLarge)
	for _, id := range badIDs {
		want(t, s.Create(ctx, id, nil), store.ErrBadID)
		_, err := s.Load(ctx, id)
		want(t, err, store.ErrBadID)
		_, err = s.Claim(ctx, id, "n1", long)
		want(t, err, store.ErrBadID)
		_, err = s.Claim(ctx, "r", id, long)
		want(t, err, store.ErrBadID)
		want(t, s.Commit(ctx, id, store.Doc{}), store.ErrBadID)
		want(t, s.Renew(ctx, id, "n1", 1, long), store.ErrBadID)
		want(t, s.Release(ctx, id, "n1", 1), store.ErrBadID)
		want(t, s.Expire(ctx, id, brief), store.ErrBadID)
		want(t, s.Announce(ctx, store.Node{ID: id}, long), store.ErrBadID)
	}
}
