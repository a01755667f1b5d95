package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rooms of the house: the only top-level folders. bin and kring-data are made by make and the server, outside git.
var (
	folders = []string{"deploy", "facilitation", "sfu", "signaling", "web"}
	made    = []string{"bin", "kring-data"}
)

// mayImport says which folders of this module a folder's code may import beside itself; main may import all.
var mayImport = map[string][]string{
	"deploy":       {},
	"facilitation": {},
	"sfu":          {},
	"signaling":    {"facilitation", "sfu"},
	"web":          {},
}

// pure are the standard packages that package facilitation may use: no clock, chance, context, log, file or net, so that a
// decision is a function of its arguments.
var pure = []string{
	"cmp", "encoding/json", "errors", "fmt", "iter", "maps", "math", "math/bits", "reflect", "slices", "sort", "strconv", "strings",
	"unicode", "unicode/utf8",
}

// goFile is one file of the module: its path from the root with slashes, and what it imports.
type goFile struct {
	path    string
	imports []string
}

func (f goFile) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// folder is the top-level folder of a file or of an import of this module, empty for the root.
func folder(p string) string {
	top, _, ok := strings.Cut(p, "/")
	if !ok && strings.HasSuffix(p, ".go") {
		return ""
	}
	return top
}

func TestTopLevelFolders(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(made, e.Name()) {
			found = append(found, e.Name())
		}
	}
	if !slices.Equal(found, folders) {
		t.Errorf("top-level folders %v, want %v", found, folders)
	}
}

// TestDependencyDirection: main -> all, signaling -> facilitation and sfu, and those two know nobody. Tests may also drive
// the folders that theirs may import, and nothing more.
func TestDependencyDirection(t *testing.T) {
	for _, f := range moduleFiles(t) {
		from := folder(f.path)
		if from == "" {
			continue
		}
		for _, i := range f.imports {
			to, ours := strings.CutPrefix(i, "kring/")
			if ours && folder(to) != from && !slices.Contains(mayImport[from], folder(to)) {
				t.Errorf("%s imports %s", f.path, i)
			}
		}
	}
}

func TestFacilitationIsPure(t *testing.T) {
	for _, f := range moduleFiles(t) {
		if path.Dir(f.path) != "facilitation" || f.test() {
			continue
		}
		for _, i := range f.imports {
			if !slices.Contains(pure, i) {
				t.Errorf("%s imports %s", f.path, i)
			}
		}
	}
}

// TestVocabulariesMeetOnce: only policy.go speaks both of the room and of the media server.
func TestVocabulariesMeetOnce(t *testing.T) {
	var both []string
	for _, f := range moduleFiles(t) {
		if folder(f.path) == "signaling" && !f.test() && slices.Contains(f.imports, "kring/facilitation") && slices.Contains(f.imports, "kring/sfu") {
			both = append(both, f.path)
		}
	}
	if want := []string{"signaling/policy.go"}; !slices.Equal(both, want) {
		t.Errorf("files that import facilitation and sfu: %v, want %v", both, want)
	}
}

// moduleFiles parses the imports of every Go file of the module.
func moduleFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || slices.Contains(made, p)):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := goFile{path: filepath.ToSlash(p)}
		for _, i := range parsed.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, name)
		}
		files = append(files, f)
		return nil
	})
	if err != nil || len(files) < 20 {
		t.Fatalf("read the module's files: %d, %v", len(files), err)
	}
	return files
}
