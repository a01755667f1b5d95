package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/logging"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v5/deadline"
)

// shake is the client of a DTLS handshake and takes the keys of SRTP from it, RFC 5764.
func (c *Conn) shake(ctx context.Context) error {
	options, err := handshakeOptions()
	if err != nil {
		return fmt.Errorf("make certificate: %w", err)
	}
	if c.dtls, err = dtls.ClientWithOptions(c.pipe, net.UDPAddrFromAddrPort(c.remote.addr), options...); err != nil {
		return err
	}
	if err := c.dtls.HandshakeContext(ctx); err != nil {
		return err
	}
	in, out, err := keys(c.dtls)
	if err != nil {
		return err
	}
	c.sending.Lock()
	c.out = out
	c.sending.Unlock()
	c.mu.Lock()
	c.in = in
	c.mu.Unlock()
	return nil
}

func keys(d *dtls.Conn) (in, out *srtp.Context, err error) {
	state, known := d.ConnectionState()
	profile, agreed := d.SelectedSRTPProtectionProfile()
	if !known || !agreed {
		return nil, nil, errors.New("no SRTP profile")
	}
	c := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := c.ExtractSessionKeysFromDTLS(&state, true); err != nil {
		return nil, nil, err
	}
	in, inErr := srtp.CreateContext(c.Keys.RemoteMasterKey, c.Keys.RemoteMasterSalt, c.Profile)
	out, outErr := srtp.CreateContext(c.Keys.LocalMasterKey, c.Keys.LocalMasterSalt, c.Profile)
	return in, out, errors.Join(inErr, outErr)
}

func handshakeOptions() ([]dtls.ClientOption, error) {
	c, err := ourCertificate()
	return []dtls.ClientOption{
		dtls.WithCertificates(c.certificate),
		dtls.WithInsecureSkipVerify(true),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithFlightInterval(200 * time.Millisecond),
		dtls.WithLoggerFactory(&logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}),
	}, err
}

// pipeDepth is how many records wait for the handshake; what is dropped is repeated.
const pipeDepth = 16

// pipe is the net.PacketConn of a handshake: the reading goroutine of the Conn puts records in.
type pipe struct {
	records chan []byte
	gone    chan struct{}
	once    sync.Once
	readBy  *deadline.Deadline
	send    func([]byte)
}

func newPipe(send func([]byte)) *pipe {
	return &pipe{records: make(chan []byte, pipeDepth), gone: make(chan struct{}), readBy: deadline.New(), send: send}
}

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
	p.send(b)
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
