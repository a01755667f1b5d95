package signaling

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// TestMeetingPlaceOfGroup: a group may let those who wait meet. Its next session begins with that, told from the check on, and staff
// change it for the session alone.
func TestMeetingPlaceOfGroup(t *testing.T) {
	h := newHouse(t)
	g, err := h.srv.group(t.Context(), "group-of-test")
	if err != nil || g.Social {
		t.Fatalf("a group begins with a meeting place: %v, %v", g.Social, err)
	}
	g.Social, g.Session = true, nil
	status, body := h.call("PUT", "/api/groups/group-of-test", mustJSON(t, g), h.own(), "Authorization: Bearer "+h.homeToken(t))
	if err := json.Unmarshal([]byte(body), &g); err != nil || status != http.StatusOK || !g.Social {
		t.Fatalf("save: %d %s", status, body)
	}
	h.enter(ana).does(`{"ready":{}}`, `{"end":{}}`)
	var next sessionRecord
	err = store.ErrExists
	for (errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrStale)) && t.Context().Err() == nil { // the end is told before the group is free for another
		next, err = h.srv.startSession(t.Context(), "group-of-test", protocol.PlanSession{})
	}
	if err != nil {
		t.Fatal(err)
	}
	h.session = next.ID

	staff, one, other := h.enter(ana), h.enter(ben), h.enter(cleo)
	told := func(so func(facilitation.View) bool) func(protocol.ServerMessage) bool {
		return func(m protocol.ServerMessage) bool { return m.View != nil && so(m.View.View) }
	}
	one.await(told(func(v facilitation.View) bool { return v.You.Presence == facilitation.Checking && v.Social.On }))
	staff.does(`{"ready":{}}`)
	one.does(`{"ready":{"mic":true,"camera":true}}`)
	other.does(`{"ready":{"mic":true}}`)
	soon := other.await(told(func(v facilitation.View) bool { return v.Social.InMs > 0 && len(v.Door) == 1 })).View.View
	if soon.You.Mic == facilitation.On || soon.Door[0].Name != "Ben" || soon.Door[0].InMs == 0 {
		t.Errorf("before they meet Cleo is told %+v", soon)
	}
	other.await(told(func(v facilitation.View) bool { return v.Social.Here && len(v.Door) == 1 && v.Door[0].InMs == 0 }))
	staff.await(told(func(v facilitation.View) bool { return v.Social.On && len(v.Waiting) == 2 && len(v.Door) == 0 }))
	other.does(`{"waitAlone":{"on":true}}`)
	one.await(told(func(v facilitation.View) bool { return v.Social.Here && len(v.Door) == 0 }))
	staff.does(`{"setSocial":{"on":false}}`)
	one.await(told(func(v facilitation.View) bool { return !v.Social.On && !v.Social.Here }))
	if g, err := h.srv.group(t.Context(), "group-of-test"); err != nil || !g.Social {
		t.Errorf("the group has a meeting place: %v, %v", g.Social, err)
	}
}
