package signaling

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// ask makes a call by someone's link with more fields of the body, as `,"name":value`, and decodes a good answer into v.
func (h *house) ask(method, path string, id facilitation.ParticipantID, more string, v any) (int, string) {
	h.t.Helper()
	status, body := h.call(method, path, fmt.Sprintf(`{"capability":%q%s}`, h.links[id], more), h.own())
	if status != http.StatusOK {
		return status, code(h.t, body)
	}
	if err := json.Unmarshal([]byte(body), v); err != nil {
		h.t.Fatal(err)
	}
	return status, ""
}

func (h *house) putCard(id facilitation.ParticipantID, place, phone, contact string) (int, string) {
	h.t.Helper()
	return h.ask("PUT", "/api/card", id, fmt.Sprintf(`,"card":{"place":%q,"phone":%q,"contact":%q,"atMs":0}`, place, phone, contact), new(protocol.Card))
}

func (h *house) cardOf(by, of facilitation.ParticipantID) (protocol.Card, int, string) {
	h.t.Helper()
	var card protocol.Card
	status, refusal := h.ask("POST", "/api/cards", by, fmt.Sprintf(`,"participant":%q`, of), &card)
	return card, status, refusal
}

// TestCard: a member says where they are, and a therapist reads it, today and for a day after the end. It is nowhere on the disk.
func TestCard(t *testing.T) {
	h := newHouse(t)
	staff, _, _ := h.inSession()
	if card, status, _ := h.cardOf(ana, ben); status != http.StatusOK || card != (protocol.Card{}) {
		t.Errorf("before anything was said: %d %+v", status, card)
	}
	if status, code := h.putCard(ben, "  "+secret+" 3 hoog ", "06-12345678", "Mijn zus"); status != http.StatusOK {
		t.Fatalf("filled in: %d %s", status, code)
	}
	var own protocol.Card
	h.ask("POST", "/api/card", ben, "", &own)
	if own.Place != secret+" 3 hoog" || own.Phone != "06-12345678" || own.Contact != "Mijn zus" || time.Since(time.UnixMilli(own.AtMs)) > patience {
		t.Errorf("the member's own: %+v", own)
	}
	if card, _, _ := h.cardOf(ana, ben); card != own {
		t.Errorf("the therapist reads %+v, the member %+v", card, own)
	}
	h.putCard(ben, "Thuis", "", "")
	if card, _, _ := h.cardOf(ana, ben); card.Place != "Thuis" || card.Phone != "" {
		t.Errorf("after a change: %+v", card)
	}
	h.putCard(ben, secret, "", "")
	if h.onDisk(secret) {
		t.Error("a card is on the disk in clear")
	}

	staff.does(`{"end":{}}`)
	staff.closed()
	h.untilEnded()
	if card, _, _ := h.cardOf(ana, ben); card.Place != secret {
		t.Errorf("just after the end: %+v", card)
	}
	if status, code := h.putCard(ben, "Elders", "", ""); status != http.StatusConflict || code != "not_now" {
		t.Errorf("filled in after the end: %d %s", status, code)
	}
	next := protocol.PlanSession{StartsAtMs: time.Now().Add(7 * 24 * time.Hour).UnixMilli()}
	if _, err := h.srv.startSession(t.Context(), "group-of-test", next); err != nil {
		t.Fatal(err)
	}
	if card, _, _ := h.cardOf(ana, ben); card.Place != secret {
		t.Errorf("once the next session is planned: %+v", card)
	}
	if err := h.srv.seals.end(t.Context(), cardsKey(h.session), 0); err != nil { // as a day later
		t.Fatal(err)
	}
	if card, status, _ := h.cardOf(ana, ben); status != http.StatusOK || card != (protocol.Card{}) {
		t.Errorf("a day after the end: %d %+v", status, card)
	}
}

// TestWhoIsToldTheMembers: a therapist, who can ask where each is, also when the session is over.
func TestWhoIsToldTheMembers(t *testing.T) {
	h := newHouse(t)
	for id, want := range map[facilitation.ParticipantID]int{ana: 2, ben: 0} {
		if in, err := h.srv.invitation(t.Context(), h.links[id]); err != nil || len(in.Members) != want {
			t.Errorf("%s is told of %v, %v", id, in.Members, err)
		}
	}
}

// TestEmptyCardOfNextSession: the sessions are less than a day apart. Who takes their card away in the second is nowhere: the card of
// the first does not come up in its place.
func TestEmptyCardOfNextSession(t *testing.T) {
	h := newHouse(t)
	staff, _, _ := h.inSession()
	h.putCard(ben, secret, "", "")
	h.putCard(cleo, secret, "", "")
	r := h.srv.liveRooms()[0]
	staff.does(`{"end":{}}`)
	<-r.done
	next, err := h.srv.startSession(t.Context(), "group-of-test", protocol.PlanSession{})
	if err != nil {
		t.Fatal(err)
	}
	h.session = next.ID
	h.putCard(ben, "Thuis", "", "")
	if status, code := h.putCard(ben, "", "", ""); status != http.StatusOK {
		t.Fatalf("taken away: %d %s", status, code)
	}
	if card, status, _ := h.cardOf(ana, ben); status != http.StatusOK || card != (protocol.Card{}) {
		t.Errorf("taken away, and a therapist is told %+v", card)
	}
	if card, _, _ := h.cardOf(ana, cleo); card.Place != secret {
		t.Errorf("of who said nothing yet: %+v", card)
	}
}

