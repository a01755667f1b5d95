package redis

import (
	"errors"
	"log/slog"
	"testing"

	"kring/signaling/bot/stage"
	"kring/signaling/store"
	"kring/signaling/store/storetest"
)

// TestStore: every story has a Redis that holds nothing.
func TestStore(t *testing.T) {
	server := started(t)
	storetest.Run(t, func(t *testing.T) storetest.Opener {
		s := opened(t, server)
		if err := s.db.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		return func(t *testing.T) store.Store { return opened(t, server) }
	})
}

// started runs a real redis-server until the test ends; without one there is nothing to test, and the test fails.
func started(t *testing.T) *stage.Redis {
	t.Helper()
	r, _ := startedIn(t)
	return r
}

// startedIn says too where its files are.
func startedIn(t *testing.T) (r *stage.Redis, dir string) {
	t.Helper()
	dir = t.TempDir()
	r, err := stage.StartRedis(t.Context(), dir)
	if err != nil {
		t.Fatal(errors.Join(err, r.Stop()))
	}
	t.Cleanup(func() {
		_ = r.Resume() // a stopped process hears no SIGTERM; one that is gone needs no resuming
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	return r, dir
}

func opened(t *testing.T, server *stage.Redis) *Store {
	t.Helper()
	return openedAt(t, server.URL())
}

func openedAt(t *testing.T, address string) *Store {
	t.Helper()
	s, err := Open(t.Context(), address, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
