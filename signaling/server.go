// Package signaling is how browsers reach a room: HTTP and WebSocket, links and tickets, one goroutine a room. It turns
// messages into commands of package facilitation, stores the state that follows, and reconciles the media server to it.
//
// It decides nothing about therapy (facilitation does) and touches no packet (sfu does). Read room.go and room_apply.go first:
// a command's way. Limits: one node owns a room; a node holds as many rooms as its memory allows.
package signaling

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/gorilla/websocket"

	"kring/sfu"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// Config is what a Server is made of. All fields but Origins and Demo are needed.
type Config struct {
	Node    string // this node's id, stable over a restart
	Store   Store
	SFU     *sfu.Server
	Client  fs.FS // the built web client
	Log     *slog.Logger
	Origins []string // origins allowed beside the host that was asked, as "https://host"
	Media   string   // the media address told to clients, host:port
	Demo    bool     // the admin listener may make a demonstration group
}

// Store is the room documents and the records.
type Store interface {
	store.RoomStore
	store.Records
	Ready(ctx context.Context) error
}

// negotiations bounds the handshakes in hand and those that wait.
const (
	negotiators     = 4
	negotiationWait = 256
)

// Server holds the rooms of this node. The mutex guards live; each room owns itself.
type Server struct {
	cfg      Config
	log      *slog.Logger
	rooms    store.RoomStore
	records  store.Records
	sfu      *sfu.Server
	upgrader websocket.Upgrader
	entering *limiter

	jobs     chan func()
	workers  sync.WaitGroup
	clients  sync.WaitGroup
	draining atomic.Bool
	quit     chan struct{}

	mu   sync.Mutex
	live map[string]*room
}

// New starts a server's own goroutines; Close ends them.
func New(cfg Config) *Server {
	s := &Server{
		cfg: cfg, log: cfg.Log, rooms: cfg.Store, records: cfg.Store, sfu: cfg.SFU,
		entering: newLimiter(10, 100), jobs: make(chan func(), negotiationWait),
		quit: make(chan struct{}), live: map[string]*room{},
	}
	s.upgrader = websocket.Upgrader{CheckOrigin: s.ownOrigin, HandshakeTimeout: helloWait}
	for range negotiators {
		s.workers.Go(func() {
			for {
				select {
				case f := <-s.jobs:
					f()
				case <-s.quit:
					return
				}
			}
		})
	}
	return s
}

// negotiate runs f on the bounded pool and reports false if too many wait.
func (s *Server) negotiate(f func()) bool {
	select {
	case s.jobs <- f:
		return true
	default:
		return false
	}
}

func (s *Server) mediaAddress() string { return s.cfg.Media }

// room returns the live room of a session, taking the document over if no other node holds it.
func (s *Server) room(ctx context.Context, id string) (*room, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.live[id]; r != nil {
		select {
		case <-r.done:
		default:
			return r, nil
		}
	}
	if s.draining.Load() {
		return nil, errRoomGone
	}
	doc, err := s.rooms.Claim(ctx, id, s.cfg.Node, leaseTime)
	if err != nil {
		return nil, fmt.Errorf("claim room: %w", err)
	}
	r, err := newRoom(s, id, doc)
	if err != nil {
		return nil, err
	}
	s.live[id] = r
	s.workers.Go(r.run)
	s.log.Info("room opened", "room", id, "epoch", doc.Epoch)
	return r, nil
}

func (s *Server) forget(r *room) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live[r.id] == r {
		delete(s.live, r.id)
	}
}

// Close tells every client to come back later, ends the rooms and waits for all goroutines. It is idempotent.
func (s *Server) Close() error {
	if s.draining.Swap(true) {
		return nil
	}
	s.mu.Lock()
	for _, r := range s.live {
		close(r.quit)
	}
	s.mu.Unlock()
	s.clients.Wait()
	close(s.quit)
	s.workers.Wait()
	return nil
}

// socket serves /ws: a hello within five seconds, then the room.
func (s *Server) socket(w http.ResponseWriter, req *http.Request) {
	if s.draining.Load() {
		http.Error(w, "restarting", http.StatusServiceUnavailable)
		return
	}
	if !s.entering.allow(req.RemoteAddr) {
		http.Error(w, "too many", http.StatusTooManyRequests)
		return
	}
	s.clients.Add(1)
	defer s.clients.Done()
	conn, err := s.upgrader.Upgrade(w, req, nil)
	if err != nil {
		return // gorilla has answered: 400 or 403
	}
	if code := s.serve(conn); code != 0 {
		closeSocket(conn, code)
	}
}

// serve is one socket's life. It returns a close code if the socket never became a client.
func (s *Server) serve(conn *websocket.Conn) int {
	hello, code := readHello(conn)
	if code != 0 {
		return code
	}
	ctx, cancel := context.WithTimeout(context.Background(), helloWait)
	defer cancel()
	c, code := s.admit(ctx, conn, hello)
	if code != 0 {
		return code
	}
	r, err := s.room(ctx, c.pass.Session)
	if err != nil {
		s.log.Warn("open room", "room", c.pass.Session, "err", err)
		return closeCodeForOpen(err)
	}
	if err := r.call(ctx, func() { code = r.join(c) }); err != nil {
		return protocol.CloseUnavailable
	}
	if code != 0 {
		return code
	}
	s.clients.Go(c.write)
	onPurpose := c.read(func(m protocol.ClientMessage) {
		_ = r.call(context.Background(), func() { r.handle(c, m) }) // a room that is gone closes its clients itself
	})
	_ = r.call(context.Background(), func() { r.left(c, onPurpose) })
	c.box.close(websocket.CloseNormalClosure)
	return 0
}

func closeCodeForOpen(err error) int {
	if errors.Is(err, store.ErrNotFound) {
		return protocol.CloseEnded
	}
	return protocol.CloseUnavailable
}
