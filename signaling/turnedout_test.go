package signaling

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// TestOfferAfterRemoval: who was removed has a moment to answer the close. An offer in that moment makes no connection, which
// would live on with nobody to close it.
func TestOfferAfterRemoval(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	r := h.srv.liveRooms()[0]
	in := func(f func()) {
		t.Helper()
		if err := r.call(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	var c *client
	in(func() { c = r.clients[ben] })
	if m := member.offer(t, offered(t)); m.Refusal != "" {
		t.Fatalf("an offer in the room: %+v", m)
	}
	staff.does(`{"remove":{"participant":"ben-member"}}`)
	offer := &protocol.Offer{N: 99, SDP: offered(t), Fresh: true}
	in(func() {
		if len(r.media.peers) != 0 {
			t.Error("the connection outlives the removal")
		}
		r.handle(c, protocol.ClientMessage{Offer: offer})
		if len(r.media.peers) != 0 {
			t.Error("an offer after the removal makes a connection")
		}
	})
	h.closes(member, protocol.CloseRemoved)
}

// TestRemovedLink: who was removed and loads the page again is told at once, not after the device check. When the session is over
// they are told that, as everyone; their link is good for the next.
func TestRemovedLink(t *testing.T) {
	h := newHouse(t)
	staff, _, _ := h.inSession()
	enter := func(id facilitation.ParticipantID) (int, string) {
		t.Helper()
		return h.call("POST", "/api/enter", fmt.Sprintf(`{"capability":%q}`, h.links[id]), h.own())
	}
	staff.does(`{"remove":{"participant":"ben-member"}}`)
	if status, body := enter(ben); status != http.StatusForbidden || code(t, body) != "removed" {
		t.Errorf("the removed: %d %s", status, body)
	}
	h.ticket(cleo)
	ended := h.srv.liveRooms()[0].done
	staff.does(`{"end":{}}`)
	<-ended
	if status, body := enter(ben); status != http.StatusOK || !strings.Contains(body, `"ended":true`) {
		t.Errorf("after the end: %d %s", status, body)
	}
}

// TestRenewedLink: whoever came in by a link that has been renewed since, because it fell into the wrong hands say, does not
// come back: not with a token nor with a ticket. Others do.
func TestRenewedLink(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	ticket := h.ticket(ben)
	g, err := h.srv.group(t.Context(), "group-of-test")
	if err != nil {
		t.Fatal(err)
	}
	g.Seats[0].LinkHash = hashOf(newSecret())
	if err := h.srv.saveGroup(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	for _, pass := range []string{
		hello(1, member.id, `"resume":"`+member.welcome.Resume+`"`), hello(1, newID(), `"ticket":"`+ticket+`"`),
	} {
		p := h.socket()
		p.say(pass)
		h.closes(p, protocol.CloseUnauthorized)
	}
	p := h.socket()
	p.say(hello(1, staff.id, `"resume":"`+staff.welcome.Resume+`"`))
	p.await(func(m protocol.ServerMessage) bool { return m.Welcome != nil })
}
