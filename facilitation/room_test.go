package facilitation_test

import (
	"testing"

	. "kring/facilitation"
)

// room is a state that grows by commands, for tests that need one. Staff are those whose id begins with "ana" or "bas".
type room struct {
	t     testing.TB
	state *State
	now   Millis
	roles map[ParticipantID]Role
	n     uint64
}

// newRoom has ana and these members in it, connected, with microphone and camera off.
func newRoom(t testing.TB, people ...ParticipantID) *room {
	t.Helper()
	r := &room{t: t, now: 1_800_000_000_000, roles: map[ParticipantID]Role{}}
	r.state = NewSession("session-1", "Dinsdaggroep", nil)
	r.system(Command{Resume: &Empty{}})
	for _, id := range people {
		role := Member
		if id == "ana" || id == "bas" {
			role = Therapist
		}
		r.enter(id, role)
		r.must(id, Command{Ready: &Ready{}})
		if role == Member {
			r.must("ana", Command{Admit: &Target{id}})
		}
	}
	return r
}

func (r *room) enter(id ParticipantID, role Role) {
	r.t.Helper()
	r.roles[id] = role
	r.system(Command{Arrive: &Arrive{Participant: id, Name: string(id), Role: role, Fresh: true}})
}

// must gives a command that is accepted, each of a page of its own.
func (r *room) must(id ParticipantID, c Command) {
	r.t.Helper()
	r.n++
	result := Apply(r.state, CommandID{string(id), r.n}, c, Actor{id, r.roles[id]}, r.now)
	if result.Answer.Refusal != "" {
		r.t.Fatalf("%s: %+v refused %s", id, c, result.Answer.Refusal)
	}
	r.state = result.State
}

func (r *room) system(c Command) {
	r.t.Helper()
	result := Apply(r.state, CommandID{}, c, Actor{Role: System}, r.now)
	if result.Answer.Refusal != "" {
		r.t.Fatalf("system: %+v refused %s", c, result.Answer.Refusal)
	}
	r.state = result.State
}

// pass lets time go by, and does what falls due.
func (r *room) pass(d Millis) {
	r.t.Helper()
	for until := r.now + d; ; {
		due, ok := Deadline(r.state)
		if !ok || due > until {
			r.now = until
			return
		}
		r.now = max(r.now, due)
		r.system(Command{Tick: &Empty{}})
	}
}
