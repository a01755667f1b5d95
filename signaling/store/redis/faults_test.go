package redis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"kring/signaling/bot/stage"
	"kring/signaling/store"
)

// patience is how long a test waits for what must happen, short how long a caller waits for a Redis that hangs.
const (
	patience = 20 * time.Second
	short    = 200 * time.Millisecond
)

// TestKilled: Redis is killed in the middle of commits, again and again over the same data. Every acknowledged commit is there
// afterwards, each revision is committed once, and the same store goes on by itself.
func TestKilled(t *testing.T) {
	server := started(t)
	s := opened(t, server)
	doc := owned(t, s, "r", "n1")
	ctx, stop := context.WithCancel(t.Context())
	acked := make(chan store.Doc)
	var committing sync.WaitGroup
	committing.Go(func() { commits(ctx, t, s, doc, acked) })
	defer committing.Wait()
	defer stop()
	for range 4 {
		for range 50 {
			doc = next(t, acked)
		}
		kill(t, s, server)
		if err := server.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		stored, err := opened(t, server).Load(t.Context(), "r")
		if err != nil || stored.Revision < doc.Revision {
			t.Fatalf("revision %d acknowledged, %d stored: %v", doc.Revision, stored.Revision, err)
		}
	}
	if last := next(t, acked); last.Revision <= doc.Revision {
		t.Fatalf("revision %d after %d", last.Revision, doc.Revision)
	}
}

// commits commits one revision after the other until ctx ends. One that failed it tries again with the same expectations: it
// may find it done only where the outcome was unknown.
func commits(ctx context.Context, t *testing.T, s *Store, doc store.Doc, acked chan<- store.Doc) {
	for {
		doc.Revision++
		doc.Body = []byte(strconv.FormatUint(doc.Revision, 10))
		if err := commitOnce(ctx, s, doc); err != nil {
			if ctx.Err() == nil {
				t.Errorf("revision %d: %v", doc.Revision, err)
			}
			return
		}
		select {
		case acked <- doc:
		case <-ctx.Done():
			return
		}
	}
}

func commitOnce(ctx context.Context, s *Store, doc store.Doc) error {
	unknown := false
	for ctx.Err() == nil {
		switch err := s.Commit(ctx, "r", doc); {
		case err == nil:
			return nil
		case errors.Is(err, store.ErrUnknown):
			unknown = true
		case errors.Is(err, store.ErrStale) && unknown:
			return isStored(ctx, s, doc)
		case !errors.Is(err, store.ErrUnavailable):
			return err
		}
	}
	return ctx.Err()
}

func isStored(ctx context.Context, s *Store, doc store.Doc) error {
	stored, err := s.Load(ctx, "r")
	if err == nil && (stored.Revision != doc.Revision || string(stored.Body) != string(doc.Body)) {
		err = fmt.Errorf("stored is revision %d %q, want %d", stored.Revision, stored.Body, doc.Revision)
	}
	return err
}

// TestHangs: a Redis that answers nothing holds a call up until its deadline or until it is given up, and no longer. Nothing
// was sent, so the same call succeeds afterwards.
func TestHangs(t *testing.T) {
	server := started(t)
	s := opened(t, server)
	doc := owned(t, s, "r", "n1")
	pause(t, s, server)
	doc.Revision++
	for name, call := range map[string]func(context.Context) error{
		"commit": func(ctx context.Context) error { return s.Commit(ctx, "r", doc) },
		"renew":  func(ctx context.Context) error { return s.Renew(ctx, "r", "n1", doc.Epoch, time.Hour) },
		"load":   func(ctx context.Context) error { _, err := s.Load(ctx, "r"); return err },
		"take":   func(ctx context.Context) error { _, err := s.Take(ctx, store.KindTicket, "t"); return err },
		"ready":  s.Ready,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), short)
		begin := time.Now()
		if err := call(ctx); !errors.Is(err, store.ErrUnavailable) || time.Since(begin) > patience/4 {
			t.Errorf("%s after %v: %v", name, time.Since(begin), err)
		}
		cancel()
		given, giveUp := context.WithCancel(t.Context())
		time.AfterFunc(short/4, giveUp)
		if err := call(given); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s given up: %v", name, err)
		}
	}
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), "r", doc); err != nil {
		t.Fatalf("after the pause: %v", err)
	}
}

// TestAnswerLost: Redis hangs or dies when EXEC is on its way. The outcome is unknown, the caller tries again with the same
// expectations, and in the end the commit was made once.
func TestAnswerLost(t *testing.T) {
	for name, fault := range map[string]struct {
		strike, heal func(*testing.T, *Store, *stage.Redis)
	}{
		"hangs": {
			pause,
			func(t *testing.T, _ *Store, r *stage.Redis) { must(t, r.Resume()) },
		},
		"dies": {kill, func(t *testing.T, _ *Store, r *stage.Redis) { must(t, r.Restart(t.Context())) }},
	} {
		t.Run(name, func(t *testing.T) {
			server := started(t)
			s := opened(t, server)
			doc := owned(t, s, "r", "n1")
			doc.Revision, doc.Body = doc.Revision+1, []byte("one")
			other := opened(t, server) // to kill by: the first is busy
			must(t, other.Ready(t.Context()))
			s.db.AddHook(&beforeExec{f: func() { fault.strike(t, other, server) }})
			ctx, cancel := context.WithTimeout(t.Context(), short)
			defer cancel()
			if err := s.Commit(ctx, "r", doc); !errors.Is(err, store.ErrUnknown) {
				t.Fatalf("got %v, want %v", err, store.ErrUnknown)
			}
			fault.heal(t, s, server)
			if err := s.Commit(t.Context(), "r", doc); err != nil && !errors.Is(err, store.ErrStale) {
				t.Fatal(err)
			}
			must(t, isStored(t.Context(), s, doc))
			doc.Revision, doc.Body = doc.Revision+1, []byte("two")
			must(t, s.Commit(t.Context(), "r", doc))
		})
	}
}

