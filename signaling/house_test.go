package signaling

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"kring/facilitation"
	"kring/sfu"
	"kring/signaling/protocol"
)

// patience bounds every wait for something that must happen.
const patience = 20 * time.Second

// The people of every house: staff and two members.
const (
	ana  facilitation.ParticipantID = "ana-staff"
	ben  facilitation.ParticipantID = "ben-member"
	cleo facilitation.ParticipantID = "cleo-member"
)

// house is a real server on loopback, with its store and media server, and one session that is open.
type house struct {
	t       *testing.T
	srv     *Server
	web     *httptest.Server
	db      *faulty // well, until a test says otherwise
	session string
	links   map[facilitation.ParticipantID]string // capabilities
}

func newHouse(t *testing.T) *house {
	t.Helper()
	t.Parallel() // with other houses: most of the time each waits for its disk
	log := slog.New(slog.DiscardHandler)
	media, err := sfu.New(sfu.Config{Media: "127.0.0.1:0", Log: log, Metrics: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	db := newFaulty(t)
	srv := New(Config{
		Node: "n1", AuditYears: 5, Store: db, SFU: media, Log: log, Media: media.MediaAddr().String(),
		Client: fstest.MapFS{"index.html": {Data: []byte("the page")}, "assets/a.js": {Data: []byte("1")}},
	})
	h := &house{t: t, srv: srv, web: httptest.NewServer(srv.Handler()), db: db, links: map[facilitation.ParticipantID]string{}}
	t.Cleanup(func() {
		for _, end := range []func() error{srv.Close, func() error { h.web.Close(); return nil }, media.Close} {
			if err := end(); err != nil {
				t.Error(err)
			}
		}
	})
	h.begin()
	return h
}

// begin makes the group and starts its session.
func (h *house) begin() {
	h.t.Helper()
	person := func(id facilitation.ParticipantID, name string) protocol.GroupPerson {
		h.links[id] = newSecret()
		return protocol.GroupPerson{ID: id, Name: name, LinkHash: hashOf(h.links[id])}
	}
	group := protocol.Group{
		ID: "group-of-test", Name: "Tuesdays", Staff: []protocol.GroupPerson{person(ana, "Ana")},
		Seats: []protocol.GroupPerson{person(ben, "Ben"), person(cleo, "Cleo")},
	}
	if err := h.srv.saveGroup(h.t.Context(), group); err != nil {
		h.t.Fatal(err)
	}
	session, err := h.srv.startSession(h.t.Context(), group.ID, protocol.PlanSession{})
	if err != nil {
		h.t.Fatal(err)
	}
	h.session = session.ID
}

// call makes an HTTP call with these headers ("Name: value") and returns the status and the body.
func (h *house) call(method, path, body string, headers ...string) (int, string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.web.URL+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, value)
	}
	resp, err := h.web.Client().Transport.RoundTrip(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// own is the header of a call by a page of this server.
func (h *house) own() string { return "Origin: " + h.web.URL }

// ticket enters with someone's link.
func (h *house) ticket(id facilitation.ParticipantID) string {
	h.t.Helper()
	status, body := h.call("POST", "/api/enter", fmt.Sprintf(`{"capability":%q}`, h.links[id]), h.own())
	var out protocol.EnterResponse
	if err := json.Unmarshal([]byte(body), &out); err != nil || status != http.StatusOK || out.Ticket == "" {
		h.t.Fatalf("enter %s: %d %s", id, status, body)
	}
	return out.Ticket
}

// dial opens a socket with these headers.
func (h *house) dial(headers http.Header) (*websocket.Conn, *http.Response, error) {
	return websocket.DefaultDialer.DialContext(h.t.Context(), strings.Replace(h.web.URL, "http", "ws", 1)+"/ws", headers)
}

// stored is the room's state as the store has it, without what a lost socket changes: who is connected, and since when not.
func (h *house) stored() facilitation.State {
	h.t.Helper()
	doc, err := h.db.Store.Load(h.t.Context(), h.session)
	if err != nil {
		h.t.Fatal(err)
	}
	opened, _, err := h.srv.openRoom(h.t.Context(), h.session, doc.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	s := *opened
	s.Revision, s.Clock, s.Pages, s.StaffGoneAt = 0, facilitation.Clock{}, nil, 0
	for i := range s.People {
		s.People[i].Connected, s.People[i].DroppedAt = false, 0
	}
	return s
}

// page is one page of a person: a socket, and what came over it.
type page struct {
	h       *house
	id      string
	conn    *websocket.Conn
	welcome protocol.Welcome
	n       uint64 // of the last command
}

// socket opens one that has not said anything yet.
func (h *house) socket() *page {
	h.t.Helper()
	conn, _, err := h.dial(http.Header{"Origin": {h.web.URL}})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = conn.Close() })
	return &page{h: h, id: newID(), conn: conn}
}

// enter opens a new page of someone, which is in the room when it returns.
func (h *house) enter(id facilitation.ParticipantID) *page {
	h.t.Helper()
	p := h.socket()
	p.say(fmt.Sprintf(`{"hello":{"version":%d,"page":%q,"ticket":%q}}`, protocol.Version, p.id, h.ticket(id)))
	p.welcome = *p.await(func(m protocol.ServerMessage) bool { return m.Welcome != nil }).Welcome
	return p
}

func (p *page) say(text string) {
	p.h.t.Helper()
	if err := p.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		p.h.t.Fatal(err)
	}
}

// await reads until a message is the right one.
func (p *page) await(right func(protocol.ServerMessage) bool) protocol.ServerMessage {
	p.h.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	for {
		_, data, err := p.conn.ReadMessage()
		if err != nil {
			p.h.t.Fatal(err)
		}
		var m protocol.ServerMessage
		if err := protocol.Strict(data, len(data), &m); err != nil {
			p.h.t.Fatalf("server says %s: %v", data, err)
		}
		if right(m) {
			return m
		}
	}
}

// command sends a command, given as JSON, and returns its answer.
func (p *page) command(command string) protocol.Answer {
	p.h.t.Helper()
	p.n++
	p.say(fmt.Sprintf(`{"command":{"n":%d,"command":%s}}`, p.n, command))
	return *p.await(func(m protocol.ServerMessage) bool { return m.Answer != nil && m.Answer.N == p.n }).Answer
}

// does sends commands that must be carried out.
func (p *page) does(commands ...string) {
	p.h.t.Helper()
	for _, c := range commands {
		if a := p.command(c); a.Refusal != "" || a.InForceNotStored {
			p.h.t.Fatalf("%s: %+v", c, a)
		}
	}
}

// closed reads until the server closes the socket, and returns the code.
func (p *page) closed() int {
	p.h.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	for {
		_, _, err := p.conn.ReadMessage()
		if closed, ok := err.(*websocket.CloseError); ok {
			return closed.Code
		}
		if err != nil {
			p.h.t.Fatalf("no close code: %v", err)
		}
	}
}
