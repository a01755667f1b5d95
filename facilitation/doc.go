// Package facilitation holds the rules of the room: who is present, whose microphone may be heard, whose turn it is,
// who sits in which circle. It is pure: no clock, no randomness, no I/O, no lock. Apply turns a state and a command into
// a new state; Routes turns a state into who may hear and see whom; ViewFor turns it into what one person may know.
//
// It knows nothing of sockets, packets or stores. Time comes in as Millis, chance and rankings come in the command.
// The caller owns the State; Apply never changes the one it is given.
//
// Read state.go first, then command.go, apply.go and routes.go.
package facilitation
