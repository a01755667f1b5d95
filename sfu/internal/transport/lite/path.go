package lite

import (
	"net/netip"
	"slices"
	"time"
)

// Bounds of a path.
const (
	// maxAddresses is how many addresses of a peer are known at once: a phone has a handful. The oldest makes room.
	maxAddresses = 16
	// consentLife is how long a peer may be sent to after its last check (RFC 7675 §5.1).
	consentLife = 30 * time.Second
	// silence is how long the address that is sent to must have been silent for another to take over without proof. Browsers
	// check a path that is in use every 2.5 to 6 s.
	silence = 8 * time.Second
	// quiet is how long it must have been without media for media from elsewhere to take over.
	quiet = time.Second
)

// path is where a peer is: pure, and guarded by its worker's mutex. An address becomes known by a check that is authenticated. A
// check can be captured and sent again from elsewhere, so that once media flows it moves only to an address that media has come
// from too, which cannot be replayed: to one that was nominated at once, to another when the old one is quiet (a NAT has given
// the peer another port, and not all clients nominate again).
type path struct {
	known  []netip.AddrPort // the oldest first
	to     netip.AddrPort   // where to send, invalid if there is none
	next   netip.AddrPort   // nominated, not proven yet
	proven bool             // media has come from to

	checkedAt time.Duration // the last check, from wherever
	heardAt   time.Duration // anything authenticated from to
}

// checked notes an authenticated check. It returns the address that was forgotten for it, if any.
func (p *path) checked(from netip.AddrPort, nominated bool, now time.Duration) (forgotten netip.AddrPort) {
	p.checkedAt = now
	if !slices.Contains(p.known, from) {
		if len(p.known) == maxAddresses {
			i := slices.IndexFunc(p.known, func(a netip.AddrPort) bool { return a != p.to && a != p.next })
			forgotten = p.known[i]
			p.known = slices.Delete(p.known, i, i+1)
		}
		p.known = append(p.known, from)
	}
	switch {
	case from == p.to:
		p.heardAt = now
	case !p.to.IsValid(), nominated && !p.proven, nominated && now-p.heardAt > silence:
		p.move(from, now)
	case nominated:
		p.next = from // RFC 8445 §8.1.1: the last nomination wins.
	}
	return forgotten
}

// sealed notes a packet that only the peer can have sealed, and that never came before.
func (p *path) sealed(from netip.AddrPort, now time.Duration) {
	switch {
	case from == p.to:
		p.proven, p.heardAt = true, now
	case from == p.next, now-p.heardAt > quiet && slices.Contains(p.known, from):
		p.move(from, now)
		p.proven = true
	}
}

// spoke notes DTLS from an address that has passed a check: until media flows, the answer goes where the question came from.
func (p *path) spoke(from netip.AddrPort, now time.Duration) {
	if !p.proven && slices.Contains(p.known, from) {
		p.move(from, now)
	}
}

// restart lets the next nomination move the path without proof: its credentials are new, and no check with them can have been
// captured before. What flows goes on where it does until then.
func (p *path) restart() { p.proven, p.next = false, netip.AddrPort{} }

func (p *path) move(to netip.AddrPort, now time.Duration) {
	p.to, p.next, p.heardAt, p.proven = to, netip.AddrPort{}, now, p.proven && to == p.to
}

// lapsed reports whether the peer may no longer be sent to: it has not asked for it any more.
func (p *path) lapsed(now time.Duration) bool {
	return p.to.IsValid() && now-p.checkedAt > consentLife
}

// forget takes all addresses away, until the next check.
func (p *path) forget() (forgotten []netip.AddrPort) {
	forgotten = p.known
	*p = path{checkedAt: p.checkedAt}
	return forgotten
}

// forgetAddress takes one address away: another peer is there now.
func (p *path) forgetAddress(a netip.AddrPort) {
	p.known = slices.DeleteFunc(p.known, func(k netip.AddrPort) bool { return k == a })
	if p.to == a {
		p.to, p.proven = netip.AddrPort{}, false
	}
	if p.next == a {
		p.next = netip.AddrPort{}
	}
}
