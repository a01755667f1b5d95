package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// Do sends a command and waits for its answer, over as many sockets as it takes. A refusal is an answer, not an error.
func (b *Bot) Do(ctx context.Context, c facilitation.Command) (protocol.Answer, error) {
	waiting := b.command(c)
	for {
		b.mu.Lock()
		err, changed := b.err, b.changed
		b.mu.Unlock()
		select {
		case a := <-waiting.answer:
			return a, nil
		default:
		}
		if err != nil {
			return protocol.Answer{}, err
		}
		select {
		case a := <-waiting.answer:
			return a, nil
		case <-changed:
		case <-ctx.Done():
			return protocol.Answer{}, fmt.Errorf("bot %s: no answer: %w", b.Name(), ctx.Err())
		}
	}
}

// command numbers a command and sends it, now or on the next socket.
func (b *Bot) command(c facilitation.Command) *pendingCommand {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.page
	p.n++
	waiting := &pendingCommand{n: p.n, command: c, answer: make(chan protocol.Answer, 1)}
	p.pending = append(p.pending, waiting)
	if p.welcome {
		_ = p.write(waiting.message()) // a socket that fails is replaced, and the command sent again
	}
	return waiting
}

func (c *pendingCommand) message() protocol.ClientMessage {
	return protocol.ClientMessage{Command: &protocol.Command{N: c.n, Command: c.command}}
}

// Ready ends the device check.
func (b *Bot) Ready(ctx context.Context, mic, camera bool) (protocol.Answer, error) {
	return b.Do(ctx, facilitation.Command{Ready: &facilitation.Ready{Mic: mic, Camera: camera}})
}

// received acts on one message of the server.
func (b *Bot) received(p *page, m *protocol.ServerMessage) {
	switch {
	case m.Welcome != nil:
		b.welcomed(p, m.Welcome)
	case m.Answer != nil:
		b.answered(p, m.Answer)
	case m.View != nil:
		b.viewed(m.View)
	case m.Echo != nil:
		if b.opt.Echo != nil {
			b.opt.Echo(*m.Echo)
		}
	case m.Media != nil:
		b.mediaAnswered(m.Media)
	case m.Slots != nil:
		b.slotsTold(p, m.Slots)
	}
}

// welcomed sends again what has no answer yet, and makes a media connection if the server does not hold ours. The last view is of
// the time before: the next is on its way.
func (b *Bot) welcomed(p *page, w *protocol.Welcome) {
	b.mu.Lock()
	b.id, p.resume, p.ticket, p.welcome, b.view = w.Participant, w.Resume, "", true, nil
	for _, c := range p.pending {
		_ = p.write(c.message())
	}
	held := b.peer != nil && b.peer.instance != "" && b.peer.instance == w.Instance
	b.wake()
	b.mu.Unlock()
	b.tell(Event{Kind: EventWelcome})
	if !held && !b.opt.Silent {
		b.connect()
	}
}

func (b *Bot) answered(p *page, a *protocol.Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p.pending = slices.DeleteFunc(p.pending, func(c *pendingCommand) bool {
		if c.n != a.N {
			return false
		}
		c.answer <- *a
		return true
	})
}

// viewed tells the owner first: who waits for a view may then ask what the owner noted.
func (b *Bot) viewed(v *protocol.View) {
	if b.opt.View != nil {
		b.opt.View(*v)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.view = v
	b.wake()
}

// slotsTold applies a slot map first and acknowledges it then: its sources may flow from now on.
func (b *Bot) slotsTold(p *page, m *protocol.SlotMap) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.senses.apply(m, time.Now())
	_ = p.write(protocol.ClientMessage{Slots: &protocol.SlotAck{Rev: m.Rev}})
	b.wake()
}

// Want tells the server the height at which each source is on screen, in device pixels; 0 is not visible.
func (b *Bot) Want(pictures []protocol.WantPicture) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.page.write(protocol.ClientMessage{Want: &protocol.Want{Pictures: pictures}})
}
