package signaling

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// A half-open socket is found in pongWait; a writer that cannot write for writeWait closes. A socket that was told its close
// code has closeWait to answer: closing at once, with bytes unread, would reset the connection and lose the code.
const (
	helloWait = 5 * time.Second
	writeWait = 5 * time.Second
	pongWait  = 10 * time.Second
	pingEvery = 3 * time.Second
	closeWait = time.Second
)

// A person at a keyboard sends far fewer messages than this; adaptive subscription sends a few a second while a page is resized.
const (
	messagesPerSecond = 30
	messagesBurst     = 90
)

// client is one WebSocket of one page. Its reader goroutine hands messages to the room, its writer empties the outbox.
// The fields from acked on are owned by the room goroutine.
type client struct {
	pass   passRecord
	resume string // the page's resume token
	conn   *websocket.Conn
	box    *outbox

	unread  chan struct{} // closed by the reader when the socket has ended
	written chan struct{} // closed by the writer when it has ended, and the socket with it
	// negotiating is set while an offer of this client is in hand: one at a time, in order.
	negotiating atomic.Bool

	acked  map[facilitation.ParticipantID]bool // sources in the last slot map that the page acknowledged
	sent   map[uint64][]facilitation.ParticipantID
	screen wants
	// playout is what the page last said of its sound; toldTalk and toldHearing are what it was last told.
	playout     playout
	toldTalk    *protocol.Talk
	toldHearing *protocol.Hearing
	// toldSpeaking is the last notice.
	toldSpeaking []facilitation.ParticipantID
}

func newClient(conn *websocket.Conn, pass passRecord, resume string) *client {
	return &client{
		pass: pass, resume: resume, conn: conn, box: newOutbox(),
		unread: make(chan struct{}), written: make(chan struct{}), sent: map[uint64][]facilitation.ParticipantID{},
	}
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
	defer close(c.written)
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
				sayClose(c.conn, code)
				c.awaitReader()
				return
			}
		case <-ping.C:
			if c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait)) != nil {
				return
			}
		}
	}
}

// buffers are what messages are encoded in: there are thousands of writers, and few of them write at a time.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (c *client) writeOne(m protocol.ServerMessage) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := json.NewEncoder(b).Encode(m); err != nil {
		return err
	}
	_ = c.conn.SetWriteDeadline(time.Now().Add(writeWait))
	return c.conn.WriteMessage(websocket.TextMessage, b.Bytes())
}

// sayClose sends the close code. The other end may be gone already: nothing is left to do about that.
func sayClose(conn *websocket.Conn, code int) {
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeWait))
}

// awaitReader gives the other end a moment to answer a close.
func (c *client) awaitReader() {
	late := time.NewTimer(closeWait)
	defer late.Stop()
	select {
	case <-c.unread:
	case <-late.C:
	}
}

// discard reads on, for closeWait at most and to no purpose, until the other end answers a close.
func discard(conn *websocket.Conn) {
	_ = conn.SetReadDeadline(time.Now().Add(closeWait))
	for {
		if _, _, err := conn.NextReader(); err != nil {
			return
		}
	}
}

// read hands every message to handle until the socket ends. One that misbehaves is closed and no longer listened to. It returns
// whether the page went away on purpose (a reload or a closed tab), as opposed to a lost connection.
func (c *client) read(handle func(protocol.ClientMessage)) (gone bool) {
	defer close(c.unread)
	limit := rate.NewLimiter(messagesPerSecond, messagesBurst)
	c.keepAlive(limit)
	for {
		m, err := readMessage(c.conn)
		switch {
		case errors.Is(err, protocol.ErrMessage) || err == nil && m.Hello != nil:
			return c.misbehaved(protocol.CloseBadMessage)
		case err != nil:
			return websocket.IsCloseError(err, websocket.CloseGoingAway, websocket.CloseNormalClosure)
		case !limit.Allow():
			return c.misbehaved(protocol.CloseTooFast)
		}
		_ = c.conn.SetReadDeadline(time.Now().Add(pongWait))
		handle(m)
	}
}

func (c *client) misbehaved(code int) (gone bool) {
	c.box.close(code)
	discard(c.conn)
	return false
}

// readMessage reads one message. Not more than its limit is kept; gorilla's own limit would close with a code of its own.
func readMessage(conn *websocket.Conn) (protocol.ClientMessage, error) {
	kind, r, err := conn.NextReader()
	if err != nil {
		return protocol.ClientMessage{}, err
	}
	data, err := io.ReadAll(io.LimitReader(r, protocol.MaxMessage+1))
	switch {
	case err != nil:
		return protocol.ClientMessage{}, err
	case kind != websocket.TextMessage:
		return protocol.ClientMessage{}, fmt.Errorf("%w: not text", protocol.ErrMessage)
	default:
		return protocol.DecodeClient(data)
	}
}

// keepAlive keeps the socket for as long as pings are answered. Control frames count as messages, or they would be a way around
// the limit. Whoever sends too many is closed by the writer: an error here would end all reading, and lose the close code.
func (c *client) keepAlive(limit *rate.Limiter) {
	extend := func(string) error { return c.conn.SetReadDeadline(time.Now().Add(pongWait)) }
	_ = extend("")
	limited := func(handle func(string) error) func(string) error {
		return func(data string) error {
			if limit.Allow() {
				return handle(data)
			}
			c.box.close(protocol.CloseTooFast)
			return nil
		}
	}
	c.conn.SetPingHandler(limited(c.conn.PingHandler()))
	c.conn.SetPongHandler(limited(extend))
}

// readHello reads the first message. It must come within helloWait.
func readHello(conn *websocket.Conn) (*protocol.Hello, int) {
	_ = conn.SetReadDeadline(time.Now().Add(helloWait))
	m, err := readMessage(conn)
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
