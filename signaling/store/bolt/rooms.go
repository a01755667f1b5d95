package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"go.etcd.io/bbolt"

	"kring/signaling/store"
)

// load reads a living value of a bucket.
func (s *Store) load(b *bbolt.Bucket, key string, e *envelope) error {
	data := b.Get([]byte(key))
	if data == nil {
		return store.ErrNotFound
	}
	if err := decode(data, e); err != nil {
		return err
	}
	if e.dead(s.now()) {
		return store.ErrNotFound
	}
	return nil
}

func save(b *bbolt.Bucket, key string, e *envelope) error {
	data, err := encode(e)
	if err != nil {
		return err
	}
	return b.Put([]byte(key), data)
}

// change loads a room, lets f change it, and saves it.
func (s *Store) change(ctx context.Context, room string, f func(*envelope) error) error {
	if err := store.CheckID(room); err != nil {
		return err
	}
	return s.write(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(roomsBucket)
		var e envelope
		if err := s.load(b, room, &e); err != nil {
			return err
		}
		if err := f(&e); err != nil {
			return err
		}
		return save(b, room, &e)
	})
}

// Create implements store.RoomStore.
func (s *Store) Create(ctx context.Context, room string, body []byte) error {
	if err := store.CheckID(room); err != nil {
		return err
	}
	if len(body) > store.MaxBody {
		return store.ErrTooLarge
	}
	return s.write(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(roomsBucket)
		var e envelope
		switch err := s.load(b, room, &e); err {
		case nil:
			return store.ErrExists
		case store.ErrNotFound:
			return save(b, room, &envelope{Body: body})
		default:
			return err
		}
	})
}

// Load implements store.RoomStore.
func (s *Store) Load(ctx context.Context, room string) (store.Doc, error) {
	if err := store.CheckID(room); err != nil {
		return store.Doc{}, err
	}
	var e envelope
	err := s.read(ctx, func(tx *bbolt.Tx) error { return s.load(tx.Bucket(roomsBucket), room, &e) })
	return e.doc(), err
}

func (e *envelope) doc() store.Doc {
	return store.Doc{Epoch: e.Epoch, Revision: e.Revision, Owner: e.Owner, Body: bytes.Clone(e.Body)}
}

// Claim implements store.RoomStore.
func (s *Store) Claim(ctx context.Context, room, node string, lease time.Duration) (store.Doc, error) {
	if err := store.CheckID(node); err != nil {
		return store.Doc{}, err
	}
	var doc store.Doc
	err := s.change(ctx, room, func(e *envelope) error {
		now := s.now()
		if e.Owner != "" && e.Owner != node && now.UnixNano() < e.LeaseUntil {
			return store.ErrHeld
		}
		e.Epoch, e.Owner, e.LeaseUntil = e.Epoch+1, node, now.Add(lease).UnixNano()
		doc = e.doc()
		return nil
	})
	return doc, err
}

// Commit implements store.RoomStore.
func (s *Store) Commit(ctx context.Context, room string, doc store.Doc) error {
	if len(doc.Body) > store.MaxBody {
		return store.ErrTooLarge
	}
	return s.change(ctx, room, func(e *envelope) error {
		if e.Epoch != doc.Epoch || e.Owner != doc.Owner || e.Revision+1 != doc.Revision {
			return store.ErrStale
		}
		e.Revision, e.Body = doc.Revision, doc.Body
		return nil
	})
}

// owned changes a room for its owner at this epoch.
func (s *Store) owned(ctx context.Context, room, node string, epoch uint64, f func(*envelope)) error {
	return s.change(ctx, room, func(e *envelope) error {
		if e.Epoch != epoch || e.Owner != node {
			return store.ErrStale
		}
		f(e)
		return nil
	})
}

// Renew implements store.RoomStore.
func (s *Store) Renew(ctx context.Context, room, node string, epoch uint64, lease time.Duration) error {
	return s.owned(ctx, room, node, epoch, func(e *envelope) { e.LeaseUntil = s.now().Add(lease).UnixNano() })
}

// Release implements store.RoomStore.
func (s *Store) Release(ctx context.Context, room, node string, epoch uint64) error {
	return s.owned(ctx, room, node, epoch, func(e *envelope) { e.LeaseUntil = 0 })
}

// Expire implements store.RoomStore.
func (s *Store) Expire(ctx context.Context, room string, life time.Duration) error {
	err := s.change(ctx, room, func(e *envelope) error {
		e.Expires = s.now().Add(life).UnixNano()
		return nil
	})
	if err == store.ErrNotFound {
		return nil
	}
	return err
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
	return s.write(ctx, func(tx *bbolt.Tx) error {
		return save(tx.Bucket(nodesBucket), node.ID, &envelope{Body: body, Expires: after(s.now(), ttl)})
	})
}

// Nodes implements store.RoomStore.
func (s *Store) Nodes(ctx context.Context) ([]store.Node, error) {
	var out []store.Node
	err := s.read(ctx, func(tx *bbolt.Tx) error {
		return tx.Bucket(nodesBucket).ForEach(func(_, v []byte) error {
			var e envelope
			if err := decode(v, &e); err != nil || e.dead(s.now()) {
				return err
			}
			var n store.Node
			err := json.Unmarshal(e.Body, &n)
			out = append(out, n)
			return err
		})
	})
	return out, err
}
