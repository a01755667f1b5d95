// Package lite is the transport without webrtc.PeerConnection: an ICE-lite responder of our own (RFC 8445 §2.5) on the media port,
// with DTLS by pion/dtls and SRTP by pion/srtp. An idle peer costs it neither a goroutine nor a timer.
//
// What it does not do. It sends no check of its own, so that it sends nothing to an address of a client's choosing: an address is
// one that an authenticated check has come from. It has no TCP, no relay and no data channels. Once the handshake is over it keeps
// no DTLS: a client's close_notify is not heard, and one that has gone is known by its silence.
//
// Who owns what. Each port has a worker: one goroutine, its loop, reads datagrams in batches, opens them, calls the handlers, and
// sends all that they wrote before it reads again. The worker's mutex guards its tables, the paths of its peers, their keys for
// sending, and the queue of what is to be sent; others than the loop write under it too and send at once. A conn's own mutex
// is held while its Handler is called, and guards its keys for receiving. A handshake has a goroutine for as long as it lasts.
//
// Order of locks: a conn's, then the core's own, then the worker's. Nothing is called out under a worker's.
//
// Limits. At most maxHandshakes at a time, the others wait; maxAddresses a peer; maxStreams a peer, more closes it.
package lite

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kring/sfu/internal/transport"
	"kring/sfu/internal/transport/certificate"
	"kring/sfu/internal/transport/jsep"
	"kring/sfu/internal/transport/ports"
)

// Config says where media comes in.
type Config struct {
	Media     string // UDP address, host:port, or a range host:first-last; port 0 takes a free one
	Advertise string // IP address told to clients instead of the host of Media, or empty
	Log       *slog.Logger
	Metrics   prometheus.Registerer
}

// Transport is the media ports and the connections on them.
type Transport struct {
	workers     []*worker
	certificate tls.Certificate
	fingerprint jsep.Fingerprint
	log         *slog.Logger
	metrics     *metrics
	start       time.Time
	handshakes  chan struct{}  // a place for each that may go on
	stop        chan struct{}  // closed by Close
	running     sync.WaitGroup // the loops, and closings that nobody waits for

	mu     sync.Mutex
	conns  map[*conn]struct{}
	closed bool
}

// maxHandshakes is how many go on at a time: enough for a hundred a second over a slow line, and few enough that media, which the
// same cores forward, is not starved.
const maxHandshakes = 16

// Listen opens the ports.
func Listen(cfg Config) (*Transport, error) {
	cert, fingerprint, err := certificate.New()
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	all, err := ports.Parse(cfg.Media, cfg.Advertise)
	if err != nil {
		return nil, err
	}
	t := &Transport{
		certificate: cert, fingerprint: fingerprint, log: cfg.Log, metrics: newMetrics(cfg.Metrics), start: time.Now(),
		handshakes: make(chan struct{}, maxHandshakes), stop: make(chan struct{}), conns: map[*conn]struct{}{},
	}
	for _, at := range all.All() {
		w, err := newWorker(t, at, all)
		if err != nil {
			_ = t.Close()
			return nil, fmt.Errorf("listen on port %d: %w", at.Port(), err)
		}
		t.workers = append(t.workers, w)
		t.running.Go(w.loop)
	}
	t.running.Go(t.watch)
	t.log.Info("media", "transport", "lite", "ports", len(t.workers), "by", t.workers[0].socket.Ways())
	return t, nil
}

// Addr implements transport.Transport.
func (t *Transport) Addr() netip.AddrPort { return t.workers[0].socket.LocalAddr() }

// Open implements transport.Transport.
func (t *Transport) Open(worker uint32, h transport.Handler) (transport.Conn, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, errClosed
	}
	c := &conn{
		transport: t, worker: t.workerOf(worker), session: rand.Uint64() >> 2, // RFC 9429 §5.2.1: 62 bits
		handler: h, streams: map[uint32]struct{}{},
	}
	c.life, c.end = context.WithCancel(context.Background())
	t.conns[c] = struct{}{}
	return c, nil
}

// Gather implements transport.Transport.
func (t *Transport) Gather(worker uint32, f func()) {
	w := t.workerOf(worker)
	w.hold()
	defer w.release()
	f()
}

// Flush implements transport.Transport.
func (t *Transport) Flush(worker uint32) { t.workerOf(worker).flush() }

func (t *Transport) workerOf(n uint32) *worker { return t.workers[n%uint32(len(t.workers))] }

// Close implements transport.Transport.
func (t *Transport) Close() error {
	t.mu.Lock()
	first := !t.closed
	t.closed = true
	t.mu.Unlock()
	for _, c := range t.all() {
		_ = c.Close()
	}
	if first {
		close(t.stop)
	}
	var errs []error
	for _, w := range t.workers {
		errs = append(errs, w.socket.Close())
	}
	t.running.Wait()
	return errors.Join(errs...)
}

// watchEvery is how often peers are looked at that have fallen silent or come back.
const watchEvery = 500 * time.Millisecond

// watch tells handlers of peers that have fallen silent or come back, until the transport is closed.
func (t *Transport) watch() {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-t.stop:
			return
		case <-tick.C:
		}
		for _, c := range t.all() {
			c.watch(t.now())
		}
	}
}

func (t *Transport) all() []*conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]*conn, 0, len(t.conns))
	for c := range t.conns {
		out = append(out, c)
	}
	return out
}

// background closes a connection that its caller cannot wait for. Close waits for it.
func (t *Transport) background(c *conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.running.Go(func() { _ = c.Close() })
	}
}

func (t *Transport) forget(c *conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.conns, c)
}

// now is the time since the start, by the monotonic clock.
func (t *Transport) now() time.Duration { return time.Since(t.start) }

var errClosed = errors.New("closed")
