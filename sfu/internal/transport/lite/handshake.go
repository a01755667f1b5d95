package lite

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/srtp/v3"

	"kring/sfu/internal/transport/jsep"
	"kring/sfu/internal/transport/shake"
)

const (
	// handshakeLife is the longest that a handshake may take once it has begun.
	handshakeLife = 20 * time.Second
	// linger is how long the end of a handshake is kept: a client that has not got our last flight repeats its own (RFC 6347
	// §4.2.4), after 10 s for the sixth time at the latest.
	linger = 10 * time.Second
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
	p.Put(d)
}

// recordHandshake is the content type of handshake records (RFC 5246 §6.2.1).
const recordHandshake = 22

// shake begins the handshake, nil if it cannot begin with this record or is over.
func (c *conn) shake(d []byte) *shake.Pipe {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.in != nil || c.handler == nil || d[0] != recordHandshake {
		return nil
	}
	p := shake.NewPipe(c.writeDTLS)
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
func (c *conn) serve(p *shake.Pipe) error {
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
func (c *conn) handshake(p *shake.Pipe) (*dtls.Conn, error) {
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
	in, out, err := shake.Keys(server, false, srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindowRTCP))
	if err != nil {
		return server, fmt.Errorf("derive keys: %w", err)
	}
	c.begin(in, out)
	return server, nil
}

func (t *Transport) dtlsOptions(fingerprint jsep.Fingerprint) []dtls.ServerOption {
	return []dtls.ServerOption{
		dtls.WithCertificates(t.certificate),
		dtls.WithCipherSuites(dtls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256), // RFC 8827 §6.5
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithSRTPProtectionProfiles(shake.Profiles()...),
		dtls.WithClientAuth(dtls.RequireAnyClientCert),
		dtls.WithVerifyPeerCertificate(func(chain [][]byte, _ [][]*x509.Certificate) error {
			if len(chain) == 0 || !fingerprint.Matches(chain[0]) {
				return errors.New("certificate is not the offer's")
			}
			return nil
		}),
		// A cookie would prove what the check has already, and cost a round trip.
		dtls.WithInsecureSkipVerifyHello(true),
		dtls.WithFlightInterval(shake.FlightInterval),
		dtls.WithLoggerFactory(shake.Silenced),
	}
}

// writeDTLS sends a record to where the peer is.
func (c *conn) writeDTLS(record []byte) {
	c.worker.mu.Lock()
	to := c.path.to
	c.worker.mu.Unlock()
	if to.IsValid() {
		_ = c.worker.socket.WriteTo(record, to) // What is lost is repeated.
	}
}
