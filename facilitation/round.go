package facilitation

import (
	"errors"
	"slices"
)

// Round is a go-round: everyone who sits in the ring is offered a turn, in the order of their chairs.
type Round struct {
	Plan
	// Turns is the snapshot of the seats, in the order of speaking.
	Turns []Turn `json:"turns"`
}

// Plan is what staff chose for a round.
type Plan struct {
	Direction Direction `json:"direction"`
	Piece     Piece     `json:"piece"`
	Prompt    string    `json:"prompt,omitempty"`
	TimeBox   Millis    `json:"timeBox,omitempty"` // of each turn, 0 for none
}

// Direction is the way round, as the ring is drawn.
type Direction string

// Directions.
const (
	Clockwise        Direction = "clockwise"
	CounterClockwise Direction = "counter_clockwise"
)

// Piece is the talking piece.
type Piece string

// Talking pieces: it shows whose turn it is; only who has it and staff are heard.
const (
	SignalPiece Piece = "signal"
	GatePiece   Piece = "gate"
)

// Turn is one person's part in a round.
type Turn struct {
	Participant ParticipantID `json:"participant"`
	Status      TurnStatus    `json:"status"`
	// Passes counts up to 2: who passes once is asked again at the end, the second pass is final.
	Passes int `json:"passes,omitempty"`
}

// TurnStatus is how far a turn of the round is.
type TurnStatus string

// Statuses of a turn. Who is absent is skipped, and asked when they are back.
const (
	TurnPending  TurnStatus = "pending"
	TurnSpeaking TurnStatus = "speaking"
	TurnPassed   TurnStatus = "passed"
	TurnDone     TurnStatus = "done"
	TurnAbsent   TurnStatus = "absent"
)

const maxPasses = 2

// startRound takes the snapshot and offers the first turn. Whoever has the floor gives it up; who was offered it is next in the
// queue, which waits.
func (d *draft) startRound(r *StartRound) RefusalCode {
	plan, code := r.plan()
	switch {
	case d.Round != nil || d.Fishbowl.On:
		return NotNow
	case code != "":
		return code
	}
	turns, code := d.snapshot(r.From, plan.Direction)
	if code != "" {
		return code
	}
	if d.Floor.Offered != "" {
		d.toHead()
	}
	d.Floor, d.Round = Floor{}, &Round{Plan: plan, Turns: turns}
	d.Script.RoundIn = d.Script.Now
	d.offerInRound()
	return ""
}

func (r *StartRound) plan() (Plan, RefusalCode) {
	prompt, ok := shortText(r.Prompt)
	if !ok || r.Seconds < 0 || r.Seconds > int(maxTimeBox/1000) ||
		r.Direction != Clockwise && r.Direction != CounterClockwise || r.Piece != SignalPiece && r.Piece != GatePiece {
		return Plan{}, Invalid
	}
	return Plan{Direction: r.Direction, Piece: r.Piece, Prompt: prompt, TimeBox: Millis(r.Seconds) * 1000}, ""
}

// snapshot is everyone who has a chair, from one of them on, in one direction. Empty chairs are left out.
func (d *draft) snapshot(from ParticipantID, way Direction) ([]Turn, RefusalCode) {
	var ring []ParticipantID
	for _, seat := range d.Seats {
		if seat.Participant != "" {
			ring = append(ring, seat.Participant)
		}
	}
	if way == CounterClockwise {
		slices.Reverse(ring)
	}
	first := max(0, slices.Index(ring, from))
	if from != "" && !slices.Contains(ring, from) {
		return nil, NoSuchMember
	}
	var turns []Turn
	someone := false
	for _, id := range slices.Concat(ring[first:], ring[:first]) {
		turn := Turn{Participant: id, Status: TurnAbsent}
		if d.mayHaveFloor(id) == "" {
			turn.Status, someone = TurnPending, true
		}
		turns = append(turns, turn)
	}
	if !someone {
		return nil, NotNow
	}
	return turns, ""
}

// turn finds someone's part in the round, nil if they have none.
func (s *State) turn(id ParticipantID) *Turn {
	if s.Round == nil {
		return nil
	}
	i := slices.IndexFunc(s.Round.Turns, func(t Turn) bool { return t.Participant == id })
	if i < 0 {
		return nil
	}
	return &s.Round.Turns[i]
}

func (d *draft) turnIs(id ParticipantID, status TurnStatus) {
	if t := d.turn(id); t != nil {
		t.Status = status
	}
}

// roundOn ends the present turn of the round, or puts the present offer off, and offers the next.
func (d *draft) roundOn() {
	d.turnIs(d.Floor.Speaker, TurnDone)
	if t := d.turn(d.Floor.Offered); t != nil {
		t.Status, t.Passes = TurnPassed, min(t.Passes+1, maxPasses)
	}
	d.Floor = Floor{}
	d.offerInRound()
}

