package template

import (
	"encoding/json"
	"strings"
	"testing"

	"kring/facilitation"
)

// TestBuiltIn: the five formats are there, and each makes a script of its own in both languages.
func TestBuiltIn(t *testing.T) {
	entries, err := files.ReadDir(".")
	if err != nil || len(entries) != len(All()) || len(All()) != 5 {
		t.Fatalf("%d files, %d templates, %v", len(entries), len(All()), err)
	}
	for _, template := range All() {
		if Find(template.ID) != template {
			t.Errorf("%s is not found", template.ID)
		}
		nl, en := template.Script("nl"), template.Script("en")
		if len(nl.Phases) != len(en.Phases) || nl.Now != 0 {
			t.Errorf("%s: %+v and %+v", template.ID, nl, en)
		}
	}
	if Find("nobody's") != nil {
		t.Error("a format that there is not is found")
	}
	if name := Find("process").Script("nl").Phases[1].Name; name != "Openingsronde" {
		t.Errorf("the process group's second phase is %q", name)
	}
}

// TestParseRefuses: what is not a template, or makes no script, is refused.
func TestParseRefuses(t *testing.T) {
	phase := `{"name": {"nl": "Nu", "en": "Now"}}`
	for _, text := range []string{
		``, `{}`, `[]`, `{"id": "x", "name": {"nl": "X", "en": "X"}, "phases": []}`,
		`{"id": "x", "name": {"nl": "X", "en": ""}, "phases": [` + phase + `]}`,
		`{"id": "x", "name": {"nl": "X", "en": "X"}, "phases": [{"name": {"nl": "Nu", "en": ""}}]}`,
		`{"id": "x", "name": {"nl": "X", "en": "X"}, "phases": [` + phase + `]} {}`,
		`{"id": "x", "name": {"nl": "X", "en": "X"}, "colour": 1, "phases": [` + phase + `]}`,
		`{"id": "x", "name": {"nl": "X", "en": "X"}, "phases": [{"name": {"nl": "Nu", "en": "Now"}, "minutes": -1}]}`,
		`{"id": "x", "name": {"nl": "X", "en": "X"}, "phases": [{"name": {"nl": "Nu", "en": "Now"}, "mode": "loud"}]}`,
		`{"id": "x", "name": {"nl": "X", "en": "X"}, "phases": [{"name": {"nl": "Nu", "en": "Now"}, "unmute": true}]}`,
		`{"id": "x", "name": {"nl": "X", "en": "X"}, "phases": [` + strings.Repeat(phase+",", 10) + phase + `]}`,
		`{"id": "` + strings.Repeat("x", 33) + `", "name": {"nl": "X", "en": "X"}, "phases": [` + phase + `]}`,
		`{"id": "x", "name": {"nl": "X", "en": "X"}, "camera": "off", "phases": [` + phase + `]}`,
		`{"id": "x", "name": {"nl": "X", "en": "X"}, "pause": "always", "phases": [` + phase + `]}`,
		strings.Repeat(" ", maxBytes+1),
	} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%.80s is a template", text)
		}
	}
}

// FuzzParse: whatever is parsed makes a script that a session can keep.
func FuzzParse(f *testing.F) {
	for _, id := range order {
		data, err := files.ReadFile(id + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"id": "x", "name": {"nl": "X", "en": "X"}, "phases": [{"name": {"nl": "\ud800", "en": "<"}, "minutes": 1e9}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		template, err := Parse(data)
		if err != nil {
			return
		}
		for _, language := range []string{"nl", "en", ""} {
			s := facilitation.NewSession("session-1", "Groep", nil)
			s.Script = template.Script(language)
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
			body, err := json.Marshal(s)
			if err != nil || len(body) > 16<<10 {
				t.Fatalf("a script of %d bytes, %v", len(body), err)
			}
		}
	})
}
