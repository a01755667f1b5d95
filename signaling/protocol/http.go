package protocol

import "kring/facilitation"

// EnterRequest is POST /api/enter: a personal link's capability for a ticket. 401 if it opens nothing.
type EnterRequest struct {
	Capability string `json:"capability"`
}

// EnterResponse has a ticket for one Hello within 60 s. Without a session now Ticket is empty.
type EnterResponse struct {
	Ticket    string            `json:"ticket"`
	GroupName string            `json:"groupName"`
	Name      string            `json:"name"`
	Role      facilitation.Role `json:"role"`
	// Therapists' names, for the landing and the waiting room.
	Therapists []string `json:"therapists"`
	// Observers are the names of those who may look on, so that nobody is surprised.
	Observers []string `json:"observers"`
	// Members of the group, told to its therapists only: they can ask where each is.
	Members []Named `json:"members,omitempty"`
	// StartsAtMs is the session's start in Unix milliseconds, 0 if none is planned; OpensAtMs is when the link works.
	StartsAtMs int64 `json:"startsAtMs"`
	OpensAtMs  int64 `json:"opensAtMs"`
	Ended      bool  `json:"ended"`
	// Numbers are whom to call when this page cannot help.
	Numbers Numbers `json:"numbers"`
	// GroundRules are what a member is to agree to before there is a ticket, left out if nothing.
	GroundRules *GroundRules `json:"groundRules,omitempty"`
	// Formal says that Dutch pages of this practice say u, and not je.
	Formal bool `json:"formal"`
}

// GroundRules are a group's own, in its staff's words: lines of text. Another text is another version, counted from 1.
type GroundRules struct {
	Text    string `json:"text"`
	Version int    `json:"version"`
}

// AgreeRequest is POST /api/groundrules, by a member's own link, while the session is open: that they agree to this version. 409 conflict
// if it is not the present one; 404 if there is no session. Answered with an Agreed.
type AgreeRequest struct {
	Capability string `json:"capability"`
	Version    int    `json:"version"`
}

// Agreed is the last version of the ground rules that a member agreed to.
type Agreed struct {
	Participant facilitation.ParticipantID `json:"participant"`
	Version     int                        `json:"version"`
}

// GroupRules are a group's ground rules as staff read and set them: at most 2000 characters, none to ask nothing. Version and Agreed are
// read only; of a member who has not agreed to any version, nothing is in it.
type GroupRules struct {
	Text    string   `json:"text"`
	Version int      `json:"version"`
	Agreed  []Agreed `json:"agreed"`
}

// Numbers are telephone numbers as people write them: the practice, the emergency services, and someone to talk to about
// suicide. Practice may be empty; the others are the Dutch ones where a practice sets none.
type Numbers struct {
	Practice  string `json:"practice"`
	Emergency string `json:"emergency"`
	Crisis    string `json:"crisis"`
}

// Practice is GET and PUT /api/practice. Version is that of the last read; another version is answered 409.
type Practice struct {
	Version uint64  `json:"version"`
	Numbers Numbers `json:"numbers"`
	Formal  bool    `json:"formal"`
}

// LookBack is what a member thinks of a session: four marks from 0 to 100, each of which may be left out, and a line of at most
// 200 characters or none.
type LookBack struct {
	Relationship *int   `json:"relationship,omitempty"`
	Topics       *int   `json:"topics,omitempty"`
	Approach     *int   `json:"approach,omitempty"`
	Overall      *int   `json:"overall,omitempty"`
	Line         string `json:"line"`
}

// LookBackRequest is POST /api/lookback, by a member's own link, once the session is over; 404 before. Sent again it replaces the
// one before. The answer is what was kept.
type LookBackRequest struct {
	Capability string   `json:"capability"`
	LookBack   LookBack `json:"lookBack"`
}

// LookBacks is POST /api/lookbacks with an EnterRequest, by the link of a therapist of the group; 403 for anyone else.
type LookBacks struct {
	Members []MemberLookBacks `json:"members"` // in the order of the seats
}

