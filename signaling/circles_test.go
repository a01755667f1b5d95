package signaling

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// TestCirclesAreRemembered: who was in a circle with whom is kept by the group, and known to its next session.
func TestCirclesAreRemembered(t *testing.T) {
	h := newHouse(t)
	staff, _, _ := h.inSession()
	staff.does(`{"admitAll":{}}`, `{"draftCircles":{"method":"random","size":2}}`, `{"openCircles":{"minutes":0}}`, `{"recall":{"seconds":0}}`)
	staff.await(func(m protocol.ServerMessage) bool { return m.View != nil && m.View.View.Phase == facilitation.Whole })
	staff.does(`{"end":{}}`)
	var next sessionRecord
	err := store.ErrExists
	for (errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrStale)) && t.Context().Err() == nil { // the end is told before the group is free for another
		next, err = h.srv.startSession(t.Context(), "group-of-test", protocol.PlanSession{})
	}
	if err != nil {
		t.Fatal(err)
	}
	h.session = next.ID
	past := h.stored().Past
	if len(past.People) != 2 || len(past.Times) != 1 || past.Times[0] != 1 || len(past.Last) != 1 {
		t.Errorf("the next session knows %+v", past)
	}
}

// TestObserverByLink: an observer has a link of their own, everyone who enters is told that they may come, and they come in only
// once they were announced.
func TestObserverByLink(t *testing.T) {
	const olga facilitation.ParticipantID = "olga-observer"
	h := newHouse(t)
	g, err := h.srv.group(t.Context(), "group-of-test")
	if err != nil {
		t.Fatal(err)
	}
	h.links[olga] = newSecret()
	g.Observers = []protocol.GroupPerson{{ID: olga, Name: "Olga", LinkHash: hashOf(h.links[olga])}}
	if err := h.srv.saveGroup(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	_, body := h.call("POST", "/api/enter", `{"capability":"`+h.links[ben]+`"}`, h.own())
	var invitation protocol.EnterResponse
	if err := json.Unmarshal([]byte(body), &invitation); err != nil || len(invitation.Observers) != 1 || invitation.Observers[0] != "Olga" {
		t.Errorf("Ben is told %s, %v", body, err)
	}
	staff, member, _ := h.inSession()
	observer := h.enter(olga)
	observer.does(`{"ready":{"mic":true,"camera":true}}`)
	staff.refuses(t, `{"admit":{"participant":"olga-observer"}}`, facilitation.NotNow)
	staff.does(`{"announceObserver":{"participant":"olga-observer"}}`)
	member.await(func(m protocol.ServerMessage) bool { return m.View != nil && len(m.View.View.Observers) == 1 })
	staff.await(func(m protocol.ServerMessage) bool {
		return m.View != nil && strings.Contains(mustJSON(t, m.View.View.Waiting), `"announced":true`)
	})
	staff.does(`{"admit":{"participant":"olga-observer"}}`)
	member.await(func(m protocol.ServerMessage) bool {
		return m.View != nil && len(m.View.View.Observers) == 1 && m.View.View.Observers[0].Here
	})
	observer.refuses(t, `{"mic":{"on":true}}`, facilitation.NotAllowed)
	observer.refuses(t, `{"mute":{"participant":"ben-member","device":"mic"}}`, facilitation.NotAllowed)
}

// TestTooManyObservers: a group's observers are few.
func TestTooManyObservers(t *testing.T) {
	h := newHouse(t)
	g, err := h.srv.group(t.Context(), "group-of-test")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []facilitation.ParticipantID{"observer-1", "observer-2", "observer-3", "observer-4", "observer-5"} {
		g.Observers = append(g.Observers, protocol.GroupPerson{ID: id, Name: "Olga"})
	}
	status, body := h.call("PUT", "/api/groups/group-of-test", mustJSON(t, g), h.own(), "Authorization: Bearer "+h.homeToken(t))
	if status != http.StatusBadRequest {
		t.Errorf("five observers: %d %s", status, body)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
