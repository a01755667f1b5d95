package facilitation

// Millis is a time or a duration in milliseconds. As an argument named now it is Unix time; within a State it is room time.
type Millis int64

// ParticipantID names a person in one session: a member's or a staff member's id. It is opaque and at most 64 bytes.
type ParticipantID string

// Role is what a person may do. A co-therapist is a therapist: there is no single host.
type Role string

// The roles. System is the server itself: expired deadlines, lost connections, acknowledged moves.
const (
	Therapist Role = "therapist"
	Member    Role = "member"
	Observer  Role = "observer"
	System    Role = "system"
)

// Phase is where the session stands.
type Phase string

// The phases: everyone in the whole circle; breakout circles open; circles counting down to the recall; over.
const (
	Whole   Phase = "whole"
	Circles Phase = "circles"
	Closing Phase = "closing"
	Ended   Phase = "ended"
)

// Presence is where a person stands on the way from the link to the ring and out again.
type Presence string

// Presences, in the order in which a member passes them.
const (
	Invited  Presence = "invited"
	Checking Presence = "checking"
	Waiting  Presence = "waiting"
	Admitted Presence = "admitted"
	Left     Presence = "left"
	Removed  Presence = "removed"
)

// DeviceState is a microphone or a camera. Only On lets media through; only its owner reaches On.
type DeviceState string

// Device states: staff_off may be switched on again by its owner, locked may not.
const (
	On       DeviceState = "on"
	SelfOff  DeviceState = "self_off"
	StaffOff DeviceState = "staff_off"
	Locked   DeviceState = "locked"
)

// WholeCircle is the circle id of the whole ring; breakout circles count from 1.
const WholeCircle = 0

// State is the whole truth of one session. It is stored as JSON and must stay below 64 KiB for a room of sixteen with four staff.
type State struct {
	Schema    int    `json:"schema"`
	Session   string `json:"session"`
	GroupName string `json:"groupName"`
	// Revision counts the changes; the store compares it.
	Revision uint64 `json:"revision"`
	Phase    Phase  `json:"phase"`
	// Clock is room time and the wall clock at which it was last moved on; room time stands still while no node owns the room.
	Clock  Clock    `json:"clock"`
	People []Person `json:"people"` // sorted by id
	// Seats is the clockwise order of chairs, the group's own; it is the same on every screen.
	Seats     []Seat          `json:"seats"`
	Floor     Floor           `json:"floor"`
	Queue     Queue           `json:"queue"`
	Spotlight []ParticipantID `json:"spotlight,omitempty"` // one to four, or none
	Screen    ParticipantID   `json:"screen,omitempty"`    // who shows their screen in place of their camera, screen.go
	Breakout  Breakout        `json:"breakout"`
	Past      Past            `json:"past,omitzero"`
	Fishbowl  Fishbowl        `json:"fishbowl,omitzero"`
	Round     *Round          `json:"round,omitempty"` // the go-round that runs, round.go
	Script    Script          `json:"script"`
	Pause     Pause           `json:"pause,omitzero"`
	Social    bool            `json:"social,omitempty"` // those who wait may meet, social.go
	// StaffGoneAt is the room time at which the last therapist's connection was lost, or 0.
	StaffGoneAt Millis `json:"staffGoneAt,omitempty"`
	// LeavingAt is the room time at which the last look at the whole ring began, or 0.
	LeavingAt Millis `json:"leavingAt,omitempty"`
	// Distress and Messages are between members and staff; LastMessage is the highest message id. They are gone at the end.
	Distress    []Distress `json:"distress,omitempty"`
	Messages    []Message  `json:"messages,omitempty"`
	LastMessage int        `json:"lastMessage,omitempty"`
	Pages       []Page     `json:"pages,omitempty"` // the deduplication log
}

// Clock maps Unix time to room time: T was the room time when the wall clock read At.
type Clock struct {
	At Millis `json:"at"`
	T  Millis `json:"t"`
}

// Person is one participant of the session.
type Person struct {
	ID        ParticipantID `json:"id"`
	Name      string        `json:"name"`
	Role      Role          `json:"role"`
	Presence  Presence      `json:"presence"`
	Connected bool          `json:"connected"`
	// DroppedAt is the room time at which the connection was lost, 0 while connected.
	DroppedAt Millis `json:"droppedAt,omitempty"`
	// MediaDown is set while the connection is there and its media is not, as the media server has it.
	MediaDown bool        `json:"mediaDown,omitempty"`
	Mic       DeviceState `json:"mic"`
	Camera    DeviceState `json:"camera"`
	// Circle is where the person is heard and seen now. Moving, if set, is where the prepared move takes them.
	Circle int   `json:"circle"`
	Moving *Move `json:"moving,omitempty"`
	// Peek is whom staff look at in the waiting room, while they are away from their circle.
	Peek *Peek `json:"peek,omitempty"`
	// Assigned is a member's breakout circle while circles are open; it outlives connections. 0 is none.
	Assigned int `json:"assigned,omitempty"`
	// Ears are the breakout circles that staff listen to from elsewhere.
	Ears Ears `json:"ears,omitzero"`
	// AnnouncedAt is the room time at which everyone was told that this observer comes, 0 if they were not.
	AnnouncedAt Millis `json:"announcedAt,omitempty"`
	// MayObserve: that has been shown for long enough to let them in.
	MayObserve bool `json:"mayObserve,omitempty"`
	// AskedAt is the room time of the last request to switch the microphone on, 0 if none; Asked while it waits for an answer.
	AskedAt Millis `json:"askedAt,omitempty"`
	Asked   bool   `json:"asked,omitempty"`
	// Apart: a member waits because staff took them out of the room for a word.
	Apart bool `json:"apart,omitempty"`
	// WaitsAlone: a member would rather not wait with others. Share is their part in the waiting room as a meeting place.
	WaitsAlone bool   `json:"waitsAlone,omitempty"`
	Share      *Share `json:"share,omitempty"`
	// SteppedOut: a member has cut themselves off from the room for a while.
	SteppedOut bool `json:"steppedOut,omitempty"`
	// WaitingSince is the room time at which they came into the waiting room.
	WaitingSince Millis `json:"waitingSince,omitempty"`
}

