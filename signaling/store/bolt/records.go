package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"kring/signaling/store"
)

// recordKey separates kind and id by a byte that neither can have.
func recordKey(kind store.Kind, id string) string { return string(kind) + "/" + id }

// Get implements store.Records.
func (s *Store) Get(ctx context.Context, kind store.Kind, id string) (store.Record, error) {
	if err := store.CheckID(string(kind), id); err != nil {
		return store.Record{}, err
	}
	var e envelope
	err := s.read(ctx, func(tx *bbolt.Tx) error { return s.load(tx.Bucket(recordsBucket), recordKey(kind, id), &e) })
	return store.Record{Version: e.Revision, Body: bytes.Clone(e.Body)}, err
}

// Put implements store.Records.
func (s *Store) Put(ctx context.Context, kind store.Kind, id string, rec store.Record, life time.Duration) (uint64, error) {
	if err := store.CheckID(string(kind), id); err != nil {
		return 0, err
	}
	if len(rec.Body) > store.MaxBody {
		return 0, store.ErrTooLarge
	}
	err := s.write(ctx, func(tx *bbolt.Tx) error {
		b, key := tx.Bucket(recordsBucket), recordKey(kind, id)
		var e envelope
		if err := s.load(b, key, &e); err != nil && err != store.ErrNotFound {
			return err
		}
		if e.Revision != rec.Version && (!e.dead(s.now()) || rec.Version != 0) {
			return store.ErrStale
		}
		return save(b, key, &envelope{Revision: rec.Version + 1, Body: rec.Body, Expires: after(s.now(), life)})
	})
	if err != nil {
		return 0, err
	}
	return rec.Version + 1, nil
}

// Take implements store.Records.
func (s *Store) Take(ctx context.Context, kind store.Kind, id string) (store.Record, error) {
	if err := store.CheckID(string(kind), id); err != nil {
		return store.Record{}, err
	}
	var e envelope
	err := s.write(ctx, func(tx *bbolt.Tx) error {
		b, key := tx.Bucket(recordsBucket), recordKey(kind, id)
		if err := s.load(b, key, &e); err != nil {
			return err
		}
		return b.Delete([]byte(key))
	})
	if err != nil {
		return store.Record{}, err
	}
	return store.Record{Version: e.Revision, Body: e.Body}, nil
}

// Delete implements store.Records.
func (s *Store) Delete(ctx context.Context, kind store.Kind, id string) error {
	if err := store.CheckID(string(kind), id); err != nil {
		return err
	}
	return s.write(ctx, func(tx *bbolt.Tx) error { return tx.Bucket(recordsBucket).Delete([]byte(recordKey(kind, id))) })
}

// List implements store.Records.
func (s *Store) List(ctx context.Context, kind store.Kind, from string, limit int) ([]string, error) {
	var out []string
	prefix := recordKey(kind, "")
	err := s.read(ctx, func(tx *bbolt.Tx) error {
		c := tx.Bucket(recordsBucket).Cursor()
		for k, v := c.Seek([]byte(prefix + from)); k != nil && len(out) < limit; k, v = c.Next() {
			id, ok := strings.CutPrefix(string(k), prefix)
			if !ok {
				return nil
			}
			var e envelope
			if err := decode(v, &e); err != nil {
				return err
			}
			if id != from && !e.dead(s.now()) {
				out = append(out, id)
			}
		}
		return nil
	})
	return out, err
}

// Append implements store.Records.
func (s *Store) Append(ctx context.Context, log string, entry []byte) (uint64, error) {
	if err := store.CheckID(log); err != nil {
		return 0, err
	}
	if len(entry) > store.MaxBody {
		return 0, store.ErrTooLarge
	}
	var n uint64
	err := s.write(ctx, func(tx *bbolt.Tx) error {
		b, err := tx.Bucket(logsBucket).CreateBucketIfNotExists([]byte(log))
		if err != nil {
			return err
		}
		if n, err = b.NextSequence(); err != nil {
			return err
		}
		return b.Put(binary.BigEndian.AppendUint64(nil, n), entry)
	})
	return n, err
}

// Entries implements store.Records.
func (s *Store) Entries(ctx context.Context, log string, from uint64, limit int) ([][]byte, error) {
	if err := store.CheckID(log); err != nil {
		return nil, err
	}
	var out [][]byte
	err := s.read(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(logsBucket).Bucket([]byte(log))
		if b == nil {
			return nil
		}
		c := b.Cursor()
		for k, v := c.Seek(binary.BigEndian.AppendUint64(nil, from)); k != nil && len(out) < limit; k, v = c.Next() {
			out = append(out, bytes.Clone(v))
		}
		return nil
	})
	return out, err
}
