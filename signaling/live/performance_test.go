package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"kring/facilitation"
	"kring/signaling/bot"
	"kring/signaling/protocol"
)

// window is how long a listener listens to say whom they hear and see: a microphone sends 50 packets a second, and a camera of a
// story framesPerSecond.
const (
	window          = 350 * time.Millisecond
	framesPerSecond = 12
)

// performance plays a story in a session of a live server, with a bot for each of the cast. It is the driver of scenario.Story, and
// belongs to the goroutine that plays; what the bots tell goes into their players.
type performance struct {
	ctx      context.Context
	cast     map[string]*player
	patience time.Duration
	changed  chan struct{} // holds one token while a player has news that nobody has looked at
	listened bool          // since Await asked last
}

// player is one of the cast. The mutex guards what stands below it.
type player struct {
	id   facilitation.ParticipantID
	link string
	face int
	*bot.Bot
	away bool // dropped

	mu   sync.Mutex
	view protocol.View
	over bool // closed by the server for good
	echo protocol.Echo
}

func (p *performance) ID(name string) facilitation.ParticipantID { return p.cast[name].id }

// Enter opens a link for the first time, or reloads. Whom the server turns away, it has refused: a close code says why.
func (p *performance) Enter(name string) (facilitation.RefusalCode, error) {
	who := p.cast[name]
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	who.away = false
	if who.Bot != nil && !who.isOver() {
		return turnedAway(who.Reload(ctx))
	}
	p.close(name)
	who.set(func() { who.view, who.over = protocol.View{}, false })
	b, err := bot.Join(ctx, who.link, bot.Options{
		Face: who.face, FPS: framesPerSecond,
		View:  func(v protocol.View) { who.set(func() { who.view = v }); p.news() },
		Echo:  func(e protocol.Echo) { who.set(func() { who.echo = e }); p.news() },
		Event: func(e bot.Event) { who.set(func() { who.over = who.over || e.Kind == bot.EventClosed }); p.news() },
	})
	if err == nil {
		who.Bot = b
	}
	return turnedAway(err)
}

// turnedAway tells a door that is shut from a failure.
func turnedAway(err error) (facilitation.RefusalCode, error) {
	var closed *bot.Closed
	switch {
	case errors.Is(err, bot.ErrNoSession):
		return facilitation.NotNow, nil
	case errors.Is(err, bot.ErrRemoved):
		return facilitation.NotAllowed, nil
	case !errors.As(err, &closed):
		return "", err
	case closed.Code == protocol.CloseEnded:
		return facilitation.NotNow, nil
	case closed.Code == protocol.CloseRemoved:
		return facilitation.NotAllowed, nil
	}
	return "", err
}

// Drop loses someone's network, and returns when the server has noticed: the story's next line is of the time after.
func (p *performance) Drop(name string) error {
	who := p.cast[name]
	who.away = true
	who.Bot.Drop()
	return p.Await(func() error {
		for _, other := range p.cast {
			if v, there := other.present(); there && connected(v, who.id) {
				return fmt.Errorf("the server does not notice that %s is away", name)
			}
		}
		return nil
	})
}

// connected is whether a view shows someone, in the room or at its door, with a connection.
func connected(v facilitation.View, id facilitation.ParticipantID) bool {
	for _, w := range v.Waiting {
		if w.ID == id {
			return w.Connected
		}
	}
	for _, seat := range v.Seats {
		if seat.Participant == id && seat.Person != nil {
			return seat.Person.Connected
		}
	}
	for _, person := range v.Staff {
		if person.ID == id {
			return person.Connected
		}
	}
	return false
}

func (p *performance) Return(name string) error {
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	p.cast[name].away = false
	return p.cast[name].Bot.Return(ctx)
}

// Do gives a command and returns when everyone has seen what came of it, and whoever moves to a circle has arrived: what must
// then be so is compared with that, and not with what was.
func (p *performance) Do(name string, c facilitation.Command) (facilitation.RefusalCode, error) {
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	answer, err := p.cast[name].Do(ctx, c)
	for err == nil && answer.Refusal == facilitation.Unavailable {
		answer, err = p.cast[name].Do(ctx, c) // a slow disk is no part of the story: asked again, as a person would
	}
	if refusal, err := turnedAway(err); err != nil || refusal != "" {
		return refusal, err
	}
	if answer.Refusal != "" {
		return answer.Refusal, nil
	}
	return "", p.Await(func() error { return p.settled(answer.Revision) })
}

func (p *performance) settled(revision uint64) error {
	for name, who := range p.cast {
		v, there := who.last()
		switch {
		case !there || who.isOver():
		case v.Revision < revision:
			return fmt.Errorf("%s has not seen it", name)
		case v.View.You.MovingTo != -1:
			return fmt.Errorf("%s does not arrive in circle %d", name, v.View.You.MovingTo)
		}
	}
	return nil
}

func (p *performance) View(name string) (facilitation.View, bool) { return p.cast[name].present() }

func (p *performance) Hears(listener string) []facilitation.ParticipantID {
	return p.listen(listener).Heard
}
func (p *performance) Sees(listener string) []facilitation.ParticipantID {
	return p.listen(listener).Seen
}

func (p *performance) listen(name string) bot.Sensed {
	p.listened = true
	if p.cast[name].Bot == nil {
		return bot.Sensed{} // who has no page gets nothing
	}
	return p.cast[name].Listen(p.ctx, window)
}

// Await asks again at every news, and at once where asking is listening: packets and frames are no news.
func (p *performance) Await(so func() error) error {
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	for {
		p.listened = false
		err := so()
		if err == nil || ctx.Err() != nil {
			return err
		}
		if p.listened {
			continue
		}
		select {
		case <-p.changed:
		case <-ctx.Done():
			return err
		}
	}
}

// Pass is of stories with a fake clock, which are told to the rules alone.
func (p *performance) Echo(name string) (facilitation.ParticipantID, facilitation.EchoKind) {
	who := p.cast[name]
	who.mu.Lock()
	defer who.mu.Unlock()
	return who.echo.From, who.echo.Kind
}

func (p *performance) Media(string, bool) error { return errors.New("media cannot be made here") }
func (p *performance) Speaks(string) error      { return errors.New("speech cannot be made here") }

func (p *performance) Pass(time.Duration) error {
	return errors.New("time cannot be made to pass here")
}

func (p *performance) news() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// close ends a bot, if there is one, and what was seen of the page.
func (p *performance) close(name string) {
	who := p.cast[name]
	if who.Bot != nil {
		_ = who.Close()
		who.Bot = nil
	}
}

func (who *player) set(f func()) {
	who.mu.Lock()
	defer who.mu.Unlock()
	f()
}

func (who *player) isOver() bool {
	who.mu.Lock()
	defer who.mu.Unlock()
	return who.over
}

// last is the last view of a page that is open, or that the server has closed.
func (who *player) last() (protocol.View, bool) {
	who.mu.Lock()
	defer who.mu.Unlock()
	return who.view, who.Bot != nil && !who.away && who.view.Revision > 0
}

func (who *player) present() (facilitation.View, bool) {
	v, there := who.last()
	return v.View, there
}
