package facilitation

// This file is the screen that one of staff shows to the whole circle. It comes in place of their camera's picture and over the same
// route, so that whoever sees that person sees it and nobody else does. The camera's own state is not touched: afterwards the camera
// is what it was. A page whose connection is lost, and not yet noticed, goes on sending its screen to whoever may see its camera.

// mayShareScreen reports whether someone can show their screen: staff whose page is here, in the whole circle and not at its door, and
// not in the last look at the whole ring. A page whose connection was lost is not asked what else is on its screen by now: it ends.
func (s *State) mayShareScreen(id ParticipantID) bool {
	p := s.admitted(id)
	return p != nil && p.Role == Therapist && p.Connected && p.Peek == nil && s.Phase == Whole && s.LeavingAt == 0
}

// shareScreen shows the actor's own screen, or ends that. There is one at a time; another's is ended by switching off their camera.
func (d *draft) shareScreen(id ParticipantID, on bool) RefusalCode {
	switch {
	case !on:
		d.hideScreen(id)
	case d.Screen != "" && d.Screen != id, !d.mayShareScreen(id):
		return NotNow
	default:
		d.Screen = id
	}
	return ""
}

// hideScreen ends what someone shows.
func (d *draft) hideScreen(id ParticipantID) {
	if d.Screen == id {
		d.Screen = ""
	}
}

// keepScreen comes after every command: the screen of someone who may not show it any more is gone at once.
func (d *draft) keepScreen() {
	if d.Screen != "" && !d.mayShareScreen(d.Screen) {
		d.Screen = ""
	}
}
