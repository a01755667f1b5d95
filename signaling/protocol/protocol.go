// Package protocol is what a browser and the server say to each other: the messages of the WebSocket and the bodies of the
// HTTP calls. A message is a one-of: a struct of pointers of which exactly one is set. Decoding is strict: unknown fields,
// several messages in one and trailing bytes are refused. The TypeScript types of the client are generated from this package.
//
// README.md tells the whole conversation; testdata has an example of every message, decoded by Go and by the client's tests.
package protocol

import "kring/facilitation"

//go:generate go run ./gen

// Version of the protocol; a client that speaks another is told to reload.
const Version = 1

// Limits on what a client may send, in bytes.
const (
	MaxMessage = 160 << 10 // an offer of 128 KiB in a JSON string
	MaxCommand = 64 << 10
	MaxSDP     = 128 << 10
)

// ClientMessage goes up: exactly one field is set.
type ClientMessage struct {
	Hello   *Hello   `json:"hello,omitempty"`
	Command *Command `json:"command,omitempty"`
	Offer   *Offer   `json:"offer,omitempty"`
	Slots   *SlotAck `json:"slots,omitempty"`
	Want    *Want    `json:"want,omitempty"`
	Playout *Playout `json:"playout,omitempty"`
}

// Hello is the first message on every socket: with a ticket (a new page) or a resume token (the same page again).
type Hello struct {
	Version int    `json:"version"`
	Page    string `json:"page"` // random id of this page load, 16 to 64 characters
	Ticket  string `json:"ticket,omitempty"`
	Resume  string `json:"resume,omitempty"`
}

// Command carries a facilitation command. N counts from 1 within a page and orders them.
type Command struct {
	N       uint64               `json:"n"`
	Command facilitation.Command `json:"command"`
}

// Offer is an SDP offer: the first, an ICE restart, or a new connection (Fresh: the client made a new RTCPeerConnection).
type Offer struct {
	N     uint64 `json:"n"`
	SDP   string `json:"sdp"`
	Fresh bool   `json:"fresh"`
}

// SlotAck says that the client has applied a slot map: its sources may now flow.
type SlotAck struct {
	Rev uint64 `json:"rev"`
}

// Want is what is worth sending, by what is on screen: a source that is not named gets what the room gives.
type Want struct {
	Pictures []WantPicture `json:"pictures"`
}

// WantPicture is the height of a source's picture on screen, in device pixels; 0 is not visible.
type WantPicture struct {
	Source facilitation.ParticipantID `json:"source"`
	Height int                        `json:"height"`
}

// Playout is what the page plays of those it hears, at most every five seconds. Blocked: the browser plays no sound until a click.
type Playout struct {
	Blocked bool           `json:"blocked"`
	Sources []PlayedSource `json:"sources"`
}

// PlayedSource is one of those heard. Filled is the percentage of its sound since the last time that was missing and made up.
type PlayedSource struct {
	Source facilitation.ParticipantID `json:"source"`
	Filled int                        `json:"filled"`
}

// ServerMessage goes down: exactly one field is set.
type ServerMessage struct {
	Welcome *Welcome `json:"welcome,omitempty"`
	Answer  *Answer  `json:"answer,omitempty"`
	View    *View    `json:"view,omitempty"`
	Media   *Media   `json:"media,omitempty"`
	Slots   *SlotMap `json:"slots,omitempty"`
	Notice  *Notice  `json:"notice,omitempty"`
	Talk    *Talk    `json:"talk,omitempty"`
	Hearing *Hearing `json:"hearing,omitempty"`
	Echo    *Echo    `json:"echo,omitempty"`
}

// Welcome answers Hello. Resume opens the next socket of this page; it is kept in page memory only.
type Welcome struct {
	Version     int                        `json:"version"`
	Participant facilitation.ParticipantID `json:"participant"`
	Resume      string                     `json:"resume"`
	Node        string                     `json:"node"` // the node that holds the room
	// Instance names the media connection that the server still holds for this page, empty if none: a resumed page whose
	// own instance differs makes a new RTCPeerConnection.
	Instance string `json:"instance"`
	// LastN is the highest command of this page that the server has seen.
	LastN uint64 `json:"lastN"`
}

// Answer answers a command; it is never dropped. Refusal is empty if the command was applied.
type Answer struct {
	N        uint64                   `json:"n"`
	Revision uint64                   `json:"revision"`
	Refusal  facilitation.RefusalCode `json:"refusal,omitempty"`
	// InForceNotStored: a restriction works already, but the store is out of reach.
	InForceNotStored bool `json:"inForceNotStored,omitempty"`
}

