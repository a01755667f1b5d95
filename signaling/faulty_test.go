package signaling

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"kring/signaling/store"
	"kring/signaling/store/bolt"
)

// faulty is a real store whose calls can be made to fail, to hang, or to lose their answer.
type faulty struct {
	*bolt.Store
	dir   string
	mu    sync.Mutex
	fault fault
	calls int
	group []error // what the next writes of a group end in
	ends  int     // how often a document was let go
}

type fault int

const (
	well    fault = iota
	refuses       // at once, as a closed port
	hangs         // until the caller gives up, as a stopped process
	forgets       // the next commit is made but its outcome is not told, as a connection lost
)

func newFaulty(t *testing.T) *faulty {
	t.Helper()
	dir := t.TempDir()
	s, err := bolt.Open(filepath.Join(dir, "kring.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &faulty{Store: s, dir: dir}
}

func (f *faulty) become(now fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.calls = now, 0
}

// asked is how often the store was called since it became what it is.
func (f *faulty) asked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// suffer is what a call meets first.
func (f *faulty) suffer(ctx context.Context) error {
	f.mu.Lock()
	now := f.fault
	f.calls++
	f.mu.Unlock()
	switch now {
	case refuses:
		return store.ErrUnavailable
	case hangs:
		<-ctx.Done()
		return ctx.Err()
	default:
		return nil
	}
}

func (f *faulty) Claim(ctx context.Context, room, node string, lease time.Duration) (store.Doc, error) {
	if err := f.suffer(ctx); err != nil {
		return store.Doc{}, err
	}
	return f.Store.Claim(ctx, room, node, lease)
}

func (f *faulty) Load(ctx context.Context, room string) (store.Doc, error) {
	if err := f.suffer(ctx); err != nil {
		return store.Doc{}, err
	}
	return f.Store.Load(ctx, room)
}

func (f *faulty) Commit(ctx context.Context, room string, doc store.Doc) error {
	if err := f.suffer(ctx); err != nil {
		return err
	}
	err := f.Store.Commit(ctx, room, doc)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil && f.fault == forgets {
		f.fault = well
		return store.ErrUnknown
	}
	return err
}

func (f *faulty) Renew(ctx context.Context, room, node string, epoch uint64, lease time.Duration) error {
	if err := f.suffer(ctx); err != nil {
		return err
	}
	return f.Store.Renew(ctx, room, node, epoch, lease)
}

func (f *faulty) Get(ctx context.Context, kind store.Kind, id string) (store.Record, error) {
	if err := f.suffer(ctx); err != nil {
		return store.Record{}, err
	}
	return f.Store.Get(ctx, kind, id)
}

// groupFails makes the next writes of a group end in these errors.
func (f *faulty) groupFails(errs ...error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.group = errs
}

func (f *faulty) Put(ctx context.Context, kind store.Kind, id string, rec store.Record, life time.Duration) (uint64, error) {
	f.mu.Lock()
	if kind == store.KindGroup && len(f.group) > 0 {
		err := f.group[0]
		f.group = f.group[1:]
		f.mu.Unlock()
		return 0, err
	}
	f.mu.Unlock()
	return f.Store.Put(ctx, kind, id, rec, life)
}

func (f *faulty) Expire(ctx context.Context, room string, after time.Duration) error {
	f.mu.Lock()
	f.ends++
	f.mu.Unlock()
	return f.Store.Expire(ctx, room, after)
}

// letGo is how often a document was let go.
func (f *faulty) letGo() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ends
}