// MemberLookBacks are one member's, oldest first, as long as their sessions are kept.
type MemberLookBacks struct {
	ID       facilitation.ParticipantID `json:"id"`
	Name     string                     `json:"name"`
	Sessions []SessionLookBack          `json:"sessions"`
}

// SessionLookBack is one look-back with the start of its session in Unix milliseconds.
type SessionLookBack struct {
	StartsAtMs int64    `json:"startsAtMs"`
	LookBack   LookBack `json:"lookBack"`
}

// Card is where a member is today, on which telephone they can be reached, and whom else to call: at most 120, 24 and 120 characters, each
// of which may be empty. AtMs is when it was filled in, Unix milliseconds, 0 for a card that is not there; the server says it.
type Card struct {
	Place   string `json:"place"`
	Phone   string `json:"phone"`
	Contact string `json:"contact"`
	AtMs    int64  `json:"atMs"`
}

// CardRequest is PUT /api/card, by a member's own link, while the session is open; 409 not_now else. An empty card takes it away.
// POST /api/card with an EnterRequest reads one's own. The answer to both is the card.
type CardRequest struct {
	Capability string `json:"capability"`
	Card       Card   `json:"card"`
}

// CardOfRequest is POST /api/cards, by the link of a therapist of the group, until 24 hours after the end; answered with the card.
// Each time is in the audit log.
type CardOfRequest struct {
	Capability  string                     `json:"capability"`
	Participant facilitation.ParticipantID `json:"participant"`
}

// Attendance is POST /api/attendance with an EnterRequest, by the link of a therapist of the group; 403 for anyone else. Oldest first, as
// long as the sessions are kept.
type Attendance struct {
	Sessions []SessionAttendance `json:"sessions"`
}

// SessionAttendance is who was in one session: its members by their seats, also who did not come, then staff and observers who did.
// Over says that it can be corrected.
type SessionAttendance struct {
	Session    string     `json:"session"`
	StartsAtMs int64      `json:"startsAtMs"`
	Over       bool       `json:"over"`
	People     []Attended `json:"people"`
}

// Attended is when one person was there, and which of the group's therapists has corrected that.
type Attended struct {
	Participant facilitation.ParticipantID `json:"participant"`
	Name        string                     `json:"name"`
	Role        facilitation.Role          `json:"role"`
	Stays       []Stay                     `json:"stays"`
	Corrected   *Corrected                 `json:"corrected,omitempty"`
}

// Stay is a time in the room, in Unix milliseconds. OutAtMs is 0 while they are there, or where nobody saw them go.
type Stay struct {
	InAtMs  int64 `json:"inAtMs"`
	OutAtMs int64 `json:"outAtMs"`
}

// Corrected says by whom and when.
type Corrected struct {
	By   facilitation.ParticipantID `json:"by"`
	Name string                     `json:"name"`
	AtMs int64                      `json:"atMs"`
}

// CorrectAttendance is PUT /api/attendance, by the link of a therapist of the group, once the session is over; 409 not_now before. At
// most twelve stays, one after the other and around the session; none for someone who was not there. Answered with the SessionAttendance.
type CorrectAttendance struct {
	Capability  string                     `json:"capability"`
	Session     string                     `json:"session"`
	Participant facilitation.ParticipantID `json:"participant"`
	Stays       []Stay                     `json:"stays"`
}

// AuditEvent is what was done.
type AuditEvent string

// Events: an emergency card was changed or read, look-backs were read, attendance was read or corrected, the log was read.
const (
	AuditCardChanged   AuditEvent = "card_changed"
	AuditCardRead      AuditEvent = "card_read"
	AuditLookBacksRead AuditEvent = "lookbacks_read"
	AuditAttendRead    AuditEvent = "attendance_read"
	AuditAttendChanged AuditEvent = "attendance_corrected"
	AuditLogRead       AuditEvent = "log_read"
)

// AuditOutcome is what came of it.
type AuditOutcome string

// Outcomes: it was shown, or there was nothing to show.
const (
	AuditDone    AuditOutcome = "done"
	AuditNothing AuditOutcome = "nothing"
)

