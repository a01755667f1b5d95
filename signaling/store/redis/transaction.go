package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	goredis "github.com/redis/go-redis/v9"

	"kring/signaling/store"
)

// plan puts the commands of a transaction in line. No plan: nothing is to be written.
type plan func(goredis.Pipeliner)

// decision reads what is watched and says what to write, or why nothing is. It runs again if someone else has written
// meanwhile, and takes with it only what is its own: it may still run when its caller has given up.
type decision[T any] func(context.Context, *goredis.Tx) (T, plan, error)

// write watches the keys, lets d decide, and writes its plan as a whole. An error that wraps ErrUnavailable says that nothing
// was written and nothing will be; one that wraps ErrUnknown, that EXEC went out and was not answered: the caller tries again
// with the same expectations, or reads, and finds out.
func write[T any](ctx context.Context, s *Store, d decision[T], keys ...string) (T, error) {
	return run(ctx, s, func(c *call) (T, error) {
		for {
			v, err := attempt(ctx, s, c, d, keys)
			if !errors.Is(err, goredis.TxFailedErr) || !c.unsend() {
				return v, err
			}
		}
	})
}

func attempt[T any](ctx context.Context, s *Store, c *call, d decision[T], keys []string) (v T, err error) {
	unwatched := s.db.Watch(ctx, func(tx *goredis.Tx) error {
		// Nothing is returned to Watch: a cluster's client would run a transaction whose outcome is unknown once more.
		var do plan
		if v, do, err = d(ctx, tx); err != nil || do == nil {
			err = problem(err)
			return nil
		}
		if !c.send() {
			err = store.ErrUnavailable // nobody listens any more
			return nil
		}
		_, err = tx.TxPipelined(ctx, func(p goredis.Pipeliner) error { do(p); return nil })
		err = outcome(err)
		return nil
	}, keys...)
	if unwatched != nil {
		return v, problem(unwatched)
	}
	return v, err
}

// read runs f, which writes nothing.
func read[T any](ctx context.Context, s *Store, f func(context.Context) (T, error)) (T, error) {
	return run(ctx, s, func(*call) (T, error) {
		v, err := f(ctx)
		return v, problem(err)
	})
}

// run waits for f no longer than ctx, whatever the connection does: go-redis heeds deadlines, and not that a caller gives up.
func run[T any](ctx context.Context, s *Store, f func(*call) (T, error)) (T, error) {
	type result struct {
		v   T
		err error
	}
	var zero T
	if err := s.begin(ctx); err != nil {
		return zero, err
	}
	c, done := new(call), make(chan result, 1)
	go func() {
		defer s.calls.Done()
		v, err := f(c)
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return zero, r.err
		}
		return r.v, nil
	case <-ctx.Done():
		return zero, c.abandon(ctx.Err())
	}
}

// begin counts a call that Close waits for.
func (s *Store) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	s.calls.Add(1)
	return nil
}

// call is how far a call has come. Its caller and its goroutine agree by it on who was first: the one that gave up, or the one
// that sent.
type call struct{ stage atomic.Int32 }

const (
	deciding int32 = iota
	sent
	abandoned
)

// send reports whether the caller still waits; from here on the outcome may be unknown.
func (c *call) send() bool { return c.stage.CompareAndSwap(deciding, sent) }

// unsend takes back what was refused as a whole, and reports whether the caller still waits.
func (c *call) unsend() bool { return c.stage.CompareAndSwap(sent, deciding) }

func (c *call) abandon(cause error) error {
	if c.stage.Swap(abandoned) == sent {
		return fmt.Errorf("%w: %w", store.ErrUnknown, cause)
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, cause)
}

// verdicts are a decision's own answers.
var verdicts = []error{nil, store.ErrNotFound, store.ErrExists, store.ErrStale, store.ErrHeld, errDamaged}

// problem says of what failed before anything was sent that the store is out of reach.
func problem(err error) error {
	if slices.Contains(verdicts, err) {
		return err
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// outcome says what became of a transaction. What Redis itself refuses it refuses as a whole; without an answer nobody knows.
func outcome(err error) error {
	var refused goredis.Error
	switch {
	case err == nil, errors.Is(err, goredis.TxFailedErr):
		return err
	case errors.As(err, &refused):
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	default:
		return fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
}
