// Package pion is the transport on webrtc.PeerConnection: one a peer, for ICE, DTLS and SRTP, and for nothing else.
//
// What it does not do: Pion never sees a client's offer. Package jsep reads it and writes the answer; the PeerConnection is
// given a description of one section that names the client's credentials and certificate and no candidate. So Pion sends
// nothing to an address of a client's choosing, parses no SDP that a client wrote, and a peer with forty sections has no forty
// transceivers. All that is sent goes through the write stream of that one section, which seals any SSRC; all that arrives
// comes out of SRTP's read loop through SettingEngine.BufferFactory, without Pion's reading goroutines. There are no
// interceptors.
//
// Who owns what. A Transport owns the sockets, a conn its PeerConnection. Each conn calls its Handler under one mutex, since Pion
// reads RTP and RTCP by two goroutines.
//
// Limits. Pion keeps a small record for every SSRC that a client names, and drops none: a connection that has named more than
// maxStreams is closed. Only UDP; a peer costs about fifteen goroutines.
package pion

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"

	"kring/sfu/internal/transport"
	"kring/sfu/internal/transport/certificate"
	"kring/sfu/internal/transport/jsep"

	"github.com/pion/webrtc/v4"
)

// Config says where media comes in.
type Config struct {
	Media     string // UDP address, host:port, or a range host:first-last; port 0 takes a free one
	Advertise string // IP address told to clients instead of the host of Media, or empty
}

// Transport is the media ports and the connections on them.
type Transport struct {
	ports       []*port
	certificate webrtc.Certificate
	fingerprint jsep.Fingerprint
	closings    sync.WaitGroup // of connections that closed themselves

	mu     sync.Mutex
	conns  map[*conn]struct{}
	closed bool
}

// Listen opens the ports.
func Listen(cfg Config) (*Transport, error) {
	cert, fingerprint, err := certificate.New()
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	ports, err := listen(cfg)
	if err != nil {
		return nil, err
	}
	return &Transport{ports: ports, certificate: webrtc.CertificateFromX509(cert.PrivateKey, cert.Leaf), fingerprint: fingerprint, conns: map[*conn]struct{}{}}, nil
}

// Addr implements transport.Transport.
func (t *Transport) Addr() netip.AddrPort { return t.ports[0].local }

// Open implements transport.Transport.
func (t *Transport) Open(worker uint32, h transport.Handler) (transport.Conn, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, errClosed
	}
	c, err := newConn(t, t.ports[worker%uint32(len(t.ports))], h)
	if err != nil {
		return nil, fmt.Errorf("make peer connection: %w", err)
	}
	t.conns[c] = struct{}{}
	return c, nil
}

// Gather implements transport.Transport.
func (t *Transport) Gather(_ uint32, f func()) { f() }

// Flush implements transport.Transport: what is written is sent at once.
func (t *Transport) Flush(uint32) {}

// Close implements transport.Transport.
func (t *Transport) Close() error {
	t.mu.Lock()
	t.closed = true
	var conns []*conn
	for c := range t.conns {
		conns = append(conns, c)
	}
	t.mu.Unlock()
	var errs []error
	for _, c := range conns {
		errs = append(errs, c.Close())
	}
	t.closings.Wait()
	for _, p := range t.ports {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

// background closes a connection that its caller cannot wait for. Close waits for it.
func (t *Transport) background(c *conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.closings.Go(func() { _ = c.Close() })
	}
}

func (t *Transport) forget(c *conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.conns, c)
}

var errClosed = errors.New("closed")
