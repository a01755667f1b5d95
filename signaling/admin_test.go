package signaling

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// TestForeignPagesAtTheAdminPort: a page of another site, open on the operator's own machine, reaches loopback. Neither by a
// name that it has pointed there nor across sites does it get a profile, which holds the server's memory.
func TestForeignPagesAtTheAdminPort(t *testing.T) {
	h := newHouse(t)
	h.srv.cfg.Demo = true
	admin := h.srv.Admin("a token of the kring command, long", prometheus.NewRegistry())
	for name, c := range map[string]struct {
		host, site string
		want       int
	}{
		"the operator":          {"127.0.0.1:9090", "", http.StatusOK},
		"by its IPv6 address":   {"[::1]:9090", "", http.StatusOK},
		"by localhost":          {"localhost:9090", "none", http.StatusOK},
		"without a port":        {"10.0.0.7", "same-origin", http.StatusOK},
		"a name pointed here":   {"evil.example:9090", "", http.StatusForbidden},
		"a name like localhost": {"localhost.evil.example", "", http.StatusForbidden},
		"from another site":     {"127.0.0.1:9090", "cross-site", http.StatusForbidden},
		"from another port":     {"127.0.0.1:9090", "same-site", http.StatusForbidden},
	} {
		for _, path := range []string{"/debug/pprof/goroutine", "/forwarded"} {
			req := httptest.NewRequest(http.MethodGet, path, nil)
			req.Host = c.host
			if c.site != "" {
				req.Header.Set("Sec-Fetch-Site", c.site)
			}
			got := httptest.NewRecorder()
			admin.ServeHTTP(got, req)
			if got.Code != c.want {
				t.Errorf("%s: GET %s is answered %d, want %d", name, path, got.Code, c.want)
			}
		}
	}
}
