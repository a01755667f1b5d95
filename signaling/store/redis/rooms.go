package redis

import (
	"context"
	"errors"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"kring/signaling/store"
)

var errDamaged = errors.New("stored value is damaged or of a later version")

func roomKey(room string) string  { return prefix + "room:{" + room + "}" }
func leaseKey(room string) string { return roomKey(room) + ":lease" }

// Create implements store.RoomStore.
func (s *Store) Create(ctx context.Context, room string, body []byte) error {
	if err := store.CheckID(room); err != nil {
		return err
	}
	if len(body) > store.MaxBody {
		return store.ErrTooLarge
	}
	doc := fields(store.Doc{Body: body})
	_, err := write(ctx, s, func(ctx context.Context, tx *goredis.Tx) (struct{}, plan, error) {
		switch _, err := load(ctx, tx, room); err {
		case nil:
			return struct{}{}, nil, store.ErrExists
		case store.ErrNotFound:
			return struct{}{}, func(p goredis.Pipeliner) {
				p.HSet(ctx, roomKey(room), doc)
				p.Del(ctx, leaseKey(room)) // that of a document which has expired
			}, nil
		default:
			return struct{}{}, nil, err
		}
	}, roomKey(room))
	return err
}

// Load implements store.RoomStore.
func (s *Store) Load(ctx context.Context, room string) (store.Doc, error) {
	if err := store.CheckID(room); err != nil {
		return store.Doc{}, err
	}
	return read(ctx, s, func(ctx context.Context) (store.Doc, error) { return load(ctx, s.db, room) })
}

// Claim implements store.RoomStore. It watches the lease too: of two nodes that find it run out, one takes it.
func (s *Store) Claim(ctx context.Context, room, node string, lease time.Duration) (store.Doc, error) {
	if err := store.CheckID(room, node); err != nil {
		return store.Doc{}, err
	}
	return write(ctx, s, func(ctx context.Context, tx *goredis.Tx) (store.Doc, plan, error) {
		doc, err := load(ctx, tx, room)
		if err != nil {
			return doc, nil, err
		}
		holder, err := tx.Get(ctx, leaseKey(room)).Result()
		switch {
		case errors.Is(err, goredis.Nil):
		case err != nil:
			return doc, nil, err
		case holder != node:
			return doc, nil, store.ErrHeld
		}
		doc.Epoch, doc.Owner = doc.Epoch+1, node
		return doc, func(p goredis.Pipeliner) {
			p.HSet(ctx, roomKey(room), fields(doc))
			p.Set(ctx, leaseKey(room), node, atLeast(lease))
		}, nil
	}, roomKey(room), leaseKey(room))
}

// Commit implements store.RoomStore.
func (s *Store) Commit(ctx context.Context, room string, doc store.Doc) error {
	if len(doc.Body) > store.MaxBody {
		return store.ErrTooLarge
	}
	next := fields(doc) // its own bytes: a call that was given up may still read them
	return s.owned(ctx, room, func(stored store.Doc) bool {
		return stored.Epoch == doc.Epoch && stored.Owner == doc.Owner && stored.Revision+1 == doc.Revision
	}, func(ctx context.Context, p goredis.Pipeliner) { p.HSet(ctx, roomKey(room), next) })
}

// Renew implements store.RoomStore.
func (s *Store) Renew(ctx context.Context, room, node string, epoch uint64, lease time.Duration) error {
	return s.owned(ctx, room, ownedBy(node, epoch), func(ctx context.Context, p goredis.Pipeliner) {
		p.Set(ctx, leaseKey(room), node, atLeast(lease))
	})
}

// Release implements store.RoomStore.
func (s *Store) Release(ctx context.Context, room, node string, epoch uint64) error {
	return s.owned(ctx, room, ownedBy(node, epoch), func(ctx context.Context, p goredis.Pipeliner) { p.Del(ctx, leaseKey(room)) })
}

