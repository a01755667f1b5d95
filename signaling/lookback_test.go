package signaling

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// lookBack sends one by someone's link, without a mark for the topics, and returns the status.
func (h *house) lookBack(id facilitation.ParticipantID, overall int, line string) int {
	h.t.Helper()
	status, _ := h.call("POST", "/api/lookback", fmt.Sprintf(
		`{"capability":%q,"lookBack":{"relationship":70,"approach":50,"overall":%d,"line":%q}}`, h.links[id], overall, line), h.own())
	return status
}

// lookBacks reads them by someone's link.
func (h *house) lookBacks(id facilitation.ParticipantID) (int, protocol.LookBacks) {
	h.t.Helper()
	status, body := h.call("POST", "/api/lookbacks", fmt.Sprintf(`{"capability":%q}`, h.links[id]), h.own())
	var out protocol.LookBacks
	if status == http.StatusOK {
		if err := json.Unmarshal([]byte(body), &out); err != nil {
			h.t.Fatal(err)
		}
	}
	return status, out
}

// TestLookBack: a member looks back once the session is over; the group's therapists, and they alone, read it, as a line over
// sessions.
func TestLookBack(t *testing.T) {
	h := newHouse(t)
	staff, _, _ := h.inSession()
	if status := h.lookBack(ben, 40, "Te vroeg."); status != http.StatusNotFound {
		t.Errorf("before the end: %d", status)
	}
	staff.does(`{"end":{}}`)
	staff.closed()
	h.untilEnded()
	for _, line := range []string{"Eerst.", "  Ik durfde iets te zeggen.  "} {
		if status := h.lookBack(ben, 80, line); status != http.StatusOK {
			t.Errorf("after the end: %d", status)
		}
	}
	if status := h.lookBack(ana, 80, ""); status != http.StatusForbidden {
		t.Errorf("by staff: %d", status)
	}
	for _, wrong := range []struct {
		overall int
		line    string
	}{{-1, ""}, {101, ""}, {50, strings.Repeat("é", 201)}, {50, "a\u0000"}} {
		if status := h.lookBack(cleo, wrong.overall, wrong.line); status != http.StatusBadRequest {
			t.Errorf("%+v: %d", wrong, status)
		}
	}

	if _, err := h.srv.startSession(t.Context(), "group-of-test", protocol.PlanSession{}); err != nil {
		t.Fatal(err)
	}
	status, got := h.lookBacks(ana)
	if status != http.StatusOK || len(got.Members) != 2 || len(got.Members[0].Sessions) != 1 || len(got.Members[1].Sessions) != 0 {
		t.Fatalf("the therapist reads %d %+v", status, got)
	}
	if l := got.Members[0].Sessions[0].LookBack; l.Overall == nil || *l.Overall != 80 || l.Topics != nil || l.Line != "Ik durfde iets te zeggen." {
		t.Errorf("the therapist reads %+v", l)
	}
	if status, _ := h.lookBacks(ben); status != http.StatusForbidden {
		t.Errorf("a member reads them: %d", status)
	}
}

// untilEnded waits until the end of the session is in its record.
func (h *house) untilEnded() {
	h.t.Helper()
	for {
		var rec sessionRecord
		if _, err := get(h.t.Context(), h.db, "session", h.session, &rec); err != nil {
			h.t.Fatal(err)
		}
		if rec.Ended {
			return
		}
		if err := h.t.Context().Err(); err != nil {
			h.t.Fatal(err)
		}
	}
}
