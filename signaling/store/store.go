// Package store says what the server keeps and how: room documents, owned by one node at a time, and records. Two stores
// implement it: package bolt (one machine, the default) and package redis. Package storetest is the suite that both pass.
//
// The store knows nothing of what it keeps: bodies are opaque bytes. Safety comes from the epoch and the revision inside a
// document, compared as a whole at every commit; the lease only says whether an owner is alive.
package store

import (
	"context"
	"errors"
	"time"
)

// Limits. A room document of a ring of 16 with four staff is at most 64 KiB, and of the largest room there can be below MaxBody.
const (
	MaxBody = 96 << 10
	MaxID   = 128
	KeySize = 32
)

// The errors. Whatever keeps a store from answering wraps ErrUnavailable: nothing was written; or ErrUnknown: the write was
// sent, and may have been done or be done later. Any write can end so.
var (
	ErrNotFound    = errors.New("not found")
	ErrExists      = errors.New("exists already")
	ErrStale       = errors.New("changed by someone else")
	ErrHeld        = errors.New("held by another node")
	ErrTooLarge    = errors.New("too large")
	ErrBadID       = errors.New("not an id")
	ErrUnknown     = errors.New("outcome unknown")
	ErrUnavailable = errors.New("store out of reach")
)

// Doc is a room document. Epoch counts its owners, Revision its commits.
type Doc struct {
	Epoch    uint64
	Revision uint64
	Owner    string
	Body     []byte
}

// RoomStore keeps room documents.
type RoomStore interface {
	// Create makes a document without an owner at epoch 0, revision 0. ErrExists.
	Create(ctx context.Context, room string, body []byte) error
	// Load reads a document. ErrNotFound.
	Load(ctx context.Context, room string) (Doc, error)
	// Claim makes node the owner: epoch+1 and a new lease. The node that owns it already may claim it again (it restarted).
	// ErrHeld while another node's lease lives, ErrNotFound.
	Claim(ctx context.Context, room, node string, lease time.Duration) (Doc, error)
	// Commit replaces the body. Epoch and owner must be the stored ones and Revision one more than the stored: else ErrStale.
	// ErrTooLarge, ErrNotFound; after ErrUnknown the caller loads and compares.
	Commit(ctx context.Context, room string, doc Doc) error
	// Renew extends the lease of the owner at this epoch; ErrStale if it is not the owner any more.
	Renew(ctx context.Context, room, node string, epoch uint64, lease time.Duration) error
	// Release ends the lease of the owner at this epoch; ErrStale.
	Release(ctx context.Context, room, node string, epoch uint64) error
	// Expire lets the document go after a time; until then it can be loaded. No error if it is gone.
	Expire(ctx context.Context, room string, after time.Duration) error
	// Announce says that a node lives, for ttl; Nodes lists those that do.
	Announce(ctx context.Context, node Node, ttl time.Duration) error
	Nodes(ctx context.Context) ([]Node, error)
}

// Node is a server: its id, its address for other nodes and its media address (host:port).
type Node struct {
	ID    string `json:"id"`
	Addr  string `json:"addr"`
	Media string `json:"media"`
}

// Kind is a kind of record.
type Kind string

// The kinds.
const (
	KindPractice Kind = "practice"
	KindGroup    Kind = "group"
	KindLink     Kind = "link"
	KindSession  Kind = "session"
	KindTicket   Kind = "ticket"
	KindResume   Kind = "resume"
	KindHome     Kind = "home"
	KindSeal     Kind = "seal"
	KindCard     Kind = "card"
)

// Record is a versioned value. Version counts from 1; 0 in a Put says that the record must not exist.
type Record struct {
	Version uint64
	Body    []byte
}

// Records keeps versioned records and append-only logs.
type Records interface {
	// Get reads a record that has not expired. ErrNotFound, ErrBadID.
	Get(ctx context.Context, kind Kind, id string) (Record, error)
	// Put writes a record whose stored version is rec.Version and returns the new one. It expires after life, never if life is
	// 0. ErrStale if the version is another, ErrTooLarge, ErrBadID.
	Put(ctx context.Context, kind Kind, id string, rec Record, life time.Duration) (uint64, error)
	// Take reads and deletes a record at once: of many takers one gets it. ErrNotFound.
	Take(ctx context.Context, kind Kind, id string) (Record, error)
	// Delete takes a record away; no error if it is gone.
	Delete(ctx context.Context, kind Kind, id string) error
	// List gives up to limit ids of a kind in the order of their bytes, beginning after the id given (empty: at the first).
	// Only records that never expire are listed: an index of the others would have to forget with them.
	List(ctx context.Context, kind Kind, after string, limit int) ([]string, error)
	// Append adds entry n, from 1, to a log; ErrStale if that is not the next. After ErrUnknown the caller reads and compares.
	// Entries reads up to limit of them from a number on; DropLog takes a whole log away. ErrTooLarge, ErrBadID.
	Append(ctx context.Context, log string, n uint64, entry []byte) error
	Entries(ctx context.Context, log string, from uint64, limit int) ([][]byte, error)
	DropLog(ctx context.Context, log string) error
}

// Keys keeps the keys of what must be forgotten, apart from what they seal. Each store says how far a key that is gone is gone.
type Keys interface {
	// Key reads a key that has not ended. ErrNotFound, ErrBadID.
	Key(ctx context.Context, id string) ([]byte, error)
	// MakeKey reads a key, or makes one that ends after life. Of many who make one at once all get the same.
	MakeKey(ctx context.Context, id string, life time.Duration) ([]byte, error)
	// EndKey ends a key after a time, at once if that is 0, whatever its life was. No error if it is gone.
	EndKey(ctx context.Context, id string, after time.Duration) error
}

// Store is all of them, opened.
type Store interface {
	RoomStore
	Records
	Keys
	// Ready reports whether the store answers and can write.
	Ready(ctx context.Context) error
	// Close is idempotent.
	Close() error
}

// CheckID refuses what cannot be an id: empty, over MaxID bytes, or anything but letters, digits and -_.:
func CheckID(ids ...string) error {
	for _, id := range ids {
		if id == "" || len(id) > MaxID {
			return ErrBadID
		}
		for i := range len(id) {
			if !idByte(id[i]) {
				return ErrBadID
			}
		}
	}
	return nil
}

func idByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == ':'
}
