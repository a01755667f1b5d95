// Package redis is the store of several nodes: one Redis (7.0 or later), alone, behind Sentinel, or as a cluster. Nothing is kept
// here: every call goes there, and it is as durable as that Redis is (appendfsync always, and WAIT for none of its replicas).
//
// Keys. All that one write touches has one hash tag, so that a cluster keeps it together:
//
//	kring:room:{ID}           hash: epoch, revision, owner, body. It expires when the session is over
//	kring:room:{ID}:lease     the node that holds the room, for as long as its lease; Redis's clock counts, no node's
//	kring:record:{KIND}:ID    hash: version, body
//	kring:record:{KIND}       sorted set: the ids of the kind that never expire
//	kring:log:{NAME}          list
//	kring:rewritten           there for an hour after the append-only file was rewritten
//	kring:key:{ID}            a key of what is sealed. It expires when that is to be forgotten
//	kring:{nodes}, :{nodes}:ID  set of node ids; what each has announced, for a while
//
// A write is WATCH, read, decide, MULTI/EXEC (transaction.go): no script rights are needed. A value that is deleted stays in an
// append-only file until that is rewritten (rewrite.go): what must be forgotten is sealed by its writer, under such a key together with one that
// Redis never sees. Then neither its files nor their copies tell anything by themselves.
package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"kring/signaling/store"
)

const (
	prefix    = "kring:"
	schemaKey = prefix + "schema"
	schema    = "kring-1"
	readyKey  = prefix + "ready"
	readyLife = time.Minute
	// openWait is how long Open waits for Redis.
	openWait = 5 * time.Second
)

var errClosed = fmt.Errorf("%w: closed", store.ErrUnavailable)

// Store is a connection to Redis. It is safe for concurrent use.
type Store struct {
	db    goredis.UniversalClient
	calls sync.WaitGroup
	stop  context.CancelFunc // ends the rewriting
	rest  sync.WaitGroup     // which is waited for

	mu     sync.Mutex // guards closed, and that no call begins after it
	closed bool
}

// Open connects to the Redis at a URL (options.go says which). It fails if Redis does not answer, or holds what is not ours.
func Open(ctx context.Context, address string, log *slog.Logger) (*Store, error) {
	opts, err := parse(address)
	if err != nil {
		return nil, fmt.Errorf("open redis: %w", err)
	}
	beside, stop := context.WithCancel(context.Background())
	s := &Store{db: goredis.NewUniversalClient(opts), stop: stop}
	ctx, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open redis: %w", err), s.Close())
	}
	s.warn(ctx, log)
	s.rest.Go(func() { s.rewriteOn(beside, log) })
	return s, nil
}

// prepare marks an empty Redis as ours, or checks the mark.
func (s *Store) prepare(ctx context.Context) error {
	got, err := write(ctx, s, func(ctx context.Context, tx *goredis.Tx) (string, plan, error) {
		got, err := tx.Get(ctx, schemaKey).Result()
		if errors.Is(err, goredis.Nil) {
			return schema, func(p goredis.Pipeliner) { p.Set(ctx, schemaKey, schema, 0) }, nil
		}
		return got, nil, err
	}, schemaKey)
	if err == nil && got != schema {
		err = fmt.Errorf("schema %q, want %q", got, schema)
	}
	return err
}

// warn says what would lose data. A Redis that does not tell about itself is taken as it is.
func (s *Store) warn(ctx context.Context, log *slog.Logger) {
	info, err := s.db.Info(ctx, "memory", "persistence").Result()
	if err != nil {
		return
	}
	if policy := infoField(info, "maxmemory_policy"); policy != "" && policy != "noeviction" {
		log.Warn("redis may evict rooms: set maxmemory-policy noeviction", "policy", policy)
	}
	if infoField(info, "aof_enabled") == "0" {
		log.Warn("redis may forget what it acknowledged: set appendonly yes")
	}
}

func infoField(info, name string) string {
	_, rest, _ := strings.Cut(info, "\n"+name+":")
	value, _, _ := strings.Cut(rest, "\r\n")
	return value
}

// Ready reports whether Redis answers and takes a write: a replica that may only be read does not.
func (s *Store) Ready(ctx context.Context) error {
	_, err := write(ctx, s, func(ctx context.Context, _ *goredis.Tx) (struct{}, plan, error) {
		return struct{}{}, func(p goredis.Pipeliner) { p.Set(ctx, readyKey, "", readyLife) }, nil
	}, readyKey)
	return err
}

// Close cuts the connections, which fails the calls under way, and waits for those.
func (s *Store) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if !first {
		return nil
	}
	s.stop()
	s.rest.Wait()
	err := s.db.Close()
	s.calls.Wait()
	return err
}

var _ store.Store = (*Store)(nil)
