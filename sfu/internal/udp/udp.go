// Package udp is a UDP socket that moves many datagrams with one system call: on Linux recvmmsg, sendmmsg and segmentation by the
// kernel (UDP_SEGMENT), elsewhere, or where the kernel has none of it, one by one, with the same result.
//
// It knows nothing of what a datagram holds. It does not retransmit, pace or order: what the kernel does not take is dropped and
// counted, as the network would. Datagrams in one Queue keep their order for each destination and not between destinations.
//
// A Socket is read by one goroutine, which owns what it was given until it reads again. A Queue, and every Destination made for it,
// belong to whoever holds its owner's lock; a socket may have several. WriteTo and Close are anyone's. The package starts no goroutine.
package udp

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	// MaxDatagram is the longest datagram, in bytes: more than any path carries in one piece.
	MaxDatagram = 2048
	// kernelBuffer is what the kernel keeps for us, each way, in bytes; it gives less where its limit is lower.
	kernelBuffer = 4 << 20
)

// reader takes datagrams from a socket.
type reader interface {
	read() (int, error)
	datagram(i int) ([]byte, netip.AddrPort)
}

// sender sends what is in a queue and counts it there.
type sender interface{ send(q *Queue) }

// Socket is an open UDP socket.
type Socket struct {
	conn  *net.UDPConn
	local netip.AddrPort
	log   *slog.Logger
	close func() error

	ways      string
	in        reader
	newSender func() sender
}

// Listen opens a socket. [::] takes IPv4 too; 0.0.0.0 takes IPv4 alone.
func Listen(at netip.AddrPort, log *slog.Logger) (*Socket, error) {
	s, err := open(at, log)
	if err != nil {
		return nil, err
	}
	if !s.useMany() {
		s.usePlain()
	}
	return s, nil
}

// open is Listen without the choice of a way.
func open(at netip.AddrPort, log *slog.Logger) (*Socket, error) {
	at = unmapped(at)
	network := "udp"
	if at.Addr().Is4() {
		network = "udp4" // "udp" would make 0.0.0.0 take IPv6 too.
	}
	conn, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, fmt.Errorf("listen for datagrams: %w", err)
	}
	_ = conn.SetReadBuffer(kernelBuffer)
	_ = conn.SetWriteBuffer(kernelBuffer)
	local := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return &Socket{conn: conn, local: local, log: log, close: sync.OnceValue(conn.Close)}, nil
}

// LocalAddr is where the socket listens.
func (s *Socket) LocalAddr() netip.AddrPort { return s.local }

// Ways names the system calls in use, for a line in the log.
func (s *Socket) Ways() string { return s.ways }

// Close ends Read; what is queued can no longer be sent.
func (s *Socket) Close() error { return s.close() }

// Read waits for datagrams and says how many came. Its only error is net.ErrClosed.
func (s *Socket) Read() (int, error) {
	for {
		n, err := s.in.read()
		if err == nil {
			return n, nil
		}
		if errors.Is(err, net.ErrClosed) {
			return 0, net.ErrClosed
		}
		// Some systems tell us here what became of an earlier datagram (ICMP). An error that stays must not cost a core.
		time.Sleep(time.Millisecond)
	}
}

// Datagram is one of those that came with the last Read, and where it is from, an IPv4 address never mapped. One longer than
// MaxDatagram is given as empty.
func (s *Socket) Datagram(i int) (b []byte, from netip.AddrPort) { return s.in.datagram(i) }

var errFamily = errors.New("write datagram: no IPv4 address")

// WriteTo sends one datagram at once.
func (s *Socket) WriteTo(b []byte, to netip.AddrPort) error {
	if s.isIPv4() && !to.Addr().Unmap().Is4() {
		return errFamily
	}
	_, err := s.conn.WriteToUDPAddrPort(b, to)
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err // The rest of it is addresses, and errors are logged.
	}
	if err != nil {
		return fmt.Errorf("write datagram: %w", err)
	}
	return nil
}

func (s *Socket) isIPv4() bool { return s.local.Addr().Is4() }

func unmapped(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
