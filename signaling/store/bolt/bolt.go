// Package bolt is the embedded store: one file, durable before it acknowledges, for one machine. Writes of many rooms share an
// fsync. It holds its file locked; a second process is refused.
//
// A value that is deleted stays in the file's free pages until they are used again: what must be forgotten is sealed by its
// writer, under a key that is not in the file (keys.go).
package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"kring/signaling/store"
)

// The buckets.
var (
	metaBucket    = []byte("meta")
	roomsBucket   = []byte("rooms")
	recordsBucket = []byte("records")
	logsBucket    = []byte("logs")
	nodesBucket   = []byte("nodes")
	schemaKey     = []byte("schema")
	readyKey      = []byte("ready")
)

const (
	schema     = "kring-2"
	lockWait   = time.Second
	sweepEvery = 10 * time.Minute
	// batchDelay is how long a write waits for company: an fsync costs more.
	batchDelay = 500 * time.Microsecond
)

var errClosed = fmt.Errorf("%w: closed", store.ErrUnavailable)

// Store is an open file. It is safe for concurrent use.
type Store struct {
	db     *bbolt.DB
	now    func() time.Time
	stop   chan struct{}
	swept  sync.WaitGroup
	writes sync.WaitGroup
	keys   *keys

	mu     sync.Mutex // guards closed, and that no write begins after it
	closed bool
}

// Open opens or makes the file. It fails if another process has it, or if it is not one of ours.
func Open(file string) (*Store, error) { return open(file, time.Now) }

func open(file string, now func() time.Time) (*Store, error) {
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{Timeout: lockWait, FreelistType: bbolt.FreelistMapType})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open %s: another process has it", file)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	db.MaxBatchDelay = batchDelay
	s := &Store{db: db, now: now, stop: make(chan struct{}), keys: &keys{dir: file + keysSuffix}}
	if err := errors.Join(db.Update(prepare), s.keys.prepare()); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", file, err), db.Close())
	}
	s.swept.Go(s.sweep)
	return s, nil
}

func prepare(tx *bbolt.Tx) error {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		var err error
		if meta, err = tx.CreateBucket(metaBucket); err != nil {
			return err
		}
		if err = meta.Put(schemaKey, []byte(schema)); err != nil {
			return err
		}
	}
	if got := string(meta.Get(schemaKey)); got != schema {
		return fmt.Errorf("schema %q, want %q", got, schema)
	}
	for _, name := range [][]byte{roomsBucket, recordsBucket, logsBucket, nodesBucket} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the sweeper, waits for the writes under way and closes the file.
func (s *Store) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if !first {
		return nil
	}
	close(s.stop)
	s.swept.Wait()
	s.writes.Wait()
	return s.db.Close()
}

// Ready reports whether the file is open and the disk takes a write.
func (s *Store) Ready(ctx context.Context) error {
	_, err := write(ctx, s, func(tx *bbolt.Tx) (struct{}, error) {
		return struct{}{}, tx.Bucket(metaBucket).Put(readyKey, nil)
	})
	return err
}

// sweep deletes what has expired; reading never returns it anyway. What fails is tried again at the next tick.
func (s *Store) sweep() {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		_ = s.db.Update(s.sweepOnce)
		_ = s.keys.sweep(s.now())
		select {
		case <-tick.C:
		case <-s.stop:
			return
		}
	}
}

// sweepOnce leaves alone what it cannot read: someone may still mend it.
func (s *Store) sweepOnce(tx *bbolt.Tx) error {
	for _, name := range [][]byte{roomsBucket, recordsBucket, nodesBucket} {
		b := tx.Bucket(name)
		var dead [][]byte
		err := b.ForEach(func(k, v []byte) error {
			if e, err := decode(v); err == nil && e.dead(s.now()) {
				dead = append(dead, bytes.Clone(k))
			}
			return nil
		})
		for _, k := range dead {
			err = errors.Join(err, b.Delete(k))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var _ store.Store = (*Store)(nil)
