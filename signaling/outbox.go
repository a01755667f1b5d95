package signaling

import (
	"slices"
	"sync"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// maxEchoes bounds the echoes that wait; more are lost.
const maxEchoes = 16

// maxAnswers bounds the answers that wait for one client; a client that far behind is closed and resumes.
const maxAnswers = 64

// outbox holds what waits to be written to one socket. Answers are kept in order and never dropped; of views, slot maps and
// notices the latest wins. It is filled by the room goroutine and the negotiation pool and emptied by the socket's writer.
type outbox struct {
	mu      sync.Mutex
	first   []protocol.ServerMessage // welcome, answers and media answers, in order
	view    *protocol.View
	slots   *protocol.SlotMap
	notice  *protocol.Notice
	talk    *protocol.Talk
	hearing *protocol.Hearing
	echoes  []protocol.ServerMessage
	closed  bool
	code    int
	pending chan struct{} // holds one token while there is something to write
}

func newOutbox() *outbox { return &outbox{pending: make(chan struct{}, 1)} }

// put adds a message and reports false if the client is too far behind.
func (o *outbox) put(m protocol.ServerMessage) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.closed:
		return true
	case m.View != nil:
		o.view = m.View
	case m.Slots != nil:
		o.slots = m.Slots
	case m.Notice != nil:
		o.notice = m.Notice
	case m.Talk != nil:
		o.talk = m.Talk
	case m.Hearing != nil:
		o.hearing = m.Hearing
	case m.Echo != nil:
		if len(o.echoes) < maxEchoes {
			o.echoes = append(o.echoes, m)
		}
	case len(o.first) == maxAnswers:
		return false
	default:
		o.first = append(o.first, m)
	}
	o.wake()
	return true
}

// close makes the writer send what waits and then close the socket with code. The first code wins.
func (o *outbox) close(code int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	o.closed, o.code = true, code
	o.wake()
}

func (o *outbox) wake() {
	select {
	case o.pending <- struct{}{}:
	default:
	}
}

// take empties the box in the order in which it must be written: the slot map before the view that shows who is in it.
func (o *outbox) take() (out []protocol.ServerMessage, closed bool, code int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	out, o.first = slices.Clip(o.first), nil
	if o.slots != nil {
		out = append(out, protocol.ServerMessage{Slots: o.slots})
	}
	if o.view != nil {
		out = append(out, protocol.ServerMessage{View: o.view})
	}
	if o.notice != nil {
		out = append(out, protocol.ServerMessage{Notice: o.notice})
	}
	out = append(out, o.echoes...)
	if o.talk != nil {
		out = append(out, protocol.ServerMessage{Talk: o.talk})
	}
	if o.hearing != nil {
		out = append(out, protocol.ServerMessage{Hearing: o.hearing})
	}
	o.slots, o.view, o.notice, o.echoes, o.talk, o.hearing = nil, nil, nil, nil, nil, nil
	return out, o.closed, o.code
}

// speakingNotice is who speaks, for one client.
func speakingNotice(ids []facilitation.ParticipantID) protocol.ServerMessage {
	return protocol.ServerMessage{Notice: &protocol.Notice{Speaking: ids}}
}
