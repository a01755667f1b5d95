package pion

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"

	"kring/sfu/internal/transport/ports"
)

// socketBuffer is what the kernel keeps for us of a port, each way, in bytes: some 30 ms of a full room.
const socketBuffer = 4 << 20

// port is one UDP socket that all connections of its worker share; Pion tells them apart by their ICE username.
type port struct {
	socket *net.UDPConn
	mux    *ice.UDPMuxDefault
	local  netip.AddrPort
	told   []netip.AddrPort // to clients, the preferred first
	once   sync.Once
	err    error
}

// listen opens all ports, or none.
func listen(cfg Config) ([]*port, error) {
	all, err := ports.Parse(cfg.Media, cfg.Advertise)
	if err != nil {
		return nil, err
	}
	var opened []*port
	for _, at := range all.All() {
		p, err := listenOn(at, all)
		if err != nil {
			for _, o := range opened {
				_ = o.close()
			}
			return nil, fmt.Errorf("listen on port %d: %w", at.Port(), err)
		}
		opened = append(opened, p)
	}
	return opened, nil
}

func listenOn(at netip.AddrPort, all ports.Ports) (*port, error) {
	network := "udp" // [::] takes IPv4 too
	if at.Addr().Is4() {
		network = "udp4"
	}
	socket, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, err
	}
	// Where the kernel allows less, it gives what it allows.
	_ = socket.SetReadBuffer(socketBuffer)
	_ = socket.SetWriteBuffer(socketBuffer)
	p := &port{socket: socket, local: addrPort(socket.LocalAddr())}
	p.mux = ice.NewUDPMuxDefault(ice.UDPMuxParams{Logger: silence().NewLogger("mux"), UDPConn: socket})
	if p.told, err = all.Told(p.local); err != nil {
		_ = p.close()
		return nil, err
	}
	return p, nil
}

func addrPort(a net.Addr) netip.AddrPort {
	u, ok := a.(*net.UDPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	at := u.AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap().WithZone(""), at.Port())
}

// close is idempotent.
func (p *port) close() error {
	p.once.Do(func() {
		p.err = p.mux.Close()
		if err := p.socket.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			p.err = errors.Join(p.err, err)
		}
	})
	return p.err
}

// silence keeps Pion from logging: its lines hold addresses, and clients can make them grow.
func silence() *logging.DefaultLoggerFactory {
	return &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
}
