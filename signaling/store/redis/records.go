package redis

import (
	"context"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"kring/signaling/store"
)

// The records of a kind share a hash tag with the list of the lasting ones: a write keeps both true.
func lastingKey(kind store.Kind) string           { return prefix + "record:{" + string(kind) + "}" }
func recordKey(kind store.Kind, id string) string { return lastingKey(kind) + ":" + id }
func logKey(log string) string                    { return prefix + "log:{" + log + "}" }

// Get implements store.Records.
func (s *Store) Get(ctx context.Context, kind store.Kind, id string) (store.Record, error) {
	if err := store.CheckID(string(kind), id); err != nil {
		return store.Record{}, err
	}
	return read(ctx, s, func(ctx context.Context) (store.Record, error) { return record(ctx, s.db, kind, id) })
}

// record reads a record: ErrNotFound.
func record(ctx context.Context, db goredis.Cmdable, kind store.Kind, id string) (store.Record, error) {
	values, err := db.HMGet(ctx, recordKey(kind, id), "version", "body").Result()
	if err != nil {
		return store.Record{}, err
	}
	h := hash(values)
	switch {
	case h.none():
		return store.Record{}, store.ErrNotFound
	case h.damaged(0):
		return store.Record{}, errDamaged
	default:
		return store.Record{Version: h.number(0), Body: []byte(h.text(1))}, nil
	}
}

// Put implements store.Records.
func (s *Store) Put(ctx context.Context, kind store.Kind, id string, rec store.Record, life time.Duration) (uint64, error) {
	if err := store.CheckID(string(kind), id); err != nil {
		return 0, err
	}
	if len(rec.Body) > store.MaxBody {
		return 0, store.ErrTooLarge
	}
	next := []string{"version", strconv.FormatUint(rec.Version+1, 10), "body", string(rec.Body)}
	return write(ctx, s, func(ctx context.Context, tx *goredis.Tx) (uint64, plan, error) {
		stored, err := record(ctx, tx, kind, id)
		switch {
		case err != nil && err != store.ErrNotFound:
			return 0, nil, err
		case stored.Version != rec.Version: // 0 if there is none
			return 0, nil, store.ErrStale
		}
		return rec.Version + 1, func(p goredis.Pipeliner) {
			p.HSet(ctx, recordKey(kind, id), next)
			keepFor(ctx, p, kind, id, life)
		}, nil
	}, recordKey(kind, id))
}

// keepFor says when a record expires; those that never do are listed.
func keepFor(ctx context.Context, p goredis.Pipeliner, kind store.Kind, id string, life time.Duration) {
	if life > 0 {
		p.PExpire(ctx, recordKey(kind, id), atLeast(life))
		p.ZRem(ctx, lastingKey(kind), id)
		return
	}
	p.Persist(ctx, recordKey(kind, id))
	p.ZAdd(ctx, lastingKey(kind), goredis.Z{Member: id}) // all of one score: in the order of their bytes
}

// Take implements store.Records.
func (s *Store) Take(ctx context.Context, kind store.Kind, id string) (store.Record, error) {
	if err := store.CheckID(string(kind), id); err != nil {
		return store.Record{}, err
	}
	return write(ctx, s, func(ctx context.Context, tx *goredis.Tx) (store.Record, plan, error) {
		rec, err := record(ctx, tx, kind, id)
		return rec, removal(ctx, kind, id), err
	}, recordKey(kind, id))
}

// Delete implements store.Records.
func (s *Store) Delete(ctx context.Context, kind store.Kind, id string) error {
	if err := store.CheckID(string(kind), id); err != nil {
		return err
	}
	_, err := write(ctx, s, func(ctx context.Context, _ *goredis.Tx) (struct{}, plan, error) {
		return struct{}{}, removal(ctx, kind, id), nil
	}, recordKey(kind, id))
	return err
}

func removal(ctx context.Context, kind store.Kind, id string) plan {
	return func(p goredis.Pipeliner) {
		p.Del(ctx, recordKey(kind, id))
		p.ZRem(ctx, lastingKey(kind), id)
	}
}

// List implements store.Records.
func (s *Store) List(ctx context.Context, kind store.Kind, from string, limit int) ([]string, error) {
	if err := store.CheckID(string(kind)); err != nil {
		return nil, err
	}
	first := "-"
	if from != "" {
		if err := store.CheckID(from); err != nil {
			return nil, err
		}
		first = "(" + from
	}
	return read(ctx, s, func(ctx context.Context) ([]string, error) {
		if limit <= 0 { // Redis takes 0 for no limit
			return nil, nil
		}
		by := goredis.ZRangeBy{Min: first, Max: "+", Count: int64(limit)}
		return s.db.ZRangeByLex(ctx, lastingKey(kind), &by).Result()
	})
}

// Append implements store.Records.
func (s *Store) Append(ctx context.Context, log string, n uint64, entry []byte) error {
	if err := store.CheckID(log); err != nil {
		return err
	}
	if len(entry) > store.MaxBody {
		return store.ErrTooLarge
	}
	text := string(entry)
	_, err := write(ctx, s, func(ctx context.Context, tx *goredis.Tx) (struct{}, plan, error) {
		there, err := tx.LLen(ctx, logKey(log)).Uint64()
		if err == nil && there+1 != n {
			err = store.ErrStale
		}
		return struct{}{}, func(p goredis.Pipeliner) { p.RPush(ctx, logKey(log), text) }, err
	}, logKey(log))
	return err
}

// DropLog implements store.Records.
func (s *Store) DropLog(ctx context.Context, log string) error {
	if err := store.CheckID(log); err != nil {
		return err
	}
	_, err := write(ctx, s, func(ctx context.Context, _ *goredis.Tx) (struct{}, plan, error) {
		return struct{}{}, func(p goredis.Pipeliner) { p.Del(ctx, logKey(log)) }, nil
	}, logKey(log))
	return err
}

// Entries implements store.Records.
func (s *Store) Entries(ctx context.Context, log string, from uint64, limit int) ([][]byte, error) {
	if err := store.CheckID(log); err != nil {
		return nil, err
	}
	return read(ctx, s, func(ctx context.Context) ([][]byte, error) {
		if limit <= 0 {
			return nil, nil
		}
		first := int64(max(from, 1)) - 1
		texts, err := s.db.LRange(ctx, logKey(log), first, first+int64(limit)-1).Result()
		return each(texts, func(s string) []byte { return []byte(s) }), err
	})
}
