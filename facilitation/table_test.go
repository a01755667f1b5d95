package facilitation_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	. "kring/facilitation"
)

// rights is role x command x place x phase, written by hand and not from table.go. A column is someone who commands, a group of
// four is the phases whole, circles, closing, ended. What is asked makes sense wherever it is allowed:
//
//   - accepted   - not_allowed   n not_now   s no_such_member
//
// The columns: a therapist who is in the room, in the check, has left; a member who is in, invited, in the check, waiting, has
// left, was removed; an observer who is in, in the check, waiting; a member with a therapist's claim (F); someone whom the
// session does not know (X); the system (S).
const rights = `
                 T-in T-ch T-le M-in M-iv M-ch M-wa M-le M-re O-in O-ch O-wa F    X    S
Ready            nnnn +++n nnnn nnnn nnnn +++n nnnn nnnn ---- nnnn +++n nnnn ---- ssss ----
Leave            +++n +++n nnnn +++n nnnn +++n +++n nnnn ---- +++n +++n +++n ---- ssss ----

Mic              +++n nnnn nnnn +++n nnnn nnnn +++n nnnn ---- ---- ---- ---- ---- ssss ----
Camera           +++n nnnn nnnn +++n nnnn nnnn +++n nnnn ---- ---- ---- ---- ---- ssss ----
DeclineUnmute    +++n nnnn nnnn +++n nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
DeclineSpotlight +++n nnnn nnnn +++n nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----

Raise            ---- ---- ---- +nnn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
Lower            ---- ---- ---- +++n nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
Begin            +nnn nnnn nnnn +nnn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
Pass             +nnn nnnn nnnn +nnn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
Yield            +nnn nnnn nnnn +nnn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
Echo             ---- ---- ---- +nnn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----

StepOut          ---- ---- ---- +++n nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
StepIn           ---- ---- ---- +++n nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----

CallHelp         ---- ---- ---- n++n nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
ReturnCircle     n+nn nnnn nnnn n+nn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----

Distress         ---- ---- ---- +++n nnnn +++n +++n nnnn ---- ---- ---- ---- ---- ssss ----
WithdrawDistress ---- ---- ---- +++n nnnn +++n +++n nnnn ---- ---- ---- ---- ---- ssss ----
SideMessage      ---- ---- ---- +++n nnnn +++n +++n nnnn ---- ---- ---- ---- ---- ssss ----
SeeDistress      +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
CloseDistress    +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
SeeMessage       +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
StaffMessage     +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----

ChooseCircle     ---- ---- ---- +nnn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
LeaveCircle      ---- ---- ---- n+nn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
AskChair         ---- ---- ---- +nnn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
LeaveChair       ---- ---- ---- +nnn nnnn nnnn nnnn nnnn ---- ---- ---- ---- ---- ssss ----
WaitAlone        ---- ---- ---- nnnn nnnn +++n +++n nnnn ---- ---- ---- ---- ---- ssss ----

Admit            +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
AdmitAll         +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Remove           +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Peek             +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
TakeAside        +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
EndPeek          +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
LeaveTogether    +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
StayTogether     +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
AnnounceObserver +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
SetSocial        +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
End              +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----

Mute             +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
MuteAll          +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Lock             +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Unlock           +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
AskUnmute        +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----

Pause            +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
EndPause         +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----

GiveTurn         +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Next             +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
MoveEntry        +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
LowerHand        +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
SetQueue         +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
SetGate          +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
SetTimeBox       +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
ExtendTurn       +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Spotlight        +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
EndSpotlight     +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
ShareScreen      +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
MoveSeat         +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----

StartRound       +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
AddToRound       +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
CancelRound      +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----

DraftCircles     +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Assign           ++nn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
CancelCircles    +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
OpenCircles      +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
ExtendCircles    n+nn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Broadcast        n++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
DropIn           n+nn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Listen           n+nn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
OpenFishbowl     +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
CloseFishbowl    +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
SetChair         +nnn nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
Recall           n++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----

StartPhase       +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
ExtendPhase      +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----
EditPhase        +++n nnnn nnnn ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ----

Arrive           ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- +++n
Drop             ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ++++
Tick             ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ++++
CommitMove       ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- +++n
Resume           ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ++++
MediaDown        ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- +++n
Spoke            ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- ---- +nnn
`

