package facilitation_test

import (
	"encoding/json"

	. "kring/facilitation"
)

// command is a random command, more often one that someone in this role would give than any other.
func (h *history) command(by Actor) Command {
	if h.state.Floor.Offered == by.ID && h.one(2) {
		return Command{Begin: &Empty{}} // else too few ever speak
	}
	if h.state.Fishbowl.On && by.Role == Therapist && h.one(4) {
		return Command{SetChair: &Chair{h.member(), !h.one(4)}} // else too few ever sit
	}
	own, staff := h.ownCommands(by), h.staffCommands()
	all := own
	if by.Role == Therapist && !h.one(4) || h.one(20) {
		all = staff
	}
	return all[h.rand.IntN(len(all))]()
}

func (h *history) ownCommands(by Actor) []func() Command {
	return []func() Command{
		func() Command { return Command{Ready: &Ready{Mic: h.one(2), Camera: h.one(2)}} },
		func() Command {
			if !h.one(6) {
				return Command{Begin: &Empty{}}
			}
			return Command{Leave: &Leave{}}
		},
		func() Command { return Command{Mic: &Switch{On: !h.one(3)}} },
		func() Command { return Command{Mic: &Switch{On: true}} },
		func() Command { return Command{Begin: &Empty{}} },
		func() Command { return Command{Camera: &Switch{On: !h.one(3)}} },
		func() Command {
			if h.one(2) {
				return Command{WaitAlone: &Switch{On: h.one(3)}}
			}
			return Command{DeclineUnmute: &Empty{}}
		},
		func() Command { return Command{DeclineSpotlight: &Empty{}} },
		func() Command { return Command{Raise: &Raise{Kind: Speak}} },
		func() Command { return Command{Raise: &Raise{Kind: Reply}} },
		func() Command { return Command{Lower: &Empty{}} },
		func() Command { return Command{Begin: &Empty{}} },
		func() Command { return Command{Pass: &Empty{}} },
		func() Command { return Command{Yield: &Yield{Ranking: h.shuffled()}} },
		func() Command { return Command{Yield: &Yield{To: h.someone()}} },
		func() Command {
			kinds := []EchoKind{EchoHear, EchoRecognise, EchoThanks, EchoStrength, "shout"}
			return Command{Echo: &Echo{Kind: kinds[h.rand.IntN(5)], TooSoon: h.one(4)}}
		},
		func() Command { return Command{CallHelp: &Empty{}} },
		func() Command { return Command{ChooseCircle: &ChooseCircle{h.rand.IntN(4) - h.rand.IntN(2)}} },
		func() Command { return Command{LeaveCircle: &Empty{}} },
		func() Command { return Command{AskChair: &Empty{}} },
		func() Command {
			if h.one(2) {
				return Command{AskChair: &Empty{}}
			}
			return Command{LeaveChair: &Empty{}}
		},
		func() Command {
			if !h.one(3) {
				return Command{StepIn: &Empty{}}
			}
			return Command{StepOut: &Empty{}}
		},
		func() Command { return Command{ReturnCircle: &Empty{}} },
		func() Command {
			return Command{Distress: &Help{[]DistressKind{NeedsHelp, NeedsHelp, Emergency, "boredom"}[h.rand.IntN(4)]}}
		},
		func() Command {
			if h.one(3) {
				return Command{WithdrawDistress: &Empty{}}
			}
			return Command{SideMessage: &Text{"Mag ik even stoppen?"}}
		},
		func() Command { return Command{} },
		func() Command { return Command{Mute: &DeviceTarget{by.ID, Mic}} },
	}
}

