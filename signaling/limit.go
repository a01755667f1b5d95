package signaling

import (
	"net"
	"sync"

	"golang.org/x/time/rate"
)

// limiter is a bounded set of rate limits by address: IPv6 by /64. Full, it forgets them all: an attacker who fills it gains
// one burst, and never memory.
type limiter struct {
	mu    sync.Mutex
	by    map[string]*rate.Limiter
	limit rate.Limit
	burst int
}

const maxAddresses = 10_000

func newLimiter(limit rate.Limit, burst int) *limiter {
	return &limiter{by: map[string]*rate.Limiter{}, limit: limit, burst: burst}
}

func (l *limiter) allow(remote string) bool {
	key := addressKey(remote)
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

func addressKey(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	ip := net.ParseIP(host)
	if ip == nil || ip.To4() != nil {
		return host
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}
