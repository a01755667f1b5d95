package udp

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// address is a sockaddr_in6, or in its memory the shorter sockaddr_in. Without a size it is none, which the kernel refuses.
type address struct {
	raw  unix.RawSockaddrInet6
	size uint32
}

// newAddress writes an address for a socket: an IPv6 socket takes IPv4 mapped (RFC 4291 §2.5.5.2).
func newAddress(to netip.AddrPort, socketIsIPv4 bool) (a address) {
	ip := to.Addr().Unmap()
	switch {
	case !ip.IsValid():
	case socketIsIPv4 && ip.Is4():
		raw := (*unix.RawSockaddrInet4)(unsafe.Pointer(&a.raw))
		raw.Family, raw.Port, raw.Addr = unix.AF_INET, networkOrder(to.Port()), ip.As4()
		a.size = unix.SizeofSockaddrInet4
	default:
		a.raw.Family, a.raw.Port, a.raw.Addr = unix.AF_INET6, networkOrder(to.Port()), ip.As16()
		a.raw.Scope_id = scope(ip.Zone())
		a.size = unix.SizeofSockaddrInet6
	}
	return a
}

// addrPort reads where a datagram came from. A zone is the number of the interface: its name would have to be asked for.
func addrPort(raw *unix.RawSockaddrInet6) netip.AddrPort {
	if raw.Family == unix.AF_INET {
		raw := (*unix.RawSockaddrInet4)(unsafe.Pointer(raw))
		return netip.AddrPortFrom(netip.AddrFrom4(raw.Addr), networkOrder(raw.Port))
	}
	ip := netip.AddrFrom16(raw.Addr).Unmap()
	if raw.Scope_id != 0 && ip.Is6() {
		ip = ip.WithZone(strconv.FormatUint(uint64(raw.Scope_id), 10))
	}
	return netip.AddrPortFrom(ip, networkOrder(raw.Port))
}

// scope is the number of an interface that is given by number or name, 0 if there is none.
func scope(zone string) uint32 {
	if zone == "" {
		return 0
	}
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n)
	}
	i, err := net.InterfaceByName(zone)
	if err != nil {
		return 0
	}
	return uint32(i.Index)
}

// networkOrder turns a port from the order of this machine to big-endian, or back.
func networkOrder(port uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], port)
	return binary.NativeEndian.Uint16(b[:])
}

func nameOf(raw *unix.RawSockaddrInet6) *byte { return (*byte)(unsafe.Pointer(raw)) }