// asked is each command with arguments that make sense in the rooms below; zoe is the one who commands.
var asked = map[string]Command{
	"Ready":            {Ready: &Ready{Mic: true}},
	"Leave":            {Leave: &Leave{}},
	"Mic":              {Mic: &Switch{On: true}},
	"Camera":           {Camera: &Switch{On: true}},
	"DeclineUnmute":    {DeclineUnmute: &Empty{}},
	"DeclineSpotlight": {DeclineSpotlight: &Empty{}},
	"Raise":            {Raise: &Raise{Kind: Speak}},
	"Lower":            {Lower: &Empty{}},
	"Begin":            {Begin: &Empty{}},
	"Pass":             {Pass: &Empty{}},
	"Yield":            {Yield: &Yield{}},
	"Echo":             {Echo: &Echo{Kind: EchoThanks}},
	"StepOut":          {StepOut: &Empty{}},
	"StepIn":           {StepIn: &Empty{}},
	"Pause":            {Pause: &StartPause{Breathing: true}},
	"EndPause":         {EndPause: &Empty{}},
	"ChooseCircle":     {ChooseCircle: &ChooseCircle{1}},
	"LeaveCircle":      {LeaveCircle: &Empty{}},
	"AskChair":         {AskChair: &Empty{}},
	"LeaveChair":       {LeaveChair: &Empty{}},
	"AnnounceObserver": {AnnounceObserver: &Target{"otto"}},
	"SetSocial":        {SetSocial: &Switch{On: true}},
	"WaitAlone":        {WaitAlone: &Switch{}},
	"Listen":           {Listen: &Listen{1, true}},
	"OpenFishbowl":     {OpenFishbowl: &Inner{[]ParticipantID{"ben", "cleo"}}},
	"CloseFishbowl":    {CloseFishbowl: &Empty{}},
	"SetChair":         {SetChair: &Chair{"dirk", true}},
	"CallHelp":         {CallHelp: &Empty{}},
	"ReturnCircle":     {ReturnCircle: &Empty{}},
	"Distress":         {Distress: &Help{NeedsHelp}},
	"WithdrawDistress": {WithdrawDistress: &Empty{}},
	"SideMessage":      {SideMessage: &Text{"Ik ben gespannen."}},
	"SeeDistress":      {SeeDistress: &Target{"ben"}},
	"CloseDistress":    {CloseDistress: &Target{"ben"}},
	"SeeMessage":       {SeeMessage: &SeeMessage{1}},
	"StaffMessage":     {StaffMessage: &Text{"Let jij op Ben?"}},
	"Admit":            {Admit: &Target{"wim"}},
	"AdmitAll":         {AdmitAll: &Empty{}},
	"Remove":           {Remove: &Target{"ben"}},
	"Peek":             {Peek: &Target{"wim"}},
	"TakeAside":        {TakeAside: &Target{"ben"}},
	"EndPeek":          {EndPeek: &Empty{}},
	"LeaveTogether":    {LeaveTogether: &Empty{}},
	"StayTogether":     {StayTogether: &Empty{}},
	"End":              {End: &Empty{}},
	"Mute":             {Mute: &DeviceTarget{"ben", Mic}},
	"MuteAll":          {MuteAll: &MuteAll{}},
	"Lock":             {Lock: &DeviceTarget{"ben", Camera}},
	"Unlock":           {Unlock: &DeviceTarget{"ben", Mic}},
	"AskUnmute":        {AskUnmute: &Target{"ben"}},
	"GiveTurn":         {GiveTurn: &Target{"ben"}},
	"Next":             {Next: &Next{}},
	"MoveEntry":        {MoveEntry: &Reorder{"cleo", 0}},
	"LowerHand":        {LowerHand: &Target{"cleo"}},
	"SetQueue":         {SetQueue: &SetQueue{Mode: Auto}},
	"SetGate":          {SetGate: &SetGate{GatedFloor}},
	"SetTimeBox":       {SetTimeBox: &Seconds{120}},
	"ExtendTurn":       {ExtendTurn: &ExtendTurn{"ben", 60_000}},
	"StartRound":       {StartRound: &StartRound{Direction: Clockwise, Piece: GatePiece, Seconds: 60, Prompt: "Hoe ben je hier?"}},
	"AddToRound":       {AddToRound: &Target{"eva"}},
	"CancelRound":      {CancelRound: &Empty{}},
	"Spotlight":        {Spotlight: &Spotlight{"ben", true}},
	"EndSpotlight":     {EndSpotlight: &Empty{}},
	"ShareScreen":      {ShareScreen: &Switch{On: true}},
	"MoveSeat":         {MoveSeat: &Reorder{"ben", 1}},
	"DraftCircles":     {DraftCircles: &DraftCircles{Method: Random, Size: 2}},
	"Assign":           {Assign: &Assign{"ben", 2, true}},
	"CancelCircles":    {CancelCircles: &Empty{}},
	"OpenCircles":      {OpenCircles: &OpenCircles{Minutes: 10}},
	"ExtendCircles":    {ExtendCircles: &Minutes{5}},
	"Broadcast":        {Broadcast: &Text{"Nog vijf minuten."}},
	"DropIn":           {DropIn: &DropIn{1}},
	"Recall":           {Recall: &Recall{30}},
	"StartPhase":       {StartPhase: &StartPhase{Expect: 1, To: 2}},
	"ExtendPhase":      {ExtendPhase: &ExtendPhase{Expect: 1, Minutes: 5}},
	"EditPhase":        {EditPhase: &EditPhase{Phase: 2, Name: "Thema", Minutes: 30}},
	"Arrive":           {Arrive: &Arrive{Participant: "ben", Name: "Ben", Role: Member}},
	"Drop":             {Drop: &Target{"ben"}},
	"Tick":             {Tick: &Empty{}},
	"CommitMove":       {CommitMove: &CommitMove{[]ParticipantID{"ben"}}},
	"Resume":           {Resume: &Empty{}},
	"MediaDown":        {MediaDown: &MediaDown{"ben", true}},
	"Spoke":            {Spoke: &Target{"ben"}},
}

