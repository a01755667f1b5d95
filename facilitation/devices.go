package facilitation

// How long a request to switch on waits, and how often one person may be asked.
const (
	askFor   Millis = 30_000
	askEvery Millis = 60_000
)

// selfOff takes "on" away and leaves every restriction.
func selfOff(s DeviceState) DeviceState {
	if s == On {
		return SelfOff
	}
	return s
}

// asChosen is a device after its owner's choice at the door; a lock stays.
func asChosen(s DeviceState, on bool) DeviceState {
	switch {
	case s == Locked:
		return Locked
	case on:
		return On
	default:
		return selfOff(s)
	}
}

func (p *Person) device(d Device) *DeviceState {
	switch d {
	case Mic:
		return &p.Mic
	case Camera:
		return &p.Camera
	}
	return nil
}

// switchOwn is the only way to On besides ready: the owner's own command.
func (d *draft) switchOwn(id ParticipantID, device Device, on bool) RefusalCode {
	p := d.person(id)
	s := p.device(device)
	if !on {
		*s = selfOff(*s)
		return ""
	}
	switch {
	case *s == Locked:
		return LockedOff
	case p.SteppedOut, device == Mic && !d.mayBeHeard(p):
		return NotNow
	}
	*s = On
	if device == Mic {
		p.Asked = false
	}
	return ""
}

// target finds the person and the device of a staff command.
func (d *draft) target(t *DeviceTarget) (*Person, *DeviceState, RefusalCode) {
	p := d.admitted(t.Participant)
	if p == nil {
		return nil, nil, NoSuchMember
	}
	s := p.device(t.Device)
	if s == nil {
		return nil, nil, Invalid
	}
	return p, s, ""
}

func (d *draft) mute(t *DeviceTarget) RefusalCode {
	p, s, code := d.target(t)
	if code != "" {
		return code
	}
	if *s == On {
		*s = StaffOff
	}
	if t.Device == Camera {
		d.hideScreen(p.ID)
	}
	return ""
}

func (d *draft) lock(t *DeviceTarget) RefusalCode {
	p, s, code := d.target(t)
	switch {
	case code != "":
		return code
	case p.Role == Therapist:
		return NotAllowed
	}
	*s = Locked
	if t.Device == Mic {
		p.Asked = false
	}
	return ""
}

func (d *draft) unlock(t *DeviceTarget) RefusalCode {
	_, s, code := d.target(t)
	if code == "" && *s == Locked {
		*s = SelfOff
	}
	return code
}

func (d *draft) muteAll(m *MuteAll) RefusalCode {
	for i := range d.People {
		p := &d.People[i]
		switch {
		case p.Role != Member || p.Presence != Admitted:
		case p.ID == d.Floor.Speaker && !m.IncludeSpeaker:
		case m.Lock:
			p.Mic, p.Asked = Locked, false
		case p.Mic == On:
			p.Mic = StaffOff
		}
	}
	return ""
}

func (d *draft) askUnmute(id ParticipantID) RefusalCode {
	p := d.admitted(id)
	switch {
	case p == nil:
		return NoSuchMember
	case p.Mic == On || p.Mic == Locked || !p.Connected || p.SteppedOut || !d.mayBeHeard(p):
		return NotNow
	case p.AskedAt > 0 && d.t < p.AskedAt+askEvery:
		return TooSoon
	}
	p.Asked, p.AskedAt = true, d.t
	return ""
}

func (d *draft) declineUnmute(id ParticipantID) RefusalCode {
	d.person(id).Asked = false
	return ""
}
