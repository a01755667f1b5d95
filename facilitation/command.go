package facilitation

// Actor is who commands, taken from the token and never from the message.
type Actor struct {
	ID   ParticipantID
	Role Role
}

// CommandID names a command: a random id of the page load and a counter from 1. The system's commands have none.
type CommandID struct {
	Page string
	N    uint64
}

// Command is a one-of: exactly one field is set. Fields named server-only are refused from a browser.
type Command struct {
	// Coming and going, of the actor.
	Ready *Ready `json:"ready,omitempty"`
	Leave *Leave `json:"leave,omitempty"`

	// The actor's own devices and answers.
	Mic              *Switch `json:"mic,omitempty"`
	Camera           *Switch `json:"camera,omitempty"`
	DeclineUnmute    *Empty  `json:"declineUnmute,omitempty"`
	DeclineSpotlight *Empty  `json:"declineSpotlight,omitempty"`

	// The actor's own turn.
	Raise *Raise `json:"raise,omitempty"`
	Lower *Empty `json:"lower,omitempty"`
	Begin *Empty `json:"begin,omitempty"`
	Pass  *Empty `json:"pass,omitempty"`
	Yield *Yield `json:"yield,omitempty"`
	Echo  *Echo  `json:"echo,omitempty"`

	// The actor's own rest.
	StepOut *Empty `json:"stepOut,omitempty"`
	StepIn  *Empty `json:"stepIn,omitempty"`

	// The actor's own circle.
	CallHelp     *Empty        `json:"callHelp,omitempty"`
	ReturnCircle *Empty        `json:"returnCircle,omitempty"`
	ChooseCircle *ChooseCircle `json:"chooseCircle,omitempty"`
	LeaveCircle  *Empty        `json:"leaveCircle,omitempty"`

	// The actor's own way of waiting.
	WaitAlone *Switch `json:"waitAlone,omitempty"`

	// The actor's own chair in a fishbowl.
	AskChair   *Empty `json:"askChair,omitempty"`
	LeaveChair *Empty `json:"leaveChair,omitempty"`

	// The actor and staff, in private.
	Distress         *Help  `json:"distress,omitempty"`
	WithdrawDistress *Empty `json:"withdrawDistress,omitempty"`
	SideMessage      *Text  `json:"sideMessage,omitempty"`

	// Staff: whom they look after.
	SeeDistress   *Target     `json:"seeDistress,omitempty"`
	CloseDistress *Target     `json:"closeDistress,omitempty"`
	SeeMessage    *SeeMessage `json:"seeMessage,omitempty"`
	StaffMessage  *Text       `json:"staffMessage,omitempty"`

	// Staff: the door.
	Admit            *Target `json:"admit,omitempty"`
	AdmitAll         *Empty  `json:"admitAll,omitempty"`
	Remove           *Target `json:"remove,omitempty"`
	Peek             *Target `json:"peek,omitempty"`
	EndPeek          *Empty  `json:"endPeek,omitempty"`
	TakeAside        *Target `json:"takeAside,omitempty"`
	AnnounceObserver *Target `json:"announceObserver,omitempty"`
	SetSocial        *Switch `json:"setSocial,omitempty"`
	End              *Empty  `json:"end,omitempty"`

	// Staff: the end that all see coming, and the way back from it.
	LeaveTogether *Empty `json:"leaveTogether,omitempty"`
	StayTogether  *Empty `json:"stayTogether,omitempty"`

	// Staff: devices. No command here switches anything on.
	Mute      *DeviceTarget `json:"mute,omitempty"`
	MuteAll   *MuteAll      `json:"muteAll,omitempty"`
	Lock      *DeviceTarget `json:"lock,omitempty"`
	Unlock    *DeviceTarget `json:"unlock,omitempty"`
	AskUnmute *Target       `json:"askUnmute,omitempty"`

	// Staff: a pause for all.
	Pause    *StartPause `json:"pause,omitempty"`
	EndPause *Empty      `json:"endPause,omitempty"`

	// Staff: turns, their own screen, seats.
	GiveTurn    *Target     `json:"giveTurn,omitempty"`
	Next        *Next       `json:"next,omitempty"`
	MoveEntry   *Reorder    `json:"moveEntry,omitempty"`
	LowerHand   *Target     `json:"lowerHand,omitempty"`
	SetQueue    *SetQueue   `json:"setQueue,omitempty"`
	SetGate     *SetGate    `json:"setGate,omitempty"`
	SetTimeBox  *Seconds    `json:"setTimeBox,omitempty"`
	ExtendTurn  *ExtendTurn `json:"extendTurn,omitempty"`
	ShareScreen *Switch     `json:"shareScreen,omitempty"`
	MoveSeat    *Reorder    `json:"moveSeat,omitempty"`

	// Staff: the spotlight.
	Spotlight    *Spotlight `json:"spotlight,omitempty"`
	EndSpotlight *Empty     `json:"endSpotlight,omitempty"`

	// Staff: go-rounds.
	StartRound  *StartRound `json:"startRound,omitempty"`
	AddToRound  *Target     `json:"addToRound,omitempty"`
	CancelRound *Empty      `json:"cancelRound,omitempty"`

	// Staff: circles.
	DraftCircles  *DraftCircles `json:"draftCircles,omitempty"`
	Assign        *Assign       `json:"assign,omitempty"`
	CancelCircles *Empty        `json:"cancelCircles,omitempty"`
	OpenCircles   *OpenCircles  `json:"openCircles,omitempty"`
	ExtendCircles *Minutes      `json:"extendCircles,omitempty"`
	Broadcast     *Text         `json:"broadcast,omitempty"`
	DropIn        *DropIn       `json:"dropIn,omitempty"`
	Listen        *Listen       `json:"listen,omitempty"`
	Recall        *Recall       `json:"recall,omitempty"`

	// Staff: a fishbowl.
	OpenFishbowl  *Inner `json:"openFishbowl,omitempty"`
	CloseFishbowl *Empty `json:"closeFishbowl,omitempty"`
	SetChair      *Chair `json:"setChair,omitempty"`

	// Staff: the script.
	StartPhase  *StartPhase  `json:"startPhase,omitempty"`
	ExtendPhase *ExtendPhase `json:"extendPhase,omitempty"`
	EditPhase   *EditPhase   `json:"editPhase,omitempty"`

	// The system's own: facts and expired deadlines. Refused from a browser.
	Arrive     *Arrive     `json:"arrive,omitempty"`
	Drop       *Target     `json:"drop,omitempty"`
	Tick       *Empty      `json:"tick,omitempty"`
	CommitMove *CommitMove `json:"commitMove,omitempty"`
	Resume     *Empty      `json:"resume,omitempty"`
	MediaDown  *MediaDown  `json:"mediaDown,omitempty"`
	Spoke      *Target     `json:"spoke,omitempty"`
}

