package facilitation

// stepOut cuts a member off from the room in both directions, by their own wish. Chair, circle and place in the queue stay, and the
// chair says so. Microphone and camera are off until they switch them on again.
func (d *draft) stepOut(id ParticipantID) RefusalCode {
	p := d.person(id)
	p.SteppedOut, p.Asked = true, false
	p.Mic, p.Camera = selfOff(p.Mic), selfOff(p.Camera)
	d.leaveSpotlight(id)
	if d.Floor.holder() == id {
		d.letGo()
	}
	return ""
}

// stepIn brings them back, silent and unseen.
func (d *draft) stepIn(id ParticipantID) RefusalCode {
	p := d.person(id)
	p.SteppedOut = false
	d.backInRound(p)
	return ""
}
