package signaling

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
)

// TestCaller: behind our proxy a request is the address's that the proxy names, and nothing that the browser itself says can be.
func TestCaller(t *testing.T) {
	s := &Server{cfg: Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	for name, c := range map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"nobody's proxy":             {"203.0.113.5:4000", []string{"198.51.100.1"}, "203.0.113.5"},
		"our proxy":                  {"10.0.0.2:4000", []string{"203.0.113.5"}, "203.0.113.5"},
		"our proxy, by IPv6":         {"[fd00::2]:4000", []string{"2001:db8::5"}, "2001:db8::5"},
		"our proxy, mapped to IPv6":  {"[::ffff:10.0.0.2]:4000", []string{"::ffff:203.0.113.5"}, "203.0.113.5"},
		"two of ours":                {"10.0.0.2:4000", []string{"203.0.113.5, 10.0.0.3"}, "203.0.113.5"},
		"two headers":                {"10.0.0.2:4000", []string{"203.0.113.5", "10.0.0.3"}, "203.0.113.5"},
		"with ports":                 {"10.0.0.2:4000", []string{"[2001:db8::5]:4000 , 10.0.0.3:80"}, "2001:db8::5"},
		"made up by the browser":     {"10.0.0.2:4000", []string{"198.51.100.1, 203.0.113.5"}, "203.0.113.5"},
		"made up as a proxy of ours": {"10.0.0.2:4000", []string{"198.51.100.1, 10.0.0.9, 203.0.113.5"}, "203.0.113.5"},
		"no header":                  {"10.0.0.2:4000", nil, "10.0.0.2"},
		"an empty one":               {"10.0.0.2:4000", []string{""}, "10.0.0.2"},
		"no address":                 {"10.0.0.2:4000", []string{"203.0.113.5, unknown"}, "10.0.0.2"},
		"only proxies":               {"10.0.0.2:4000", []string{"10.0.0.4, 10.0.0.3"}, "10.0.0.4"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Header["X-Forwarded-For"] = c.remote, c.forwarded
		if got := s.caller(r); got != netip.MustParseAddr(c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestLimitByNetwork: an IPv6 subscriber has 2^64 addresses, which count as one; of IPv4 each counts.
func TestLimitByNetwork(t *testing.T) {
	l := newLimiter(0, 1)
	for _, c := range []struct {
		from string
		want bool
	}{
		{"2001:db8:0:1::1", true}, {"2001:db8:0:1::2", false}, {"2001:db8:0:2::1", true},
		{"203.0.113.5", true}, {"203.0.113.5", false}, {"203.0.113.6", true},
	} {
		if got := l.allow(netip.MustParseAddr(c.from)); got != c.want {
			t.Errorf("%s: %v, want %v", c.from, got, c.want)
		}
	}
	if !l.allow(addressOf("@")) || l.allow(addressOf("pipe")) {
		t.Error("what has no address is not counted as one")
	}
}

// TestLimitIsBounded: however many addresses come, no more are remembered.
func TestLimitIsBounded(t *testing.T) {
	l := newLimiter(0, 1)
	for i := range 2 * maxAddresses {
		l.allow(netip.MustParseAddr("2001:db8:0:" + strconv.FormatInt(int64(i), 16) + "::1"))
		if len(l.by) > maxAddresses {
			t.Fatalf("%d addresses are remembered", len(l.by))
		}
	}
}

// TestLimitBehindAProxy: one address that tries too often is refused, and another behind the same proxy is not.
func TestLimitBehindAProxy(t *testing.T) {
	h := newHouse(t)
	h.srv.cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	h.srv.entering = newLimiter(0, 1)
	enter := func(from string) int {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "http://kring.example/api/enter", strings.NewReader(`{"capability":"wrong"}`))
		r.RemoteAddr = "10.0.0.2:4000"
		r.Header.Set("Origin", "https://kring.example")
		r.Header.Set("X-Forwarded-For", from)
		got := httptest.NewRecorder()
		h.srv.Handler().ServeHTTP(got, r)
		return got.Code
	}
	first, again, other := enter("203.0.113.5"), enter("198.51.100.1, 203.0.113.5"), enter("203.0.113.6")
	if first != http.StatusUnauthorized || again != http.StatusTooManyRequests || other != http.StatusUnauthorized {
		t.Errorf("answered %d, %d and %d", first, again, other)
	}
}
