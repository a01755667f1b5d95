package signaling

import (
	"encoding/json"
	"net/http"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// TestScriptOfFormat: a group is given a format on the staff's home, keeps it, and its next session begins with that format's
// script, in the language in which it was started. Members are told the phase's name and nothing of the script.
func TestScriptOfFormat(t *testing.T) {
	h := newHouse(t)
	token := "Authorization: Bearer " + h.homeToken(t)
	_, body := h.call("GET", "/api/groups", "", h.own(), token)
	var all protocol.Groups
	if err := json.Unmarshal([]byte(body), &all); err != nil || len(all.Groups) != 1 || len(all.Formats) != 5 {
		t.Fatalf("groups: %s, %v", body, err)
	}
	group := all.Groups[0]
	group.Format, group.Session = "skills", nil
	changed, err := json.Marshal(group)
	if err != nil {
		t.Fatal(err)
	}
	if status, body := h.call("PUT", "/api/groups/group-of-test", string(changed), h.own(), token); status != http.StatusOK {
		t.Fatalf("save: %d %s", status, body)
	}
	h.enter(ana).does(`{"ready":{}}`, `{"end":{}}`)
	status := http.StatusConflict
	for status == http.StatusConflict && t.Context().Err() == nil { // the end is told before the group is free for another
		status, body = h.call("POST", "/api/groups/group-of-test/sessions", `{"startsAtMs":0,"language":"en"}`, h.own(), token)
	}
	var session protocol.GroupSession
	if err := json.Unmarshal([]byte(body), &session); err != nil || status != http.StatusOK {
		t.Fatalf("start: %d %s", status, body)
	}
	h.session = session.ID
	staff, member, _ := h.inSession()
	staff.refuses(t, `{"startPhase":{"expect":0,"to":1,"ranking":["ben-member"]}}`, facilitation.Invalid)
	staff.does(`{"startPhase":{"expect":0,"to":2}}`)
	const name = "Looking back on the week"
	runs := func(m protocol.ServerMessage) bool { return m.View != nil && m.View.View.Script.Name == name }
	if s := member.await(runs).View.View.Script; s.Now != 0 || len(s.Phases) != 0 || s.RunsMs != 0 {
		t.Errorf("a member sees %+v", s)
	}
	staff.does(`{"extendPhase":{"expect":2,"minutes":5}}`)
	if s := staff.await(runs).View.View.Script; s.Now != 2 || len(s.Phases) != 6 || s.Phases[1].Minutes != 20 {
		t.Errorf("staff see %+v", s)
	}
}