// TestTakenOverInBetween: an owner is paused at the worst moment, when it has found itself the owner and is about to write.
// Another takes the room over meanwhile; the old one fails, and the new one's document stands.
func TestTakenOverInBetween(t *testing.T) {
	for name, call := range map[string]func(context.Context, *Store, store.Doc) error{
		"commit": func(ctx context.Context, s *Store, doc store.Doc) error { return s.Commit(ctx, "r", doc) },
		"renew": func(ctx context.Context, s *Store, doc store.Doc) error {
			return s.Renew(ctx, "r", "n1", doc.Epoch, time.Hour)
		},
		"release": func(ctx context.Context, s *Store, doc store.Doc) error { return s.Release(ctx, "r", "n1", doc.Epoch) },
	} {
		t.Run(name, func(t *testing.T) {
			server := started(t)
			old, rival := opened(t, server), opened(t, server)
			must(t, old.Create(t.Context(), "r", []byte("begin")))
			doc, err := old.Claim(t.Context(), "r", "n1", time.Millisecond)
			must(t, err)
			doc.Revision, doc.Body = doc.Revision+1, []byte("late")
			var taken store.Doc
			old.db.AddHook(&beforeExec{f: func() { taken = takeOver(t, rival, "r", "n2") }})
			if err := call(t.Context(), old, doc); !errors.Is(err, store.ErrStale) {
				t.Fatalf("got %v, want %v", err, store.ErrStale)
			}
			if _, err := old.Claim(t.Context(), "r", "n1", time.Hour); !errors.Is(err, store.ErrHeld) {
				t.Fatalf("the new lease: got %v, want %v", err, store.ErrHeld)
			}
			stored, err := old.Load(t.Context(), "r")
			if err != nil || stored.Epoch != 2 || stored.Owner != "n2" || stored.Revision != taken.Revision || string(stored.Body) != "mine" {
				t.Fatalf("stored %+v, %v", stored, err)
			}
		})
	}
}

// takeOver claims the room once its lease has run out, and commits.
func takeOver(t *testing.T, s *Store, room, node string) store.Doc {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	doc, err := s.Claim(ctx, room, node, time.Hour)
	for errors.Is(err, store.ErrHeld) {
		doc, err = s.Claim(ctx, room, node, time.Hour)
	}
	doc.Revision, doc.Body = doc.Revision+1, []byte("mine")
	if err = errors.Join(err, s.Commit(ctx, room, doc)); err != nil {
		t.Error(err)
	}
	return doc
}

// beforeExec runs f once, when a transaction has decided and is about to be sent.
type beforeExec struct {
	once sync.Once
	f    func()
}

func (h *beforeExec) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (h *beforeExec) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook { return next }

func (h *beforeExec) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		h.once.Do(h.f)
		return next(ctx, cmds)
	}
}

func owned(t *testing.T, s *Store, room, node string) store.Doc {
	t.Helper()
	must(t, s.Create(t.Context(), room, []byte("begin")))
	doc, err := s.Claim(t.Context(), room, node, time.Hour)
	must(t, err)
	return doc
}

func next(t *testing.T, acked <-chan store.Doc) store.Doc {
	t.Helper()
	select {
	case doc := <-acked:
		return doc
	case <-time.After(patience):
		t.Fatal("no commit is acknowledged any more")
		return store.Doc{}
	}
}

// pause returns when the server has stopped: the signal itself is only on its way when it is sent.
func pause(t *testing.T, s *Store, server *stage.Redis) {
	t.Helper()
	pid := processID(t, s)
	must(t, server.Pause())
	for {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		_, state, found := strings.Cut(string(stat), ") ") // proc(5): the name in parentheses, then the state
		if err != nil || !found {
			t.Errorf("state of redis-server: %q, %v", stat, err)
			return
		}
		if state[0] == 'T' {
			return
		}
	}
}

// kill ends the server as a power cut would end it, by the number that it gives itself, and waits until it is gone.
func kill(t *testing.T, s *Store, server *stage.Redis) {
	t.Helper()
	pid := processID(t, s)
	if pid <= 1 { // kill(2) takes such numbers for whole groups
		return
	}
	must(t, syscall.Kill(pid, syscall.SIGKILL))
	must(t, server.Stop())
}

func processID(t *testing.T, s *Store) int {
	t.Helper()
	info, err := s.db.Info(t.Context(), "server").Result()
	must(t, err)
	pid, err := strconv.Atoi(infoField(info, "process_id"))
	must(t, err)
	return pid
}

// must marks a test as failed and goes on: goroutines call it too.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
