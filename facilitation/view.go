package facilitation

// View is what one person may know, whole. Remaining times are in milliseconds at the moment the view was made.
type View struct {
	Phase     Phase           `json:"phase"`
	GroupName string          `json:"groupName"`
	You       SelfView        `json:"you"`
	Seats     []SeatView      `json:"seats"` // clockwise, the same order for everyone; empty outside the room
	Staff     []PersonView    `json:"staff"` // staff in the room who have no seat of their own
	Floor     FloorView       `json:"floor"`
	Queue     []EntryView     `json:"queue"`
	Mode      QueueMode       `json:"mode"`
	Order     QueueOrder      `json:"order"`
	Gate      FloorGate       `json:"gate"`      // the room's own; floor.gated says whether it or a round closes the floor
	TimeBoxMs Millis          `json:"timeBoxMs"` // of a turn, 0 for none
	Round     *RoundView      `json:"round,omitempty"`
	Spotlight []ParticipantID `json:"spotlight"`
	// Screen is whose picture is their screen and not their camera, whatever the camera's state says; empty if nobody's.
	Screen   ParticipantID `json:"screen"`
	Breakout BreakoutView  `json:"breakout"`
	Script   ScriptView    `json:"script"`
	Fishbowl FishbowlView  `json:"fishbowl"`
	Pause    PauseView     `json:"pause"`
	// Observers are those who look on or will, told to everyone, in the room and at its door. They have no seat.
	Observers []ObserverView `json:"observers"`
	Waiting   []WaitingView  `json:"waiting"` // staff only, else empty
	// Distress and Messages: all of them for staff in the room; for a member only their own, wherever they stand.
	Distress []DistressView `json:"distress"`
	Messages []MessageView  `json:"messages"`
	// Door is who is with the viewer at the door of the waiting room, or will be in a moment: staff for who waits, and for staff
	// who look in the one who waits; or the other members who wait together. Who is there hears and sees nobody else.
	Door   []DoorView `json:"door"`
	Social SocialView `json:"social"`
	// LeavingMs is how long everyone sees the whole ring before the session is over, 0 unless they leave.
	LeavingMs Millis `json:"leavingMs"`
	// StaffPresent is false while no therapist is connected; StaffGoneMs is how long the room still waits, else 0.
	StaffPresent bool   `json:"staffPresent"`
	StaffGoneMs  Millis `json:"staffGoneMs"`
	// RosterVersion is the place for the signed roster of end-to-end encryption; 0 while there is none.
	RosterVersion uint64 `json:"rosterVersion"`
}

// FishbowlView is the fishbowl: Inner may be heard, the other members listen; Asked would like a chair, first come first.
type FishbowlView struct {
	On    bool            `json:"on"`
	Inner []ParticipantID `json:"inner"`
	Asked []ParticipantID `json:"asked"`
	// Free: there is a chair for another.
	Free bool `json:"free"`
}

// ObserverView is someone who was announced; Here once they look on.
type ObserverView struct {
	ID   ParticipantID `json:"id"`
	Name string        `json:"name"`
	Here bool          `json:"here"`
}

// PauseView is a grounding pause: no member is heard. Breathing shows a slow shape.
type PauseView struct {
	On        bool `json:"on"`
	Breathing bool `json:"breathing"`
}

// SelfView is the viewer.
type SelfView struct {
	ID       ParticipantID `json:"id"`
	Name     string        `json:"name"`
	Role     Role          `json:"role"`
	Presence Presence      `json:"presence"`
	Mic      DeviceState   `json:"mic"`
	Camera   DeviceState   `json:"camera"`
	Circle   int           `json:"circle"`
	// MovingTo is the circle of a prepared move, or -1.
	MovingTo int `json:"movingTo"`
	// SteppedOut: the viewer has cut themselves off from the room, by stepOut.
	SteppedOut bool `json:"steppedOut,omitempty"`
	// Assigned is the viewer's own breakout circle, 0 if none.
	Assigned int `json:"assigned"`
	// UnmuteAskMs is how long a request to switch the microphone on still waits, 0 if there is none.
	UnmuteAskMs Millis `json:"unmuteAskMs"`
}

// OtherCircle stands for a circle's number in a member's view: that someone is away is theirs to know, not with whom.
const OtherCircle = -1

// PersonView is someone in the room.
type PersonView struct {
	ID       ParticipantID `json:"id"`
	Name     string        `json:"name"`
	Role     Role          `json:"role"`
	Presence Presence      `json:"presence"`
	// Connected false with presence admitted is "even weg": the chair stays.
	Connected bool        `json:"connected"`
	Mic       DeviceState `json:"mic"`
	Camera    DeviceState `json:"camera"`
	// Circle is OtherCircle for a member where it is a breakout circle that is not theirs.
	Circle int `json:"circle"`
	// SteppedOut is "even pauze": they hear and see nobody, by their own wish. The chair stays.
	SteppedOut bool `json:"steppedOut,omitempty"`
	// Here is true if the viewer and this person are in the same circle, so may hear and see each other.
	Here bool `json:"here"`
	// AtDoor is true of staff who are with someone in the waiting room.
	AtDoor bool `json:"atDoor,omitempty"`
}

// SeatView is a chair with the person whose it is; Person is nil for a chair that nobody has come to yet.
type SeatView struct {
	Participant ParticipantID `json:"participant"`
	Name        string        `json:"name"`
	Person      *PersonView   `json:"person,omitempty"`
}

