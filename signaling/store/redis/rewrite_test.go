package redis

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestEndedKeyLeavesTheFile: a key that has ended stays in the append-only file until that is rewritten, which the store asks for,
// and once an hour is enough.
func TestEndedKeyLeavesTheFile(t *testing.T) {
	server, dir := startedIn(t)
	s := opened(t, server)
	key, err := s.MakeKey(t.Context(), "k", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EndKey(t.Context(), "k", 0); err != nil {
		t.Fatal(err)
	}
	if !inFiles(t, dir, key) {
		t.Fatal("the key is in no file: the test looks in the wrong place")
	}
	if err := s.rewrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	for inFiles(t, dir, key) {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
	again, err := s.MakeKey(t.Context(), "again", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.rewrite(t.Context()); err != nil || !inFiles(t, dir, again) {
		t.Errorf("a living key after a second request: %v", err)
	}
}

// inFiles reports whether a file of Redis's holds some bytes. One that goes while it is read holds none.
func inFiles(t *testing.T, dir string, text []byte) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "appendonlydir", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil && bytes.Contains(data, text) {
			return true
		}
	}
	return false
}
