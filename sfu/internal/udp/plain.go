package udp

import "net/netip"

// usePlain moves datagrams one by one. Sending waits for as long as the kernel makes it wait.
func (s *Socket) usePlain() {
	p := &plain{socket: s}
	s.ways, s.in = "plain", p
	s.newSender = func() sender { return p }
}

// plain is reader and sender by one call a datagram. What it holds belongs to who reads.
type plain struct {
	socket *Socket
	from   netip.AddrPort
	length int
	memory [MaxDatagram + 1]byte // A datagram that fills it was longer than allowed.
}

func (p *plain) read() (int, error) {
	n, from, err := p.socket.conn.ReadFromUDPAddrPort(p.memory[:])
	if err != nil {
		return 0, err
	}
	if n > MaxDatagram {
		n = 0
	}
	p.length, p.from = n, unmapped(from)
	return 1, nil
}

func (p *plain) datagram(int) ([]byte, netip.AddrPort) { return p.memory[:p.length], p.from }

func (p *plain) send(q *Queue) {
	for _, d := range q.waiting {
		for at := d.first; at != none; at = q.queued[at].next {
			q.stats.Calls++
			if p.socket.WriteTo(q.bytes(q.queued[at]), d.to) != nil {
				q.stats.Dropped++
				continue
			}
			q.stats.Datagrams++
		}
	}
}
