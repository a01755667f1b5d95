package facilitation_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme: the table of README.md names only what is there, leaves no cell empty, and leaves out no scenario.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		row := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(row) < 2 || strings.HasPrefix(row[0], "---") || strings.TrimSpace(row[len(row)-1]) == "Browser test" {
			continue
		}
		if len(row) != 3 {
			t.Errorf("not three cells: %s", line)
			continue
		}
		for where := range strings.SplitSeq(row[1], ",") {
			where = strings.TrimSpace(where)
			named[where] = true
			if !shown(where) {
				t.Errorf("%q is not there, of the rule:%s", where, row[0])
			}
		}
		for where := range strings.SplitSeq(row[2], ",") {
			switch where = strings.TrimSpace(where); where {
			case "clock", "wire", "chance":
			default:
				if where == "" || !exists("../web/e2e/"+where) {
					t.Errorf("no browser test %q, of the rule:%s", where, row[0])
				}
			}
		}
	}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if !named[name] && !strings.HasPrefix(name, "recorded_") {
			t.Errorf("README.md says nothing of the scenario %s", name)
		}
	}
}

var testIn = regexp.MustCompile(`^(\S+) \((Test\w+)\)$`)

// shown: a scenario, a file of this package or of the project, or a test in a package of the project.
func shown(where string) bool {
	if m := testIn.FindStringSubmatch(where); m != nil {
		files, _ := filepath.Glob("../" + m[1] + "/*_test.go")
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), "func "+m[2]+"(") {
				return true
			}
		}
		return false
	}
	return where != "" && (exists("testdata/"+where+".txt") || exists(where) || exists("../"+where))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
