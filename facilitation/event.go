package facilitation

// Event is something that the server must act on once, beside the new state. What clients must know is in the state.
type Event struct {
	Kind        EventKind
	Participant ParticipantID
}

// EventKind names an event.
type EventKind string

// Events.
const (
	EventRemoved EventKind = "removed" // close the client; their link is dead until the end
	EventEnded   EventKind = "ended"   // close every client
)
