// Command gen writes the TypeScript types of the wire, web/src/wire.gen.ts, from the Go types of package protocol and from
// those of package facilitation that they reach. With -check it writes nothing and fails if the file is not what it would write.
//
// Structs become interfaces; omitempty makes a field optional; a string type with constants becomes a union of its values; a
// type without them an alias. Documentation is carried over. What has no plain JSON form (a pointer that may be null, an
// embedded struct, a field without a tag, an interface) is an error rather than a guess. It was preferred to tygo, which makes
// nullable arrays, enums without names and one file for each package.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// target is the generated file, beneath the module's root.
const target = "web/src/wire.gen.ts"

func main() {
	check := flag.Bool("check", false, "write nothing; fail if "+target+" is not up to date")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	want, err := generate(root)
	if err != nil {
		return err
	}
	file := filepath.Join(root, filepath.FromSlash(target))
	if !check {
		return os.WriteFile(file, want, 0o644)
	}
	have, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, want) {
		return fmt.Errorf("%s is not what the Go types say: run make generate", target)
	}
	return nil
}

// moduleRoot is the nearest folder with a go.mod, from the working directory upwards: go generate runs in the package's folder.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = parent
	}
}

// generate reads both packages and returns the TypeScript.
func generate(root string) ([]byte, error) {
	l := newLoader()
	domain, err := l.load(filepath.Join(root, "facilitation"), "kring/facilitation")
	if err != nil {
		return nil, err
	}
	wire, err := l.load(filepath.Join(root, "signaling", "protocol"), "kring/signaling/protocol")
	if err != nil {
		return nil, err
	}
	w := newWriter(domain, wire)
	return w.file()
}
