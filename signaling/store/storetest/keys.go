package storetest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"kring/signaling/store"
)

func makeKey(t *testing.T, open Opener) {
	s := open(t)
	_, err := s.Key(t.Context(), "k")
	want(t, err, store.ErrNotFound)
	made := must(s.MakeKey(t.Context(), "k", long))(t)
	if len(made) != store.KeySize || bytes.Equal(made, make([]byte, store.KeySize)) {
		t.Fatalf("a key of %d bytes: %x", len(made), made)
	}
	again := must(s.MakeKey(t.Context(), "k", long))(t)
	other := must(s.MakeKey(t.Context(), "l", long))(t)
	if read := must(s.Key(t.Context(), "k"))(t); !bytes.Equal(read, made) || !bytes.Equal(again, made) || bytes.Equal(other, made) {
		t.Fatalf("made %x, again %x, read %x, another %x", made, again, read, other)
	}
	want(t, s.Close(), nil)
	if kept := must(open(t).Key(t.Context(), "k"))(t); !bytes.Equal(kept, made) {
		t.Fatalf("made %x, kept %x", made, kept)
	}
}

// keyEnds: by its own life, at once, or after a time that someone sets; what comes after it is another key.
func keyEnds(t *testing.T, open Opener) {
	s := open(t)
	for name, end := range map[string]func(id string) error{
		"by-its-life": func(id string) error { _, err := s.MakeKey(t.Context(), id, brief); return err },
		"at-once": func(id string) error {
			_, err := s.MakeKey(t.Context(), id, long)
			return errors.Join(err, s.EndKey(t.Context(), id, 0))
		},
		"after-a-time": func(id string) error {
			_, err := s.MakeKey(t.Context(), id, long)
			return errors.Join(err, s.EndKey(t.Context(), id, brief))
		},
	} {
		want(t, end(name), nil)
		eventually(t, name, func(ctx context.Context) bool {
			_, err := s.Key(ctx, name)
			return errors.Is(err, store.ErrNotFound)
		})
		want(t, s.EndKey(t.Context(), name, long), nil)
		_, err := s.Key(t.Context(), name)
		want(t, err, store.ErrNotFound)
		before := must(s.MakeKey(t.Context(), name, long))(t)
		want(t, s.EndKey(t.Context(), name, 0), nil)
		if bytes.Equal(before, must(s.MakeKey(t.Context(), name, long))(t)) {
			t.Fatalf("%s: the key has come back", name)
		}
	}
}

// keyLengthened: a key lives as long as was said last.
func keyLengthened(t *testing.T, open Opener) {
	s := open(t)
	made := must(s.MakeKey(t.Context(), "k", long/2))(t)
	want(t, s.EndKey(t.Context(), "k", long), nil)
	if read := must(s.Key(t.Context(), "k"))(t); !bytes.Equal(read, made) {
		t.Fatalf("made %x, read %x", made, read)
	}
}

func manyMakers(t *testing.T, open Opener) {
	s := open(t)
	made := make([][]byte, rivals)
	race(t, nil, func(i int) (err error) {
		made[i], err = s.MakeKey(context.Background(), "k", long)
		return err
	})
	for _, key := range made {
		if !bytes.Equal(key, made[0]) {
			t.Fatalf("two keys: %x and %x", made[0], key)
		}
	}
}

func keyLimits(t *testing.T, open Opener) {
	s := open(t)
	for _, id := range badIDs {
		_, err := s.Key(t.Context(), id)
		want(t, err, store.ErrBadID)
		_, err = s.MakeKey(t.Context(), id, long)
		want(t, err, store.ErrBadID)
		want(t, s.EndKey(t.Context(), id, 0), store.ErrBadID)
	}
	must(s.MakeKey(t.Context(), "..", long))(t) // an id, and no way out of where keys are kept
	want(t, s.EndKey(t.Context(), "..", 0), nil)
}
