package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"kring/signaling/store"
)

// recordKey separates kind and id by a byte that neither can have.
func recordKey(kind store.Kind, id string) string { return string(kind) + "/" + id }

// Get implements store.Records.
func (s *Store) Get(ctx context.Context, kind store.Kind, id string) (store.Record, error) {
	if err := store.CheckID(string(kind), id); err != nil {
		return store.Record{}, err
	}
	return read(ctx, s, func(tx *bbolt.Tx) (store.Record, error) {
		e, err := s.load(tx.Bucket(recordsBucket), recordKey(kind, id))
		return e.record(), err
	})
}

// Put implements store.Records.
func (s *Store) Put(ctx context.Context, kind store.Kind, id string, rec store.Record, life time.Duration) (uint64, error) {
	if err := store.CheckID(string(kind), id); err != nil {
		return 0, err
	}
	if len(rec.Body) > store.MaxBody {
		return 0, store.ErrTooLarge
	}
	next := &envelope{Revision: rec.Version + 1, Body: bytes.Clone(rec.Body), Expires: after(s.now(), life)}
	return write(ctx, s, func(tx *bbolt.Tx) (uint64, error) {
		b, key := tx.Bucket(recordsBucket), recordKey(kind, id)
		stored, err := s.load(b, key)
		switch {
		case err != nil && err != store.ErrNotFound:
			return 0, err
		case stored.Revision != rec.Version: // 0 if there is none
			return 0, store.ErrStale
		}
		return next.Revision, save(b, key, next)
	})
}

// Take implements store.Records.
func (s *Store) Take(ctx context.Context, kind store.Kind, id string) (store.Record, error) {
	if err := store.CheckID(string(kind), id); err != nil {
		return store.Record{}, err
	}
	return write(ctx, s, func(tx *bbolt.Tx) (store.Record, error) {
		b, key := tx.Bucket(recordsBucket), recordKey(kind, id)
		e, err := s.load(b, key)
		if err != nil {
			return store.Record{}, err
		}
		return e.record(), b.Delete([]byte(key))
	})
}

// Delete implements store.Records.
func (s *Store) Delete(ctx context.Context, kind store.Kind, id string) error {
	if err := store.CheckID(string(kind), id); err != nil {
		return err
	}
	_, err := write(ctx, s, func(tx *bbolt.Tx) (struct{}, error) {
		return struct{}{}, tx.Bucket(recordsBucket).Delete([]byte(recordKey(kind, id)))
	})
	return err
}

// List implements store.Records.
func (s *Store) List(ctx context.Context, kind store.Kind, from string, limit int) ([]string, error) {
	if err := store.CheckID(string(kind)); err != nil {
		return nil, err
	}
	if from != "" && store.CheckID(from) != nil {
		return nil, store.ErrBadID
	}
	prefix := recordKey(kind, "")
	return read(ctx, s, func(tx *bbolt.Tx) (out []string, err error) {
		c := tx.Bucket(recordsBucket).Cursor()
		for k, v := c.Seek([]byte(prefix + from)); k != nil && len(out) < limit; k, v = c.Next() {
			id, ok := strings.CutPrefix(string(k), prefix)
			if !ok {
				return out, nil
			}
			e, err := decode(v)
			if err != nil {
				return nil, err
			}
			if id != from && e.Expires == 0 {
				out = append(out, id)
			}
		}
		return out, nil
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
	entry = bytes.Clone(entry)
	_, err := write(ctx, s, func(tx *bbolt.Tx) (struct{}, error) {
		b, err := tx.Bucket(logsBucket).CreateBucketIfNotExists([]byte(log))
		if err != nil {
			return struct{}{}, err
		}
		if b.Sequence()+1 != n {
			return struct{}{}, store.ErrStale
		}
		return struct{}{}, errors.Join(b.SetSequence(n), b.Put(binary.BigEndian.AppendUint64(nil, n), entry))
	})
	return err
}

// DropLog implements store.Records.
func (s *Store) DropLog(ctx context.Context, log string) error {
	if err := store.CheckID(log); err != nil {
		return err
	}
	_, err := write(ctx, s, func(tx *bbolt.Tx) (struct{}, error) {
		err := tx.Bucket(logsBucket).DeleteBucket([]byte(log))
		if errors.Is(err, bbolterrors.ErrBucketNotFound) {
			err = nil
		}
		return struct{}{}, err
	})
	return err
}

// Entries implements store.Records.
func (s *Store) Entries(ctx context.Context, log string, from uint64, limit int) ([][]byte, error) {
	if err := store.CheckID(log); err != nil {
		return nil, err
	}
	return read(ctx, s, func(tx *bbolt.Tx) (out [][]byte, err error) {
		b := tx.Bucket(logsBucket).Bucket([]byte(log))
		if b == nil {
			return nil, nil
		}
		c := b.Cursor()
		for k, v := c.Seek(binary.BigEndian.AppendUint64(nil, from)); k != nil && len(out) < limit; k, v = c.Next() {
			out = append(out, bytes.Clone(v))
		}
		return out, nil
	})
}
