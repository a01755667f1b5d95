package facilitation

// announceObserver tells everyone, in the room and at its door, that someone will look on. Only then can they be let in.
func (d *draft) announceObserver(id ParticipantID) RefusalCode {
	p := d.person(id)
	switch {
	case p == nil || p.Presence == Left || p.Presence == Removed:
		return NoSuchMember
	case p.Role != Observer:
		return NotAllowed
	case p.AnnouncedAt == 0:
		p.AnnouncedAt = d.t
	}
	return ""
}

// observes reports whether someone looks on now. Nobody hears or sees them; everyone is told that they are there.
func (p *Person) observes() bool {
	return p.Role == Observer && p.Presence == Admitted && p.Connected && p.MayObserve
}