// AuditEntry says who did what, when, and of whom; never what they read. Subject is empty where it is the whole group.
type AuditEntry struct {
	AtMs    int64                      `json:"atMs"`
	Event   AuditEvent                 `json:"event"`
	User    facilitation.ParticipantID `json:"user"`
	Role    facilitation.Role          `json:"role"`
	Subject facilitation.ParticipantID `json:"subject"`
	Outcome AuditOutcome               `json:"outcome"`
}

// AuditRequest is POST /api/audit, by the link of a therapist of the group: a month as "2026-11" (UTC), from a number on, 0 for the
// beginning.
type AuditRequest struct {
	Capability string `json:"capability"`
	Month      string `json:"month"`
	From       uint64 `json:"from"`
}

// AuditLog is a part of a month's log, of the group alone. Next is where it goes on, 0 at the end. Intact is false where an entry of the
// practice's log has been changed or is missing.
type AuditLog struct {
	Entries []AuditEntry `json:"entries"`
	People  []Named      `json:"people"`
	Next    uint64       `json:"next"`
	Intact  bool         `json:"intact"`
}

// Named is someone who is in the group now.
type Named struct {
	ID   facilitation.ParticipantID `json:"id"`
	Name string                     `json:"name"`
}

// HomeRequest is POST /api/home: the practice's staff link for a token, sent as "Authorization: Bearer" after that.
type HomeRequest struct {
	Capability string `json:"capability"`
}

// HomeResponse has the token, valid for 12 hours.
type HomeResponse struct {
	Token string `json:"token"`
}

// Groups is GET /api/groups. Formats are those that a group may have.
type Groups struct {
	Groups  []Group  `json:"groups"`
	Formats []Format `json:"formats"`
}

// Format is a way of working that gives a session its script: the phases in order.
type Format struct {
	ID     string  `json:"id"`
	Name   Words   `json:"name"`
	Phases []Words `json:"phases"`
}

// Words are a text in both languages.
type Words struct {
	NL string `json:"nl"`
	EN string `json:"en"`
}

// Group is a therapy group: PUT /api/groups/{id} makes or changes it; the id is made in the browser. Version is that of the last
// read, 0 for a new group; once other staff have changed it, it is answered 409.
type Group struct {
	ID      string        `json:"id"`
	Version uint64        `json:"version"`
	Name    string        `json:"name"`
	Seats   []GroupPerson `json:"seats"` // clockwise
	Staff   []GroupPerson `json:"staff"`
	// Observers may look on once staff have announced them.
	Observers []GroupPerson `json:"observers"`
	// Format is the id of one of the formats, left out for none: its sessions begin with that script.
	Format string `json:"format,omitempty"`
	// Social: in the waiting room members see and hear each other, while a therapist is connected. A session begins with it.
	Social bool `json:"social,omitempty"`
	// GroundRules are always told; left out on a change, they stay as they are.
	GroundRules *GroupRules `json:"groundRules,omitempty"`
	// Session is the present or next one, read only.
	Session *GroupSession `json:"session,omitempty"`
}

// GroupPerson is a member, staff or an observer. LinkHash is the lower-case hex SHA-256 of the capability that the browser made; the
// server never sees the capability before it is used. An empty hash on a change keeps the present one.
type GroupPerson struct {
	ID       facilitation.ParticipantID `json:"id"`
	Name     string                     `json:"name"`
	LinkHash string                     `json:"linkHash"`
}

// GroupSession is one meeting. POST /api/groups/{id}/sessions starts or plans one, answered with this.
type GroupSession struct {
	ID         string `json:"id"`
	StartsAtMs int64  `json:"startsAtMs"`
	Ended      bool   `json:"ended"`
}

// PlanSession is the body of POST /api/groups/{id}/sessions; 0 is now. A group has one session at a time: 409 if one is open.
// Language is that of the session's script, nl or en; Dutch if it is left out.
type PlanSession struct {
	StartsAtMs int64  `json:"startsAtMs"`
	Language   string `json:"language,omitempty"`
}

// Problem is the body of every refused HTTP call.
type Problem struct {
	Code string `json:"code"`
}
