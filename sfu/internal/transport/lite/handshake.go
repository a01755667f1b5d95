package lite

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/logging"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v5/deadline"

	"kring/sfu/internal/transport/jsep"
)

const (
	// handshakeLife is the longest that a handshake may take once it has begun.
	handshakeLife = 20 * time.Second
	// linger is how long the end of a handshake is kept: a client that has not got our last flight repeats its own (RFC 6347
	// §4.2.4), after 10 s for the sixth time at the latest.
	linger = 10 * time.Second
	// pipeDepth is how many datagrams wait for a handshake; it repeats what is dropped.
	pipeDepth = 16
	// replayWindow is how many packets late an SRTP packet may come: a second of the largest layer, so that a stall of the
	// network is no loss.
	replayWindow     = 1024
	replayWindowRTCP = 64
)

// takeDTLS hands a DTLS record to the handshake, which it begins if it is the first. Only addresses that have passed a check come
// here, so that nobody off the path can race a client's ClientHello.
func (c *conn) takeDTLS(d []byte, from netip.AddrPort, now time.Duration) {
	p := c.dtls.Load()
	if p == nil {
		if p = c.shake(d); p == nil {
			return
		}
	}
	c.worker.mu.Lock()
	c.path.spoke(from, now)
	c.aim()
	c.worker.mu.Unlock()
	p.put(d)
}

// recordHandshake is the content type of handshake records (RFC 5246 §6.2.1).
const recordHandshake = 22

// shake begins the handshake, nil if it cannot begin with this record or is over.
func (c *conn) shake(d []byte) *pipe {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.in != nil || c.handler == nil || d[0] != recordHandshake {
		return nil
	}
	p := newPipe(c.writeDTLS)
	c.dtls.Store(p)
	c.handshaking.Go(func() {
		defer c.dtls.Store(nil)
		defer p.Close()
		if err := c.serve(p); err != nil {
			c.transport.metrics.failedHandshakes.Inc()
		}
	})
	return p
}

// serve waits for its turn, is the server of a handshake, and lingers.
func (c *conn) serve(p *pipe) error {
	select {
	case c.transport.handshakes <- struct{}{}:
	case <-c.life.Done():
		return errClosed
	}
	server, err := c.handshake(p)
	<-c.transport.handshakes
	if server == nil {
		return err
	}
	if err == nil {
		wait := time.NewTimer(linger)
		select {
		case <-wait.C:
		case <-c.life.Done():
		}
		wait.Stop()
	}
	_ = p.Close() // first: the client takes a close_notify for the end of the media too
	_ = server.Close()
	return err
}

// handshake is RFC 5764: DTLS 1.2 with a certificate of the offer's fingerprint, and keys for SRTP out of it.
func (c *conn) handshake(p *pipe) (*dtls.Conn, error) {
	c.worker.mu.Lock()
	fingerprint := c.fingerprint
	c.worker.mu.Unlock()
	server, err := dtls.ServerWithOptions(p, p.LocalAddr(), c.transport.dtlsOptions(fingerprint)...)
	if err != nil {
		return nil, fmt.Errorf("make DTLS server: %w", err)
	}
	ctx, cancel := context.WithTimeout(c.life, handshakeLife)
	defer cancel()
	if err := server.HandshakeContext(ctx); err != nil {
		return server, fmt.Errorf("shake hands: %w", err)
	}
	in, out, err := keys(server)
	if err != nil {
		return server, fmt.Errorf("derive keys: %w", err)
	}
	c.begin(in, out)
	return server, nil
}

// keys are the contexts for what the client sends and what it is sent (RFC 5764 §4.2).
func keys(server *dtls.Conn) (in, out *srtp.Context, err error) {
	state, ok := server.ConnectionState()
	profile, agreed := server.SelectedSRTPProtectionProfile()
	if !ok || !agreed {
		return nil, nil, errors.New("no SRTP profile")
	}
	c := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := c.ExtractSessionKeysFromDTLS(&state, false); err != nil {
		return nil, nil, err
	}
	k := c.Keys
	in, err = srtp.CreateContext(k.RemoteMasterKey, k.RemoteMasterSalt, c.Profile,
		srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindowRTCP))
	if err != nil {
		return nil, nil, err
	}
	out, err = srtp.CreateContext(k.LocalMasterKey, k.LocalMasterSalt, c.Profile)
	return in, out, err
}

func (t *Transport) dtlsOptions(fingerprint jsep.Fingerprint) []dtls.ServerOption {
	return []dtls.ServerOption{
		dtls.WithCertificates(t.certificate),
		dtls.WithCipherSuites(dtls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256), // RFC 8827 §6.5
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithClientAuth(dtls.RequireAnyClientCert),
		dtls.WithVerifyPeerCertificate(func(chain [][]byte, _ [][]*x509.Certificate) error {
			if len(chain) == 0 || !fingerprint.Matches(chain[0]) {
				return errors.New("certificate is not the offer's")
			}
			return nil
		}),
		// A cookie would prove what the check has already, and cost a round trip.
		dtls.WithInsecureSkipVerifyHello(true),
		dtls.WithFlightInterval(200 * time.Millisecond),
		dtls.WithLoggerFactory(silenced),
	}
}

// silenced keeps Pion from logging: its lines hold addresses, and clients can make them grow.
var silenced = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}

// writeDTLS sends a record to where the peer is.
func (c *conn) writeDTLS(record []byte) {
	c.worker.mu.Lock()
	to := c.path.to
	c.worker.mu.Unlock()
	if to.IsValid() {
		_ = c.worker.socket.WriteTo(record, to) // What is lost is repeated.
	}
}

// pipe is the net.PacketConn of a handshake: records come from the worker's loop.
type pipe struct {
	records chan []byte
	gone    chan struct{}
	once    sync.Once
	readBy  *deadline.Deadline
	write   func([]byte)
}

func newPipe(write func([]byte)) *pipe {
	return &pipe{records: make(chan []byte, pipeDepth), gone: make(chan struct{}), readBy: deadline.New(), write: write}
}

// put hands in a record, or drops it: DTLS repeats.
func (p *pipe) put(record []byte) {
	select {
	case p.records <- append([]byte(nil), record...):
	default:
	}
}

func (p *pipe) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case record := <-p.records:
		return copy(b, record), p.LocalAddr(), nil
	case <-p.gone:
		return 0, nil, net.ErrClosed
	case <-p.readBy.Done():
		return 0, nil, os.ErrDeadlineExceeded
	}
}

func (p *pipe) WriteTo(b []byte, _ net.Addr) (int, error) {
	select {
	case <-p.gone:
		return 0, net.ErrClosed
	default:
	}
	p.write(b)
	return len(b), nil
}

func (p *pipe) Close() error {
	p.once.Do(func() { close(p.gone) })
	return nil
}

func (p *pipe) LocalAddr() net.Addr                { return &net.UDPAddr{} }
func (p *pipe) SetDeadline(t time.Time) error      { return p.SetReadDeadline(t) }
func (p *pipe) SetReadDeadline(t time.Time) error  { p.readBy.Set(t); return nil }
func (p *pipe) SetWriteDeadline(t time.Time) error { return nil }
