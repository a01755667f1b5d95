package transporttest

import (
	"sync"
	"testing"
	"time"
)

// patience is when a test gives up on what it waits for.
const patience = 20 * time.Second

// Log notes things as they come, and lets a test wait for them.
type Log[T any] struct {
	mu      sync.Mutex
	all     []T
	changed chan struct{} // closed when something comes; nil if nobody waits
}

// Add notes a thing.
func (l *Log[T]) Add(x T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, x)
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// All is what has come until now.
func (l *Log[T]) All() []T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]T(nil), l.all...)
}

// Await waits for the first thing that is as wanted, from the beginning on, and returns it. It fails the test with what else
// has come.
func (l *Log[T]) Await(t testing.TB, what string, ok func(T) bool) T {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for seen := 0; ; {
		l.mu.Lock()
		for ; seen < len(l.all); seen++ {
			if ok(l.all[seen]) {
				defer l.mu.Unlock()
				return l.all[seen]
			}
		}
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-late.C:
			t.Fatalf("%s has not come, but %d others", what, seen)
		}
	}
}