// Empty is a command without arguments.
type Empty struct{}

// Ready ends the device check: members go to the waiting room, staff enter. Microphone and camera are as the person set
// them in the check: entering by one's own click is one's own command.
type Ready struct {
	Mic    bool `json:"mic"`
	Camera bool `json:"camera"`
}

// Leave is the actor's own way out. It looks different from a lost connection.
type Leave struct{}

// Switch turns the actor's own device on or off; or their wish to wait alone, the waiting room as a meeting place, or whether the
// actor shows their screen.
type Switch struct {
	On bool `json:"on"`
}

// Target names the person a command is about.
type Target struct {
	Participant ParticipantID `json:"participant"`
}

// Device is a microphone or a camera.
type Device string

// The devices.
const (
	Mic    Device = "mic"
	Camera Device = "camera"
)

// DeviceTarget names a person's device.
type DeviceTarget struct {
	Participant ParticipantID `json:"participant"`
	Device      Device        `json:"device"`
}

// MuteAll switches off every member's microphone. Staff are left out, and the speaker unless IncludeSpeaker; with Lock
// members may not switch on again.
type MuteAll struct {
	IncludeSpeaker bool `json:"includeSpeaker,omitempty"`
	Lock           bool `json:"lock,omitempty"`
}

// Raise asks for a turn, or for a reply to the present speaker. Raising twice is raising once.
type Raise struct {
	Kind EntryKind `json:"kind"`
}

// Yield ends the actor's own turn: to the queue, or To a person who must accept. Ranking is server-only: least heard first.
type Yield struct {
	To      ParticipantID   `json:"to,omitempty"`
	Ranking []ParticipantID `json:"ranking,omitempty"`
}

// Echo is a quiet answer to the speaker. TooSoon is server-only: it is refused for coming too often.
type Echo struct {
	Kind    EchoKind `json:"kind"`
	TooSoon bool     `json:"tooSoon,omitempty"`
}

// Next offers the floor to the next in the queue. Expect is the speaker (or the offered) whom the actor saw, empty for a
// free floor: two clicks cannot skip a person. Ranking is server-only: least heard first.
type Next struct {
	Expect  ParticipantID   `json:"expect"`
	Ranking []ParticipantID `json:"ranking,omitempty"`
}

// Reorder puts a person at a place, from 0, in the queue or among the seats.
type Reorder struct {
	Participant ParticipantID `json:"participant"`
	To          int           `json:"to"`
}

// SetQueue changes mode or order; an empty field stays as it is. Ranking is server-only.
type SetQueue struct {
	Mode    QueueMode       `json:"mode,omitempty"`
	Order   QueueOrder      `json:"order,omitempty"`
	Ranking []ParticipantID `json:"ranking,omitempty"`
}

