package facilitation

import "slices"

// EchoKind is a quiet answer to the speaker.
type EchoKind string

// The echoes: I hear you; I recognise this; thank you; strength.
const (
	EchoHear      EchoKind = "hear"
	EchoRecognise EchoKind = "recognise"
	EchoThanks    EchoKind = "thanks"
	EchoStrength  EchoKind = "strength"
)

// echo goes to the speaker and nowhere else: it is not part of the state, is not counted and not stored.
func (d *draft) echo(by ParticipantID, e *Echo) RefusalCode {
	speaker := d.person(d.Floor.Speaker)
	switch {
	case !slices.Contains([]EchoKind{EchoHear, EchoRecognise, EchoThanks, EchoStrength}, e.Kind):
		return Invalid
	case speaker == nil || speaker.ID == by || !speaker.Connected || d.person(by).Circle != speaker.Circle:
		return NotNow
	case e.TooSoon:
		return TooSoon
	}
	d.events = append(d.events, Event{Kind: EventEcho, Participant: speaker.ID, From: by, Echo: e.Kind})
	return ""
}
