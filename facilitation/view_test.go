package facilitation_test

import (
	"testing"

	. "kring/facilitation"
)

// TestRemovedLooksLikeLeft: a member's view does not tell who was sent away from who went.
func TestRemovedLooksLikeLeft(t *testing.T) {
	r := newRoom(t, "ana", "ben", "cleo", "dirk")
	r.must("ana", Command{Lock: &DeviceTarget{"ben", Mic}})
	r.must("ana", Command{Remove: &Target{"ben"}})
	r.must("cleo", Command{Leave: &Leave{}})
	seen := map[ParticipantID]PersonView{}
	for _, seat := range ViewFor(r.state, "dirk", r.now).Seats {
		if seat.Person != nil {
			p := *seat.Person
			p.ID, p.Name = "", ""
			seen[seat.Participant] = p
		}
	}
	if len(seen) != 3 || seen["ben"] != seen["cleo"] || seen["ben"] == seen["dirk"] {
		t.Errorf("dirk sees ben, who was removed, as %+v, and cleo, who left, as %+v", seen["ben"], seen["cleo"])
	}
}
