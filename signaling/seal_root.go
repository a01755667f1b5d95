package signaling

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"

	"kring/signaling/store"
)

// rootID is the record by which a node knows that its root key is the store's.
const rootID = "root"

// ErrOtherRoot says that a store was sealed with another root key.
var ErrOtherRoot = errors.New("what is stored was sealed with another key than this one")

type rootRecord struct {
	Check []byte `json:"check"` // made from the root key, and tells nothing of it
}

// CheckRoot refuses a root key that is not the one with which the store was sealed: nodes with different keys could not take over
// each other's rooms, and a lost file would be noticed only by what cannot be read. With anew the present key counts from now on.
func (s *Server) CheckRoot(ctx context.Context, anew bool) error {
	check, err := hkdf.Key(sha256.New, s.seals.root[:], nil, "kring check", 32)
	if err != nil {
		return fmt.Errorf("check root key: %w", err)
	}
	for {
		var rec rootRecord
		version, err := get(ctx, s.records, store.KindSeal, rootID, &rec)
		switch {
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return err
		case err == nil && string(rec.Check) == string(check):
			return nil
		case err == nil && !anew:
			return ErrOtherRoot
		}
		_, err = put(ctx, s.records, store.KindSeal, rootID, version, rootRecord{Check: check}, 0)
		if !errors.Is(err, store.ErrStale) { // else another node was first: look what it says
			return err
		}
	}
}
