// Package bot is a participant without a browser: a client of Kring's protocol with a real WebSocket and a real
// PeerConnection. It shows a plain colour, says a plain tone, and knows whom it hears and sees, because every packet that a
// bot sends carries a mark of who sent it, and when. Tests, browser stories and benches fill rooms with bots.
//
// A bot publishes whether its microphone is on or not: that a muted bot is not heard is then the server's doing. It decodes
// nothing; what it "hears" are packets. Its limit is that of pion/webrtc: some tens of goroutines a bot.
//
// Read this file, then page.go (the socket), peer.go (the media) and senses.go (what arrives).
package bot

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"kring/facilitation"
	"kring/signaling/bot/face"
	"kring/signaling/protocol"
)

// Options of a bot; the zero value is a bot that publishes the first face in 15 frames a second.
type Options struct {
	Face   int                 // which of face.Looks it has
	FPS    int                 // frames a second of each layer, 0 is 15
	Slots  int                 // pairs of receive m-lines in its offer, 0 is 17
	Silent bool                // no PeerConnection at all
	Quiet  bool                // the tone is left out until Speak(true)
	Packet func(Packet)        // told of every packet that arrives, from several goroutines; it must not block
	View   func(protocol.View) // told of every view that arrives; it must not block
	Echo   func(protocol.Echo) // told of every echo that arrives; it must not block
	Event  func(Event)         // told of what happens to the connection, from several goroutines; it must not block
	HTTP   *http.Client        // nil is http.DefaultClient
	From   string              // the address that a proxy would say the bot comes from; empty says nothing
}

// Event is something that happened to a bot's connection.
type Event struct {
	Kind string // one of the constants below
	Code int    // close code, of EventClosed and EventCut
}

// Kinds of event.
const (
	EventWelcome   = "welcome"   // the socket is open and the server knows the page
	EventCut       = "cut"       // the socket ended and will be resumed
	EventClosed    = "closed"    // the server has closed it for good
	EventConnected = "connected" // media flows
	EventMediaLost = "media_lost"
)

// Closed says that the server has closed the bot's socket for good, with one of the protocol's close codes.
type Closed struct{ Code int }

func (c *Closed) Error() string { return fmt.Sprintf("closed by the server with %d", c.Code) }

// errClosed is of a bot that was closed by its owner.
var errClosed = errors.New("bot is closed")

// Bot is one participant. Its methods may be called from any goroutine. Close ends it.
type Bot struct {
	link link
	opt  Options
	face *face.Face

	lifetime context.Context
	end      context.CancelFunc
	running  sync.WaitGroup

	mu      sync.Mutex
	changed chan struct{} // closed and made anew at every change of what stands below
	err     error         // why the bot is over
	page    *page
	id      facilitation.ParticipantID
	name    string
	view    *protocol.View
	peer    *peer
	quiet   bool
	senses  senses
}

// Join enters by a personal link and returns once the server has sent the first view. The bot is then in the device check:
// Ready takes it further. It fails if the link opens no session now.
func Join(ctx context.Context, url string, opt Options) (*Bot, error) {
	l, err := parseLink(url)
	if err != nil {
		return nil, err
	}
	f, err := face.New(opt.Face)
	if err != nil {
		return nil, fmt.Errorf("face: %w", err)
	}
	if opt.FPS == 0 {
		opt.FPS = 15
	}
	if opt.Slots == 0 {
		opt.Slots = 17
	}
	if opt.HTTP == nil {
		opt.HTTP = http.DefaultClient
	}
	b := &Bot{link: l, opt: opt, face: f, changed: make(chan struct{}), quiet: opt.Quiet, senses: newSenses()}
	b.lifetime, b.end = context.WithCancel(context.Background())
	if err := b.enter(ctx); err != nil {
		_ = b.Close()
		return nil, err
	}
	return b, nil
}

// enter exchanges the link for a ticket, opens a page with it and waits for its first view.
func (b *Bot) enter(ctx context.Context) error {
	entered, err := b.link.enter(ctx, b.opt.HTTP, b.header())
	if err != nil {
		return err
	}
	p := &page{bot: b, id: randomID(), ticket: entered.Ticket, gone: make(chan struct{})}
	b.mu.Lock()
	b.page, b.name, b.view = p, entered.Name, nil
	b.mu.Unlock()
	b.start(p)
	return b.wait(ctx, func() bool { return b.view != nil })
}

