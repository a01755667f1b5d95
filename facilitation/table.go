package facilitation

import "slices"

// rule is one row of the table: who may give a command, where they must stand, in which phases it makes sense, what it does.
type rule struct {
	name   string
	given  func(*Command) bool
	roles  []Role
	places []Presence // of the actor; empty for the system
	phases []Phase
	// narrows: the command lets nobody hear or see more. It may be in force before it is stored.
	narrows func(*Command) bool
	do      func(*draft, ParticipantID, *Command) RefusalCode
}

var (
	staff    = []Role{Therapist}
	members  = []Role{Member}
	speakers = []Role{Therapist, Member} // who may be heard and seen
	anyone   = []Role{Therapist, Member, Observer}
	system   = []Role{System}

	inRoom  = []Presence{Admitted}
	inside  = []Presence{Checking, Waiting, Admitted}
	outside = []Presence{Checking, Waiting}
	owning  = []Presence{Waiting, Admitted} // where a device may be on

	always     = []Phase{Whole, Circles, Closing}
	whole      = []Phase{Whole}
	circles    = []Phase{Circles}
	breakout   = []Phase{Circles, Closing}
	everyPhase = []Phase{Whole, Circles, Closing, Ended}
)

func yes(*Command) bool { return true }
func no(*Command) bool  { return false }

