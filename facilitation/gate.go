package facilitation

// FloorGate says who may be heard in the whole circle.
type FloorGate string

// Gates: anyone may speak; only who has the floor and staff are heard.
const (
	OpenFloor  FloorGate = "open"
	GatedFloor FloorGate = "gated"
)

// setGate opens or closes the gate of the whole circle. Breakout circles are open.
func (d *draft) setGate(gate FloorGate) RefusalCode {
	if gate != OpenFloor && gate != GatedFloor {
		return Invalid
	}
	d.Queue.Gate = gate
	return ""
}

// gated reports whether only who has the floor and staff are heard: by the room's gate, or by the talking piece of a round. A fishbowl
// has a gate of its own.
func (s *State) gated() bool {
	return s.Phase == Whole && !s.Fishbowl.On && (s.Queue.Gate == GatedFloor || s.Round != nil && s.Round.Piece == GatePiece)
}

// mayBeHeard is the room's permission. It is no microphone: that is its owner's. Staff may always speak.
func (s *State) mayBeHeard(p *Person) bool {
	switch {
	case p.Role != Member, p.Presence == Waiting:
		return true
	case s.Pause.on():
		return false
	case s.Fishbowl.On:
		return !s.isOuter(p)
	}
	return p.Circle != WholeCircle || s.Floor.Speaker == p.ID || !s.gated()
}

// keepGate comes after every command: behind a closed gate and in a pause no microphone stays on, so that nobody is live by surprise
// when they could be heard again. Opening the gate, or the end of the pause, brings none back.
func (d *draft) keepGate() {
	for i := range d.People {
		p := &d.People[i]
		if p.Presence != Admitted || d.mayBeHeard(p) {
			continue
		}
		p.Asked = false
		if p.Mic == On {
			p.Mic = StaffOff
		}
	}
}
