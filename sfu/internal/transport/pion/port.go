package pion

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
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
	host, first, last, err := parseMedia(cfg.Media)
	if err != nil {
		return nil, err
	}
	var advertise netip.Addr
	if cfg.Advertise != "" {
		if advertise, err = netip.ParseAddr(cfg.Advertise); err != nil {
			return nil, errors.New("advertised address is no IP address")
		}
	}
	var ports []*port
	for n := int(first); n <= int(last); n++ {
		p, err := listenOn(netip.AddrPortFrom(host, uint16(n)), advertise)
		if err != nil {
			for _, open := range ports {
				_ = open.close()
			}
			return nil, fmt.Errorf("listen on port %d: %w", n, err)
		}
		ports = append(ports, p)
	}
	return ports, nil
}

// parseMedia reads host:port or host:first-last.
func parseMedia(s string) (host netip.Addr, first, last uint16, err error) {
	h, ports, err := net.SplitHostPort(s)
	if err != nil {
		return host, 0, 0, fmt.Errorf("media address: %w", err)
	}
	if host, err = netip.ParseAddr(h); err != nil {
		return host, 0, 0, fmt.Errorf("media address: %w", err)
	}
	from, to, isRange := strings.Cut(ports, "-")
	if !isRange {
		to = from
	}
	a, errA := strconv.ParseUint(from, 10, 16)
	b, errB := strconv.ParseUint(to, 10, 16)
	if errA != nil || errB != nil || b < a || isRange && a == 0 {
		return host, 0, 0, fmt.Errorf("media address: %q is neither a port nor a range", ports)
	}
	return host, uint16(a), uint16(b), nil
}

func listenOn(at netip.AddrPort, advertise netip.Addr) (*port, error) {
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
	if p.told = p.advertised(advertise); len(p.told) == 0 {
		_ = p.close()
		return nil, errors.New("no address to tell clients")
	}
	return p, nil
}

// advertised are the addresses to tell clients: the configured one, or those of the socket, loopback only where it is all there
// is.
func (p *port) advertised(configured netip.Addr) []netip.AddrPort {
	if configured.IsValid() {
		return []netip.AddrPort{netip.AddrPortFrom(configured.Unmap(), p.local.Port())}
	}
	var far, near []netip.AddrPort
	for _, a := range p.mux.GetListenAddresses() {
		at := addrPort(a)
		switch {
		case at.Addr().IsLoopback():
			near = append(near, at)
		case !at.Addr().IsLinkLocalUnicast():
			far = append(far, at)
		}
	}
	if len(far) == 0 {
		return near
	}
	return far
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
