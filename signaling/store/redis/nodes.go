package redis

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"kring/signaling/store"
)

const nodesKey = prefix + "{nodes}"

func nodeKey(id string) string { return nodesKey + ":" + id }

// Announce implements store.RoomStore.
func (s *Store) Announce(ctx context.Context, node store.Node, ttl time.Duration) error {
	if err := store.CheckID(node.ID); err != nil {
		return err
	}
	body, err := json.Marshal(node)
	if err != nil {
		return err
	}
	_, err = write(ctx, s, func(ctx context.Context, _ *goredis.Tx) (struct{}, plan, error) {
		return struct{}{}, func(p goredis.Pipeliner) {
			p.SAdd(ctx, nodesKey, node.ID)
			p.Set(ctx, nodeKey(node.ID), body, atLeast(ttl))
		}, nil
	}, nodeKey(node.ID))
	return err
}

// Nodes implements store.RoomStore.
func (s *Store) Nodes(ctx context.Context) ([]store.Node, error) {
	type found struct {
		living []store.Node
		gone   []string
	}
	f, err := read(ctx, s, func(ctx context.Context) (f found, err error) {
		ids, err := s.db.SMembers(ctx, nodesKey).Result()
		if err != nil || len(ids) == 0 {
			return f, err
		}
		slices.Sort(ids)
		bodies, err := s.db.MGet(ctx, each(ids, nodeKey)...).Result()
		if err != nil {
			return f, err
		}
		for i, id := range ids {
			body, lives := bodies[i].(string)
			if !lives {
				f.gone = append(f.gone, id)
				continue
			}
			var n store.Node
			if json.Unmarshal([]byte(body), &n) != nil {
				return f, errDamaged
			}
			f.living = append(f.living, n)
		}
		return f, nil
	})
	if len(f.gone) > 0 {
		s.strike(ctx, f.gone)
	}
	return f.living, err
}

// strike takes silent nodes off the list, unless one of them speaks up now. Where it fails the next who looks tries again.
func (s *Store) strike(ctx context.Context, ids []string) {
	keys := each(ids, nodeKey)
	_, _ = write(ctx, s, func(ctx context.Context, tx *goredis.Tx) (struct{}, plan, error) {
		switch living, err := tx.Exists(ctx, keys...).Result(); {
		case err != nil:
			return struct{}{}, nil, err
		case living > 0:
			return struct{}{}, nil, errors.New("they are back")
		}
		return struct{}{}, func(p goredis.Pipeliner) { p.SRem(ctx, nodesKey, each(ids, anyOf)...) }, nil
	}, keys...)
}

func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

func anyOf(s string) any { return s }