// header goes with what the bot asks of the server.
func (b *Bot) header() http.Header {
	h := http.Header{"Origin": {b.link.base.String()}}
	if b.opt.From != "" {
		h.Set("X-Forwarded-For", b.opt.From)
	}
	return h
}

// start runs a page until it ends. The lock keeps a Close from passing between the check and the start.
func (b *Bot) start(p *page) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lifetime.Err() == nil {
		var ctx context.Context
		ctx, p.stop = context.WithCancel(b.lifetime)
		p.gone = make(chan struct{})
		b.running.Go(func() { defer close(p.gone); p.run(ctx) })
	}
}

// ID is the participant's id, known from the welcome on.
func (b *Bot) ID() facilitation.ParticipantID {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.id
}

// Name is the participant's name.
func (b *Bot) Name() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.name
}

// Face is what the bot shows and says.
func (b *Bot) Face() face.Look { return b.face.Look }

// View is the last view of this socket and its revision; the zero value before the first.
func (b *Bot) View() protocol.View {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.view == nil {
		return protocol.View{}
	}
	return *b.view
}

// Until waits for a view of which ok is true.
func (b *Bot) Until(ctx context.Context, ok func(facilitation.View) bool) error {
	return b.wait(ctx, func() bool { return b.view != nil && ok(b.view.View) })
}

// UntilRevision waits for a view of this revision or a later one.
func (b *Bot) UntilRevision(ctx context.Context, revision uint64) error {
	return b.wait(ctx, func() bool { return b.view != nil && b.view.Revision >= revision })
}

// UntilConnected waits for media in both directions.
func (b *Bot) UntilConnected(ctx context.Context) error {
	return b.wait(ctx, func() bool { return b.peer != nil && b.peer.connected })
}

// UntilClosed waits for the server to close the bot for good and returns the close code.
func (b *Bot) UntilClosed(ctx context.Context) (int, error) {
	err := b.wait(ctx, func() bool { return false })
	var closed *Closed
	if errors.As(err, &closed) {
		return closed.Code, nil
	}
	return 0, err
}

// Speak turns the tone on or off; off is Opus silence at the level of silence. It is no command: the microphone stays as it is.
func (b *Bot) Speak(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.quiet = !on
}

// Cut ends the socket as a lost network does. The bot resumes at once; its media goes on.
func (b *Bot) Cut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.page.cut()
}

// Drop loses the network: socket and media end without a word. Return brings the same page back.
func (b *Bot) Drop() {
	b.leavePage(func(p *page) { p.cut() })
	b.setPeer(nil)
}

// Return is the network coming back after Drop: the same page, by its resume token.
func (b *Bot) Return(ctx context.Context) error {
	b.mu.Lock()
	p := b.page
	b.view = nil
	b.mu.Unlock()
	b.start(p)
	return b.wait(ctx, func() bool { return b.view != nil })
}

// Reload is a browser's reload: the page goes away, and the link opens a new one.
func (b *Bot) Reload(ctx context.Context) error {
	b.leavePage(func(p *page) { p.goAway() })
	b.setPeer(nil)
	return b.enter(ctx)
}

// leavePage ends the page's socket in the given way and waits for its goroutine.
func (b *Bot) leavePage(how func(*page)) {
	b.mu.Lock()
	p := b.page
	p.stop()
	how(p)
	b.mu.Unlock()
	<-p.gone
}

// Close ends the bot and returns when its goroutines are gone. It is idempotent.
func (b *Bot) Close() error {
	b.finish(errClosed)
	b.setPeer(nil)
	b.running.Wait()
	return nil
}

// finish ends the bot for a reason; the first wins.
func (b *Bot) finish(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.end()
	if b.page != nil {
		b.page.goAway()
	}
	if b.err == nil {
		b.err = err
		b.wake()
	}
}

// wait waits for ok, which is called with the lock held. It fails when the bot is over or ctx ends.
func (b *Bot) wait(ctx context.Context, ok func() bool) error {
	for {
		b.mu.Lock()
		yes, err, changed := ok(), b.err, b.changed
		b.mu.Unlock()
		switch {
		case yes:
			return nil
		case err != nil:
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("bot %s: %w", b.Name(), ctx.Err())
		}
	}
}

// wake tells those who wait that something has changed. The lock is held.
func (b *Bot) wake() {
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *Bot) tell(e Event) {
	if b.opt.Event != nil {
		b.opt.Event(e)
	}
}

func randomID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails (crypto/rand, Go 1.24)
	return hex.EncodeToString(id[:])
}
