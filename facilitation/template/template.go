// Package template has the formats of a group: for each a list of phases, as a data file in both languages. A session begins
// with the script of its group's format; after that the script is the session's own.
//
// The files here are built in. Parse reads any file of their form, strictly and within bounds.
package template

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"kring/facilitation"
)

// maxBytes bounds a file.
const maxBytes = 16 << 10

// Template is a format.
type Template struct {
	ID     string  `json:"id"`
	Name   Words   `json:"name"`
	Phases []Phase `json:"phases"`
	// Camera is "optional" or empty, Pause "prominent" or empty.
	Camera string `json:"camera,omitempty"`
	Pause  string `json:"pause,omitempty"`
}

// What a template may say of cameras and pauses.
const (
	optional  = "optional"
	prominent = "prominent"
)

// Phase is one phase of a format. What is left out presets nothing.
type Phase struct {
	Name    Words                   `json:"name"`
	Minutes int                     `json:"minutes,omitempty"`
	Mode    facilitation.QueueMode  `json:"mode,omitempty"`
	Order   facilitation.QueueOrder `json:"order,omitempty"`
	Gate    facilitation.FloorGate  `json:"gate,omitempty"`
	Prompt  Words                   `json:"prompt,omitzero"`
}

// Words are a text in both languages.
type Words struct {
	NL string `json:"nl"`
	EN string `json:"en"`
}

// in is the text in a language; Dutch is the default.
func (w Words) in(language string) string {
	if language == "en" {
		return w.EN
	}
	return w.NL
}

// Script is the script of a new session in a language, nl or en.
func (t *Template) Script(language string) facilitation.Script {
	phases := make([]facilitation.ScriptPhase, len(t.Phases))
	for i, p := range t.Phases {
		phases[i] = facilitation.ScriptPhase{
			Name: p.Name.in(language), Minutes: p.Minutes, Mode: p.Mode, Order: p.Order, Gate: p.Gate, Prompt: p.Prompt.in(language),
		}
	}
	return facilitation.Script{Phases: phases, CameraOptional: t.Camera == optional, PauseProminent: t.Pause == prominent}
}

// Parse reads one file: no unknown field, nothing after it, and a script that can be kept in both languages.
func Parse(data []byte) (*Template, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("template of %d bytes", len(data))
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	t := new(Template)
	if err := d.Decode(t); err != nil {
		return nil, fmt.Errorf("decode template: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands after the template")
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Template) check() error {
	if t.ID == "" || len(t.ID) > 32 || len(t.Phases) == 0 {
		return errors.New("a template needs an id and phases")
	}
	if t.Camera != "" && t.Camera != optional || t.Pause != "" && t.Pause != prominent {
		return fmt.Errorf("template %q says of cameras or pauses what there is not", t.ID)
	}
	for _, language := range []string{"nl", "en"} {
		if name := t.Name.in(language); name == "" || !facilitation.ValidName(name) {
			return fmt.Errorf("template %q has no name in %s", t.ID, language)
		}
		script := t.Script(language)
		if err := script.Check(); err != nil {
			return fmt.Errorf("template %q in %s: %w", t.ID, language, err)
		}
	}
	return nil
}

//go:embed *.json
var files embed.FS

var all = builtIn()

// All are the formats that are built in, in the order in which they are offered.
func All() []*Template { return all }

// Find is a format by its id, nil if there is none.
func Find(id string) *Template {
	for _, t := range all {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// order is the plainest first; each is a file.
var order = []string{"process", "skills", "relapse", "grief", "psychodrama"}

func builtIn() []*Template {
	out := make([]*Template, len(order))
	for i, id := range order {
		data, err := files.ReadFile(id + ".json")
		if err == nil {
			out[i], err = Parse(data)
		}
		if err != nil {
			panic(fmt.Sprintf("built-in template %s: %v", id, err)) // our own file: the tests find it
		}
	}
	return out
}