// offerInRound offers the floor to the next of the round. After the last the round is over. A raised hand stays up: it is for
// another turn.
func (d *draft) offerInRound() {
	id := d.nextInRound()
	if id == "" {
		d.endRound()
		return
	}
	d.Floor = Floor{Offered: id}
}

// nextInRound is the first who is to come. Whoever else was to come and is away is absent.
func (d *draft) nextInRound() ParticipantID {
	coming := d.coming()
	for i := range d.Round.Turns {
		if t := &d.Round.Turns[i]; t.Status == TurnPending && !slices.Contains(coming, t.Participant) && t.Participant != d.Floor.Offered {
			t.Status = TurnAbsent
		}
	}
	if len(coming) == 0 {
		return ""
	}
	return coming[0]
}

// coming are those who will be asked and are there: first who was not asked yet, then, once more, who passed.
func (s *State) coming() []ParticipantID {
	ids := []ParticipantID{}
	for _, status := range []TurnStatus{TurnPending, TurnPassed} {
		for _, t := range s.Round.Turns {
			final := t.Status == TurnPassed && t.Passes >= maxPasses
			if t.Status == status && !final && t.Participant != s.Floor.Offered && s.mayHaveFloor(t.Participant) == "" {
				ids = append(ids, t.Participant)
			}
		}
	}
	return ids
}

// outOfTurn lets staff call someone of the round who has not had their turn. Who was offered it meanwhile is still to come.
func (d *draft) outOfTurn(id ParticipantID) RefusalCode {
	if t := d.turn(id); t == nil || t.Status == TurnDone {
		return NotNow
	}
	d.turnIs(d.Floor.Speaker, TurnDone)
	d.turnIs(id, TurnPending)
	d.Floor = Floor{Offered: id}
	return ""
}

// addToRound puts a latecomer at the end of a round that runs.
func (d *draft) addToRound(id ParticipantID) RefusalCode {
	p := d.admitted(id)
	t := d.turn(id)
	switch {
	case d.Round == nil:
		return NotNow
	case p == nil || p.Role != Member:
		return NoSuchMember
	case t != nil && t.Status != TurnAbsent:
		return ""
	case len(d.Round.Turns) >= maxPeople:
		return Full
	}
	d.Round.Turns = slices.DeleteFunc(d.Round.Turns, func(t Turn) bool { return t.Participant == id })
	d.Round.Turns = append(d.Round.Turns, Turn{Participant: id, Status: TurnPending})
	return ""
}

// cancelRound ends it early.
func (d *draft) cancelRound() RefusalCode {
	if d.Round == nil {
		return NotNow
	}
	d.endRound()
	return ""
}

// endRound leaves the floor free and the room's own gate and queue as they are: the talking piece was never written into them.
// What the piece switched off stays off, for its owner to switch on; who was locked stays locked.
func (d *draft) endRound() { d.Floor, d.Round = Floor{}, nil }

// backInRound: whoever was away is to come again. Who comes from the waiting room is a latecomer, for staff to add.
func (d *draft) backInRound(p *Person) {
	if t := d.turn(p.ID); t != nil && t.Status == TurnAbsent && p.Presence == Admitted {
		t.Status = TurnPending
	}
}

// outOfRound: whoever left has their turn no more.
func (d *draft) outOfRound(id ParticipantID) {
	if t := d.turn(id); t != nil && t.Status != TurnDone {
		t.Status = TurnAbsent
	}
}

func (s *State) checkRound() error {
	if s.Round == nil {
		return nil
	}
	r := s.Round
	holder := s.turn(s.Floor.holder())
	switch {
	case s.Phase != Whole:
		return errors.New("a round outside the whole circle")
	case r.Direction != Clockwise && r.Direction != CounterClockwise || r.Piece != SignalPiece && r.Piece != GatePiece:
		return errors.New("a round of another kind")
	case r.TimeBox < 0 || r.TimeBox > maxTimeBox || len(r.Turns) == 0 || len(r.Turns) > maxPeople:
		return errors.New("an impossible round")
	case s.Floor.holder() != "" && holder == nil:
		return errors.New("someone outside the round has the floor")
	}
	for i, t := range r.Turns {
		switch {
		case slices.ContainsFunc(r.Turns[:i], func(o Turn) bool { return o.Participant == t.Participant }):
			return errors.New("someone is in the round twice")
		case !slices.Contains([]TurnStatus{TurnPending, TurnSpeaking, TurnPassed, TurnDone, TurnAbsent}, t.Status):
			return errors.New("a turn of another kind")
		case t.Passes < 0 || t.Passes > maxPasses:
			return errors.New("an impossible pass")
		case (t.Status == TurnSpeaking) != (t.Participant == s.Floor.Speaker):
			return errors.New("the round and the floor differ")
		}
	}
	return nil
}
