package protocol

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kring/facilitation"
)

func TestRefusedMessages(t *testing.T) {
	for name, data := range map[string]string{
		"empty":               ``,
		"no message":          `{}`,
		"null message":        `{"hello":null}`,
		"two messages":        `{"slots":{"rev":1},"want":{"pictures":[]}}`,
		"unknown message":     `{"unmute":{"participant":"p1"}}`,
		"unknown field":       `{"slots":{"rev":1,"extra":2}}`,
		"unknown command":     `{"command":{"n":1,"command":{"unmute":{"participant":"p1"}}}}`,
		"command 0":           `{"command":{"n":0,"command":{"lower":{}}}}`,
		"trailing bytes":      `{"slots":{"rev":1}}{}`,
		"negative revision":   `{"slots":{"rev":-1}}`,
		"array":               `[]`,
		"text for a number":   `{"slots":{"rev":"1"}}`,
		"not JSON":            `hello`,
		"over the limit":      `{"hello":{"page":"` + strings.Repeat("x", MaxMessage) + `"}}`,
		"command over limit":  `{"command":{"n":1,"command":{"broadcast":{"text":"` + strings.Repeat("x", MaxCommand) + `"}}}}`,
		"offer over its size": `{"offer":{"n":1,"sdp":"` + strings.Repeat("x", MaxSDP+1) + `"}}`,
	} {
		if _, err := DecodeClient([]byte(data)); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: got %v, want ErrMessage", name, err)
		}
	}
}

// TestFixtures decodes the examples that the client's tests decode too: client-*.json and server-*.json.
func TestFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch name := filepath.Base(file); {
		case strings.HasPrefix(name, "client"):
			_, err = DecodeClient(data)
		case strings.HasPrefix(name, "server"):
			var m ServerMessage
			if err = Strict(data, MaxMessage, &m); err == nil && countSet(m) != 1 {
				err = errors.New("not exactly one message")
			}
		default:
			t.Errorf("%s is neither client nor server", name)
		}
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestFixtureForEveryMessage: a message or command that is added brings its example.
func TestFixtureForEveryMessage(t *testing.T) {
	for _, oneOf := range []struct {
		prefix string
		of     any
		but    []string
	}{
		{"client-", ClientMessage{}, nil},
		{"server-", ServerMessage{}, nil},
		{"client-command-", facilitation.Command{}, []string{"arrive", "drop", "tick", "commitMove", "resume", "mediaDown", "spoke"}}, // the system's own
	} {
		for i := range reflect.TypeOf(oneOf.of).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(oneOf.of).Field(i).Tag.Get("json"), ",")
			plain, _ := filepath.Glob("testdata/" + oneOf.prefix + name + ".json")
			more, _ := filepath.Glob("testdata/" + oneOf.prefix + name + "-*.json")
			if len(plain)+len(more) == 0 && !slices.Contains(oneOf.but, name) {
				t.Errorf("no fixture %s%s.json", oneOf.prefix, name)
			}
		}
	}
}

func FuzzDecodeClient(f *testing.F) {
	files, _ := filepath.Glob("testdata/client*.json")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Add([]byte(`{"command":{"n":1,"command":{"raise":{"kind":"speak"}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := DecodeClient(data)
		if err != nil {
			return
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatalf("a decoded message does not encode: %v", err)
		}
		// Escaping may grow a message beyond the limit; else what was taken once is taken again.
		if _, err := DecodeClient(again); err != nil && len(again) < MaxCommand {
			t.Fatalf("%s: %v", again, err)
		}
	})
}
