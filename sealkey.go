package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kring/signaling"
)

const sealFile = "seal.key"

// sealKey reads the practice's root key, or makes it where there is no file yet. A file that holds something else is left alone: what
// was sealed could never be read again. Only this user can read it.
func sealKey(cfg Config) (key [signaling.RootKeySize]byte, err error) {
	file := cfg.SealKey
	if file == "" {
		file = filepath.Join(cfg.Data, sealFile)
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = newSealKey(file)
	}
	if err != nil {
		return key, fmt.Errorf("-seal-key: %w", err)
	}
	data, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(data) != len(key) {
		return key, fmt.Errorf("-seal-key: %s does not hold %d bytes in hex", file, len(key))
	}
	return [signaling.RootKeySize]byte(data), nil
}

// newSealKey makes the file, which is on disk before anything is sealed. Of two servers that start at once one makes it.
func newSealKey(file string) ([]byte, error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	var key [signaling.RootKeySize]byte
	_, _ = rand.Read(key[:]) // never fails (crypto/rand, Go 1.24)
	text := []byte(hex.EncodeToString(key[:]) + "\n")
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	dir, err := os.Open(filepath.Dir(file)) // its name must be on disk too
	if err != nil {
		return nil, err
	}
	return text, errors.Join(dir.Sync(), dir.Close())
}
