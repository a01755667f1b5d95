package main

import (
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFileIsUpToDate(t *testing.T) {
	if err := run(true); err != nil {
		t.Fatal(err)
	}
}

// TestRefused: what would come out wrong in TypeScript is an error, not a guess.
func TestRefused(t *testing.T) {
	for name, field := range map[string]string{
		"pointer that may be null": "P *int `json:\"p\"`",
		"no tag":                   "P int",
		"bytes":                    "P []byte `json:\"p\"`",
		"type of another package":  "P time.Time `json:\"p\"`",
		"any":                      "P any `json:\"p\"`",
		"function":                 "P func() `json:\"p\"`",
	} {
		if _, err := written(t, "type M struct {\n"+field+"\n}"); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}

func TestWritten(t *testing.T) {
	for name, c := range map[string]struct{ from, want string }{
		"optional":  {"type M struct { P *int `json:\"p,omitempty\"` }", "  p?: number\n"},
		"lists":     {"type M struct { P [][]string `json:\"p\"` }", "  p: string[][]\n"},
		"comment":   {"type M struct {\n// Why.\nP bool `json:\"p\"`\n}", "  /** Why. */\n  p: boolean\n"},
		"constants": {"const Limit = 160 << 10", "export const Limit = 163840\n"},
		"union":     {"type E string\nconst (\nA E = \"a\"\nB E = \"b\"\n)", "export type E = 'a' | 'b'\n"},
		"alias":     {"type ID string", "export type ID = string\n"},
		"empty":     {"type M struct{}", "export type M = Record<string, never>\n"},
	} {
		out, err := written(t, c.from)
		if err != nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v, got\n%s\nwant %q in it", name, err, out, c.want)
		}
	}
}

// written is the TypeScript of a package of one file.
func written(t *testing.T, decls string) (string, error) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "wire.go"), []byte("package wire\n\nimport \"time\"\n\n"+decls+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wire, err := newLoader().load(dir, "wire")
	if err != nil {
		t.Fatal(err)
	}
	none := &source{pkg: types.NewPackage("none", "none")}
	out, err := newWriter(none, wire).file()
	return string(out), err
}
