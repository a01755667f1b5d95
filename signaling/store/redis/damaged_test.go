package redis

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"kring/signaling/store"
)

// TestDamaged: what is not one of our values is neither read nor written over, and not taken for one that is not there.
func TestDamaged(t *testing.T) {
	s := opened(t, started(t))
	for name, values := range map[string][]string{
		"half":       {"epoch", "1", "owner", "n1"},
		"no numbers": {"epoch", "one", "revision", "2", "owner", "n1", "body", "", "version", "-1"},
		"others'":    {"version", "18446744073709551616", "body", "", "revision", "1"},
	} {
		must(t, s.db.Del(t.Context(), roomKey("r"), recordKey(store.KindGroup, "g")).Err())
		must(t, s.db.HSet(t.Context(), roomKey("r"), values).Err())
		must(t, s.db.HSet(t.Context(), recordKey(store.KindGroup, "g"), append(values, "version", "x")).Err())
		for call, f := range map[string]func() error{
			"load":   func() error { _, err := s.Load(t.Context(), "r"); return err },
			"create": func() error { return s.Create(t.Context(), "r", nil) },
			"claim":  func() error { _, err := s.Claim(t.Context(), "r", "n1", time.Hour); return err },
			"commit": func() error { return s.Commit(t.Context(), "r", store.Doc{Epoch: 1, Revision: 3, Owner: "n1"}) },
			"get":    func() error { _, err := s.Get(t.Context(), store.KindGroup, "g"); return err },
			"put":    func() error { _, err := s.Put(t.Context(), store.KindGroup, "g", store.Record{}, 0); return err },
			"take":   func() error { _, err := s.Take(t.Context(), store.KindGroup, "g"); return err },
		} {
			if err := f(); !errors.Is(err, errDamaged) {
				t.Errorf("%s, %s: %v", name, call, err)
			}
		}
	}
}

// TestOtherKind: a key of another kind is an error of the store, and not a room that is not there.
func TestOtherKind(t *testing.T) {
	s := opened(t, started(t))
	must(t, s.db.Set(t.Context(), roomKey("r"), "text", 0).Err())
	if _, err := s.Load(t.Context(), "r"); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("load: %v", err)
	}
}

// TestOtherSchema: a Redis that a later version has written to is not touched.
func TestOtherSchema(t *testing.T) {
	server := started(t)
	s := opened(t, server)
	must(t, s.db.Set(t.Context(), schemaKey, "kring-99", 0).Err())
	if other, err := Open(t.Context(), server.URL(), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("opened", other.Close())
	}
}

// TestNobodyThere: without a Redis, Open says so in time.
func TestNobodyThere(t *testing.T) {
	if other, err := Open(t.Context(), "redis://127.0.0.1:"+freePort(t), slog.New(slog.DiscardHandler)); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err, other)
	}
}

// TestCloseWhileBusy: calls under way to a Redis that hangs do not hold Close up, and come back.
func TestCloseWhileBusy(t *testing.T) {
	server := started(t)
	s := opened(t, server)
	owned(t, s, "r", "n1")
	pause(t, s, server)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if _, err := s.Load(context.Background(), "r"); !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("got %v, want %v", err, store.ErrUnavailable)
			}
		})
	}
	must(t, s.Close())
	calls.Wait()
}
