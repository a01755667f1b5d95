// Package ports reads where media comes in, and tells which addresses clients are told for it. Both transports share it.
package ports

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Ports is one UDP port of a host, or a range.
type Ports struct {
	Host        netip.Addr
	First, Last uint16
	// Advertise is told to clients instead of the host; invalid if it is not configured.
	Advertise netip.Addr
}

// Parse reads host:port or host:first-last, where port 0 takes a free one, and an IP address to advertise or nothing.
func Parse(media, advertise string) (Ports, error) {
	host, digits, err := net.SplitHostPort(media)
	if err != nil {
		return Ports{}, fmt.Errorf("media address: %w", err)
	}
	var p Ports
	if p.Host, err = netip.ParseAddr(host); err != nil {
		return Ports{}, fmt.Errorf("media address: %w", err)
	}
	first, last, isRange := strings.Cut(digits, "-")
	if !isRange {
		last = first
	}
	a, errA := strconv.ParseUint(first, 10, 16)
	b, errB := strconv.ParseUint(last, 10, 16)
	if errA != nil || errB != nil || b < a || isRange && a == 0 {
		return Ports{}, fmt.Errorf("media address: %q is neither a port nor a range", digits)
	}
	p.First, p.Last = uint16(a), uint16(b)
	if advertise != "" {
		if p.Advertise, err = netip.ParseAddr(advertise); err != nil {
			return Ports{}, errors.New("advertised address is no IP address")
		}
	}
	return p, nil
}

// All are the addresses to listen on.
func (p Ports) All() []netip.AddrPort {
	var out []netip.AddrPort
	for n := int(p.First); n <= int(p.Last); n++ {
		out = append(out, netip.AddrPortFrom(p.Host, uint16(n)))
	}
	return out
}

// Told are the addresses to tell clients for a socket, the preferred first: the configured one, the socket's own, or of one that
// listens everywhere those of the machine, loopback only where it is all there is.
func (p Ports) Told(local netip.AddrPort) ([]netip.AddrPort, error) {
	at := func(a netip.Addr) netip.AddrPort { return netip.AddrPortFrom(a.Unmap().WithZone(""), local.Port()) }
	switch {
	case p.Advertise.IsValid():
		return []netip.AddrPort{at(p.Advertise)}, nil
	case !p.Host.IsUnspecified():
		return []netip.AddrPort{at(p.Host)}, nil
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}
	var far, near []netip.AddrPort
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		ip := prefix.Addr().Unmap()
		switch {
		case err != nil || p.Host.Is4() && !ip.Is4():
		case ip.IsLoopback():
			near = append(near, at(ip))
		case !ip.IsLinkLocalUnicast():
			far = append(far, at(ip))
		}
	}
	if len(far) > 0 {
		return far, nil
	}
	if len(near) == 0 {
		return nil, errors.New("no address to tell clients")
	}
	return near, nil
}