func (h *history) staffCommands() []func() Command {
	device := func() *DeviceTarget {
		return &DeviceTarget{h.member(), []Device{Mic, Mic, Camera, "horn"}[h.rand.IntN(4)]}
	}
	expected := func() ParticipantID {
		if h.one(4) {
			return h.someone()
		}
		return h.state.Floor.Speaker + h.state.Floor.Offered // one of them is empty
	}
	phase := func() int {
		if h.one(4) {
			return h.rand.IntN(4)
		}
		return h.state.Script.Now
	}
	return []func() Command{
		func() Command { return Command{Admit: &Target{h.member()}} },
		func() Command { return Command{AdmitAll: &Empty{}} },
		func() Command {
			switch h.rand.IntN(25) {
			case 0:
				return Command{End: &Empty{}}
			case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12:
				return Command{Remove: &Target{h.someone()}}
			}
			return Command{Mute: device()}
		},
		func() Command {
			switch {
			case h.one(40):
				return Command{LeaveTogether: &Empty{}}
			case h.one(6):
				return Command{StayTogether: &Empty{}}
			case h.one(4):
				return Command{EndPeek: &Empty{}}
			case h.one(4):
				return Command{TakeAside: &Target{h.member()}}
			}
			return Command{Peek: &Target{h.waits()}}
		},
		func() Command { return Command{MuteAll: &MuteAll{IncludeSpeaker: h.one(2), Lock: h.one(3)}} },
		func() Command { return Command{Lock: device()} },
		func() Command { return Command{Unlock: device()} },
		func() Command { return Command{AskUnmute: &Target{h.member()}} },
		func() Command {
			if h.one(4) {
				return Command{Pause: &StartPause{Breathing: h.one(2)}}
			}
			return Command{EndPause: &Empty{}}
		},
		func() Command { return Command{GiveTurn: &Target{h.member()}} },
		func() Command { return Command{Next: &Next{Expect: expected(), Ranking: h.shuffled()}} },
		func() Command { return Command{Next: &Next{Expect: expected()}} },
		func() Command { return Command{MoveEntry: &Reorder{h.member(), h.rand.IntN(5) - 1}} },
		func() Command { return Command{LowerHand: &Target{h.member()}} },
		func() Command {
			return Command{SetQueue: &SetQueue{
				Mode:  []QueueMode{"", Free, Moderated, Auto, "loud"}[h.rand.IntN(5)],
				Order: []QueueOrder{"", FirstCome, LeastHeard}[h.rand.IntN(3)], Ranking: h.shuffled(),
			}}
		},
		func() Command {
			return Command{SetGate: &SetGate{[]FloorGate{OpenFloor, GatedFloor, OpenFloor, "ajar"}[h.rand.IntN(4)]}}
		},
		func() Command { return Command{SetTimeBox: &Seconds{30 * (h.rand.IntN(4) - 1)}} },
		func() Command { return Command{ExtendTurn: &ExtendTurn{h.state.Floor.Speaker, h.state.Floor.Budget}} },
		func() Command {
			return Command{StartRound: &StartRound{
				Direction: []Direction{Clockwise, CounterClockwise}[h.rand.IntN(2)], Piece: []Piece{SignalPiece, GatePiece}[h.rand.IntN(2)],
				From: []ParticipantID{"", h.member()}[h.rand.IntN(2)], Seconds: 60 * h.rand.IntN(2), Prompt: "Hoe ben je hier?",
			}}
		},
		func() Command {
			if !h.one(4) {
				return Command{AddToRound: &Target{h.member()}}
			}
			return Command{CancelRound: &Empty{}}
		},
		func() Command {
			if h.one(10) {
				return Command{EndSpotlight: &Empty{}}
			}
			return Command{Spotlight: &Spotlight{h.someone(), !h.one(4)}}
		},
		func() Command { return Command{ShareScreen: &Switch{On: !h.one(3)}} },
		func() Command { return Command{MoveSeat: &Reorder{h.member(), h.rand.IntN(9) - 1}} },
		func() Command { return Command{DraftCircles: &DraftCircles{Method: ByHand, Circles: h.groups()}} },
		func() Command {
			return Command{DraftCircles: &DraftCircles{Method: Random, Size: 1 + h.rand.IntN(4), Shuffle: h.shuffled()}}
		},
		func() Command { return Command{DraftCircles: &DraftCircles{Method: KeepPairs, Shuffle: h.shuffled()}} },
		func() Command {
			return Command{DraftCircles: &DraftCircles{Method: AvoidPairs, Size: 2, Shuffle: h.shuffled()}}
		},
		func() Command {
			return Command{DraftCircles: &DraftCircles{Method: SelfChoose, Size: 2 + h.rand.IntN(2)}}
		},
		func() Command { return Command{Assign: &Assign{h.member(), h.rand.IntN(5) - 1, h.one(2)}} },
		func() Command { return Command{Assign: &Assign{h.member(), h.rand.IntN(3), h.one(2)}} },
		func() Command {
			return Command{Listen: &Listen{1 + h.rand.IntN(3), !h.one(4)}}
		},
		func() Command {
			if h.one(4) {
				return Command{SetSocial: &Switch{On: !h.one(4)}}
			}
			return Command{AnnounceObserver: &Target{[]ParticipantID{"olga", "olga", "m1"}[h.rand.IntN(3)]}}
		},
		func() Command { return Command{Admit: &Target{"olga"}} },
		func() Command {
			if !h.one(4) {
				return Command{OpenFishbowl: &Inner{h.shuffled()[:1+h.rand.IntN(4)]}}
			}
			return Command{CloseFishbowl: &Empty{}}
		},
		func() Command { return Command{SetChair: &Chair{h.member(), !h.one(4)}} },
		func() Command {
			if !h.one(8) {
				return Command{OpenCircles: &OpenCircles{Minutes: h.rand.IntN(3)}}
			}
			return Command{CancelCircles: &Empty{}}
		},
		func() Command {
			return Command{OpenCircles: &OpenCircles{Minutes: h.rand.IntN(4) - 1, Prompt: "Hoe is het?"}}
		},
		func() Command { return Command{ExtendCircles: &Minutes{h.rand.IntN(4)}} },
		func() Command { return Command{Broadcast: &Text{"Nog even."}} },
		func() Command {
			if h.one(4) {
				return Command{CloseDistress: &Target{h.member()}}
			}
			return Command{SeeDistress: &Target{h.member()}}
		},
		func() Command {
			if h.one(2) {
				return Command{SeeMessage: &SeeMessage{h.rand.IntN(h.state.LastMessage + 2)}}
			}
			return Command{StaffMessage: &Text{"Let jij op hen?"}}
		},
		func() Command { return Command{DropIn: &DropIn{h.rand.IntN(5) - 1}} },
		func() Command { return Command{DropIn: &DropIn{h.rand.IntN(3)}} },
		func() Command {
			return Command{StartPhase: &StartPhase{Expect: phase(), To: h.rand.IntN(5), Ranking: h.shuffled()}}
		},
		func() Command { return Command{ExtendPhase: &ExtendPhase{Expect: phase(), Minutes: h.rand.IntN(9)}} },
		func() Command {
			return Command{EditPhase: &EditPhase{h.rand.IntN(5), "Tussendoor", h.rand.IntN(30) - 1}}
		},
		func() Command {
			if !h.one(3) {
				return Command{DropIn: &DropIn{1 + h.rand.IntN(2)}}
			}
			return Command{Recall: &Recall{h.rand.IntN(90) - 1}}
		},
	}
}

func describe(c Command) string {
	out, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// waits is someone in the waiting room, if anyone is.
func (h *history) waits() ParticipantID {
	for _, p := range h.state.People {
		if p.Presence == Waiting && !h.one(3) {
			return p.ID
		}
	}
	return h.member()
}
