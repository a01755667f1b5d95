package signaling

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kring/signaling/store"
)

// RootKeySize is the size of the practice's root key, in bytes.
const RootKeySize = 32

// sealedForm is the first byte of what is sealed: AES-256-GCM behind a random nonce of 96 bits. JSON begins otherwise.
const sealedForm = 1

var errSealed = errors.New("sealed with another key, or damaged")

// seals are the keys of what must be forgotten: room documents, look-backs, emergency cards, the audit log. What seals a text comes
// from two: one of its own, in the store, which is destroyed when the text is to be forgotten; and the practice's root key, in a
// file, which no store and no backup of one has.
type seals struct {
	root [RootKeySize]byte
	keys store.Keys
}

// seal seals and opens texts under one key.
type seal struct{ aead cipher.AEAD }

// of is the seal of a key that is there: store.ErrNotFound once it has been destroyed.
func (s *seals) of(ctx context.Context, id string) (seal, error) {
	key, err := s.keys.Key(ctx, id)
	if err != nil {
		return seal{}, fmt.Errorf("key: %w", err)
	}
	return s.join(id, key)
}

// make is the seal of a key that is made if it is not there, to end after life.
func (s *seals) make(ctx context.Context, id string, life time.Duration) (seal, error) {
	key, err := s.keys.MakeKey(ctx, id, life)
	if err != nil {
		return seal{}, fmt.Errorf("make key: %w", err)
	}
	return s.join(id, key)
}

// end has a key destroyed after a time, at once if that is 0.
func (s *seals) end(ctx context.Context, id string, after time.Duration) error {
	if err := s.keys.EndKey(ctx, id, after); err != nil {
		return fmt.Errorf("end key: %w", err)
	}
	return nil
}

// join makes one key of the two (RFC 5869), good for this id alone.
func (s *seals) join(id string, key []byte) (seal, error) {
	joined, err := hkdf.Key(sha256.New, key, s.root[:], "kring seal "+id, 32)
	if err != nil {
		return seal{}, fmt.Errorf("join keys: %w", err)
	}
	block, err := aes.NewCipher(joined)
	if err != nil {
		return seal{}, fmt.Errorf("join keys: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return seal{aead}, err
}

// seal seals a text about something: it opens as nothing else.
func (s seal) seal(about string, text []byte) []byte {
	out := make([]byte, 1, 1+len(text)+s.aead.Overhead())
	out[0] = sealedForm
	return s.aead.Seal(out, nil, text, []byte(about))
}

func (s seal) open(about string, sealed []byte) ([]byte, error) {
	if !isSealed(sealed) {
		return nil, errSealed
	}
	text, err := s.aead.Open(nil, nil, sealed[1:], []byte(about))
	if err != nil {
		return nil, errSealed
	}
	return text, nil
}

// sealValue seals a value as JSON.
func (s seal) sealValue(about string, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", value, err)
	}
	return s.seal(about, text), nil
}

// openValue reads into value what sealValue sealed, and leaves it as it is where nothing was.
func (s seal) openValue(about string, sealed []byte, value any) error {
	if len(sealed) == 0 {
		return nil
	}
	text, err := s.open(about, sealed)
	if err != nil {
		return fmt.Errorf("open %T: %w", value, err)
	}
	return json.Unmarshal(text, value)
}

func isSealed(data []byte) bool { return len(data) > 0 && data[0] == sealedForm }
