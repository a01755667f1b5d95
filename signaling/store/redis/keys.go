package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"kring/signaling/store"
)

func keyKey(id string) string { return prefix + "key:{" + id + "}" }

// Key implements store.Keys.
func (s *Store) Key(ctx context.Context, id string) ([]byte, error) {
	if err := store.CheckID(id); err != nil {
		return nil, err
	}
	return read(ctx, s, func(ctx context.Context) ([]byte, error) { return key(ctx, s.db, id) })
}

// key reads a key: ErrNotFound.
func key(ctx context.Context, db goredis.Cmdable, id string) ([]byte, error) {
	data, err := db.Get(ctx, keyKey(id)).Bytes()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, store.ErrNotFound
	case err == nil && len(data) != store.KeySize:
		return nil, errDamaged
	}
	return data, err
}

// MakeKey implements store.Keys.
func (s *Store) MakeKey(ctx context.Context, id string, life time.Duration) ([]byte, error) {
	if err := store.CheckID(id); err != nil {
		return nil, err
	}
	return write(ctx, s, func(ctx context.Context, tx *goredis.Tx) ([]byte, plan, error) {
		there, err := key(ctx, tx, id)
		if err != store.ErrNotFound {
			return there, nil, err
		}
		made := make([]byte, store.KeySize)
		_, _ = rand.Read(made) // never fails (crypto/rand, Go 1.24)
		return made, func(p goredis.Pipeliner) { p.Set(ctx, keyKey(id), made, atLeast(life)) }, nil
	}, keyKey(id))
}

// EndKey implements store.Keys.
func (s *Store) EndKey(ctx context.Context, id string, after time.Duration) error {
	if err := store.CheckID(id); err != nil {
		return err
	}
	_, err := write(ctx, s, func(ctx context.Context, _ *goredis.Tx) (struct{}, plan, error) {
		return struct{}{}, func(p goredis.Pipeliner) {
			if after <= 0 {
				p.Del(ctx, keyKey(id))
			} else {
				p.PExpire(ctx, keyKey(id), atLeast(after))
			}
		}, nil
	}, keyKey(id))
	return err
}
