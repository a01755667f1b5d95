package facilitation

// Event is something that the server must act on once, beside the new state. What clients must know is in the state.
type Event struct {
	Kind        EventKind
	Participant ParticipantID
	// Echo and From are set for EventEcho.
	Echo EchoKind
	From ParticipantID
}

// EventKind names an event.
type EventKind string

// Events.
const (
	EventRemoved EventKind = "removed" // close the client; their link is dead until the end
	EventEnded   EventKind = "ended"   // close every client
	EventEcho    EventKind = "echo"    // show it to the participant; it may be lost
)
