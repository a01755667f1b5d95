package bolt

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"kring/signaling/store"
)

// keysSuffix is what the directory of the keys has behind the name of the database.
const keysSuffix = ".keys"

// A key's file is the time at which it ends (Unix nanoseconds, big-endian) and the key.
const (
	endSize     = 8
	keyFileSize = endSize + store.KeySize
)

var errKeyFile = errors.New("key file is damaged")

// keys are files of their own, one a key. A page that the database frees keeps what it held; a file can be written over where it
// lies, and then be removed. That holds for file systems that write in place: one that copies on write or takes snapshots, and a
// disk that moves blocks by itself, may keep the old bytes.
type keys struct {
	dir string
	mu  sync.Mutex // guards the files
}

// Key implements store.Keys.
func (s *Store) Key(ctx context.Context, id string) ([]byte, error) {
	return withKeys(ctx, s, id, func(k *keys) ([]byte, error) { return k.read(id, s.now()) })
}

// MakeKey implements store.Keys.
func (s *Store) MakeKey(ctx context.Context, id string, life time.Duration) ([]byte, error) {
	return withKeys(ctx, s, id, func(k *keys) ([]byte, error) {
		key, err := k.read(id, s.now())
		if err == store.ErrNotFound {
			return k.create(id, s.now().Add(life))
		}
		return key, err
	})
}

// EndKey implements store.Keys.
func (s *Store) EndKey(ctx context.Context, id string, after time.Duration) error {
	_, err := withKeys(ctx, s, id, func(k *keys) ([]byte, error) {
		_, err := k.read(id, s.now())
		switch {
		case err == nil && after > 0:
			return nil, overwrite(k.file(id), 0, endBytes(s.now().Add(after)))
		case err == nil, err == store.ErrNotFound: // one that has ended may lie there still
			return nil, k.destroy(k.file(id))
		}
		return nil, err
	})
	return err
}

// withKeys runs f while no other touches the files and the store is open.
func withKeys(ctx context.Context, s *Store, id string, f func(*keys) ([]byte, error)) ([]byte, error) {
	if err := store.CheckID(id); err != nil {
		return nil, err
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.writes.Done()
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	key, err := f(s.keys)
	if err != nil && err != store.ErrNotFound && err != errKeyFile {
		return nil, fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	return key, err
}

// file is where a key is kept. An id alone could be "..".
func (k *keys) file(id string) string { return filepath.Join(k.dir, "key-"+id) }

func (k *keys) prepare() error { return os.MkdirAll(k.dir, 0o700) }

func (k *keys) read(id string, now time.Time) ([]byte, error) {
	data, err := os.ReadFile(k.file(id))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, store.ErrNotFound
	case err != nil:
		return nil, err
	case len(data) != keyFileSize:
		return nil, errKeyFile
	case now.UnixNano() >= endOf(data):
		return nil, store.ErrNotFound
	}
	return data[endSize:], nil
}

func endOf(data []byte) int64 { return int64(binary.BigEndian.Uint64(data)) }

func endBytes(end time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(end.UnixNano()))
}

// create makes a key, which is on disk when it returns: whole, or not there. One that has ended goes first.
func (k *keys) create(id string, end time.Time) ([]byte, error) {
	if err := k.destroy(k.file(id)); err != nil {
		return nil, err
	}
	data := append(endBytes(end), make([]byte, store.KeySize)...)
	_, _ = rand.Read(data[endSize:]) // never fails (crypto/rand, Go 1.24)
	half := filepath.Join(k.dir, "new")
	if err := overwrite(half, os.O_CREATE, data); err != nil {
		return nil, err
	}
	if err := os.Rename(half, k.file(id)); err != nil {
		return nil, err
	}
	return data[endSize:], syncDir(k.dir)
}

// destroy writes over a key, and then removes its file.
func (k *keys) destroy(file string) error {
	err := overwrite(file, 0, make([]byte, keyFileSize))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(err, os.Remove(file), syncDir(k.dir))
}

// sweep destroys the keys that have ended, and those that cannot be read as one: nothing can be opened with them.
func (k *keys) sweep(now time.Time) error {
	files, err := filepath.Glob(filepath.Join(k.dir, "key-*"))
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, file := range files {
		data, unread := os.ReadFile(file)
		if unread == nil && (len(data) != keyFileSize || now.UnixNano() >= endOf(data)) {
			err = errors.Join(err, k.destroy(file))
		}
	}
	return err
}

// overwrite writes the first bytes of a file where they lie, and waits for the disk.
func overwrite(file string, flags int, data []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|flags, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, 0)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir has the names in a directory on disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
