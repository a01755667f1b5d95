package pion

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"kring/sfu/internal/transport"
	"kring/sfu/internal/transport/jsep"
)

// conn is one peer's connection.
type conn struct {
	transport *Transport
	port      *port
	pc        *webrtc.PeerConnection
	out       carrier
	in        incoming
	session   uint64

	once   sync.Once
	closed chan struct{}
	err    error // of the closing

	offering sync.Mutex // guards what stands below
	version  uint64
	offer    *jsep.Offer // the last that was answered
	sections []transport.Section
	ufrag    string // ours
	pwd      string

	reporting sync.Mutex // guards up, and keeps its reports in order
	up        bool
}

func newConn(t *Transport, p *port, h transport.Handler) (*conn, error) {
	c := &conn{transport: t, port: p, session: rand.Uint64() >> 2, closed: make(chan struct{})} // RFC 9429 §5.2.1: 62 bits
	c.in.handler, c.in.excess = h, func() { t.background(c) }
	pc, err := newPeerConnection(t, p, &c.in)
	if err != nil {
		return nil, err
	}
	c.pc = pc
	sendonly := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
	if _, err := pc.AddTransceiverFromTrack(&c.out, sendonly); err != nil {
		return nil, errors.Join(err, pc.GracefulClose())
	}
	pc.OnConnectionStateChange(c.stateChanged)
	return c, nil
}

// Offer implements transport.Conn.
func (c *conn) Offer(sdp string) (string, []transport.Section, error) {
	c.offering.Lock()
	defer c.offering.Unlock()
	select {
	case <-c.closed:
		return "", nil, errClosed
	default:
	}
	o, err := jsep.Parse(sdp)
	if err != nil {
		return "", nil, err
	}
	sections, err := jsep.Negotiate(c.sections, o, rand.Uint32)
	if err != nil {
		return "", nil, err
	}
	restart, err := o.Restarts(c.offer)
	if err == nil && restart {
		err = c.start(o)
	}
	if err != nil {
		return "", nil, err
	}
	c.offer, c.sections = o, sections
	c.version++
	return jsep.Answer(o, sections, jsep.Local{
		Session: c.session, Version: c.version, Ufrag: c.ufrag, Pwd: c.pwd,
		Fingerprint: c.transport.fingerprint, Addr: c.port.told,
	}), sections, nil
}

// start has Pion answer. When it returns, the port knows the credentials that the answer tells.
func (c *conn) start(o *jsep.Offer) error {
	if err := c.pc.SetRemoteDescription(carrierOffer(o)); err != nil {
		return fmt.Errorf("set remote description: %w", err)
	}
	answer, err := c.pc.CreateAnswer(nil)
	if err != nil {
		return fmt.Errorf("create answer: %w", err)
	}
	if err := c.pc.SetLocalDescription(answer); err != nil {
		return fmt.Errorf("set local description: %w", err)
	}
	select {
	case <-webrtc.GatheringCompletePromise(c.pc):
	case <-c.closed:
		return errClosed
	}
	return c.readCredentials(answer)
}

// readCredentials takes our ICE credentials from Pion's answer: asking its ICETransport would race with its start.
func (c *conn) readCredentials(answer webrtc.SessionDescription) error {
	d, err := answer.Unmarshal()
	if err != nil {
		return fmt.Errorf("read Pion's answer: %w", err)
	}
	for _, m := range d.MediaDescriptions {
		ufrag, named := m.Attribute("ice-ufrag")
		pwd, keyed := m.Attribute("ice-pwd")
		if named && keyed {
			c.ufrag, c.pwd = ufrag, pwd
			return nil
		}
	}
	return errors.New("answer of Pion has no ICE credentials")
}

// WriteRTP implements transport.Conn.
func (c *conn) WriteRTP(packet []byte) { c.out.write(packet) }

// WriteRTCP implements transport.Conn.
func (c *conn) WriteRTCP(packet []byte) {
	raw := rtcp.RawPacket(packet)
	_ = c.pc.WriteRTCP([]rtcp.Packet{&raw}) // What cannot be sent is lost.
}

// stateChanged reports what is now: Pion calls it by a new goroutine for each change, in no order.
func (c *conn) stateChanged(webrtc.PeerConnectionState) {
	c.reporting.Lock()
	defer c.reporting.Unlock()
	if up := c.pc.ConnectionState() == webrtc.PeerConnectionStateConnected; up != c.up {
		c.up = up
		c.in.connected(up)
	}
}

// Close implements transport.Conn.
func (c *conn) Close() error {
	c.once.Do(func() {
		close(c.closed)
		c.in.close()
		c.err = c.pc.GracefulClose()
		c.transport.forget(c)
	})
	return c.err
}
