package lite

import (
	"context"
	"crypto/rand"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	mathrand "math/rand/v2"

	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v4"

	"kring/sfu/internal/transport"
	"kring/sfu/internal/transport/jsep"
	"kring/sfu/internal/transport/shake"
	"kring/sfu/internal/udp"
)

// conn is one peer's connection.
type conn struct {
	transport *Transport
	worker    *worker
	session   uint64

	life        context.Context // ends with Close
	end         context.CancelFunc
	once        sync.Once
	handshaking sync.WaitGroup

	offering sync.Mutex // guards what stands below
	version  uint64
	offer    *jsep.Offer // the last that was answered
	sections []transport.Section
	local    credentials

	// mu is held while the handler is called, and guards what stands below.
	mu       sync.Mutex
	handler  transport.Handler // nil once closed
	in       *srtp.Context     // nil before the handshake is over
	streams  map[uint32]struct{}
	up       bool // as the handler has been told
	sealedAt time.Duration
	sealedBy netip.AddrPort

	// heardAt is when anything authenticated came, in nanoseconds.
	heardAt atomic.Int64
	// dtls is the handshake that goes on, nil before and after.
	dtls atomic.Pointer[shake.Pipe]

	// Guarded by the worker's mutex.
	ufrag, theirUfrag string
	key               stun.MessageIntegrity
	fingerprint       jsep.Fingerprint // of the client's certificate
	path              path
	destination       *udp.Destination // of path.to, nil if there is none
	out               *srtp.Context    // nil before the handshake is over
}

// credentials are ours of one ICE generation.
type credentials struct{ ufrag, pwd string }

func newCredentials() credentials {
	return credentials{ufrag: rand.Text()[:12], pwd: rand.Text()} // RFC 8445 §5.3: 24 and 128 bits of chance at least
}

// Offer implements transport.Conn.
func (c *conn) Offer(sdp string) (string, []transport.Section, error) {
	c.offering.Lock()
	defer c.offering.Unlock()
	if c.life.Err() != nil {
		return "", nil, errClosed
	}
	o, err := jsep.Parse(sdp)
	if err != nil {
		return "", nil, err
	}
	sections, err := jsep.Negotiate(c.sections, o, mathrand.Uint32)
	if err != nil {
		return "", nil, err
	}
	restart, err := o.Restarts(c.offer)
	if err != nil {
		return "", nil, err
	}
	if restart {
		local := newCredentials()
		if !c.expect(local, o) {
			return "", nil, errClosed
		}
		c.local = local
	}
	c.offer, c.sections = o, sections
	c.version++
	return jsep.Answer(o, sections, jsep.Local{
		Session: c.session, Version: c.version, Ufrag: c.local.ufrag, Pwd: c.local.pwd,
		Fingerprint: c.transport.fingerprint, Addr: c.worker.told,
	}), sections, nil
}

// expect lets checks with these credentials in, and no others any more: what flows goes on where it does until one comes.
func (c *conn) expect(local credentials, o *jsep.Offer) bool {
	w := c.worker
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.life.Err() != nil {
		return false
	}
	delete(w.byUfrag, c.ufrag)
	c.ufrag, c.theirUfrag, c.key = local.ufrag, o.Ufrag, stun.NewShortTermIntegrity(local.pwd)
	c.fingerprint = o.Fingerprint
	w.byUfrag[c.ufrag] = c
	c.path.restart()
	return true
}

// aim makes the path's address the destination; the worker's mutex is held.
func (c *conn) aim() {
	switch to := c.path.to; {
	case !to.IsValid():
		c.destination = nil
	case c.destination == nil || c.destination.Addr() != to:
		c.destination = udp.NewDestination(c.worker.socket, to)
	}
}

// WriteRTP implements transport.Conn.
func (c *conn) WriteRTP(packet []byte) {
	w := c.worker
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.out == nil || c.destination == nil || len(packet) > maxPacket {
		return
	}
	sealed, err := c.out.EncryptRTP(w.queue.Buffer(), packet, &w.seal)
	c.queue(sealed, err)
}

// WriteRTCP implements transport.Conn.
func (c *conn) WriteRTCP(packet []byte) {
	w := c.worker
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.out == nil || c.destination == nil || len(packet) > maxPacket {
		return
	}
	sealed, err := c.out.EncryptRTCP(w.queue.Buffer(), packet, &w.sealRTCP)
	c.queue(sealed, err)
}

// queue queues what has been sealed, and sends it unless someone will; the worker's mutex is held.
func (c *conn) queue(sealed []byte, err error) {
	w := c.worker
	if err != nil {
		w.metrics.unsealed.Inc()
		return
	}
	w.queue.Push(sealed, c.destination)
	if w.gathering == 0 {
		w.send()
	}
}

// maxPacket is the longest packet before sealing: with a tag and an index it must fit a datagram's buffer.
const maxPacket = udp.MaxDatagram - 32

// goneAfter is how long a peer may be silent before it counts as gone: longer than the 6 s that a browser may wait between two
// checks when it has nothing to send.
const goneAfter = 8 * time.Second

// watch tells the handler if the peer has fallen silent or come back, and stops sending to one that has not asked for it for too
// long.
func (c *conn) watch(now time.Duration) {
	w := c.worker
	w.mu.Lock()
	if c.path.lapsed(now) {
		w.forgetPath(c)
	}
	w.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tell(now)
}

// tell tells the handler whether the peer is there, if that has changed; c.mu is held.
func (c *conn) tell(now time.Duration) {
	up := c.in != nil && now-time.Duration(c.heardAt.Load()) < goneAfter
	if c.handler != nil && up != c.up {
		c.up = up
		c.handler.Connected(up)
	}
}

// Close implements transport.Conn.
func (c *conn) Close() error {
	c.once.Do(func() {
		c.end()
		c.worker.forget(c)
		c.mu.Lock()
		c.handler, c.in = nil, nil
		c.mu.Unlock()
		c.transport.forget(c)
	})
	c.handshaking.Wait()
	return nil
}