// before is what must have happened for a command of zoe to make sense.
var before = map[string]func(*State){
	"Begin":        func(s *State) { s.Floor = Floor{Offered: "zoe"} },
	"Pass":         func(s *State) { s.Floor = Floor{Offered: "zoe"} },
	"Yield":        func(s *State) { s.Floor = Floor{Speaker: "zoe"} },
	"Echo":         func(s *State) { s.Floor = Floor{Speaker: "ben"} },
	"ExtendTurn":   func(s *State) { s.Floor = Floor{Speaker: "ben", Budget: 60_000} },
	"AddToRound":   inRound,
	"CancelRound":  inRound,
	"CallHelp":     func(s *State) { zoe(s).Circle = 1 },
	"ReturnCircle": func(s *State) { zoe(s).Assigned = 1 },
	"ChooseCircle": func(s *State) { s.Breakout.Capacity = 4 },
	"LeaveCircle": func(s *State) {
		if s.Phase == Circles {
			zoe(s).Assigned, s.Breakout.Circles[0].Alone = 1, true
		}
	},
	"AskChair": func(s *State) { s.Fishbowl = Fishbowl{On: true, Inner: []ParticipantID{"ben", "cleo"}} },
	"LeaveChair": func(s *State) {
		if zoe(s).Role == Member {
			s.Fishbowl = Fishbowl{On: true, Inner: []ParticipantID{"ben", "cleo"}, Asked: []ParticipantID{"zoe"}}
		}
	},
	"SetChair":    func(s *State) { s.Fishbowl = Fishbowl{On: true, Inner: []ParticipantID{"ben", "cleo"}} },
	"SeeDistress": func(s *State) { s.Distress = []Distress{{Participant: "ben", Kind: NeedsHelp, At: 1}} },
	"SeeMessage":  func(s *State) { s.Messages = []Message{{ID: 1, From: "ben", At: 1, Text: "Hoi"}} },
}

