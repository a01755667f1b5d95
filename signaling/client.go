package signaling

import (
	"encoding/json"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// A half-open socket is found in pongWait; a writer that cannot write for writeWait closes.
const (
	helloWait = 5 * time.Second
	writeWait = 5 * time.Second
	pongWait  = 10 * time.Second
	pingEvery = 3 * time.Second
)

// A person at a keyboard sends far fewer messages than this; adaptive subscription sends a few a second while a page is resized.
const (
	messagesPerSecond = 30
	messagesBurst     = 90
)

// client is one WebSocket of one page. Its reader goroutine hands messages to the room, its writer empties the outbox.
// The fields below box are owned by the room goroutine.
type client struct {
	pass   passRecord
	resume string // the page's resume token
	conn   *websocket.Conn
	box    *outbox

	acked  map[facilitation.ParticipantID]bool // sources in the last slot map that the page acknowledged
	sent   map[uint64][]facilitation.ParticipantID
	screen wants
	// toldSpeaking is the last notice.
	toldSpeaking []facilitation.ParticipantID
}

func newClient(conn *websocket.Conn, pass passRecord, resume string) *client {
	return &client{pass: pass, resume: resume, conn: conn, box: newOutbox(), sent: map[uint64][]facilitation.ParticipantID{}}
}

// send puts a message in the outbox; a client that cannot keep up is closed and resumes.
func (c *client) send(m protocol.ServerMessage) {
	if !c.box.put(m) {
		c.box.close(protocol.CloseTooSlow)
	}
}

// write empties the outbox until it is closed or the socket fails. It owns all writing to the socket.
func (c *client) write() {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	defer func() { _ = c.conn.Close() }()
	for {
		select {
		case <-c.box.pending:
			messages, closed, code := c.box.take()
			for _, m := range messages {
				if c.writeOne(m) != nil {
					return
				}
			}
			if closed {
				closeSocket(c.conn, code)
				return
			}
		case <-ping.C:
			if c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait)) != nil {
				return
			}
		}
	}
}

func (c *client) writeOne(m protocol.ServerMessage) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_ = c.conn.SetWriteDeadline(time.Now().Add(writeWait))
	return c.conn.WriteMessage(websocket.TextMessage, data)
}

// closeSocket says why and closes. The peer may be gone already: nothing is left to do about that.
func closeSocket(conn *websocket.Conn, code int) {
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	_ = conn.Close()
}

// read hands every message to handle until the socket ends or misbehaves. It returns whether the page went away on purpose
// (a reload or a closed tab), as opposed to a lost connection.
func (c *client) read(handle func(protocol.ClientMessage)) (gone bool) {
	limit := rate.NewLimiter(messagesPerSecond, messagesBurst)
	keepAlive(c.conn)
	for {
		kind, data, err := c.conn.ReadMessage()
		if err != nil {
			return websocket.IsCloseError(err, websocket.CloseGoingAway, websocket.CloseNormalClosure)
		}
		_ = c.conn.SetReadDeadline(time.Now().Add(pongWait))
		if !limit.Allow() {
			c.box.close(protocol.CloseTooFast)
			return false
		}
		m, err := protocol.DecodeClient(data)
		if kind != websocket.TextMessage || err != nil || m.Hello != nil {
			c.box.close(protocol.CloseBadMessage)
			return false
		}
		handle(m)
	}
}

func keepAlive(conn *websocket.Conn) {
	conn.SetReadLimit(protocol.MaxMessage)
	extend := func(string) error { return conn.SetReadDeadline(time.Now().Add(pongWait)) }
	_ = extend("")
	conn.SetPongHandler(extend)
}

// readHello reads the first message. It must come within helloWait.
func readHello(conn *websocket.Conn) (*protocol.Hello, int) {
	conn.SetReadLimit(protocol.MaxMessage)
	_ = conn.SetReadDeadline(time.Now().Add(helloWait))
	_, data, err := conn.ReadMessage()
	if err != nil {
		return nil, protocol.CloseBadMessage
	}
	m, err := protocol.DecodeClient(data)
	switch {
	case err != nil || m.Hello == nil:
		return nil, protocol.CloseBadMessage
	case m.Hello.Version != protocol.Version:
		return nil, protocol.CloseVersion
	case len(m.Hello.Page) < 16 || len(m.Hello.Page) > 64:
		return nil, protocol.CloseBadMessage
	case (m.Hello.Ticket == "") == (m.Hello.Resume == ""):
		return nil, protocol.CloseBadMessage
	}
	return m.Hello, 0
}