// table is role x command x phase. What is not in it is refused.
var table = []rule{
	{"ready", func(c *Command) bool { return c.Ready != nil }, anyone, []Presence{Checking}, always, no,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.ready(by, c.Ready) }},
	{"leave", func(c *Command) bool { return c.Leave != nil }, anyone, inside, always, yes,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.leave(by) }},

	{"mic", func(c *Command) bool { return c.Mic != nil }, speakers, owning, always,
		func(c *Command) bool { return !c.Mic.On },
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.switchOwn(by, Mic, c.Mic.On) }},
	{"camera", func(c *Command) bool { return c.Camera != nil }, speakers, owning, always,
		func(c *Command) bool { return !c.Camera.On },
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.switchOwn(by, Camera, c.Camera.On) }},
	{"declineUnmute", func(c *Command) bool { return c.DeclineUnmute != nil }, speakers, inRoom, always, yes,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.declineUnmute(by) }},
	{"declineSpotlight", func(c *Command) bool { return c.DeclineSpotlight != nil }, speakers, inRoom, always, yes,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.leaveSpotlight(by) }},

	{"raise", func(c *Command) bool { return c.Raise != nil }, members, inRoom, whole, no,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.raise(by, c.Raise.Kind) }},
	{"lower", func(c *Command) bool { return c.Lower != nil }, members, inRoom, always, yes,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.lower(by) }},
	{"begin", func(c *Command) bool { return c.Begin != nil }, speakers, inRoom, whole, no,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.begin(by) }},
	{"pass", func(c *Command) bool { return c.Pass != nil }, speakers, inRoom, whole, no,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.pass(by) }},
	{"yield", func(c *Command) bool { return c.Yield != nil }, speakers, inRoom, whole, no,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.yield(by, c.Yield) }},
	{"echo", func(c *Command) bool { return c.Echo != nil }, members, inRoom, whole, no,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.echo(by, c.Echo) }},

	{"stepOut", func(c *Command) bool { return c.StepOut != nil }, members, inRoom, always, yes,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.stepOut(by) }},
	{"stepIn", func(c *Command) bool { return c.StepIn != nil }, members, inRoom, always, no,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.stepIn(by) }},

	{"callHelp", func(c *Command) bool { return c.CallHelp != nil }, members, inRoom, breakout, no,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.callHelp(by) }},
	{"returnCircle", func(c *Command) bool { return c.ReturnCircle != nil }, speakers, inRoom, circles, no,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.returnCircle(by) }},

	// A signal and a message let nobody hear or see more, and must get through when the store is out of reach.
	{"distress", func(c *Command) bool { return c.Distress != nil }, members, inside, always, yes,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.raiseDistress(by, c.Distress.Kind) }},
	{"withdrawDistress", func(c *Command) bool { return c.WithdrawDistress != nil }, members, inside, always, yes,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.dropDistress(by) }},
	{"sideMessage", func(c *Command) bool { return c.SideMessage != nil }, members, inside, always, yes,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.sideMessage(by, c.SideMessage.Text) }},
	{"seeDistress", func(c *Command) bool { return c.SeeDistress != nil }, staff, inRoom, always, yes,
		func(d *draft, by ParticipantID, c *Command) RefusalCode {
			return d.seeDistress(by, c.SeeDistress.Participant)
		}},
	{"closeDistress", func(c *Command) bool { return c.CloseDistress != nil }, staff, inRoom, always, yes,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode {
			return d.dropDistress(c.CloseDistress.Participant)
		}},
	{"seeMessage", func(c *Command) bool { return c.SeeMessage != nil }, staff, inRoom, always, yes,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.seeMessage(by, c.SeeMessage.ID) }},
	{"staffMessage", func(c *Command) bool { return c.StaffMessage != nil }, staff, inRoom, always, yes,
		func(d *draft, by ParticipantID, c *Command) RefusalCode {
			return d.staffMessage(by, c.StaffMessage.Text)
		}},

	{"chooseCircle", func(c *Command) bool { return c.ChooseCircle != nil }, members, inRoom, whole, no,
		func(d *draft, by ParticipantID, c *Command) RefusalCode {
			return d.chooseCircle(by, c.ChooseCircle.Circle)
		}},
	{"leaveCircle", func(c *Command) bool { return c.LeaveCircle != nil }, members, inRoom, circles, no,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.leaveCircle(by) }},

	{"askChair", func(c *Command) bool { return c.AskChair != nil }, members, inRoom, whole, no,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.askChair(by) }},
	{"leaveChair", func(c *Command) bool { return c.LeaveChair != nil }, members, inRoom, whole, yes,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.leaveChair(by) }},

	{"waitAlone", func(c *Command) bool { return c.WaitAlone != nil }, members, outside, always,
		func(c *Command) bool { return c.WaitAlone.On },
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.waitAlone(by, c.WaitAlone.On) }},

	{"admit", func(c *Command) bool { return c.Admit != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.admit(c.Admit.Participant) }},
	{"admitAll", func(c *Command) bool { return c.AdmitAll != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.admitAll() }},
	{"remove", func(c *Command) bool { return c.Remove != nil }, staff, inRoom, always, yes,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.remove(c.Remove.Participant) }},
	{"peek", func(c *Command) bool { return c.Peek != nil }, staff, inRoom, always, no,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.peek(by, c.Peek.Participant) }},
	{"endPeek", func(c *Command) bool { return c.EndPeek != nil }, staff, inRoom, always, no,
		func(d *draft, by ParticipantID, _ *Command) RefusalCode { return d.endPeek(by) }},
	{"takeAside", func(c *Command) bool { return c.TakeAside != nil }, staff, inRoom, always, no,
		func(d *draft, by ParticipantID, c *Command) RefusalCode {
			return d.takeAside(by, c.TakeAside.Participant)
		}},
	{"leaveTogether", func(c *Command) bool { return c.LeaveTogether != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.leaveTogether() }},
	{"stayTogether", func(c *Command) bool { return c.StayTogether != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.stayTogether() }},
	{"announceObserver", func(c *Command) bool { return c.AnnounceObserver != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode {
			return d.announceObserver(c.AnnounceObserver.Participant)
		}},
	{"setSocial", func(c *Command) bool { return c.SetSocial != nil }, staff, inRoom, always,
		func(c *Command) bool { return !c.SetSocial.On },
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.setSocial(c.SetSocial.On) }},
	{"end", func(c *Command) bool { return c.End != nil }, staff, inRoom, always, yes,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.end() }},

	{"mute", func(c *Command) bool { return c.Mute != nil }, staff, inRoom, always, yes,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.mute(c.Mute) }},
	{"muteAll", func(c *Command) bool { return c.MuteAll != nil }, staff, inRoom, always, yes,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.muteAll(c.MuteAll) }},
	{"lock", func(c *Command) bool { return c.Lock != nil }, staff, inRoom, always, yes,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.lock(c.Lock) }},
	{"unlock", func(c *Command) bool { return c.Unlock != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.unlock(c.Unlock) }},
	{"askUnmute", func(c *Command) bool { return c.AskUnmute != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.askUnmute(c.AskUnmute.Participant) }},

	{"pause", func(c *Command) bool { return c.Pause != nil }, staff, inRoom, always, yes,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.startPause(c.Pause) }},
	{"endPause", func(c *Command) bool { return c.EndPause != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.endPause() }},

	{"giveTurn", func(c *Command) bool { return c.GiveTurn != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.giveTurn(c.GiveTurn.Participant) }},
	{"next", func(c *Command) bool { return c.Next != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.next(c.Next) }},
	{"moveEntry", func(c *Command) bool { return c.MoveEntry != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.moveEntry(c.MoveEntry) }},
	{"lowerHand", func(c *Command) bool { return c.LowerHand != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.lower(c.LowerHand.Participant) }},
	{"setQueue", func(c *Command) bool { return c.SetQueue != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.setQueue(c.SetQueue) }},
	{"setGate", func(c *Command) bool { return c.SetGate != nil }, staff, inRoom, always,
		func(c *Command) bool { return c.SetGate.Gate == GatedFloor },
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.setGate(c.SetGate.Gate) }},
	{"setTimeBox", func(c *Command) bool { return c.SetTimeBox != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.setTimeBox(c.SetTimeBox.Seconds) }},
	{"extendTurn", func(c *Command) bool { return c.ExtendTurn != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.extendTurn(c.ExtendTurn) }},
	{"spotlight", func(c *Command) bool { return c.Spotlight != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.spotlight(c.Spotlight) }},
	{"endSpotlight", func(c *Command) bool { return c.EndSpotlight != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.endSpotlight() }},
	{"shareScreen", func(c *Command) bool { return c.ShareScreen != nil }, staff, inRoom, always,
		func(c *Command) bool { return !c.ShareScreen.On },
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.shareScreen(by, c.ShareScreen.On) }},
	{"moveSeat", func(c *Command) bool { return c.MoveSeat != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.moveSeat(c.MoveSeat) }},

	{"startRound", func(c *Command) bool { return c.StartRound != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.startRound(c.StartRound) }},
	{"addToRound", func(c *Command) bool { return c.AddToRound != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.addToRound(c.AddToRound.Participant) }},
	{"cancelRound", func(c *Command) bool { return c.CancelRound != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.cancelRound() }},

	{"draftCircles", func(c *Command) bool { return c.DraftCircles != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.draftCircles(c.DraftCircles) }},
	{"assign", func(c *Command) bool { return c.Assign != nil }, staff, inRoom, []Phase{Whole, Circles}, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.assign(c.Assign) }},
	{"cancelCircles", func(c *Command) bool { return c.CancelCircles != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.cancelCircles() }},
	{"openCircles", func(c *Command) bool { return c.OpenCircles != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.openCircles(c.OpenCircles) }},
	{"extendCircles", func(c *Command) bool { return c.ExtendCircles != nil }, staff, inRoom, circles, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode {
			return d.extendCircles(c.ExtendCircles.Minutes)
		}},
	{"broadcast", func(c *Command) bool { return c.Broadcast != nil }, staff, inRoom, breakout, no,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.broadcast(by, c.Broadcast.Text) }},
	{"dropIn", func(c *Command) bool { return c.DropIn != nil }, staff, inRoom, circles, no,
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.dropIn(by, c.DropIn.Circle) }},
	{"listen", func(c *Command) bool { return c.Listen != nil }, staff, inRoom, circles,
		func(c *Command) bool { return !c.Listen.On },
		func(d *draft, by ParticipantID, c *Command) RefusalCode { return d.listen(by, c.Listen) }},
	{"recall", func(c *Command) bool { return c.Recall != nil }, staff, inRoom, breakout, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.recall(c.Recall.Seconds) }},

	{"startPhase", func(c *Command) bool { return c.StartPhase != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.startPhase(c.StartPhase) }},
	{"extendPhase", func(c *Command) bool { return c.ExtendPhase != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.extendPhase(c.ExtendPhase) }},
	{"editPhase", func(c *Command) bool { return c.EditPhase != nil }, staff, inRoom, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.editPhase(c.EditPhase) }},

	{"openFishbowl", func(c *Command) bool { return c.OpenFishbowl != nil }, staff, inRoom, whole, yes,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode {
			return d.openFishbowl(c.OpenFishbowl.Participants)
		}},
	{"closeFishbowl", func(c *Command) bool { return c.CloseFishbowl != nil }, staff, inRoom, whole, no,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.closeFishbowl() }},
	{"setChair", func(c *Command) bool { return c.SetChair != nil }, staff, inRoom, whole,
		func(c *Command) bool { return !c.SetChair.Inner },
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.setChair(c.SetChair) }},

	{"arrive", func(c *Command) bool { return c.Arrive != nil }, system, nil, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.arrive(c.Arrive) }},
	{"drop", func(c *Command) bool { return c.Drop != nil }, system, nil, everyPhase, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.drop(c.Drop.Participant) }},
	{"tick", func(c *Command) bool { return c.Tick != nil }, system, nil, everyPhase, no,
		func(d *draft, _ ParticipantID, _ *Command) RefusalCode { return d.tick() }},
	{"commitMove", func(c *Command) bool { return c.CommitMove != nil }, system, nil, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode {
			return d.commitMoves(c.CommitMove.Participants)
		}},
	{"mediaDown", func(c *Command) bool { return c.MediaDown != nil }, system, nil, always, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.mediaDown(c.MediaDown) }},
	{"spoke", func(c *Command) bool { return c.Spoke != nil }, system, nil, whole, no,
		func(d *draft, _ ParticipantID, c *Command) RefusalCode { return d.spoke(c.Spoke.Participant) }},
	{"resume", func(c *Command) bool { return c.Resume != nil }, system, nil, everyPhase, no,
		func(*draft, ParticipantID, *Command) RefusalCode { return "" }},
}

