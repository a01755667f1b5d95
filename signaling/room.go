package signaling

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// How long the room waits.
const (
	leaseTime  = 6 * time.Second
	renewEvery = 2 * time.Second
	// dropAfter: a lost socket whose media is gone too; with media the room waits for the media's end, at most mediaGrace.
	dropAfter   = time.Second
	mediaGrace  = 30 * time.Second
	reloadGrace = 300 * time.Millisecond
	idleLife    = time.Minute // a room without clients is put away
	callQueue   = 256
)

// errRoomGone says that the room has stopped; whoever comes back opens it anew.
var errRoomGone = errors.New("room has stopped")

// room is the live state of one session. One goroutine (run) owns every field below calls; others send it functions.
type room struct {
	id   string
	srv  *Server
	log  *slog.Logger
	done chan struct{} // closed when the room's goroutine has ended

	calls chan func()

	state    *facilitation.State
	seal     seal      // what the document is stored under
	doc      store.Doc // as last stored: epoch, revision, owner
	unstored bool      // state is ahead of doc: the store is out of reach
	undone   bool      // the session is over, and the store has not taken its end yet
	down     bool      // the store failed at its last call: it is tried in the background, and nothing waits for it
	probing  bool      // such a trial is under way
	media    *media
	clients  map[facilitation.ParticipantID]*client
	pages    map[facilitation.ParticipantID]string // the newest page of each person
	dropAt   map[facilitation.ParticipantID]time.Time
	speaking map[facilitation.ParticipantID]bool
	talk     talk
	acoustic map[facilitation.ParticipantID]int // looks in a row in which someone's loudspeaker came back
	turns    turns
	attends  attends
	lastMaps map[facilitation.ParticipantID]*mediaEvent
	offers   map[facilitation.ParticipantID]*rate.Limiter
	passes   map[facilitation.ParticipantID][]string // hashes of the resume tokens of a person's pages, the newest last
	emptyAt  time.Time
	happened []facilitation.Event // not carried out yet
	closing  bool
}

// newRoom makes a claimed document live. A document that cannot be one of ours is refused.
func newRoom(srv *Server, id string, doc store.Doc, state *facilitation.State, k seal) (*room, error) {
	if err := state.Check(); err != nil {
		return nil, fmt.Errorf("check room: %w", err)
	}
	return &room{
		id: id, srv: srv, log: srv.log.With("room", id), done: make(chan struct{}),
		calls: make(chan func(), callQueue), state: state, seal: k, doc: doc, media: newMedia(srv.sfu.Room(id)),
		clients:  map[facilitation.ParticipantID]*client{},
		pages:    map[facilitation.ParticipantID]string{},
		dropAt:   map[facilitation.ParticipantID]time.Time{},
		speaking: map[facilitation.ParticipantID]bool{},
		acoustic: map[facilitation.ParticipantID]int{},
		turns:    newTurns(),
		lastMaps: map[facilitation.ParticipantID]*mediaEvent{},
		offers:   map[facilitation.ParticipantID]*rate.Limiter{},
		passes:   map[facilitation.ParticipantID][]string{},
		emptyAt:  time.Now(),
	}, nil
}

// run is the room goroutine. It ends when the session is over and everyone is told, when nobody has been there for a while,
// when another node has taken the room over, or when the server stops.
func (r *room) run() {
	defer close(r.done)
	defer r.stop()
	r.recover()
	renew := time.NewTicker(renewEvery)
	defer renew.Stop()
	hearing := time.NewTicker(hearingEvery)
	defer hearing.Stop()
	for !r.closing {
		timer := time.NewTimer(time.Until(r.nextTime()))
		select {
		case f := <-r.calls:
			f()
		case <-r.media.kick:
			r.mediaEvents()
		case <-timer.C:
			r.timePassed(time.Now())
		case <-renew.C:
			r.renew()
			r.listen(time.Now())
		case at := <-hearing.C:
			r.tellHearing(at)
		case <-r.srv.drain:
			r.closeAll(protocol.CloseRestarting)
			r.closing = true
		}
		timer.Stop()
	}
}

// call runs f in the room goroutine and waits for it.
func (r *room) call(ctx context.Context, f func()) error {
	ran := make(chan struct{})
	select {
	case r.calls <- func() { f(); close(ran) }:
	case <-r.done:
		return errRoomGone
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-ran:
		return nil
	case <-r.done:
		return errRoomGone
	}
}

// recover makes a loaded document live: the clocks go on from where they stood, and whoever does not come back is dropped. Of
// a session that is over only what its end left undone is done; who comes is told that it is over.
func (r *room) recover() {
	if r.state.Phase == facilitation.Ended {
		r.finish()
		return
	}
	r.system(facilitation.Command{Resume: &facilitation.Empty{}})
	for _, p := range r.state.People {
		if p.Connected {
			r.dropAt[p.ID] = time.Now().Add(mediaGrace / 3)
		}
	}
}

// join brings a client in: the answer to its hello. It returns a close code, or 0.
func (r *room) join(c *client) int {
	id := c.pass.Participant
	current := r.pages[id]
	fresh := current != c.pass.Page && !r.knowsPage(id, c.pass.Page)
	if !fresh && current != "" && current != c.pass.Page {
		return protocol.CloseReplaced
	}
	answer := r.system(facilitation.Command{Arrive: &facilitation.Arrive{
		Participant: id, Name: c.pass.Name, Role: c.pass.Role, Fresh: fresh,
	}})
	if code := closeCodeFor(answer.Refusal, r.state.Phase); code != 0 {
		return code
	}
	if old := r.clients[id]; old != nil {
		old.box.close(protocol.CloseReplaced)
	}
	if fresh {
		r.endMedia(id)
	}
	r.clients[id], r.pages[id] = c, c.pass.Page
	delete(r.dropAt, id)
	r.keepPass(id, c.resume)
	c.send(protocol.ServerMessage{Welcome: &protocol.Welcome{
		Version: protocol.Version, Participant: id, Resume: c.resume, Node: r.srv.cfg.Node,
		Instance: r.media.instance(string(id)), LastN: r.lastN(c.pass.Page),
	}})
	r.resendSlots(c)
	r.sendView(c)
	return 0
}