func ownedBy(node string, epoch uint64) func(store.Doc) bool {
	return func(stored store.Doc) bool { return stored.Epoch == epoch && stored.Owner == node }
}

// owned writes for whom the stored document is as expected; the document alone says who that is, the lease does not.
func (s *Store) owned(ctx context.Context, room string, expected func(store.Doc) bool, do func(context.Context, goredis.Pipeliner)) error {
	if err := store.CheckID(room); err != nil {
		return err
	}
	_, err := write(ctx, s, func(ctx context.Context, tx *goredis.Tx) (struct{}, plan, error) {
		doc, err := head(ctx, tx, room)
		if err == nil && !expected(doc) {
			err = store.ErrStale
		}
		return struct{}{}, func(p goredis.Pipeliner) { do(ctx, p) }, err
	}, roomKey(room))
	return err
}

// Expire implements store.RoomStore.
func (s *Store) Expire(ctx context.Context, room string, life time.Duration) error {
	if err := store.CheckID(room); err != nil {
		return err
	}
	_, err := write(ctx, s, func(ctx context.Context, _ *goredis.Tx) (struct{}, plan, error) {
		return struct{}{}, func(p goredis.Pipeliner) { p.PExpire(ctx, roomKey(room), atLeast(life)) }, nil
	}, roomKey(room))
	return err
}

// load reads a document: ErrNotFound.
func load(ctx context.Context, db goredis.Cmdable, room string) (store.Doc, error) {
	doc, h, err := some(ctx, db, room, "epoch", "revision", "owner", "body")
	if err != nil {
		return store.Doc{}, err
	}
	doc.Body = []byte(h.text(3))
	return doc, nil
}

// head is load without the body, which is most of a document, and which an owner has.
func head(ctx context.Context, db goredis.Cmdable, room string) (store.Doc, error) {
	doc, _, err := some(ctx, db, room, "epoch", "revision", "owner")
	return doc, err
}

// some reads fields of a document, the first three of which are epoch, revision and owner.
func some(ctx context.Context, db goredis.Cmdable, room string, fields ...string) (store.Doc, hash, error) {
	values, err := db.HMGet(ctx, roomKey(room), fields...).Result()
	if err != nil {
		return store.Doc{}, nil, err
	}
	h := hash(values)
	switch {
	case h.none():
		return store.Doc{}, nil, store.ErrNotFound
	case h.damaged(0, 1):
		return store.Doc{}, nil, errDamaged
	}
	return store.Doc{Epoch: h.number(0), Revision: h.number(1), Owner: h.text(2)}, h, nil
}

// fields are a document as a hash has it: all of them, each time, so that no half of one is ever there.
func fields(doc store.Doc) []string {
	return []string{
		"epoch", strconv.FormatUint(doc.Epoch, 10), "revision", strconv.FormatUint(doc.Revision, 10),
		"owner", doc.Owner, "body", string(doc.Body),
	}
}

// hash is the answer to HMGET: a string for each field that is there, nil for one that is not.
type hash []any

func (h hash) none() bool {
	for _, v := range h {
		if v != nil {
			return false
		}
	}
	return true
}

// damaged reports whether a field is missing, or one that must be a number is none.
func (h hash) damaged(numbers ...int) bool {
	for _, v := range h {
		if _, ok := v.(string); !ok {
			return true
		}
	}
	for _, i := range numbers {
		if _, err := strconv.ParseUint(h.text(i), 10, 64); err != nil {
			return true
		}
	}
	return false
}

func (h hash) text(i int) string {
	s, _ := h[i].(string)
	return s
}

func (h hash) number(i int) uint64 {
	n, _ := strconv.ParseUint(h.text(i), 10, 64) // damaged has the last word
	return n
}

// atLeast keeps a life from being none: Redis counts milliseconds, and refuses 0.
func atLeast(life time.Duration) time.Duration { return max(life, time.Millisecond) }
