package sfu

import (
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"kring/sfu/internal/transport"
)

// Server holds the rooms and the media transport.
type Server struct {
	transport transport.Transport
	metrics   *metrics
	log       *slog.Logger
	start     time.Time
	stop      chan struct{}
	work      sync.WaitGroup // the ticker, and closings that nobody waits for

	mu     sync.Mutex
	rooms  map[string]*Room
	closed bool
}

// New opens the media port.
func New(cfg Config) (*Server, error) {
	t, err := openTransport(cfg)
	if err != nil {
		return nil, fmt.Errorf("open media transport: %w", err)
	}
	return newServer(t, cfg), nil
}

func newServer(t transport.Transport, cfg Config) *Server {
	s := &Server{
		transport: t, metrics: newMetrics(cfg.Metrics), log: cfg.Log,
		start: time.Now(), stop: make(chan struct{}), rooms: map[string]*Room{},
	}
	s.work.Go(s.ticker)
	return s
}

// MediaAddr is the address of the first media port.
func (s *Server) MediaAddr() netip.AddrPort { return s.transport.Addr() }

// Room returns the room with this id, made if need be.
func (s *Server) Room(id string) *Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rooms[id]
	if r == nil {
		r = newRoom(s, id)
		r.closed = s.closed
		if !s.closed {
			s.rooms[id] = r
			s.metrics.rooms.Inc()
		}
	}
	return r
}

// Forget closes a room and all its peers.
func (s *Server) Forget(id string) {
	s.mu.Lock()
	r := s.rooms[id]
	delete(s.rooms, id)
	s.mu.Unlock()
	if r != nil {
		r.close()
		s.metrics.rooms.Dec()
	}
}

// Close closes all rooms and the media port, and returns when their goroutines are gone. It is idempotent.
func (s *Server) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	var ids []string
	for id := range s.rooms {
		ids = append(ids, id)
	}
	s.mu.Unlock()
	if first {
		close(s.stop)
	}
	for _, id := range ids {
		s.Forget(id)
	}
	s.work.Wait()
	if err := s.transport.Close(); err != nil {
		return fmt.Errorf("close media transport: %w", err)
	}
	return nil
}

// background runs a closing that its caller cannot wait for. Close waits for it.
func (s *Server) background(closing func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.work.Go(closing)
	}
}

// now is the time since the server's start, by the monotonic clock.
func (s *Server) now() time.Duration { return time.Since(s.start) }

// worker is the transport's worker for a room: all its peers share one.
func worker(room string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(room)) // A hash does not fail.
	return h.Sum32()
}

// ErrClosed is the error of what is asked of a peer or a room that has been closed.
var ErrClosed = errors.New("closed")