func (r *room) knowsPage(id facilitation.ParticipantID, page string) bool {
	return slices.ContainsFunc(r.state.Pages, func(p facilitation.Page) bool { return p.ID == page && p.Participant == id })
}

func (r *room) lastN(page string) uint64 {
	for _, p := range r.state.Pages {
		if p.ID == page {
			return p.Last
		}
	}
	return 0
}

// closeCodeFor says how a person who may not arrive is turned away.
func closeCodeFor(code facilitation.RefusalCode, phase facilitation.Phase) int {
	switch {
	case code == "":
		return 0
	case phase == facilitation.Ended:
		return protocol.CloseEnded
	case code == facilitation.NotAllowed:
		return protocol.CloseRemoved
	default:
		return protocol.CloseUnavailable
	}
}

// left notes that a client's socket has ended. The person stays for as long as their media does.
func (r *room) left(c *client, onPurpose bool) {
	id := c.pass.Participant
	if r.clients[id] != c {
		return
	}
	delete(r.clients, id)
	wait := dropAfter
	switch {
	case onPurpose:
		wait = reloadGrace
		r.endMedia(id)
	case r.media.up[string(id)]:
		wait = mediaGrace
	}
	r.dropAt[id] = time.Now().Add(wait)
	r.emptyAt = time.Now()
}

// handle carries out one message of a client.
func (r *room) handle(c *client, m protocol.ClientMessage) {
	if r.clients[c.pass.Participant] != c {
		return
	}
	switch {
	case m.Command != nil:
		r.command(c, m.Command)
	case m.Offer != nil:
		r.offer(c, m.Offer)
	case m.Slots != nil:
		r.acknowledged(c, m.Slots.Rev)
	case m.Want != nil:
		r.wanted(c, m.Want)
	case m.Playout != nil:
		r.plays(c, m.Playout)
	}
}

// command applies a client's command and answers it. The actor is who the token says, never what the message says.
func (r *room) command(c *client, m *protocol.Command) {
	id := facilitation.CommandID{Page: c.pass.Page, N: m.N}
	by := facilitation.Actor{ID: c.pass.Participant, Role: c.pass.Role}
	if serverOnly(&m.Command) {
		c.send(protocol.ServerMessage{Answer: &protocol.Answer{N: m.N, Revision: r.state.Revision, Refusal: facilitation.Invalid}})
		return
	}
	r.addFacts(&m.Command, by.ID)
	answer, stored := r.apply(id, m.Command, by)
	c.send(protocol.ServerMessage{Answer: &protocol.Answer{
		N: m.N, Revision: answer.Revision, Refusal: answer.Refusal, InForceNotStored: !stored,
	}})
	r.carryOut()
}

// serverOnly reports whether a browser has set what only the server may: chance, rankings, and what comes too often.
func serverOnly(c *facilitation.Command) bool {
	return c.Yield != nil && c.Yield.Ranking != nil || c.Next != nil && c.Next.Ranking != nil ||
		c.SetQueue != nil && c.SetQueue.Ranking != nil || c.Echo != nil && c.Echo.TooSoon || c.StartPhase != nil && c.StartPhase.Ranking != nil ||
		c.DraftCircles != nil && c.DraftCircles.Shuffle != nil
}

// addFacts adds what Apply must not find out itself: a random order, who has spoken least, what comes too often.
func (r *room) addFacts(c *facilitation.Command, by facilitation.ParticipantID) {
	switch {
	case c.DraftCircles != nil:
		ids := r.members()
		rand.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		c.DraftCircles.Shuffle = ids
	case c.Yield != nil:
		c.Yield.Ranking = r.leastHeard()
	case c.Next != nil:
		c.Next.Ranking = r.leastHeard()
	case c.SetQueue != nil:
		c.SetQueue.Ranking = r.leastHeard()
	case c.StartPhase != nil:
		c.StartPhase.Ranking = r.leastHeard()
	case c.Echo != nil:
		c.Echo.TooSoon = r.echoTooSoon(by)
	}
}

func (r *room) members() []facilitation.ParticipantID {
	var ids []facilitation.ParticipantID
	for _, p := range r.state.People {
		if p.Role == facilitation.Member {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// system applies a command of the server itself.
func (r *room) system(c facilitation.Command) facilitation.Answer {
	answer, _ := r.apply(facilitation.CommandID{}, c, facilitation.Actor{Role: facilitation.System})
	r.carryOut()
	return answer
}

// closeAll closes every client with a code.
func (r *room) closeAll(code int) {
	for _, c := range r.clients {
		c.box.close(code)
	}
}

// stop ends the room's media and gives the room back to the store, with what the store has missed if it can be had.
func (r *room) stop() {
	defer r.srv.forget(r.id)
	r.srv.sfu.Forget(r.id)
	if r.unstored && !r.probing {
		r.down = false
		_ = r.commit(r.state) // it has logged
	}
	r.stopAttendance()
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	if err := r.srv.rooms.Release(ctx, r.id, r.srv.cfg.Node, r.doc.Epoch); err != nil && !errors.Is(err, store.ErrStale) {
		r.log.Warn("release", "err", fmt.Errorf("release room: %w", err))
	}
}
