package lite

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/stun/v4"

	"kring/sfu/internal/transport/ports"
	"kring/sfu/internal/udp"
)

// worker is one media port and the peers on it.
type worker struct {
	transport *Transport
	metrics   *metrics
	socket    *udp.Socket
	told      []netip.AddrPort // to clients, the preferred first

	// The loop's own.
	now      time.Duration // of the batch in hand
	header   rtp.Header    // scratch
	rtcp     rtcp.Header   // scratch
	request  stun.Message  // scratch
	response stun.Message  // scratch
	panicked time.Duration // when the last panic was logged

	mu        sync.Mutex
	byUfrag   map[string]*conn         // by our ufrag
	byAddr    map[netip.AddrPort]*conn // addresses that have passed a check
	queue     *udp.Queue
	gathering int        // how many will flush: the loop, and whoever gathers
	seal      rtp.Header // scratch
	sealRTCP  rtcp.Header
	flushed   udp.Stats // as of the last flush, for the metrics
}

func newWorker(t *Transport, at netip.AddrPort, all ports.Ports) (*worker, error) {
	socket, err := udp.Listen(at, t.log)
	if err != nil {
		return nil, err
	}
	told, err := all.Told(socket.LocalAddr())
	if err != nil {
		return nil, errors.Join(err, socket.Close())
	}
	return &worker{
		transport: t, metrics: t.metrics, socket: socket, told: told,
		byUfrag: map[string]*conn{}, byAddr: map[netip.AddrPort]*conn{}, queue: socket.NewQueue(),
	}, nil
}

// loop reads until the socket is closed.
func (w *worker) loop() {
	for {
		n, err := w.socket.Read()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			w.transport.log.Error("read from media port", "err", err)
			return
		}
		w.now = w.transport.now()
		w.hold()
		for i := range n {
			w.take(w.socket.Datagram(i))
		}
		w.release()
		w.metrics.took.Observe((w.transport.now() - w.now).Seconds())
	}
}

// hold lets what is written wait for release.
func (w *worker) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gathering++
}

func (w *worker) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gathering--
	w.send()
}

// flush returns when all that has been written is sent.
func (w *worker) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.send()
}

// send sends what is queued; w.mu is held.
func (w *worker) send() {
	w.queue.Flush()
	now := w.queue.Stats()
	w.metrics.sent(&w.flushed, &now)
	w.flushed = now
}

// panicSpacing is the least time between two log lines of panics: the bytes of others must not make the log grow.
const panicSpacing = time.Minute

// take handles one datagram. If it makes us panic, which would be a fault of ours, it alone is lost: what is heard by the others
// goes on.
func (w *worker) take(d []byte, from netip.AddrPort) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		w.metrics.panics.Inc()
		if w.panicked == 0 || w.now-w.panicked > panicSpacing {
			w.panicked = w.now
			w.transport.log.Error("panic at a datagram", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
	}()
	w.metrics.datagrams.Inc()
	switch { // RFC 7983 §7
	case len(d) < 12:
		w.metrics.unknown.Inc()
	case d[0] < 4:
		w.takeCheck(d, from)
	case d[0] >= 20 && d[0] < 64:
		if c := w.at(from); c != nil {
			c.takeDTLS(d, from, w.now)
		}
	case d[0] >= 128 && d[0] < 192:
		if c := w.at(from); c != nil {
			c.takeMedia(d, from)
		}
	default:
		w.metrics.unknown.Inc()
	}
}

// at finds who is at an address, and counts what comes from nobody.
func (w *worker) at(from netip.AddrPort) *conn {
	w.mu.Lock()
	c := w.byAddr[from]
	w.mu.Unlock()
	if c == nil {
		w.metrics.stranger.Inc()
	}
	return c
}

// forget takes a conn out of the tables.
func (w *worker) forget(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.byUfrag, c.ufrag)
	w.forgetPath(c)
	c.out = nil
}

// forgetPath lets a conn have no address; w.mu is held.
func (w *worker) forgetPath(c *conn) {
	for _, a := range c.path.forget() {
		if w.byAddr[a] == c {
			delete(w.byAddr, a)
		}
	}
	c.destination = nil
}
