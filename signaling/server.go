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
	"net/netip"
	"runtime/debug"
	"sync"

	"github.com/gorilla/websocket"

	"kring/sfu"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// Config is what a Server is made of. All fields but Origins, Proxies and Demo are needed.
type Config struct {
	Node       string // this node's id, stable over a restart
	Store      Store
	SFU        *sfu.Server
	Client     fs.FS // the built web client
	Log        *slog.Logger
	Origins    []string          // origins allowed beside the host that was asked, as "https://host"
	Proxies    []netip.Prefix    // whose X-Forwarded-For is believed
	Media      string            // the media address told to clients, host:port
	Base       string            // where browsers find this server, as "https://host", for printed links
	Demo       bool              // the admin listener may make a demonstration group
	Root       [RootKeySize]byte // the practice's root key: the same for ever and on all nodes, and never in the store
	AuditYears int               // how long the audit log is kept
	KeepDays   int               // how long look-backs and attendance are kept after a session; 0 is 30
}

// Store is the room documents, the records and the keys.
type Store interface {
	store.RoomStore
	store.Records
	store.Keys
	Ready(ctx context.Context) error
}

// negotiations bounds the handshakes in hand and those that wait.
const (
	negotiators     = 4
	negotiationWait = 256
)

// readBuffer is what each socket keeps to read into: most of what pages send is shorter. Buffers to write from are shared.
const readBuffer = 1 << 10

// Server holds the rooms of this node; each room owns itself.
type Server struct {
	cfg      Config
	log      *slog.Logger
	rooms    store.RoomStore
	records  store.Records
	seals    *seals
	tail     auditTail
	sfu      *sfu.Server
	upgrader websocket.Upgrader
	entering *limiter

	jobs    chan func()
	workers sync.WaitGroup // negotiators and rooms
	clients sync.WaitGroup // goroutines of sockets
	drain   chan struct{}  // closed when clients must go: rooms see it
	quit    chan struct{}  // closed when they are gone: negotiators see it
	once    sync.Once

	mu       sync.Mutex // guards the two below and is never held over a call of the store
	live     map[string]*opening
	draining bool
}

// opening is a room that is live or on its way. ready is closed once room or err is set; nothing changes after that.
type opening struct {
	ready chan struct{}
	room  *room
	err   error
}

// New starts a server's own goroutines; Close ends them.
func New(cfg Config) *Server {
	s := &Server{
		cfg: cfg, log: cfg.Log, rooms: cfg.Store, records: cfg.Store, sfu: cfg.SFU,
		seals:    &seals{root: cfg.Root, keys: cfg.Store},
		entering: newLimiter(10, 100), jobs: make(chan func(), negotiationWait),
		drain: make(chan struct{}), quit: make(chan struct{}), live: map[string]*opening{},
	}
	s.upgrader = websocket.Upgrader{
		CheckOrigin: s.ownOrigin, HandshakeTimeout: helloWait, ReadBufferSize: readBuffer, WriteBufferPool: new(sync.Pool),
	}
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

// room returns the live room of a session, taking the document over if no other node holds it. Who comes while it is being
// opened waits for the same opening; other rooms are not held up.
func (s *Server) room(ctx context.Context, id string) (*room, error) {
	o, mine, err := s.opening(id)
	if err != nil {
		return nil, err
	}
	if mine {
		s.open(ctx, id, o)
	}
	select {
	case <-o.ready:
		return o.room, o.err
	case <-ctx.Done():
		return nil, fmt.Errorf("open room: %w", ctx.Err())
	}
}

// opening finds or makes the entry of a room; whoever made it must open it.
func (s *Server) opening(id string) (o *opening, mine bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return nil, false, errRoomGone
	}
	if o := s.live[id]; o != nil {
		return o, false, nil
	}
	o = &opening{ready: make(chan struct{})}
	s.live[id] = o
	return o, true, nil
}

// open claims a room's document and starts its goroutine. Its caller is counted in clients, so Close waits for it.
func (s *Server) open(ctx context.Context, id string, o *opening) {
	defer close(o.ready)
	if o.room, o.err = s.claim(ctx, id); o.err != nil {
		s.forget(id)
		return
	}
	s.log.Info("room opened", "room", id, "epoch", o.room.doc.Epoch)
	s.workers.Go(o.room.run)
}

func (s *Server) claim(ctx context.Context, id string) (*room, error) {
	doc, err := s.rooms.Claim(ctx, id, s.cfg.Node, leaseTime)
	if err != nil {
		return nil, fmt.Errorf("claim room: %w", err)
	}
	state, k, err := s.openRoom(ctx, id, doc.Body)
	if err != nil {
		return nil, err
	}
	return newRoom(s, id, doc, state, k)
}

// forget takes a room out that could not be opened or has stopped: the next who comes opens it anew.
func (s *Server) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, id)
}

// liveRooms are the rooms that are open now.
func (s *Server) liveRooms() []*room {
	s.mu.Lock()
	defer s.mu.Unlock()
	var rooms []*room
	for _, o := range s.live {
		select {
		case <-o.ready:
			if o.room != nil {
				rooms = append(rooms, o.room)
			}
		default:
		}
	}
	return rooms
}

// Close tells every client to come back later, ends the rooms and returns when all goroutines are gone. It is idempotent.
func (s *Server) Close() error {
	s.once.Do(func() {
		s.mu.Lock()
		s.draining = true
		s.mu.Unlock()
		close(s.drain)
		s.clients.Wait()
		close(s.quit)
		s.workers.Wait()
	})
	return nil
}

// enterSocket counts a socket in, unless the server is stopping.
func (s *Server) enterSocket() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.draining {
		s.clients.Add(1)
	}
	return !s.draining
}

func (s *Server) stopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

// socket serves /ws: a hello within five seconds, then the room.
func (s *Server) socket(w http.ResponseWriter, req *http.Request) {
	if !s.entering.allow(s.caller(req)) {
		http.Error(w, "too many", http.StatusTooManyRequests)
		return
	}
	if !s.enterSocket() {
		http.Error(w, "restarting", http.StatusServiceUnavailable)
		return
	}
	defer s.clients.Done()
	conn, err := s.upgrader.Upgrade(w, req, nil)
	if err != nil {
		return // gorilla has answered: 400 or 403
	}
	s.clients.Go(func() { s.host(conn) }) // not here: net/http keeps a request's memory until this returns
}

// host is a socket from its first message to its end. What breaks it must not end the others: net/http would see to that too.
func (s *Server) host(conn *websocket.Conn) {
	defer func() {
		if broken := recover(); broken != nil {
			s.log.Error("socket broke", "panic", broken, "stack", string(debug.Stack()))
		}
		_ = conn.Close()
	}()
	if code := s.serve(conn); code != 0 {
		sayClose(conn, code)
		discard(conn)
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
	onPurpose := false
	defer func() { // also if reading broke
		_ = r.call(context.Background(), func() { r.left(c, onPurpose) })
		c.box.close(websocket.CloseNormalClosure)
		<-c.written
	}()
	onPurpose = c.read(func(m protocol.ClientMessage) {
		_ = r.call(context.Background(), func() { r.handle(c, m) }) // a room that is gone closes its clients itself
	})
	return 0
}

func closeCodeForOpen(err error) int {
	if errors.Is(err, store.ErrNotFound) {
		return protocol.CloseEnded
	}
	return protocol.CloseUnavailable
}
