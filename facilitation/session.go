package facilitation

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of what a state holds; they keep a full room below 64 KiB.
const (
	schema     = 1
	maxPeople  = 48
	maxSeats   = 32
	maxID      = 64  // bytes
	maxName    = 80  // characters
	maxText    = 500 // characters
	maxCircles = 8
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
		Queue:     Queue{Mode: Moderated, Order: FirstCome},
		Breakout:  Breakout{Status: NoBreakout},
	}
}

// shortText trims a text and refuses one that is too long.
func shortText(text string, most int) (string, bool) {
	text = strings.TrimSpace(text)
	return text, utf8.ValidString(text) && utf8.RuneCountInString(text) <= most
}
