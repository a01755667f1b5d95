package bolt

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kring/signaling/store"
)

// TestKeyIsWrittenOver: who holds on to a key's file, by another name, finds nothing in it once the key has ended; the database
// never had it.
func TestKeyIsWrittenOver(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *Store){
		"ended": func(t *testing.T, s *Store) {
			if err := s.EndKey(t.Context(), "k", 0); err != nil {
				t.Fatal(err)
			}
		},
		"swept": func(t *testing.T, s *Store) {
			if err := s.keys.sweep(time.Now().Add(2 * time.Hour)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "kring.db")
			s := opened(t, file)
			key, err := s.MakeKey(t.Context(), "k", time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			held := file + "-held"
			if err := os.Link(s.keys.file("k"), held); err != nil {
				t.Fatal(err)
			}
			end(t, s)
			left, err := os.ReadFile(held)
			if err != nil || !bytes.Equal(left, make([]byte, keyFileSize)) {
				t.Errorf("left on the disk: %x, %v", left, err)
			}
			if files, _ := os.ReadDir(s.keys.dir); len(files) != 0 {
				t.Errorf("files of keys: %v", files)
			}
			if data, err := os.ReadFile(file); err != nil || bytes.Contains(data, key) {
				t.Errorf("the key is in the database: %v", err)
			}
		})
	}
}

// TestSweepKeepsLivingKeys: and destroys a file that is no key.
func TestSweepKeepsLivingKeys(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "kring.db"))
	if _, err := s.MakeKey(t.Context(), "k", time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.keys.file("half"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Key(t.Context(), "half"); err != errKeyFile {
		t.Errorf("half a key: %v", err)
	}
	if err := s.keys.sweep(time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Key(t.Context(), "k"); err != nil {
		t.Error(err)
	}
	if _, err := s.Key(t.Context(), "half"); err != store.ErrNotFound {
		t.Errorf("half a key: %v", err)
	}
}