// inRound has ben in a round, who is to come, where the room can have one.
func inRound(s *State) {
	if s.Phase == Whole {
		s.Round = &Round{
			Plan:  Plan{Direction: Clockwise, Piece: SignalPiece},
			Turns: []Turn{{Participant: "ben", Status: TurnPending}},
		}
	}
}

func zoe(s *State) *Person {
	p := &s.People[len(s.People)-1]
	if p.ID != "zoe" {
		panic("zoe is last by her name")
	}
	return p
}

var columns = []struct {
	role     Role // of the token
	is       Role // in the room
	presence Presence
}{
	{Therapist, Therapist, Admitted}, {Therapist, Therapist, Checking}, {Therapist, Therapist, Left},
	{Member, Member, Admitted}, {Member, Member, Invited}, {Member, Member, Checking},
	{Member, Member, Waiting}, {Member, Member, Left}, {Member, Member, Removed},
	{Observer, Observer, Admitted}, {Observer, Observer, Checking}, {Observer, Observer, Waiting},
	{Therapist, Member, Admitted}, {Member, "", ""}, {System, "", ""},
}

var answers = map[RefusalCode]byte{"": '+', NotAllowed: '-', NotNow: 'n', NoSuchMember: 's'}

func TestRights(t *testing.T) {
	rooms := []*State{tableRoom(t, Whole), tableRoom(t, Circles), tableRoom(t, Closing), tableRoom(t, Ended)}
	rows := map[string]bool{}
	for _, line := range strings.Split(rights, "\n") {
		row := strings.Fields(line)
		if len(row) != len(columns)+1 || row[0] == "T-in" {
			continue
		}
		rows[row[0]] = true
		for i, want := range row[1:] {
			if got := cell(t, row[0], i, rooms); got != want {
				t.Errorf("%s by column %d (%+v): %s, want %s", row[0], i+1, columns[i], got, want)
			}
		}
	}
	for field := range reflect.TypeFor[Command]().Fields() {
		if c, ok := asked[field.Name]; !rows[field.Name] || !ok || reflect.ValueOf(c).FieldByIndex(field.Index).IsNil() {
			t.Errorf("%s has no row", field.Name)
		}
	}
}

// cell is how the four rooms answer the person of a column.
func cell(t *testing.T, name string, column int, rooms []*State) string {
	var got []byte
	for _, room := range rooms {
		s := copyOf(t, room)
		c := columns[column]
		by := Actor{Role: c.role}
		if c.role != System {
			by.ID = "zoe"
		}
		if c.is != "" {
			s.People = append(s.People, Person{ID: "zoe", Name: "Zoe", Role: c.is, Presence: c.presence, Connected: true, Mic: SelfOff, Camera: SelfOff})
			if c.is == Observer {
				zoe(s).AnnouncedAt, zoe(s).MayObserve = 1, true
			}
			if prepare := before[name]; prepare != nil && c.presence == Admitted && s.Phase != Ended {
				prepare(s)
			}
		}
		result := Apply(s, CommandID{"page", 1}, asked[name], by, s.Clock.At+1000)
		if result.Answer.Refusal != "" && (result.Changed || said(t, s) != said(t, result.State)) {
			t.Errorf("%s by %+v in %s: refused, and changed something", name, c, s.Phase)
		}
		if err := result.State.Check(); err != nil {
			t.Errorf("%s by %+v in %s: %v", name, c, s.Phase, err)
		}
		letter, ok := answers[result.Answer.Refusal]
		if !ok {
			letter = '?'
		}
		got = append(got, letter)
	}
	return string(got)
}

