package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"go.etcd.io/bbolt"

	"kring/signaling/store"
)

// Create implements store.RoomStore.
func (s *Store) Create(ctx context.Context, room string, body []byte) error {
	if err := store.CheckID(room); err != nil {
		return err
	}
	if len(body) > store.MaxBody {
		return store.ErrTooLarge
	}
	e := &envelope{Body: bytes.Clone(body)}
	_, err := write(ctx, s, func(tx *bbolt.Tx) (struct{}, error) {
		b := tx.Bucket(roomsBucket)
		switch _, err := s.load(b, room); err {
		case nil:
			return struct{}{}, store.ErrExists
		case store.ErrNotFound:
			return struct{}{}, save(b, room, e)
		default:
			return struct{}{}, err
		}
	})
	return err
}

// Load implements store.RoomStore.
func (s *Store) Load(ctx context.Context, room string) (store.Doc, error) {
	if err := store.CheckID(room); err != nil {
		return store.Doc{}, err
	}
	return read(ctx, s, func(tx *bbolt.Tx) (store.Doc, error) {
		e, err := s.load(tx.Bucket(roomsBucket), room)
		return e.doc(), err
	})
}

// Claim implements store.RoomStore.
func (s *Store) Claim(ctx context.Context, room, node string, lease time.Duration) (store.Doc, error) {
	if err := store.CheckID(node); err != nil {
		return store.Doc{}, err
	}
	return s.change(ctx, room, func(e *envelope) error {
		now := s.now()
		if e.Owner != "" && e.Owner != node && now.UnixNano() < e.LeaseUntil {
			return store.ErrHeld
		}
		e.Epoch, e.Owner, e.LeaseUntil = e.Epoch+1, node, now.Add(lease).UnixNano()
		return nil
	})
}

// Commit implements store.RoomStore.
func (s *Store) Commit(ctx context.Context, room string, doc store.Doc) error {
	if len(doc.Body) > store.MaxBody {
		return store.ErrTooLarge
	}
	doc.Body = bytes.Clone(doc.Body)
	_, err := s.change(ctx, room, func(e *envelope) error {
		if e.Epoch != doc.Epoch || e.Owner != doc.Owner || e.Revision+1 != doc.Revision {
			return store.ErrStale
		}
		e.Revision, e.Body = doc.Revision, doc.Body
		return nil
	})
	return err
}

// Renew implements store.RoomStore.
func (s *Store) Renew(ctx context.Context, room, node string, epoch uint64, lease time.Duration) error {
	return s.owned(ctx, room, node, epoch, func(e *envelope) { e.LeaseUntil = s.now().Add(lease).UnixNano() })
}

// Release implements store.RoomStore.
func (s *Store) Release(ctx context.Context, room, node string, epoch uint64) error {
	return s.owned(ctx, room, node, epoch, func(e *envelope) { e.LeaseUntil = 0 })
}

// owned changes a room for its owner at this epoch.
func (s *Store) owned(ctx context.Context, room, node string, epoch uint64, f func(*envelope)) error {
	_, err := s.change(ctx, room, func(e *envelope) error {
		if e.Epoch != epoch || e.Owner != node {
			return store.ErrStale
		}
		f(e)
		return nil
	})
	return err
}

// Expire implements store.RoomStore.
func (s *Store) Expire(ctx context.Context, room string, life time.Duration) error {
	_, err := s.change(ctx, room, func(e *envelope) error {
		e.Expires = s.now().Add(life).UnixNano()
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// change loads a room, lets f change it, saves it, and returns what it saved.
func (s *Store) change(ctx context.Context, room string, f func(*envelope) error) (store.Doc, error) {
	if err := store.CheckID(room); err != nil {
		return store.Doc{}, err
	}
	return write(ctx, s, func(tx *bbolt.Tx) (store.Doc, error) {
		b := tx.Bucket(roomsBucket)
		e, err := s.load(b, room)
		if err != nil {
			return store.Doc{}, err
		}
		if err := f(&e); err != nil {
			return store.Doc{}, err
		}
		return e.doc(), save(b, room, &e)
	})
}

// Announce implements store.RoomStore.
func (s *Store) Announce(ctx context.Context, node store.Node, ttl time.Duration) error {
	if err := store.CheckID(node.ID); err != nil {
		return err
	}
	body, err := json.Marshal(node)
	if err != nil {
		return err
	}
	_, err = write(ctx, s, func(tx *bbolt.Tx) (struct{}, error) {
		return struct{}{}, save(tx.Bucket(nodesBucket), node.ID, &envelope{Body: body, Expires: after(s.now(), ttl)})
	})
	return err
}

// Nodes implements store.RoomStore.
func (s *Store) Nodes(ctx context.Context) ([]store.Node, error) {
	return read(ctx, s, func(tx *bbolt.Tx) (out []store.Node, err error) {
		err = tx.Bucket(nodesBucket).ForEach(func(_, v []byte) error {
			e, err := decode(v)
			if err != nil || e.dead(s.now()) {
				return err
			}
			var n store.Node
			if err := json.Unmarshal(e.Body, &n); err != nil {
				return errEnvelope
			}
			out = append(out, n)
			return nil
		})
		return out, err
	})
}
