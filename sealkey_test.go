package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSealKey: the first start makes the key, and no later one changes it; a store is not opened with another by accident.
func TestSealKey(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(data, sealFile)
	serve(t, data).stop(t)
	made, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info.Mode(), err)
	}
	serve(t, data).stop(t)
	if again, err := os.ReadFile(file); err != nil || string(again) != string(made) {
		t.Errorf("the second start changed the key: %v", err)
	}

	again := func(more ...string) (int, string) {
		code, _, errOut := ask(t, append([]string{"serve", "-http", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-media", "127.0.0.1:0", "-data", data}, more...)...)
		return code, errOut
	}
	if err := os.WriteFile(file, []byte("half a key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, errOut := again(); code != 1 || !strings.Contains(errOut, "does not hold 32 bytes in hex") {
		t.Errorf("half a key: %d %s", code, errOut)
	}
	if kept, _ := os.ReadFile(file); string(kept) != "half a key\n" {
		t.Errorf("half a key was written over: %q", kept)
	}
	other := filepath.Join(t.TempDir(), "other.key")
	if code, errOut := again("-seal-key", other); code != 1 || !strings.Contains(errOut, "sealed with another key") {
		t.Errorf("another key: %d %s", code, errOut)
	}
	serve(t, data, "-seal-key", other, "-seal-anew").stop(t)
	serve(t, data, "-seal-key", other).stop(t)
}
