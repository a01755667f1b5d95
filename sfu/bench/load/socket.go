package load

import (
	"errors"
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
)

const (
	batchSize   = 64
	maxDatagram = 1500
	// socketBuffer is asked of the kernel for what waits, in bytes: a receiver that is slow to wake must not lose anything.
	socketBuffer = 2 << 20
)

// socket reads many datagrams by one system call where the system can (golang.org/x/net knows how).
type socket struct {
	conn  *net.UDPConn
	batch *ipv4.PacketConn
	read  []ipv4.Message
	local netip.AddrPort
}

func listen(at netip.Addr) (*socket, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(at, 0)))
	if err != nil {
		return nil, err
	}
	// Where the kernel allows less, it gives what it allows.
	_ = conn.SetReadBuffer(socketBuffer)
	s := &socket{conn: conn, batch: ipv4.NewPacketConn(conn), read: make([]ipv4.Message, batchSize)}
	for i := range s.read {
		s.read[i].Buffers = [][]byte{make([]byte, maxDatagram)}
	}
	s.local = conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return s, nil
}

// Read waits for datagrams; Datagram gives them until the next Read.
func (s *socket) Read() (int, error) {
	for {
		n, err := s.batch.ReadBatch(s.read, 0)
		if err == nil || errors.Is(err, net.ErrClosed) {
			return n, err
		}
		// An ICMP answer to what was sent is no reason to stop reading.
	}
}

func (s *socket) Datagram(i int) []byte { return s.read[i].Buffers[0][:s.read[i].N] }

func (s *socket) WriteTo(b []byte, to netip.AddrPort) error {
	_, err := s.conn.WriteToUDPAddrPort(b, to)
	return err
}

func (s *socket) Close() error { return s.conn.Close() }