// tableRoom is a room in a phase: Ana is staff, Ben, Cleo, Dirk and Eva are in, Cleo has a hand up, Wim waits.
func tableRoom(t testing.TB, phase Phase) *State {
	r := newRoom(t, "ana", "ben", "cleo", "dirk", "eva")
	r.state.Script.Phases = []ScriptPhase{{Name: "Opening", Minutes: 10}, {Name: "Midden"}}
	r.must("ana", Command{StartPhase: &StartPhase{To: 1}})
	r.enter("wim", Member)
	r.must("wim", Command{Ready: &Ready{}})
	r.enter("otto", Observer)
	r.must("cleo", Command{Raise: &Raise{Kind: Speak}})
	r.must("ana", Command{DraftCircles: &DraftCircles{Method: ByHand, Circles: [][]ParticipantID{{"ben", "cleo"}, {"dirk", "eva"}}}})
	if phase != Whole {
		r.must("ana", Command{OpenCircles: &OpenCircles{Minutes: 20}})
		r.pass(1000)
	}
	switch phase {
	case Closing:
		r.must("ana", Command{Recall: &Recall{Seconds: 60}})
	case Ended:
		r.must("ana", Command{End: &Empty{}})
	}
	if r.state.Phase != phase {
		t.Fatalf("the room is in %s, not %s", r.state.Phase, phase)
	}
	return r.state
}

func TestRestrictive(t *testing.T) {
	only := map[string]bool{
		"Leave": true, "DeclineUnmute": true, "DeclineSpotlight": true, "Lower": true, "Remove": true, "End": true,
		"Mute": true, "MuteAll": true, "Lock": true, "SetGate": true, "StepOut": true, "Pause": true, "LeaveChair": true, "OpenFishbowl": true,
		"Distress": true, "WithdrawDistress": true, "SideMessage": true, "SeeDistress": true, "CloseDistress": true,
		"SeeMessage": true, "StaffMessage": true,
	}
	for name, c := range asked {
		if got := c.Restrictive(); got != only[name] {
			t.Errorf("%s is restrictive: %v", name, got)
		}
	}
	off := []Command{{Mic: &Switch{}}, {Camera: &Switch{}}, {SetSocial: &Switch{}}, {ShareScreen: &Switch{}}, {WaitAlone: &Switch{On: true}}, {Listen: &Listen{Circle: 1}}}
	for _, c := range off {
		if !c.Restrictive() {
			t.Error("switching off is not restrictive")
		}
	}
	if two := (&Command{Leave: &Leave{}, Lower: &Empty{}}); two.Restrictive() {
		t.Error("two commands in one are restrictive")
	}
}

// TestOneOf: a command that is none or two is invalid, whoever gives it.
func TestOneOf(t *testing.T) {
	s := tableRoom(t, Whole)
	for _, c := range []Command{{}, {Leave: &Leave{}, Lower: &Empty{}}, {Mute: &DeviceTarget{"ben", Mic}, Tick: &Empty{}}} {
		for _, by := range []Actor{{"ana", Therapist}, {"ben", Member}, {"", System}} {
			if a := Apply(s, CommandID{"p", 1}, c, by, s.Clock.At).Answer; a.Refusal != Invalid {
				t.Errorf("%+v by %+v: answered %+v", c, by, a)
			}
		}
	}
}

func copyOf(t testing.TB, s *State) *State {
	t.Helper()
	out := new(State)
	if err := json.Unmarshal(document(t, s), out); err != nil {
		t.Fatal(err)
	}
	return out
}

func document(t testing.TB, s *State) []byte {
	t.Helper()
	out, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// said is what a state says, beside its clock and the log of answers.
func said(t testing.TB, s *State) string {
	c := *s
	c.Clock, c.Pages = Clock{}, nil
	return string(document(t, &c))
}
