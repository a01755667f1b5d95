package signaling

import (
	"encoding/json"
	"net/http"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// TestFormal: a practice that says u says it on every way in, and keeps it when its numbers change.
func TestFormal(t *testing.T) {
	h := newHouse(t)
	bearer := "Authorization: Bearer " + h.homeToken(t)
	change := func(change func(*protocol.Practice)) {
		t.Helper()
		_, body := h.call("GET", "/api/practice", "", bearer)
		var p protocol.Practice
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		change(&p)
		sent, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if status, body := h.call("PUT", "/api/practice", string(sent), bearer); status != http.StatusOK {
			t.Fatal(status, body)
		}
	}
	for _, formal := range []bool{true, false} {
		change(func(p *protocol.Practice) { p.Formal = formal })
		change(func(p *protocol.Practice) { p.Numbers.Practice = "020 555 01 23" })
		for _, who := range []facilitation.ParticipantID{ben, ana} {
			if out, err := h.srv.invitation(t.Context(), h.links[who]); err != nil || out.Formal != formal {
				t.Errorf("%s is told formal %v, %v; set to %v", who, out.Formal, err, formal)
			}
		}
	}
}

// TestNumbers: whom to call stands on every way in; a practice sets its own numbers, and an empty one is the Dutch one again.
func TestNumbers(t *testing.T) {
	h := newHouse(t)
	told := func() protocol.Numbers {
		t.Helper()
		out, err := h.srv.invitation(t.Context(), h.links[ben])
		if err != nil {
			t.Fatal(err)
		}
		return out.Numbers
	}
	if got := told(); got != (protocol.Numbers{Emergency: "112", Crisis: "113"}) {
		t.Errorf("a practice that set none has %+v", got)
	}
	bearer := "Authorization: Bearer " + h.homeToken(t)
	put := func(numbers protocol.Numbers) (int, string) {
		t.Helper()
		_, body := h.call("GET", "/api/practice", "", bearer)
		var p protocol.Practice
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		p.Numbers = numbers
		sent, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return h.call("PUT", "/api/practice", string(sent), bearer)
	}
	own := protocol.Numbers{Practice: "020 - 555 01 23", Emergency: "999", Crisis: "+44 116 123"}
	if status, body := put(own); status != http.StatusOK || told() != own {
		t.Errorf("own numbers: %d %s, told %+v", status, body, told())
	}
	if status, _ := put(protocol.Numbers{}); status != http.StatusOK || told().Emergency != "112" {
		t.Errorf("no numbers: %d, told %+v", status, told())
	}
	for _, wrong := range []string{"bel mij", "<b>112</b>", "--", "0123456789012345678901234", "112;ext=1"} {
		if status, body := put(protocol.Numbers{Practice: wrong}); status != http.StatusBadRequest || code(t, body) != "invalid" {
			t.Errorf("%q: %d %s", wrong, status, body)
		}
	}
	if status, body := h.call("PUT", "/api/practice", `{"version":1,"numbers":{"practice":"","emergency":"","crisis":""}}`, bearer); status != http.StatusConflict {
		t.Errorf("an old version: %d %s", status, body)
	}
	if status, _ := h.call("GET", "/api/practice", ""); status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", status)
	}
}
