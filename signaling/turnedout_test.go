package signaling

import (
	"testing"

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
