package facilitation

import "slices"

// distressFor is how long a signal may go unseen before it alerts all staff.
const distressFor Millis = 30_000

// DistressKind is how urgent a signal is.
type DistressKind string

// Kinds: "Ik heb even hulp nodig" and "Nood", which alerts at once.
const (
	NeedsHelp DistressKind = "help"
	Emergency DistressKind = "emergency"
)

// Distress is a member's private signal to staff, one a member. It outlives connections, and its sender's leaving: staff must
// know of it then more than ever. Staff close it; the member may withdraw it.
type Distress struct {
	Participant ParticipantID `json:"participant"`
	Kind        DistressKind  `json:"kind"`
	At          Millis        `json:"at"`
	// SeenBy is the first of staff who said that they saw it. Alarm is set when nobody did for 30 s, and by an emergency.
	SeenBy ParticipantID `json:"seenBy,omitempty"`
	Alarm  bool          `json:"alarm,omitempty"`
}

// raiseDistress sends the signal. The same again while it is unseen is the same signal; a more urgent one, or one after it was
// seen, is new to staff. It never becomes less urgent by itself.
func (d *draft) raiseDistress(id ParticipantID, kind DistressKind) RefusalCode {
	if kind != NeedsHelp && kind != Emergency {
		return Invalid
	}
	signal := Distress{Participant: id, Kind: kind, At: d.t, Alarm: kind == Emergency}
	i := d.distressOf(id)
	if i < 0 {
		d.Distress = append(d.Distress, signal)
		return ""
	}
	old := &d.Distress[i]
	if old.SeenBy == "" && (old.Kind == kind || old.Kind == Emergency) {
		return ""
	}
	*old = signal
	return ""
}

// dropDistress ends a signal: its sender withdraws it, or staff close it.
func (d *draft) dropDistress(id ParticipantID) RefusalCode {
	d.Distress = slices.DeleteFunc(d.Distress, func(s Distress) bool { return s.Participant == id })
	return ""
}

// seeDistress tells the sender that someone of staff has seen it. The first to see it is the one whose name is shown.
func (d *draft) seeDistress(by, id ParticipantID) RefusalCode {
	i := d.distressOf(id)
	if i < 0 {
		return NoSuchMember
	}
	if s := &d.Distress[i]; s.SeenBy == "" {
		s.SeenBy, s.Alarm = by, false
	}
	return ""
}

func (s *State) distressOf(id ParticipantID) int {
	return slices.IndexFunc(s.Distress, func(d Distress) bool { return d.Participant == id })
}

// distressDeadlines run whether or not a therapist is there: a signal that nobody can see is the one that must be loud.
func (s *State) distressDeadlines(add func(Millis, func(*draft))) {
	for _, signal := range s.Distress {
		if signal.SeenBy == "" && !signal.Alarm {
			add(signal.At+distressFor, func(d *draft) { d.alarm(signal.Participant) })
		}
	}
}

func (d *draft) alarm(id ParticipantID) {
	if i := d.distressOf(id); i >= 0 {
		d.Distress[i].Alarm = true
	}
}