// View is all that the client may know, at a revision; the latest wins.
type View struct {
	Revision uint64            `json:"revision"`
	View     facilitation.View `json:"view"`
}

// Media answers an offer. Refusal is set, and SDP empty, for an offer that is not one of ours.
type Media struct {
	N        uint64 `json:"n"`
	SDP      string `json:"sdp"`
	Instance string `json:"instance"`
	Address  string `json:"address"` // the media address, host:port
	Refusal  string `json:"refusal,omitempty"`
}

// SlotMap says what each slot carries; slots that are not named are empty. The latest wins. It is acknowledged with SlotAck.
type SlotMap struct {
	Rev   uint64 `json:"rev"`
	Slots []Slot `json:"slots"`
}

// Slot is one slot's source. Path is the kind of way the media comes; KeyID is the place of end-to-end encryption.
type Slot struct {
	Slot   int                        `json:"slot"`
	Source facilitation.ParticipantID `json:"source"`
	Path   Path                       `json:"path"`
	KeyID  uint64                     `json:"keyId"`
	// Prepared: the source will be permitted by a move that is being prepared; nothing flows yet.
	Prepared bool `json:"prepared"`
}

// Path is a kind of route.
type Path string

// Paths: hear and see by the SFU; read is text over the socket (its place; nothing is sent yet).
const (
	PathMedia  Path = "media"
	PathScreen Path = "screen"
	PathRead   Path = "read"
)

// Notice may be dropped; it is replaced by the next of its kind.
type Notice struct {
	// Speaking are those in the viewer's circle who speak now.
	Speaking []facilitation.ParticipantID `json:"speaking"`
}

// Echo is a quiet answer from a listener to the speaker, to be shown for 4 seconds. It is not part of any view, and may be lost.
type Echo struct {
	From facilitation.ParticipantID `json:"from"`
	Kind facilitation.EchoKind      `json:"kind"`
}

// Talk is how the speaking was shared so far: for staff only, and kept nowhere. Members are told of their own in Hearing. The latest wins.
type Talk struct {
	// People are in the order of their chairs, then staff.
	People []TalkShare `json:"people"`
	// OverlapMs is how long several in one circle spoke at once; SilenceMs is the longest silence of the whole circle.
	OverlapMs facilitation.Millis `json:"overlapMs"`
	SilenceMs facilitation.Millis `json:"silenceMs"`
}

// TalkShare is a person's share in percent, in steps of five: a soft band.
type TalkShare struct {
	Participant facilitation.ParticipantID `json:"participant"`
	Share       int                        `json:"share"`
}

// TalkBand is about how much a member has spoken.
type TalkBand string

// Bands.
const (
	TalkLittle TalkBand = "little"
	TalkSome   TalkBand = "some"
	TalkMuch   TalkBand = "much"
)

// Hearing is how well a person is heard and about how much they spoke, told to them alone. The latest wins.
type Hearing struct {
	// Hear of Of hear this person, of those of whom it is known; 0 of 0 if nobody may.
	Hear int `json:"hear"`
	Of   int `json:"of"`
	// AcousticEcho: this person's loudspeaker comes back through their microphone.
	AcousticEcho bool `json:"acousticEcho"`
	// Talk is a member's own, as it was while all were last in one circle; absent at first. Staff have Talk for all.
	Talk TalkBand `json:"talk,omitempty"`
	// Unheard is for staff, else empty: who does not hear whom.
	Unheard []Unheard `json:"unheard"`
}

// Unheard is someone who does not hear these.
type Unheard struct {
	Listener facilitation.ParticipantID   `json:"listener"`
	Sources  []facilitation.ParticipantID `json:"sources"`
}

// Close codes of the WebSocket (RFC 6455 §7.4.2).
const (
	CloseBadMessage   = 4000 // not a message of this protocol, or too large
	CloseUnauthorized = 4001 // unknown, used or expired ticket or resume token: enter again with the link
	CloseReplaced     = 4002 // the same person opened another page
	CloseRemoved      = 4003 // removed from this session
	CloseEnded        = 4004 // the session is over
	CloseTooSlow      = 4005 // the client did not keep up; resume
	CloseTooFast      = 4006 // more messages than a person can send
	CloseRestarting   = 4007 // the server goes down; resume
	CloseVersion      = 4008 // another protocol version; reload
	CloseUnavailable  = 4009 // the room cannot be loaded now; try again
)