// SetGate opens the floor of the whole circle to all, or closes it to all but who has the turn and staff.
type SetGate struct {
	Gate FloorGate `json:"gate"`
}

// Seconds is the time box of a turn, at most an hour; 0 is none.
type Seconds struct {
	Seconds int `json:"seconds"`
}

// ExtendTurn adds a minute to the turn of Expect, whose time box the actor saw as BudgetMs: two clicks at once add one.
type ExtendTurn struct {
	Expect   ParticipantID `json:"expect"`
	BudgetMs Millis        `json:"budgetMs"`
}

// StartRound begins a go-round with the one From whom it goes round, or the first chair. Seconds is each turn's time box, 0 for
// none; Prompt is the question, at most 500 characters.
type StartRound struct {
	Direction Direction     `json:"direction"`
	From      ParticipantID `json:"from,omitempty"`
	Piece     Piece         `json:"piece"`
	Seconds   int           `json:"seconds"`
	Prompt    string        `json:"prompt,omitempty"`
}

// Spotlight puts one person more in the spotlight, up to four, or takes one out: what two therapists do at once adds up.
type Spotlight struct {
	Participant ParticipantID `json:"participant"`
	On          bool          `json:"on"`
}

// AssignMethod says how members are divided over circles.
type AssignMethod string

// Methods.
const (
	ByHand     AssignMethod = "hand"
	Random     AssignMethod = "random"
	KeepPairs  AssignMethod = "keep_pairs"
	AvoidPairs AssignMethod = "avoid_pairs" // of this session and earlier ones of the group
	SelfChoose AssignMethod = "self_choose" // members choose, each circle takes about Size
)

// DraftCircles makes a draft: by hand with Circles as given (whoever is left out stays in the whole circle), or divided in
// circles of Size. Shuffle is server-only: all members in random order. Nobody is ever alone: a remainder joins another circle.
type DraftCircles struct {
	Method  AssignMethod      `json:"method"`
	Size    int               `json:"size,omitempty"`
	Circles [][]ParticipantID `json:"circles,omitempty"`
	Shuffle []ParticipantID   `json:"shuffle,omitempty"`
}

// Assign puts one member in a circle of the draft, or of the open circles (0: the whole circle). A move between open circles that
// leaves someone alone is refused, unless Alone says that this is meant.
type Assign struct {
	Participant ParticipantID `json:"participant"`
	Circle      int           `json:"circle"`
	Alone       bool          `json:"alone,omitempty"`
}

// OpenCircles opens the draft. Minutes 0 is without a timer.
type OpenCircles struct {
	Minutes int    `json:"minutes"`
	Prompt  string `json:"prompt,omitempty"`
}

// Minutes adds time to the circles' timer.
type Minutes struct {
	Minutes int `json:"minutes"`
}

// Help is a private signal to staff: they are needed, or needed now.
type Help struct {
	Kind DistressKind `json:"kind"`
}

// SeeMessage says that staff have read a side message.
type SeeMessage struct {
	ID int `json:"id"`
}

// Text is a message: to all circles of at most 500 characters, to staff of at most 240.
type Text struct {
	Text string `json:"text"`
}

// DropIn announces the actor to a circle and takes them there; 0 takes them back to the whole circle.
type DropIn struct {
	Circle int `json:"circle"`
}

// Recall counts down and brings everyone back. Seconds is 0 to 300; 0 is at once.
type Recall struct {
	Seconds int `json:"seconds"`
}

// StartPhase goes to phase To of the script. Expect is the phase that the actor saw running, 0 for none: two clicks cannot skip
// one. Ranking is server-only: least heard first.
type StartPhase struct {
	Expect  int             `json:"expect"`
	To      int             `json:"to"`
	Ranking []ParticipantID `json:"ranking,omitempty"`
}

// ExtendPhase gives the phase that runs more time. Expect is the phase that the actor saw.
type ExtendPhase struct {
	Expect  int `json:"expect"`
	Minutes int `json:"minutes"`
}

// EditPhase changes the name and the duration of one phase; 0 minutes is without.
type EditPhase struct {
	Phase   int    `json:"phase"`
	Name    string `json:"name"`
	Minutes int    `json:"minutes"`
}

// Arrive says that a person's page is connected. Fresh is a new page (a reload, another device): microphone and camera do
// not come back on; else the page never went away and its own state stands.
type Arrive struct {
	Participant ParticipantID `json:"participant"`
	Name        string        `json:"name"`
	Role        Role          `json:"role"`
	Fresh       bool          `json:"fresh"`
}

// CommitMove ends the prepared moves of these people: their clients and the SFU are ready, or 250 ms have passed.
type CommitMove struct {
	Participants []ParticipantID `json:"participants"`
}

// MediaDown says that someone's media is lost, or back, while their connection is there.
type MediaDown struct {
	Participant ParticipantID `json:"participant"`
	Down        bool          `json:"down"`
}
