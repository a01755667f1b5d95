package load

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"

	"kring/sfu/internal/transport/shake"
	"kring/sfu/internal/udp"
)

// Conn is one connection of a client: its socket, and ICE, DTLS and SRTP over it.
type Conn struct {
	client     *Client
	socket     *udp.Socket
	ufrag, pwd string
	offered    bool
	streams    []*stream // what the offer says that is sent
	pipe       *shake.Pipe
	checked    chan struct{} // closed when the server has answered a check
	running    sync.WaitGroup
	closed     chan struct{}
	once       sync.Once
	err        error // of the closing

	// Set by Connect before anything runs.
	remote description
	dtls   *dtls.Conn

	mu      sync.Mutex // guards what has been heard
	in      *srtp.Context
	opened  []byte // scratch
	ear     ear
	fate    *mathrand.Rand // which of the packets that arrive are lost
	answers bool           // a check has been answered

	sending           sync.Mutex // guards what is sent
	out               *srtp.Context
	plain             [udp.MaxDatagram]byte // scratch
	sealed            []byte                // scratch
	transportSequence uint16
	chance            *mathrand.Rand // which of the packets that are sent are lost
}

func newConn(c *Client, at netip.Addr) (*Conn, error) {
	s, err := udp.Listen(netip.AddrPortFrom(at, 0), slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, fmt.Errorf("open socket: %w", err)
	}
	conn := &Conn{
		client: c, socket: s, ufrag: rand.Text()[:8], pwd: rand.Text(), // RFC 8839 §5.4: 4 and 22 characters at least
		checked: make(chan struct{}), closed: make(chan struct{}), ear: newEar(),
		fate:   mathrand.New(mathrand.NewPCG(uint64(c.Index), 1)),
		chance: mathrand.New(mathrand.NewPCG(uint64(c.Index), 2)),
	}
	conn.pipe = shake.NewPipe(conn.write)
	return conn, nil
}

// Connect takes the server's description and returns when media can flow.
func (c *Conn) Connect(ctx context.Context, sdp string) error {
	var err error
	if c.remote, err = readDescription(sdp); err != nil {
		return fmt.Errorf("read the server's description: %w", err)
	}
	c.ear.agree(&c.remote)
	for _, s := range c.streams {
		s.agree(&c.remote)
	}
	c.running.Go(c.read)
	if err := c.check(ctx); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	if err := c.shake(ctx); err != nil {
		return fmt.Errorf("shake hands: %w", err)
	}
	c.running.Go(c.upkeep)
	return nil
}

// write sends what is not media.
func (c *Conn) write(b []byte) {
	_ = c.socket.WriteTo(b, c.remote.addr) // What is lost is repeated.
}

// read takes what arrives until the socket is closed.
func (c *Conn) read() {
	for {
		n, err := c.socket.Read()
		if err != nil {
			return
		}
		at := now()
		c.mu.Lock()
		for i := range n {
			d, _ := c.socket.Datagram(i) // Only the server knows this socket.
			c.take(d, at)
		}
		c.mu.Unlock()
	}
}

// take tells datagrams apart by their first byte, RFC 7983 §7, and RTCP from RTP by RFC 5761 §4; c.mu is held.
func (c *Conn) take(d []byte, at time.Duration) {
	switch {
	case len(d) < 2:
	case d[0] < 4:
		c.takeSTUN(d)
	case d[0] >= 20 && d[0] < 64:
		c.pipe.Put(d)
	case d[0]>>6 != 2 || c.in == nil:
	case d[1] >= 192 && d[1] < 224:
		c.takeRTCP(d, at)
	case c.client.workload.Loss == 0 || c.fate.Float64() >= c.client.workload.Loss:
		c.takeRTP(d, at)
	}
}

// takeRTCP acts on feedback to what is sent and notes reports on what is heard; c.mu is held.
func (c *Conn) takeRTCP(d []byte, at time.Duration) {
	opened, err := c.in.DecryptRTCP(nil, d, nil)
	if err != nil {
		return
	}
	packets, err := rtcp.Unmarshal(opened)
	if err != nil {
		return
	}
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			c.ear.noteReport(p, at)
		case *rtcp.PictureLossIndication:
			c.wantKeyFrame(p.MediaSSRC)
		case *rtcp.FullIntraRequest:
			for _, f := range p.FIR {
				c.wantKeyFrame(f.SSRC)
			}
		case *rtcp.TransportLayerNack:
			c.resend(p)
		}
	}
}

// sendRTCP seals and sends each packet by itself (RFC 5506): reports on many streams are long.
func (c *Conn) sendRTCP(packets []rtcp.Packet) {
	c.sending.Lock()
	defer c.sending.Unlock()
	for _, p := range packets {
		c.sealRTCP(p)
	}
}

// sealRTCP seals and sends a compound; c.sending is held.
func (c *Conn) sealRTCP(packets ...rtcp.Packet) {
	raw, err := rtcp.Marshal(packets)
	if err != nil {
		return // Nothing of ours is malformed; and a report that is missing is followed by another.
	}
	if sealed, err := c.out.EncryptRTCP(nil, raw, nil); err == nil {
		c.write(sealed)
	}
}

// sendRTP seals a packet and sends it, unless it is one that is lost; c.sending is held.
func (c *Conn) sendRTP(packet []byte) {
	sealed, err := c.out.EncryptRTP(c.sealed[:0], packet, nil)
	if err != nil {
		return
	}
	c.sealed = sealed
	if loss := c.client.workload.Loss; loss == 0 || c.chance.Float64() >= loss {
		c.write(sealed)
	}
}

func (c *Conn) heard() tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ear.tally
}

func (c *Conn) takeDelays() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.ear.delays
	c.ear.delays = nil
	return d
}

// close says goodbye and ends the goroutines. It is idempotent.
func (c *Conn) close() error {
	c.once.Do(func() {
		close(c.closed)
		if c.dtls != nil {
			c.err = c.dtls.Close()
		}
		c.err = errors.Join(c.err, c.pipe.Close(), c.socket.Close())
		c.running.Wait()
	})
	return c.err
}

var start = time.Now()

// now is the time since the program's start, by the monotonic clock: the one that samples carry.
func now() time.Duration { return time.Since(start) }
