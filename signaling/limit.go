package signaling

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"golang.org/x/time/rate"
)

// limiter is a bounded set of rate limits by address: IPv6 by /64. Full, it forgets them all: an attacker who fills it gains
// one burst, and never memory.
type limiter struct {
	mu    sync.Mutex
	by    map[netip.Prefix]*rate.Limiter
	limit rate.Limit
	burst int
}

const maxAddresses = 10_000

func newLimiter(limit rate.Limit, burst int) *limiter {
	return &limiter{by: map[netip.Prefix]*rate.Limiter{}, limit: limit, burst: burst}
}

func (l *limiter) allow(from netip.Addr) bool {
	key := networkOf(from)
	l.mu.Lock()
	defer l.mu.Unlock()
	lim := l.by[key]
	if lim == nil {
		if len(l.by) >= maxAddresses {
			clear(l.by)
		}
		lim = rate.NewLimiter(l.limit, l.burst)
		l.by[key] = lim
	}
	return lim.Allow()
}

// networkOf is what one subscriber has: an IPv4 address, or an IPv6 /64. What is no address is all one.
func networkOf(a netip.Addr) netip.Prefix {
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}

// maxHops bounds how much of X-Forwarded-For is read; each of a practice's proxies adds one address.
const maxHops = 8

// caller is the address that a request comes from: the other end of its connection, unless that is one of our proxies. Each of them
// adds whom it was asked by at the end of X-Forwarded-For; what stands before the first who is none of ours is hearsay.
func (s *Server) caller(r *http.Request) netip.Addr {
	at := addressOf(r.RemoteAddr)
	if !s.isProxy(at) {
		return at
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops[max(0, len(hops)-maxHops):]) {
		from := addressOf(strings.TrimSpace(hop))
		if !from.IsValid() {
			return at
		}
		if at = from; !s.isProxy(at) {
			return at
		}
	}
	return at
}

func (s *Server) isProxy(a netip.Addr) bool {
	return slices.ContainsFunc(s.cfg.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// addressOf reads an address, with or without a port; the zero one is what is none.
func addressOf(text string) netip.Addr {
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone("")
	}
	a, _ := netip.ParseAddr(text)
	return a.Unmap().WithZone("")
}
