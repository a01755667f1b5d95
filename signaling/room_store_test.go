package signaling

import (
	"errors"
	"testing"
	"time"

	"kring/signaling/store"
)

// owned makes a room document that node n1 owns, at revision 0.
func owned(t *testing.T, f *faulty) store.Doc {
	t.Helper()
	if err := f.Create(t.Context(), "room", []byte("0")); err != nil {
		t.Fatal(err)
	}
	doc, err := f.Claim(t.Context(), "room", "n1", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func following(doc store.Doc, body string) store.Doc {
	doc.Revision, doc.Body = doc.Revision+1, []byte(body)
	return doc
}

func TestCommitOfUnknownOutcome(t *testing.T) {
	f := newFaulty(t)
	s := &Server{rooms: f}
	doc := following(owned(t, f), "1")
	f.become(forgets)
	got, err := s.commitDoc("room", doc)
	if err != nil || got.Revision != 1 {
		t.Fatalf("revision %d, %v", got.Revision, err)
	}
	if there, _ := f.Load(t.Context(), "room"); there.Revision != 1 || string(there.Body) != "1" {
		t.Errorf("stored: %+v", there)
	}
}

// TestCommitOverOwnWrite: a commit timed out but was made; the next one has moved on from what was never in force.
func TestCommitOverOwnWrite(t *testing.T) {
	f := newFaulty(t)
	s := &Server{rooms: f}
	doc := owned(t, f)
	if err := f.Commit(t.Context(), "room", following(doc, "not in force")); err != nil {
		t.Fatal(err)
	}
	got, err := s.commitDoc("room", following(doc, "in force"))
	if err != nil || got.Revision != 2 {
		t.Fatalf("revision %d, %v", got.Revision, err)
	}
	if there, _ := f.Load(t.Context(), "room"); string(there.Body) != "in force" {
		t.Errorf("stored: %+v", there)
	}
}

// TestCommitAfterFailover: the store lost its last writes; the owner writes its own back.
func TestCommitAfterFailover(t *testing.T) {
	f := newFaulty(t)
	s := &Server{rooms: f}
	doc := owned(t, f)
	doc.Revision = 7
	if got, err := s.commitDoc("room", following(doc, "8")); err != nil || got.Revision != 1 {
		t.Fatalf("revision %d, %v", got.Revision, err)
	}
}

func TestCommitOfPausedOwner(t *testing.T) {
	f := newFaulty(t)
	s := &Server{rooms: f}
	doc := owned(t, f)
	if err := f.Release(t.Context(), "room", "n1", doc.Epoch); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Claim(t.Context(), "room", "n2", time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, err := s.commitDoc("room", following(doc, "late")); !errors.Is(err, store.ErrStale) {
		t.Errorf("got %v, want ErrStale", err)
	}
}

func TestCommitToStoreThatHangs(t *testing.T) {
	f := newFaulty(t)
	s := &Server{rooms: f}
	doc := owned(t, f)
	f.become(hangs)
	begin := time.Now()
	if _, err := s.commitDoc("room", following(doc, "1")); err == nil {
		t.Error("no error")
	}
	if took := time.Since(begin); took > 2*storeTimeout {
		t.Errorf("the room waited %v", took)
	}
}
