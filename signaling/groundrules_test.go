package signaling

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// groupNow is the group as its staff read it.
func (h *house) groupNow() protocol.Group {
	h.t.Helper()
	g, err := h.srv.group(h.t.Context(), "group-of-test")
	if err != nil {
		h.t.Fatal(err)
	}
	return g
}

// setRules has staff set the text of the ground rules, and returns the status.
func (h *house) setRules(token, text string) int {
	h.t.Helper()
	g := h.groupNow()
	g.Session, g.GroundRules = nil, &protocol.GroupRules{Text: text, Version: 99, Agreed: []protocol.Agreed{{Participant: cleo, Version: 1}}}
	body, err := json.Marshal(g)
	if err != nil {
		h.t.Fatal(err)
	}
	status, _ := h.call("PUT", "/api/groups/group-of-test", string(body), "Authorization: Bearer "+token)
	return status
}

// opens is what someone's link opens now.
func (h *house) opens(id facilitation.ParticipantID) protocol.EnterResponse {
	h.t.Helper()
	var out protocol.EnterResponse
	if status, body := h.ask("POST", "/api/enter", id, "", &out); status != http.StatusOK {
		h.t.Fatalf("enter %s: %d %s", id, status, body)
	}
	return out
}

// agrees has someone agree to a version, and returns the status.
func (h *house) agrees(id facilitation.ParticipantID, version int) int {
	h.t.Helper()
	status, _ := h.ask("POST", "/api/groundrules", id, fmt.Sprintf(`,"version":%d`, version), new(protocol.Agreed))
	return status
}

// TestGroundRules: a member agrees to the group's own rules before the first ticket, once for each version, and staff see who has.
func TestGroundRules(t *testing.T) {
	h := newHouse(t)
	token := h.homeToken(t)
	if got := h.opens(ben); got.GroundRules != nil || got.Ticket == "" {
		t.Errorf("without a text: %+v", got)
	}
	if status := h.agrees(ben, 0); status != http.StatusConflict {
		t.Errorf("agreed to no text: %d", status)
	}
	if status := h.setRules(token, " Wat hier gezegd wordt, blijft hier.\r\nNiemand hoeft iets te zeggen. "); status != http.StatusOK {
		t.Fatalf("staff set them: %d", status)
	}
	asked := h.opens(ben)
	if want := "Wat hier gezegd wordt, blijft hier.\nNiemand hoeft iets te zeggen."; asked.Ticket != "" || asked.GroundRules == nil || asked.GroundRules.Text != want {
		t.Fatalf("a member is let in: %+v", asked)
	}
	if got := h.opens(ana); got.Ticket == "" || got.GroundRules != nil {
		t.Errorf("a therapist is asked: %+v", got)
	}
	for version, want := range map[int]int{0: http.StatusConflict, 2: http.StatusConflict, -1: http.StatusConflict, 1: http.StatusOK} {
		if status := h.agrees(ben, version); status != want {
			t.Errorf("version %d: %d, want %d", version, status, want)
		}
	}
	if status := h.agrees(ana, 1); status != http.StatusForbidden {
		t.Errorf("a therapist agrees: %d", status)
	}
	h.enter(ben).does(`{"ready":{}}`)
	if rules := h.groupNow().GroundRules; rules.Version != 1 || len(rules.Agreed) != 1 || rules.Agreed[0] != (protocol.Agreed{Participant: ben, Version: 1}) {
		t.Errorf("staff are told %+v", rules)
	}
	var rec sessionRecord
	if _, err := get(t.Context(), h.db, "session", h.session, &rec); err != nil || rec.Agreed[ben] != 1 || len(rec.Agreed) != 1 {
		t.Errorf("the session has %v, %v", rec.Agreed, err)
	}

	h.setRules(token, "Anders.")
	if got := h.opens(ben); got.Ticket != "" || got.GroundRules.Version != 2 {
		t.Errorf("another version is not asked: %+v", got)
	}
	h.setRules(token, "Anders.")
	if got := h.groupNow().GroundRules.Version; got != 2 {
		t.Errorf("the same text is version %d", got)
	}
	h.setRules(token, "")
	if got := h.opens(cleo); got.Ticket == "" || got.GroundRules != nil {
		t.Errorf("an empty text asks: %+v", got)
	}
}

// TestGroundRulesAgreedMeanwhile: staff who edit the group are not in the way of members who agree, nor these in theirs; a change by
// other staff is. Whoever gets another link is asked again: it may be someone else.
func TestGroundRulesAgreedMeanwhile(t *testing.T) {
	h := newHouse(t)
	h.setRules(h.homeToken(t), "Wat hier gezegd wordt, blijft hier.")
	read := h.groupNow()
	if status := h.agrees(ben, 1); status != http.StatusOK {
		t.Fatalf("agrees: %d", status)
	}
	read.Name = "Thursdays"
	if err := h.srv.saveGroup(t.Context(), read); err != nil {
		t.Fatalf("edited after a member agreed: %v", err)
	}
	if got := h.groupNow(); got.Name != "Thursdays" || len(got.GroundRules.Agreed) != 1 {
		t.Errorf("the group is %+v", got)
	}
	if err := h.srv.saveGroup(t.Context(), read); !errors.Is(err, store.ErrStale) {
		t.Errorf("edited after other staff: %v", err)
	}
	again := h.groupNow()
	again.Seats[0].LinkHash = hashOf(newSecret())
	if err := h.srv.saveGroup(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if got := h.groupNow().GroundRules.Agreed; again.Seats[0].ID != ben || len(got) != 0 {
		t.Errorf("with another link %v have agreed", got)
	}
}

// TestGroundRulesNotOurs: what is no text of lines is refused and changes nothing, and a change that says nothing of the rules
// leaves them.
func TestGroundRulesNotOurs(t *testing.T) {
	h := newHouse(t)
	token := h.homeToken(t)
	h.setRules(token, strings.Repeat("é", maxGroundRules))
	for name, text := range map[string]string{"long": strings.Repeat("é", maxGroundRules+1), "control": "a\u0000b", "tab": "a\tb", "delete": "a\x7fb"} {
		if status := h.setRules(token, text); status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, status)
		}
	}
	g := h.groupNow()
	g.GroundRules = nil
	if err := h.srv.saveGroup(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if got := h.groupNow().GroundRules; got.Version != 1 || len(got.Text) != 2*maxGroundRules {
		t.Errorf("version %d of %d bytes", got.Version, len(got.Text))
	}
}

// TestGroundRulesAfterTheEnd: nobody is asked once the session is over, and nothing is kept.
func TestGroundRulesAfterTheEnd(t *testing.T) {
	h := newHouse(t)
	h.setRules(h.homeToken(t), "Wat hier gezegd wordt, blijft hier.")
	staff := h.enter(ana)
	staff.does(`{"ready":{}}`, `{"end":{}}`)
	h.untilEnded()
	if got := h.opens(ben); got.GroundRules != nil || !got.Ended {
		t.Errorf("asked: %+v", got)
	}
	if status := h.agrees(ben, 1); status != http.StatusNotFound {
		t.Errorf("agrees: %d", status)
	}
}