// TestEmptyCard takes it away.
func TestEmptyCard(t *testing.T) {
	h := newHouse(t)
	h.putCard(ben, "Thuis", "", "")
	h.putCard(ben, " ", "", "")
	if _, err := h.db.Get(t.Context(), store.KindCard, cardID(h.session, ben)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an empty card: %v", err)
	}
}

// TestWhoMayDoWhatWithCards: every call by every role, and by no role at all.
func TestWhoMayDoWhatWithCards(t *testing.T) {
	h := newHouse(t)
	const olga facilitation.ParticipantID = "olga-observer"
	h.links["nobody"] = newSecret()
	h.observer(olga, "Olga")
	calls := map[string]struct {
		method, path, more string
		members            bool
	}{
		"own":   {"POST", "/api/card", "", true},
		"put":   {"PUT", "/api/card", `,"card":{"place":"Thuis","phone":"","contact":"","atMs":0}`, true},
		"read":  {"POST", "/api/cards", `,"participant":"ben-member"`, false},
		"audit": {"POST", "/api/audit", `,"month":"2026-11","from":0`, false},
	}
	for name, c := range calls {
		for id, want := range map[facilitation.ParticipantID]int{
			ben: either(c.members, 200, 403), ana: either(c.members, 403, 200), olga: 403, "nobody": 401,
		} {
			var out any
			if status, refusal := h.ask(c.method, c.path, id, c.more, &out); status != want {
				t.Errorf("%s by %s: %d %s, want %d", name, id, status, refusal, want)
			}
		}
	}
	for _, of := range []facilitation.ParticipantID{ana, olga, "someone-else"} {
		if _, status, refusal := h.cardOf(ana, of); status != http.StatusNotFound || refusal != "not_found" {
			t.Errorf("the card of %s: %d %s", of, status, refusal)
		}
	}
}

func either(yes bool, a, b int) int {
	if yes {
		return a
	}
	return b
}

// observer adds one to the group.
func (h *house) observer(id facilitation.ParticipantID, name string) {
	h.t.Helper()
	g, err := h.srv.group(h.t.Context(), "group-of-test")
	if err != nil {
		h.t.Fatal(err)
	}
	h.links[id] = newSecret()
	g.Observers = append(g.Observers, protocol.GroupPerson{ID: id, Name: name, LinkHash: hashOf(h.links[id])})
	if err := h.srv.saveGroup(h.t.Context(), g); err != nil {
		h.t.Fatal(err)
	}
}

// TestCardLimits: what cannot be a card is refused, and changes nothing.
func TestCardLimits(t *testing.T) {
	h := newHouse(t)
	h.putCard(ben, "Thuis", "", "")
	for name, card := range map[string]string{
		"place too long":    `{"place":"` + strings.Repeat("é", 121) + `","phone":"","contact":"","atMs":0}`,
		"contact too long":  `{"place":"","phone":"","contact":"` + strings.Repeat("a", 121) + `","atMs":0}`,
		"phone of words":    `{"place":"","phone":"bel maar","contact":"","atMs":0}`,
		"phone too long":    `{"place":"","phone":"` + strings.Repeat("1", 25) + `","contact":"","atMs":0}`,
		"a line break":      `{"place":"a\nb","phone":"","contact":"","atMs":0}`,
		"a time of its own": `{"place":"a","phone":"","contact":"","atMs":1}`,
		"unknown field":     `{"place":"a","phone":"","contact":"","atMs":0,"role":"therapist"}`,
	} {
		if status, _ := h.ask("PUT", "/api/card", ben, `,"card":`+card, new(protocol.Card)); status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, status)
		}
	}
	if card, _, _ := h.cardOf(ana, ben); card.Place != "Thuis" {
		t.Errorf("after what was refused: %+v", card)
	}
	if status, code := h.putCard(cleo, strings.Repeat("é", 120), "+31 6 1234-5678", strings.Repeat("é", 120)); status != http.StatusOK {
		t.Errorf("as long as it may be: %d %s", status, code)
	}
}

// FuzzCard: whatever a browser sends, what is kept is short, printable, and without a time of the browser's own.
func FuzzCard(f *testing.F) {
	f.Add([]byte(`{"capability":"x","card":{"place":"Thuis","phone":"06 1","contact":"Zus","atMs":0}}`))
	f.Add([]byte(`{"capability":"x","card":{"place":"\ud800","phone":"()","contact":"\u0000","atMs":-1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var body protocol.CardRequest
		if protocol.Strict(data, maxBody, &body) != nil || !validCard(&body.Card) {
			return
		}
		kept, err := json.Marshal(body.Card)
		if err != nil || len(kept) > 2048 || strings.ContainsAny(body.Card.Place+body.Card.Phone+body.Card.Contact, "\x00\n\r\x7f") || body.Card.AtMs != 0 {
			t.Errorf("kept: %s, %v", kept, err)
		}
	})
}
