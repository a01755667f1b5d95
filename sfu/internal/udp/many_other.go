//go:build !linux

package udp

import "net/netip"

// address is not needed where datagrams are sent one by one.
type address struct{}

func newAddress(netip.AddrPort, bool) address { return address{} }

func (s *Socket) useMany() bool { return false }
