package bolt

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"kring/signaling/store"
)

// write runs f in a transaction that is on disk when write returns. f may run more than once, and takes with it only what is
// its own: a disk that hangs is waited for no longer than ctx, and f may still run after that, hence ErrUnknown.
func write[T any](ctx context.Context, s *Store, f func(*bbolt.Tx) (T, error)) (T, error) {
	type result struct {
		v   T
		err error
	}
	var zero T
	if err := s.begin(ctx); err != nil {
		return zero, err
	}
	done := make(chan result, 1)
	go func() {
		defer s.writes.Done()
		var r result
		r.err = s.db.Batch(func(tx *bbolt.Tx) (err error) {
			r.v, err = f(tx)
			return err
		})
		done <- r
	}()
	select {
	case r := <-done:
		return r.v, problem(r.err)
	case <-ctx.Done():
		return zero, fmt.Errorf("%w: the disk hangs: %w", store.ErrUnknown, ctx.Err())
	}
}

// begin counts a write that Close waits for.
func (s *Store) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	s.writes.Add(1)
	return nil
}

// read runs f in a transaction that sees one moment of the file.
func read[T any](ctx context.Context, s *Store, f func(*bbolt.Tx) (T, error)) (v T, err error) {
	if err := ctx.Err(); err != nil {
		return v, fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	err = s.db.View(func(tx *bbolt.Tx) (err error) {
		v, err = f(tx)
		return err
	})
	return v, problem(err)
}

// problem says of what the file or disk could not do that the store is out of reach. A transaction that fails is rolled back.
func problem(err error) error {
	switch err {
	case nil, store.ErrNotFound, store.ErrExists, store.ErrStale, store.ErrHeld, errEnvelope:
		return err
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// load reads a living value of a bucket: ErrNotFound.
func (s *Store) load(b *bbolt.Bucket, key string) (envelope, error) {
	data := b.Get([]byte(key))
	if data == nil {
		return envelope{}, store.ErrNotFound
	}
	e, err := decode(data)
	if err == nil && e.dead(s.now()) {
		err = store.ErrNotFound
	}
	if err != nil {
		return envelope{}, err
	}
	return e, nil
}

func save(b *bbolt.Bucket, key string, e *envelope) error { return b.Put([]byte(key), encode(e)) }
