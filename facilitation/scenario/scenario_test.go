package scenario

import (
	"reflect"
	"strings"
	"testing"

	"kring/facilitation"
)

const cast = "staff: Ana\nmembers: Ben Cleo\n"

func TestParseRefuses(t *testing.T) {
	for line, why := range map[string]string{
		"Ana: mute Bem":                       "Bem is not in the cast",
		"Anna: mute Ben":                      "Anna is not in the cast",
		"Dirk drops":                          "Dirk is not in the cast",
		"Cleo hears Ana Dirk":                 "Dirk is not in the cast",
		"Ana: draft Ben Cleo / Dirk":          "Dirk is not in the cast",
		"Ana: shout":                          "nobody knows",
		"Ana: mute Ben loudly":                "nobody knows",
		"Cleo is cross":                       "nobody knows",
		"pass 3 seconds":                      "clock: fake",
		"chance says Ben Cleo":                "clock: fake",
		"talk-time says Ben":                  "clock: fake",
		"Ben loses media":                     "clock: fake",
		"members: Ben":                        "there twice",
		"Cleo hears Ana -> refused not_now":   "only a command",
		"clock: fake":                         "nobody knows",
		"Ana: next after Ben Cleo":            "nobody knows",
		"queue is Ben -> refused not_allowed": "only a command",
	} {
		_, err := Parse(cast + line)
		if err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%s: %v, want line 3 and %q", line, err, why)
		}
	}
	for _, text := range []string{"", cast, "staff: Ana\nAna: end", "everyone is in"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q is a story", text)
		}
	}
}

func TestParseReads(t *testing.T) {
	story, err := Parse("clock: fake\n# A story.\n\n" + cast + "  Ben: lower-hand   -> refused not_now\npass 2 minutes\nqueue is nobody\n")
	if err != nil {
		t.Fatal(err)
	}
	if !story.FakeClock || len(story.Steps) != 3 {
		t.Fatalf("fake clock %v, %d steps", story.FakeClock, len(story.Steps))
	}
	first, second, third := story.Steps[0], story.Steps[1], story.Steps[2]
	if first.Line != 6 || first.Refused != facilitation.NotNow || first.act == nil {
		t.Errorf("command read as %+v", first)
	}
	if second.pass.Minutes() != 2 || third.fact == nil || third.Refused != "" {
		t.Errorf("read as %+v and %+v", second, third)
	}
}

// TestEveryCommandHasWords: a command that people can give and no story can tell would not be tried at three altitudes.
func TestEveryCommandHasWords(t *testing.T) {
	system := map[string]bool{"Arrive": true, "Drop": true, "Tick": true, "CommitMove": true, "Resume": true, "MediaDown": true, "Spoke": true}
	said := map[string]bool{}
	p := &play{driver: nameless{}}
	for _, v := range verbs {
		c := reflect.ValueOf(v.is.make(p, words{"1", "1", "1", "1", "1"}))
		for i := range c.NumField() {
			if !c.Field(i).IsNil() {
				said[c.Type().Field(i).Name] = true
			}
		}
	}
	for field := range reflect.TypeFor[facilitation.Command]().Fields() {
		if !system[field.Name] && !said[field.Name] {
			t.Errorf("no words for %s", field.Name)
		}
	}
}

// nameless is a driver of whom only ids are asked.
type nameless struct{ Driver }

func (nameless) ID(name string) facilitation.ParticipantID { return facilitation.ParticipantID(name) }