// Move is the first phase of a change of circle: announced, not yet in force.
type Move struct {
	To    int    `json:"to"`
	Since Millis `json:"since"`
}

// Seat is a chair in the ring. It belongs to the group; Participant is empty for a chair that is nobody's.
type Seat struct {
	Participant ParticipantID `json:"participant"`
	Name        string        `json:"name"`
}

// QueueMode says who gives the next turn.
type QueueMode string

// Queue modes: hands are signals; staff pick; the next is offered when the speaker yields.
const (
	Free      QueueMode = "free"
	Moderated QueueMode = "moderated"
	Auto      QueueMode = "auto"
)

// QueueOrder says who is next.
type QueueOrder string

// Queue orders.
const (
	FirstCome  QueueOrder = "first_come"
	LeastHeard QueueOrder = "least_heard"
)

// EntryKind tells a new turn from a reply to the speaker.
type EntryKind string

// Kinds of entry.
const (
	Speak EntryKind = "speak"
	Reply EntryKind = "reply"
)

// Queue is the turn queue of the whole circle, in the order that everyone sees.
type Queue struct {
	Mode    QueueMode  `json:"mode"`
	Order   QueueOrder `json:"order"`
	Gate    FloorGate  `json:"gate"`
	TimeBox Millis     `json:"timeBox,omitempty"` // of a turn, 0 for none
	Entries []Entry    `json:"entries,omitempty"`
}

// Entry is one raised hand. Frozen entries wait in a breakout circle and come back at its end.
type Entry struct {
	Participant ParticipantID `json:"participant"`
	Kind        EntryKind     `json:"kind"`
	Since       Millis        `json:"since"`
	Pinned      bool          `json:"pinned,omitempty"`
	Frozen      bool          `json:"frozen,omitempty"`
}

// Floor is who has the turn or to whom it is offered, never both.
type Floor struct {
	Speaker ParticipantID `json:"speaker,omitempty"`
	Offered ParticipantID `json:"offered,omitempty"`
	// Spent is how long the turn or the offer lasted before RunsFrom, from where its clock runs on; 0 while it stands still.
	Spent    Millis `json:"spent,omitempty"`
	RunsFrom Millis `json:"runsFrom,omitempty"`
	// Budget is the turn's time box, 0 without one.
	Budget Millis `json:"budget,omitempty"`
	// OfferKind is the entry that the offer came from, so that a pass puts it back as it was.
	OfferKind EntryKind `json:"offerKind,omitempty"`
	// HeldAt is set while the connection of the one who has the floor is lost.
	HeldAt Millis `json:"heldAt,omitempty"`
	// Overdue is set when an offer has been silent for 20 s: staff are told, nobody is skipped.
	Overdue bool `json:"overdue,omitempty"`
}

// BreakoutStatus is the life of the breakout circles.
type BreakoutStatus string

// Breakout statuses.
const (
	NoBreakout      BreakoutStatus = "none"
	BreakoutDraft   BreakoutStatus = "draft"
	BreakoutOpen    BreakoutStatus = "open"
	BreakoutClosing BreakoutStatus = "closing"
)

// Breakout is the draft or the open set of circles. Circle n (from 1) is Circles[n-1].
type Breakout struct {
	Status  BreakoutStatus `json:"status"`
	Circles []Circle       `json:"circles,omitempty"`
	Prompt  string         `json:"prompt,omitempty"`
	// EndsAt is the room time at which the timer recalls everyone, 0 without a timer; while closing, the end of the countdown.
	EndsAt    Millis     `json:"endsAt,omitempty"`
	Broadcast *Broadcast `json:"broadcast,omitempty"`
	// Capacity is how many a circle of the draft takes while members choose their own; 0 if they do not.
	Capacity int `json:"capacity,omitempty"`
}

// Circle is one breakout circle. Members are the assigned, in seat order. Visitor is staff who announced a visit or are there.
type Circle struct {
	Name    string          `json:"name"`
	Members []ParticipantID `json:"members"`
	// HelpAt is the room time of an unanswered call for help, by HelpBy.
	HelpAt Millis        `json:"helpAt,omitempty"`
	HelpBy ParticipantID `json:"helpBy,omitempty"`
	// Announced staff come at AnnouncedAt + the announcement's time; members are told before the first packet.
	Announced   ParticipantID `json:"announced,omitempty"`
	AnnouncedAt Millis        `json:"announcedAt,omitempty"`
	// AloneAt is the room time since which one member is here by themselves, 0 if not; Alone once that has lasted.
	AloneAt Millis `json:"aloneAt,omitempty"`
	Alone   bool   `json:"alone,omitempty"`
}

// Broadcast is the last message of staff to all circles; it has an id, because what must arrive is state, never a notice.
type Broadcast struct {
	ID   int           `json:"id"`
	From ParticipantID `json:"from"`
	Text string        `json:"text"`
}

// Page is one page load of one person: the counter of its last command and the last answers, so that a command sent twice is
// applied once and answered the same. pagesjson.go has its stored form.
type Page struct {
	ID          string
	Participant ParticipantID
	Last        uint64
	Answers     []Answer // at most 16, oldest first
}

// Answer is what a command was answered: the revision that it made, or a refusal.
type Answer struct {
	N        uint64
	Revision uint64
	Refusal  RefusalCode
}
