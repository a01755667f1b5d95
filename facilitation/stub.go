package facilitation

// Stubs while the core is being written.

// Result is what a command did. State is never nil: the new state, or, of a refusal, the old one with the answer in its log.
type Result struct {
	State   *State
	Events  []Event
	Answer  Answer
	Changed bool // a new revision was made and must be stored
}

// Apply is the rules of the room.
func Apply(s *State, id CommandID, c Command, by Actor, now Millis) Result {
	panic("unwritten")
}

// NewSession is an empty session.
func NewSession(session, groupName string, seats []Seat) *State { panic("unwritten") }

// Routes says who may hear and see whom.
func Routes(s *State) RouteTable { panic("unwritten") }

// ViewFor is what one person may know at now.
func ViewFor(s *State, viewer ParticipantID, now Millis) View { panic("unwritten") }

// Deadline is the Unix time at which a Tick is due.
func Deadline(s *State) (Millis, bool) { panic("unwritten") }

// Restrictive reports whether the command only takes away.
func (c *Command) Restrictive() bool { panic("unwritten") }

// Check refuses a stored state that cannot be one of ours.
func (s *State) Check() error { panic("unwritten") }