// ruleOf finds the row of a command, nil unless exactly one field is set.
func ruleOf(c *Command) *rule {
	var found *rule
	for i := range table {
		if table[i].given(c) {
			if found != nil {
				return nil
			}
			found = &table[i]
		}
	}
	return found
}

// Restrictive reports whether the command lets nobody hear or see more, so that it may be in force before it is stored.
func (c *Command) Restrictive() bool {
	r := ruleOf(c)
	return r != nil && r.narrows(c)
}

// run checks the actor against the table and carries the command out.
func (d *draft) run(c *Command, by Actor) RefusalCode {
	r := ruleOf(c)
	if r == nil {
		return Invalid
	}
	if code := d.permit(r, by); code != "" {
		return code
	}
	return r.do(d, by.ID, c)
}

// permit is authority: the role of the token, and where that person stands in the state that is about to change.
func (s *State) permit(r *rule, by Actor) RefusalCode {
	if !slices.Contains(r.roles, by.Role) {
		return NotAllowed
	}
	if by.Role != System {
		p := s.person(by.ID)
		if p == nil {
			return NoSuchMember
		}
		if p.Role != by.Role || p.Presence == Removed {
			return NotAllowed
		}
		if !slices.Contains(r.places, p.Presence) {
			return NotNow
		}
	}
	if !slices.Contains(r.phases, s.Phase) {
		return NotNow
	}
	return ""
}
