package signaling

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"kring/signaling/protocol"
)

// TestMessagesNotOurs: whoever sends what is no message of the protocol is closed with 4000, and the room is as before.
func TestMessagesNotOurs(t *testing.T) {
	h := newHouse(t)
	pictures := strings.Repeat(`{"source":"ana-staff","height":1},`, maxPictures) + `{"source":"ana-staff","height":1}`
	for name, message := range map[string]string{
		"nothing":               ``,
		"not JSON":              `raise my hand`,
		"half of a message":     `{"command":{"n":1,"command":{"lower":`,
		"no field":              `{}`,
		"unknown message":       `{"admin":{"participant":"ben-member"}}`,
		"unknown command":       `{"command":{"n":1,"command":{"unmute":{"participant":"ana-staff"}}}}`,
		"unknown argument":      `{"command":{"n":1,"command":{"mic":{"on":true,"participant":"ana-staff"}}}}`,
		"an actor of its own":   `{"command":{"n":1,"actor":"ana-staff","command":{"end":{}}}}`,
		"a message of servers":  `{"view":{"revision":1,"view":{}}}`,
		"two fields of the one": `{"slots":{"rev":1},"want":{"pictures":[]}}`,
		"two messages":          `{"slots":{"rev":1}}{"slots":{"rev":2}}`,
		"a list":                `[{"slots":{"rev":1}}]`,
		"command without count": `{"command":{"command":{"lower":{}}}}`,
		"count below zero":      `{"command":{"n":-1,"command":{"lower":{}}}}`,
		"hello again":           `{"hello":{"version":1,"page":"0123456789abcdef","ticket":"t"}}`,
		"command over 64 KiB":   `{"command":{"n":1,"command":{"broadcast":{"text":"` + strings.Repeat("x", protocol.MaxCommand) + `"}}}}`,
		"SDP over 128 KiB":      `{"offer":{"n":1,"fresh":true,"sdp":"` + strings.Repeat("x", protocol.MaxSDP+1) + `"}}`,
		"over 160 KiB":          `{"want":{"pictures":[` + strings.Repeat(" ", protocol.MaxMessage) + `]}}`,
		"33 pictures":           `{"want":{"pictures":[` + pictures + `]}}`,
		"nested without end":    strings.Repeat(`{"command":`, 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			p := h.enter(ben)
			before := h.stored()
			p.say(message)
			h.closes(p, protocol.CloseBadMessage)
			h.unchanged(t, before)
		})
	}
	h.serves(t)
}

func TestBinaryMessage(t *testing.T) {
	h := newHouse(t)
	p := h.enter(ben)
	if err := p.conn.WriteMessage(websocket.BinaryMessage, []byte(`{"slots":{"rev":1}}`)); err != nil {
		t.Fatal(err)
	}
	h.closes(p, protocol.CloseBadMessage)
	h.serves(t)
}

// TestTooFast: more messages than a person can send close the one who sends them, and nobody else.
func TestTooFast(t *testing.T) {
	h := newHouse(t)
	other := h.enter(cleo)
	p := h.enter(ben)
	for range 20 * messagesBurst { // far beyond what the limit gives back meanwhile, and it fails once the server has closed
		if p.conn.WriteMessage(websocket.TextMessage, []byte(`{"slots":{"rev":1}}`)) != nil {
			break
		}
	}
	h.closes(p, protocol.CloseTooFast)
	other.does(`{"ready":{}}`)
	h.serves(t)
}

// TestPingFlood: control frames are no way around the limit, whole or between the parts of a message that never ends.
func TestPingFlood(t *testing.T) {
	h := newHouse(t)
	for _, kind := range []int{websocket.PingMessage, websocket.PongMessage} {
		p := h.enter(ben)
		for range 20 * messagesBurst {
			if p.conn.WriteControl(kind, make([]byte, 125), time.Now().Add(patience)) != nil {
				break // the server has closed
			}
		}
		h.closes(p, protocol.CloseTooFast)
	}
	h.serves(t)
}

