package facilitation

// Event is something that clients or the server must act on once, beside the new state.
type Event struct {
	// Kind is one of the Event constants; Participant is whom it is about.
	Kind        EventKind
	Participant ParticipantID
}

// EventKind names an event.
type EventKind string

// Events. Everything a client must know is in the state; these are for the server.
const (
	EventRemoved   EventKind = "removed"    // close the client and revoke its ticket
	EventEnded     EventKind = "ended"      // close every client
	EventFloorFree EventKind = "floor_free" // in auto mode the next may be offered
	EventPrepared  EventKind = "prepared"   // a move of this person waits for CommitMove
)