// FloorView is the turn. Held: the connection of the one who has it is lost, and the place is kept. Still: its clock stands
// still. Gated: only who has the turn and staff may be heard.
type FloorView struct {
	Speaker   ParticipantID `json:"speaker"`
	SpeakMs   Millis        `json:"speakMs"`
	Offered   ParticipantID `json:"offered"`
	OfferedMs Millis        `json:"offeredMs"`
	Overdue   bool          `json:"overdue"`
	Held      bool          `json:"held"`
	HeldMs    Millis        `json:"heldMs"`   // how long it still is
	BudgetMs  Millis        `json:"budgetMs"` // the turn's time box, 0 for none
	Still     bool          `json:"still"`
	Gated     bool          `json:"gated"`
}

// EntryView is a raised hand.
type EntryView struct {
	Participant ParticipantID `json:"participant"`
	Kind        EntryKind     `json:"kind"`
	Pinned      bool          `json:"pinned,omitempty"`
	Frozen      bool          `json:"frozen,omitempty"`
}

// RoundView is the go-round that runs. Turns are in the order of speaking; Coming are those who will be asked from here on, in
// that order, those who passed at the end.
type RoundView struct {
	Direction Direction       `json:"direction"`
	Piece     Piece           `json:"piece"`
	Prompt    string          `json:"prompt"`
	TimeBoxMs Millis          `json:"timeBoxMs"`
	Turns     []TurnView      `json:"turns"`
	Coming    []ParticipantID `json:"coming"`
}

// TurnView is one turn of a round. Members see a pass only of themselves: who passed once is to them still to come, and who
// passed twice is done. Passed while the floor is offered is the question at the end, whether there is something after all.
type TurnView struct {
	Participant ParticipantID `json:"participant"`
	Status      TurnStatus    `json:"status"`
}

// BreakoutView is the circles: all of them for staff, only the viewer's own for a member.
type BreakoutView struct {
	Status      BreakoutStatus `json:"status"`
	Circles     []CircleView   `json:"circles"`
	Prompt      string         `json:"prompt"`
	RemainingMs Millis         `json:"remainingMs"` // to the recall; 0 without a timer
	Broadcast   *Broadcast     `json:"broadcast,omitempty"`
	// Capacity is how many a circle of the draft takes while members choose; then they see the draft. Else 0.
	Capacity int `json:"capacity"`
	// CanKeepPairs: there is an earlier division to keep. CanAvoidPairs: there are earlier pairs to avoid.
	CanKeepPairs  bool `json:"canKeepPairs"`
	CanAvoidPairs bool `json:"canAvoidPairs"`
	// Smallest is the open circle that suits a latecomer, for staff; else 0.
	Smallest int `json:"smallest"`
}

// CircleView is one circle. Listening names who can hear it, staff included, before their first packet.
type CircleView struct {
	Number    int             `json:"number"`
	Name      string          `json:"name"`
	Members   []ParticipantID `json:"members"`
	Listening []ParticipantID `json:"listening"`
	// HelpMs is how long a call for help has waited, 0 if none; HelpBy is for staff only.
	HelpMs Millis        `json:"helpMs"`
	HelpBy ParticipantID `json:"helpBy"`
	// Alone: the only one here has been so for a while, and may go back by leaveCircle.
	Alone bool `json:"alone"`
	// Announced is staff who will come in AnnouncedMs.
	Announced   ParticipantID `json:"announced"`
	AnnouncedMs Millis        `json:"announcedMs"`
}

// ScriptView is the phase that runs. Members are told its name and nothing more; staff see the whole script.
type ScriptView struct {
	// Name of the phase that runs, empty if none does.
	Name string `json:"name"`
	// Now is its number, from 1; RunsMs is how long it runs; Rounded, that it has had a round. For members 0 and false.
	Now     int               `json:"now"`
	RunsMs  Millis            `json:"runsMs"`
	Rounded bool              `json:"rounded,omitempty"`
	Phases  []ScriptPhaseView `json:"phases"` // staff only, else empty
	// CameraOptional: a camera may stay off, which is said from the device check on. PauseProminent: a break is the easiest thing
	// to find.
	CameraOptional bool `json:"cameraOptional"`
	PauseProminent bool `json:"pauseProminent"`
}

// ScriptPhaseView is one phase, for staff. Minutes is its soft duration, 0 without.
type ScriptPhaseView struct {
	Name    string `json:"name"`
	Minutes int    `json:"minutes"`
	// Gated: the phase closes the floor's gate when it begins.
	Gated bool `json:"gated"`
	// Prompt is the question of a round in this phase, or empty.
	Prompt string `json:"prompt"`
}

// WaitingView is someone in the waiting room or the device check.
type WaitingView struct {
	ID        ParticipantID `json:"id"`
	Name      string        `json:"name"`
	Role      Role          `json:"role"`
	Presence  Presence      `json:"presence"`
	Connected bool          `json:"connected"`
	WaitingMs Millis        `json:"waitingMs"`
	// With are those of staff who look in on them.
	With []ParticipantID `json:"with"`
	// Together: they see and hear others who wait. Alone is their own wish, where the waiting room is a meeting place.
	Together bool `json:"together"`
	Alone    bool `json:"alone"`
	// Announced: this observer was announced for long enough to be let in.
	Announced bool `json:"announced"`
}
