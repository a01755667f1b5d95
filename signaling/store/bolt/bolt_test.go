package bolt

import (
	"path/filepath"
	"testing"

	"kring/signaling/store"
	"kring/signaling/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Opener {
		file := filepath.Join(t.TempDir(), "kring.db")
		return func(t *testing.T) store.Store { return opened(t, file) }
	})
}

func opened(t testing.TB, file string) *Store {
	t.Helper()
	s, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