// TestHello: a socket says who it is first, rightly and once, or it is closed.
func TestHello(t *testing.T) {
	h := newHouse(t)
	first := h.enter(ben)
	used := h.ticket(cleo)
	h.socket().hello(`{"version":1,"page":"0123456789abcdef","ticket":"` + used + `"}`)
	before := h.stored()
	secret := strings.Repeat("x", 43)
	for name, c := range map[string]struct {
		message string
		code    int
	}{
		"a command first":          {`{"command":{"n":1,"command":{"end":{}}}}`, protocol.CloseBadMessage},
		"no JSON":                  {`hello`, protocol.CloseBadMessage},
		"unknown field":            {hello(1, first.id, `"ticket":"`+secret+`","role":"therapist"`), protocol.CloseBadMessage},
		"neither ticket nor token": {hello(1, first.id, `"ticket":""`), protocol.CloseBadMessage},
		"ticket and token":         {hello(1, first.id, `"ticket":"`+secret+`","resume":"`+first.welcome.Resume+`"`), protocol.CloseBadMessage},
		"a short page id":          {hello(1, "short", `"ticket":"`+secret+`"`), protocol.CloseBadMessage},
		"a long page id":           {hello(1, strings.Repeat("p", 65), `"ticket":"`+secret+`"`), protocol.CloseBadMessage},
		"over its size":            {hello(1, first.id, `"ticket":"`+strings.Repeat("x", protocol.MaxMessage)+`"`), protocol.CloseBadMessage},
		"another version":          {hello(2, first.id, `"ticket":"`+secret+`"`), protocol.CloseVersion},
		"unknown ticket":           {hello(1, first.id, `"ticket":"`+secret+`"`), protocol.CloseUnauthorized},
		"a ticket used before":     {hello(1, newID(), `"ticket":"`+used+`"`), protocol.CloseUnauthorized},
		"a link for a ticket":      {hello(1, newID(), `"ticket":"`+h.links[ben]+`"`), protocol.CloseUnauthorized},
		"a token for a ticket":     {hello(1, first.id, `"ticket":"`+first.welcome.Resume+`"`), protocol.CloseUnauthorized},
		"unknown token":            {hello(1, first.id, `"resume":"`+secret+`"`), protocol.CloseUnauthorized},
		"another page's token":     {hello(1, newID(), `"resume":"`+first.welcome.Resume+`"`), protocol.CloseUnauthorized},
		"a hash for a token":       {hello(1, first.id, `"resume":"`+hashOf(first.welcome.Resume)+`"`), protocol.CloseUnauthorized},
		"a key of the store":       {hello(1, first.id, `"resume":"../ticket/*"`), protocol.CloseUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			p := h.socket()
			p.say(c.message)
			h.closes(p, c.code)
			h.unchanged(t, before)
		})
	}
	first.does(`{"ready":{}}`) // who is in was not disturbed
}

func hello(version int, page, pass string) string {
	return fmt.Sprintf(`{"hello":{"version":%d,"page":%q,%s}}`, version, page, pass)
}

// TestSilentSocket: who says nothing does not stay.
func TestSilentSocket(t *testing.T) {
	h := newHouse(t)
	h.closes(h.socket(), protocol.CloseBadMessage)
}

// TestForeignOrigins: only pages of this server open a socket or make a call with a secret.
func TestForeignOrigins(t *testing.T) {
	h := newHouse(t)
	for name, origin := range map[string][]string{
		"foreign":         {"https://elsewhere.example"},
		"another port":    {"http://127.0.0.1:1"},
		"ours in a path":  {"https://elsewhere.example/" + strings.TrimPrefix(h.web.URL, "http://")},
		"ours as a user":  {strings.Replace(h.web.URL, "http://", "http://elsewhere.example@", 1) + ".example"},
		"another scheme":  {strings.Replace(h.web.URL, "http", "ftp", 1)},
		"null":            {"null"},
		"empty":           {""},
		"missing":         nil,
		"what is no URL":  {"http://[::1"},
		"ours as a label": {h.web.URL + ".elsewhere.example"},
	} {
		t.Run(name, func(t *testing.T) {
			_, resp, err := h.dial(http.Header{"Origin": origin})
			if err == nil || resp == nil || resp.StatusCode != http.StatusForbidden {
				t.Errorf("socket: %v, %v", resp, err)
			}
			headers := []string{}
			for _, o := range origin {
				headers = append(headers, "Origin: "+o)
			}
			status, body := h.call("POST", "/api/enter", fmt.Sprintf(`{"capability":%q}`, h.links[ben]), headers...)
			if status != http.StatusForbidden || !strings.Contains(body, `"origin"`) {
				t.Errorf("enter: %d %s", status, body)
			}
		})
	}
	h.serves(t)
}

// hello says hello on a socket, and waits for the welcome.
func (p *page) hello(text string) {
	p.h.t.Helper()
	p.say(`{"hello":` + text + `}`)
	p.await(func(m protocol.ServerMessage) bool { return m.Welcome != nil })
}

func (h *house) closes(p *page, code int) {
	h.t.Helper()
	if got := p.closed(); got != code {
		h.t.Errorf("closed with %d, want %d", got, code)
	}
}

// unchanged fails unless the stored room says what it said before.
func (h *house) unchanged(t *testing.T, before any) {
	t.Helper()
	if after := h.stored(); !reflect.DeepEqual(after, before) {
		t.Errorf("it changed the room:\n%+v\nbefore:\n%+v", after, before)
	}
}

// serves fails unless the server goes on for others.
func (h *house) serves(t *testing.T) {
	t.Helper()
	p := h.enter(ana)
	p.does(`{"ready":{}}`)
}
