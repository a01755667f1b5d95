package facilitation

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of what a state holds. Together they keep the largest room below 72 KiB: a group has sixteen members and eight staff
// at most.
const (
	schema       = 2
	maxPeople    = 24
	maxSeats     = 24
	maxID        = 64   // bytes
	maxName      = 80   // characters
	maxNameBytes = 320  // of JSON, which writes some characters with six
	maxText      = 500  // characters
	maxTextBytes = 2000 // likewise
	maxCircles   = 8
	maxSpotlight = 4
)

// NewSession is an empty session of a group whose chairs stand in this order.
func NewSession(session, groupName string, seats []Seat) *State {
	return &State{
		Schema:    schema,
		Session:   session,
		GroupName: groupName,
		Phase:     Whole,
		Clock:     Clock{At: 0, T: 1}, // room time 0 means never
		People:    []Person{},
		Seats:     slices.Clone(seats),
		Queue:     Queue{Mode: Moderated, Order: FirstCome, Gate: OpenFloor},
		Breakout:  Breakout{Status: NoBreakout},
	}
}

// shortText trims a text and refuses one that is too long to be kept.
func shortText(text string) (string, bool) { return short(text, maxText, maxTextBytes) }

// shortName does so with a name.
func shortName(name string) (string, bool) { return short(name, maxName, maxNameBytes) }

// ValidName reports whether a name can be kept. Whoever has another cannot come in.
func ValidName(name string) bool {
	_, ok := shortName(name)
	return ok
}

func short(text string, characters, bytes int) (string, bool) {
	text = strings.TrimSpace(text)
	kept, err := json.Marshal(text)
	return text, err == nil && utf8.ValidString(text) && utf8.RuneCountInString(text) <= characters && len(kept) <= bytes+len(`""`)
}
