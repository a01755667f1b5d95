package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// How a lost socket is tried again, and how long the server's word is waited for. The server pings every three seconds.
const (
	retryFirst = 50 * time.Millisecond
	retryMost  = time.Second
	helloWait  = 5 * time.Second
	aliveWait  = 10 * time.Second
	writeWait  = 5 * time.Second
)

// page is one page load: an id, the counter of its commands, and one socket at a time. Its fields are guarded by the bot's
// lock; writes to the socket are made with it held, so that they are whole and in order.
type page struct {
	bot     *Bot
	id      string
	ticket  string // until it is used
	resume  string
	n       uint64
	offers  uint64
	pending []*pendingCommand
	conn    *websocket.Conn // nil while there is none
	welcome bool            // the conn has been welcomed
	stop    context.CancelFunc
	gone    chan struct{}
}

// pendingCommand is a command that waits for its answer. It is sent again on the next socket: the server knows its number.
type pendingCommand struct {
	n       uint64
	command facilitation.Command
	answer  chan protocol.Answer // of one
}

// run keeps the page on a socket until ctx ends or the server closes it for good.
func (p *page) run(ctx context.Context) {
	wait := retryFirst
	for ctx.Err() == nil {
		began := time.Now()
		err := p.live(ctx)
		if ctx.Err() != nil {
			return
		}
		code := closeCode(err)
		if final(code) {
			p.bot.tell(Event{Kind: EventClosed, Code: code})
			p.bot.finish(&Closed{code})
			return
		}
		p.bot.tell(Event{Kind: EventCut, Code: code})
		if time.Since(began) > retryMost {
			wait = retryFirst
		}
		if !pause(ctx, wait) {
			return
		}
		wait = min(2*wait, retryMost)
	}
}

// closeCode is the code with which the server closed, or 0.
func closeCode(err error) int {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return closed.Code
	}
	return 0
}

// final reports whether coming back is of no use.
func final(code int) bool {
	switch code {
	case protocol.CloseBadMessage, protocol.CloseUnauthorized, protocol.CloseReplaced, protocol.CloseRemoved,
		protocol.CloseEnded, protocol.CloseVersion:
		return true
	}
	return false
}

// live is one socket's life: dial, hello, and messages until it ends.
func (p *page) live(ctx context.Context) error {
	dialer := websocket.Dialer{HandshakeTimeout: helloWait}
	conn, resp, err := dialer.DialContext(ctx, p.bot.link.socket(), p.bot.header())
	if resp != nil {
		_ = resp.Body.Close()
	}
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	if err := p.hello(ctx, conn); err != nil {
		_ = conn.Close()
		return err
	}
	defer p.closed(conn)
	alive := func() { _ = conn.SetReadDeadline(time.Now().Add(aliveWait)) }
	conn.SetPingHandler(func(data string) error {
		alive()
		// WriteControl may be called beside other writers.
		return conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeWait))
	})
	for {
		alive()
		var m protocol.ServerMessage
		if err := conn.ReadJSON(&m); err != nil {
			return err
		}
		p.bot.received(p, &m)
	}
}

// hello adopts a socket and says who comes: with the ticket, or with the resume token of this page.
func (p *page) hello(ctx context.Context, conn *websocket.Conn) error {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	p.conn, p.welcome = conn, false
	h := &protocol.Hello{Version: protocol.Version, Page: p.id, Ticket: p.ticket, Resume: p.resume}
	if p.resume != "" {
		h.Ticket = ""
	}
	return p.write(protocol.ClientMessage{Hello: h})
}

func (p *page) closed(conn *websocket.Conn) {
	_ = conn.Close()
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	p.conn, p.welcome = nil, false
	p.bot.wake()
}

// write sends a message, if there is a socket; what must arrive is sent again on the next. The lock is held.
func (p *page) write(m protocol.ClientMessage) error {
	if p.conn == nil {
		return nil
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_ = p.conn.SetWriteDeadline(time.Now().Add(writeWait))
	return p.conn.WriteMessage(websocket.TextMessage, data)
}

// cut ends the socket without a word. The lock is held.
func (p *page) cut() {
	if p.conn != nil {
		_ = p.conn.NetConn().Close()
	}
}

// goAway ends the socket as a browser does that leaves the page. The lock is held.
func (p *page) goAway() {
	if p.conn != nil {
		bye := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
		_ = p.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
		_ = p.conn.Close()
	}
}
