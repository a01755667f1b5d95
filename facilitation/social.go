package facilitation

// This file is the waiting room as a meeting place, which a group may choose: members who wait see and hear each other, and the room
// neither hears them nor is heard by them.

// Share is a member's part in it, announced to them and to those who are there before it is Open.
type Share struct {
	Since Millis `json:"since"`
	Open  bool   `json:"open,omitempty"`
}

// mayShare reports whether someone waits together with others: not who would rather be alone, not while staff look in on them, and
// only while a therapist is connected, for people who may be unwell are not left to each other.
func (s *State) mayShare(p *Person) bool {
	return s.Social && s.Phase != Ended && p.Role == Member && p.Presence == Waiting && p.Connected && !p.WaitsAlone &&
		!s.peekedAt(p.ID) && s.staffPresent()
}

// together reports whether someone sees and hears others who wait, and not an empty meeting place.
func (s *State) together(id ParticipantID) bool {
	others := false
	for i := range s.People {
		p := &s.People[i]
		open := p.Share != nil && p.Share.Open
		if p.ID == id && !open {
			return false
		}
		others = others || p.ID != id && open
	}
	return others
}

func (d *draft) setSocial(on bool) RefusalCode {
	d.Social = on
	return ""
}

func (d *draft) waitAlone(id ParticipantID, alone bool) RefusalCode {
	d.person(id).WaitsAlone = alone
	return ""
}

// keepShares comes after every command: whoever may not be there any more is out at once.
func (d *draft) keepShares() {
	for i := range d.People {
		if p := &d.People[i]; p.Share != nil && !d.mayShare(p) {
			p.Share = nil
		}
	}
}

// shareDeadlines bring those who may together. That prepares what is not permitted yet, so it is not done by the command that made
// it possible, which may be in force before it is stored.
func (s *State) shareDeadlines(add func(Millis, func(*draft))) {
	if !s.Social {
		return
	}
	for i := range s.People {
		p := &s.People[i]
		switch id := p.ID; {
		case p.Share == nil && s.mayShare(p):
			add(s.Clock.T, func(d *draft) { d.announceShare(id) })
		case p.Share != nil && !p.Share.Open:
			add(p.Share.Since+announceFor, func(d *draft) { d.openShare(id) })
		}
	}
}

// announceShare begins with microphone and camera off, whatever was chosen for the room and whatever staff were told at the door:
// what the others hear and see is switched on for them.
func (d *draft) announceShare(id ParticipantID) {
	if p := d.person(id); d.mayShare(p) {
		p.Mic, p.Camera = selfOff(p.Mic), selfOff(p.Camera)
		p.Share = &Share{Since: d.t}
	}
}

func (d *draft) openShare(id ParticipantID) {
	if p := d.person(id); p.Share != nil {
		p.Share = &Share{Since: p.Share.Since, Open: true}
	}
}

// SocialView is the waiting room as a meeting place, for members on the way to the room; staff are told whether it is
// On, and of each who waits, with whom (WaitingView).
type SocialView struct {
	On bool `json:"on"`
	// Alone is the viewer's own wish.
	Alone bool `json:"alone"`
	// Here: the viewer sees and hears the others of View.Door, and they the viewer; InMs is how long until then, 0 if that is not
	// announced.
	Here bool   `json:"here"`
	InMs Millis `json:"inMs"`
}

func (v *viewing) social() SocialView {
	p := v.viewer
	switch {
	case p == nil || v.s.Phase == Ended:
		return SocialView{}
	case p.Role == Therapist && p.Presence == Admitted:
		return SocialView{On: v.s.Social}
	case p.Role == Member && (p.Presence == Checking || p.Presence == Waiting):
		return SocialView{On: v.s.Social, Alone: p.WaitsAlone, Here: p.Share != nil && p.Share.Open, InMs: v.untilShare(p)}
	}
	return SocialView{}
}

func (v *viewing) untilShare(p *Person) Millis {
	if p.Share == nil || p.Share.Open {
		return 0
	}
	return max(1, v.until(p.Share.Since+announceFor))
}
