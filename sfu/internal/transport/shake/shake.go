// Package shake is what both ends of a handshake for SRTP (RFC 5764) share: a pipe for records that come from no socket of their
// own, and the keys. Who may shake hands, and with which certificate, each end says itself.
package shake

import (
	"errors"
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

// FlightInterval is after how long a flight is sent again that was not answered.
const FlightInterval = 200 * time.Millisecond

// Silenced keeps Pion from logging: its lines hold addresses, and clients can make them grow.
var Silenced = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}

// Profiles are those of SRTP that we speak, the better first.
func Profiles() []dtls.SRTPProtectionProfile {
	return []dtls.SRTPProtectionProfile{dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80}
}

// Keys are the contexts for what the other end sends, with these options, and for what it is sent (RFC 5764 §4.2).
func Keys(c *dtls.Conn, isClient bool, options ...srtp.ContextOption) (in, out *srtp.Context, err error) {
	state, known := c.ConnectionState()
	profile, agreed := c.SelectedSRTPProtectionProfile()
	if !known || !agreed {
		return nil, nil, errors.New("no SRTP profile")
	}
	config := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := config.ExtractSessionKeysFromDTLS(&state, isClient); err != nil {
		return nil, nil, err
	}
	k := config.Keys
	in, inErr := srtp.CreateContext(k.RemoteMasterKey, k.RemoteMasterSalt, config.Profile, options...)
	out, outErr := srtp.CreateContext(k.LocalMasterKey, k.LocalMasterSalt, config.Profile)
	return in, out, errors.Join(inErr, outErr)
}

// depth is how many records wait for a handshake; it repeats what is dropped.
const depth = 16

// Pipe is the net.PacketConn of a handshake: records are put in by whoever reads the socket.
type Pipe struct {
	records chan []byte
	gone    chan struct{}
	once    sync.Once
	readBy  *deadline.Deadline
	send    func([]byte)
}

// NewPipe makes a pipe that writes by send, from the goroutines of the handshake.
func NewPipe(send func([]byte)) *Pipe {
	return &Pipe{records: make(chan []byte, depth), gone: make(chan struct{}), readBy: deadline.New(), send: send}
}

// Put hands in a copy of a record, or drops it: DTLS repeats.
func (p *Pipe) Put(record []byte) {
	select {
	case p.records <- append([]byte(nil), record...):
	default:
	}
}

// ReadFrom implements net.PacketConn.
func (p *Pipe) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case record := <-p.records:
		return copy(b, record), p.LocalAddr(), nil
	case <-p.gone:
		return 0, nil, net.ErrClosed
	case <-p.readBy.Done():
		return 0, nil, os.ErrDeadlineExceeded
	}
}

// WriteTo implements net.PacketConn; the address is its sender's business.
func (p *Pipe) WriteTo(b []byte, _ net.Addr) (int, error) {
	select {
	case <-p.gone:
		return 0, net.ErrClosed
	default:
	}
	p.send(b)
	return len(b), nil
}

// Close ends reading and writing. It is idempotent.
func (p *Pipe) Close() error {
	p.once.Do(func() { close(p.gone) })
	return nil
}

// LocalAddr implements net.PacketConn, as the deadlines do.
func (p *Pipe) LocalAddr() net.Addr { return &net.UDPAddr{} }

// SetDeadline is of reading: nothing waits to write.
func (p *Pipe) SetDeadline(t time.Time) error { return p.SetReadDeadline(t) }

// SetReadDeadline implements net.PacketConn.
func (p *Pipe) SetReadDeadline(t time.Time) error { p.readBy.Set(t); return nil }

// SetWriteDeadline implements net.PacketConn.
func (p *Pipe) SetWriteDeadline(time.Time) error { return nil }
