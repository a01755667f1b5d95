package signaling

import (
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// TestBurst: ten commands in one go, while nobody's socket takes anything. Each is carried out, and answered in order with a
// revision of its own; of the views everyone has the last alone.
func TestBurst(t *testing.T) {
	h := newHouse(t)
	r, err := h.srv.room(t.Context(), h.session)
	if err != nil {
		t.Fatal(err)
	}
	commands := []facilitation.Command{{AdmitAll: &facilitation.Empty{}}}
	for i := range 9 {
		commands = append(commands, facilitation.Command{MoveSeat: &facilitation.Reorder{Participant: ben, To: (i + 1) % 2}})
	}
	answers, views, begun := map[facilitation.ParticipantID][]protocol.Answer{}, map[facilitation.ParticipantID][]protocol.View{}, uint64(0)
	err = r.call(t.Context(), func() {
		held := []*client{
			withoutSocket(t, r, ana, facilitation.Therapist), withoutSocket(t, r, ben, facilitation.Member), withoutSocket(t, r, cleo, facilitation.Member),
		}
		begun = r.state.Revision
		for _, c := range held {
			c.box.take()
		}
		for i, c := range commands {
			r.handle(held[0], command(uint64(2+i), c))
		}
		for _, c := range held {
			answers[c.pass.Participant], views[c.pass.Participant] = taken(c)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(answers[ana]); n != len(commands) || len(answers) != 3 {
		t.Fatalf("%d commands had %d answers", len(commands), n)
	}
	for i, a := range answers[ana] {
		if a.N != uint64(2+i) || a.Refusal != "" || a.Revision != begun+uint64(1+i) {
			t.Errorf("command %d, from revision %d on, is answered %+v", 1+i, begun, a)
		}
	}
	for id, saw := range views {
		if len(saw) != 1 || saw[0].Revision != begun+uint64(len(commands)) || saw[0].View.Seats[1].Participant != ben {
			t.Errorf("from revision %d on %s sees %+v", begun, id, saw)
		}
	}
}

// withoutSocket brings someone to the door whose messages nobody takes.
func withoutSocket(t *testing.T, r *room, id facilitation.ParticipantID, role facilitation.Role) *client {
	t.Helper()
	c := newClient(nil, passRecord{Session: r.id, Participant: id, Name: string(id), Role: role, Page: newID()}, newSecret())
	if code := r.join(c); code != 0 {
		t.Errorf("%s is turned away with %d", id, code)
	}
	r.handle(c, command(1, facilitation.Command{Ready: &facilitation.Ready{}}))
	return c
}

func command(n uint64, c facilitation.Command) protocol.ClientMessage {
	return protocol.ClientMessage{Command: &protocol.Command{N: n, Command: c}}
}

// taken is what waited for a client: the answers and the views.
func taken(c *client) (answers []protocol.Answer, views []protocol.View) {
	waiting, _, _ := c.box.take()
	for _, m := range waiting {
		if m.Answer != nil {
			answers = append(answers, *m.Answer)
		}
		if m.View != nil {
			views = append(views, *m.View)
		}
	}
	return answers, views
}
