package facilitation

import "slices"

// holder is who has the floor or to whom it is offered; there is never both.
func (f *Floor) holder() ParticipantID {
	if f.Speaker != "" {
		return f.Speaker
	}
	return f.Offered
}

// begin accepts an offer.
func (d *draft) begin(id ParticipantID) RefusalCode {
	if d.Floor.Offered != id {
		return NotNow
	}
	d.Floor = Floor{Speaker: id, Budget: *d.timeBox()}
	d.turnIs(id, TurnSpeaking)
	return ""
}

// pass puts the turn off: to the tail, without a mark.
func (d *draft) pass(id ParticipantID) RefusalCode {
	if d.Floor.Offered != id {
		return NotNow
	}
	if d.Round != nil {
		d.roundOn()
		return ""
	}
	d.toTail()
	if d.Queue.Mode == Auto {
		d.offerNext(id)
	}
	return ""
}

// toTail withdraws the offer; if it came from a raised hand, the hand goes to the end of the queue.
func (d *draft) toTail() {
	f := d.Floor
	d.Floor = Floor{}
	if f.OfferKind != "" {
		d.insert(Entry{Participant: f.Offered, Kind: Speak, Since: d.t})
	}
}

// toHead withdraws a turn or an offer that its holder did not give up: they are next again.
func (d *draft) toHead() {
	f := d.Floor
	d.Floor = Floor{}
	if f.Offered != "" && f.OfferKind == "" {
		return // it was offered without a hand
	}
	d.Queue.Entries = slices.Insert(d.Queue.Entries, 0, Entry{Participant: f.holder(), Kind: Speak, Since: d.t})
}

// yield ends the actor's own turn: to the queue, or to someone who must accept.
func (d *draft) yield(id ParticipantID, y *Yield) RefusalCode {
	if d.Floor.Speaker != id || d.Round != nil && y.To != "" {
		return NotNow
	}
	if d.Round != nil {
		d.roundOn()
		return ""
	}
	if y.To != "" {
		if y.To == id {
			return Invalid
		}
		if code := d.mayHaveFloor(y.To); code != "" {
			return code
		}
		d.offer(y.To)
		return ""
	}
	d.Floor = Floor{}
	d.reorder(y.Ranking)
	if d.Queue.Mode == Auto {
		d.offerNext("")
	}
	return ""
}

// giveTurn offers the floor to someone, hand or no hand. Another's turn ends; another's offer goes back to the head.
func (d *draft) giveTurn(id ParticipantID) RefusalCode {
	if code := d.mayHaveFloor(id); code != "" {
		return code
	}
	if d.Floor.holder() == id {
		return ""
	}
	if d.Round != nil {
		return d.outOfTurn(id)
	}
	if d.Floor.Offered != "" {
		d.toHead()
	}
	d.offer(id)
	return ""
}

func (s *State) mayHaveFloor(id ParticipantID) RefusalCode {
	p := s.admitted(id)
	switch {
	case p == nil:
		return NoSuchMember
	case p.Role == Observer:
		return NotAllowed
	case !p.Connected || p.SteppedOut || s.isOuter(p) || p.Circle != WholeCircle:
		return NotNow
	}
	return ""
}

// offer gives the floor to id to accept, and takes their hand down.
func (d *draft) offer(id ParticipantID) {
	e, _ := d.removeEntry(id)
	d.Floor = Floor{Offered: id, OfferKind: e.Kind}
}

// next offers the floor to the head of the queue, unless the floor is not what the actor saw.
func (d *draft) next(n *Next) RefusalCode {
	if n.Expect != d.Floor.holder() {
		return Stale
	}
	if d.Round != nil {
		d.roundOn()
		return ""
	}
	skipped := d.Floor.Offered
	if skipped != "" {
		d.toTail()
	}
	d.Floor = Floor{}
	d.reorder(n.Ranking)
	d.offerNext(skipped)
	if n.Expect == "" && d.Floor.holder() == "" {
		return NotNow // nobody waits
	}
	return ""
}

// offerNext offers the free floor to the first who can take it; who has just passed is not asked again at once.
func (d *draft) offerNext(passed ParticipantID) {
	for _, e := range d.Queue.Entries {
		if !e.Frozen && e.Participant != passed && d.mayHaveFloor(e.Participant) == "" {
			d.offer(e.Participant)
			return
		}
	}
}

// spotlight puts someone in front of all, beside at most three others, or back among them.
func (d *draft) spotlight(s *Spotlight) RefusalCode {
	p := d.admitted(s.Participant)
	switch {
	case p == nil:
		return NoSuchMember
	case !s.On:
		return d.leaveSpotlight(p.ID)
	case p.Role == Observer:
		return NotAllowed
	case p.SteppedOut, d.LeavingAt > 0:
		return NotNow
	case slices.Contains(d.Spotlight, p.ID):
		return ""
	case len(d.Spotlight) == maxSpotlight:
		return Full
	}
	d.Spotlight = append(d.Spotlight, p.ID)
	return ""
}

func (d *draft) endSpotlight() RefusalCode {
	d.Spotlight = nil
	return ""
}

func (d *draft) leaveSpotlight(id ParticipantID) RefusalCode {
	if d.Spotlight = without(d.Spotlight, id); len(d.Spotlight) == 0 {
		d.Spotlight = nil
	}
	return ""
}
