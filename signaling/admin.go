package signaling

import (
	"context"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// Admin serves the admin port: health, metrics, profiles, and the calls of the kring command. It must never be reachable from
// outside. What changes state needs the token of the token file and is refused to browsers.
func (s *Server) Admin(token string, metrics prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { reply(w, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", noForeignPage(pprof.Index))
	mux.HandleFunc("GET /debug/pprof/profile", noForeignPage(pprof.Profile))
	mux.HandleFunc("GET /debug/pprof/trace", noForeignPage(pprof.Trace))
	mux.HandleFunc("POST /home-link", commandOnly(token, s.homeLink))
	if s.cfg.Demo {
		mux.HandleFunc("POST /demo", commandOnly(token, s.demo))
		mux.HandleFunc("GET /forwarded", noForeignPage(s.forwarded))
	}
	return mux
}

// commandOnly lets a call of the kring command through: with the token, and from no browser.
func commandOnly(token string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Mode") != "":
			refuse(w, http.StatusForbidden, "browser")
		case subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1:
			refuse(w, http.StatusUnauthorized, "token")
		default:
			next(w, r)
		}
	}
}

// noForeignPage refuses pages of other sites that are open on the operator's own machine: those that have pointed a name of
// theirs at this port (so it must be asked by address, or as localhost), and those that ask across sites.
func noForeignPage(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = strings.Trim(r.Host, "[]")
		}
		site := r.Header.Get("Sec-Fetch-Site")
		if host != "localhost" && net.ParseIP(host) == nil || site != "" && site != "none" && site != "same-origin" {
			refuse(w, http.StatusForbidden, "foreign")
			return
		}
		next(w, r)
	}
}

// ready is 200 while the store answers and the server is not stopping. Liveness (/healthz) never depends on the store.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), storeTimeout)
	defer cancel()
	if s.stopping() || s.cfg.Store.Ready(ctx) != nil {
		refuse(w, http.StatusServiceUnavailable, "unavailable")
		return
	}
	reply(w, "ready")
}

// HomeLink is the answer to POST /home-link. Base is where browsers find this server.
type HomeLink struct {
	Base       string `json:"base"`
	Capability string `json:"capability"`
}

// Demo is the answer to POST /demo.
type Demo struct {
	Base string `json:"base"`
}

func (s *Server) homeLink(w http.ResponseWriter, r *http.Request) {
	capability, err := s.NewHomeLink(r.Context())
	if err != nil {
		s.fail(w, "home link", err)
		return
	}
	reply(w, HomeLink{Base: s.cfg.Base, Capability: capability})
}

// demo makes a group, with the hashes that the kring command sends, and starts a session for it.
func (s *Server) demo(w http.ResponseWriter, r *http.Request) {
	var g protocol.Group
	if !readBody(w, r, &g) {
		return
	}
	if !validGroup(&g) || g.Version != 0 {
		refuse(w, http.StatusBadRequest, "invalid")
		return
	}
	err := s.saveGroup(r.Context(), g)
	if err == nil {
		_, err = s.startSession(r.Context(), g.ID, protocol.PlanSession{})
	}
	if err != nil {
		s.fail(w, "demo", err)
		return
	}
	reply(w, Demo{Base: s.cfg.Base})
}

// Forwarded is how many packets of a person the media server has forwarded, for tests that prove a silence.
type Forwarded struct {
	Audio uint64 `json:"audio"`
	Video uint64 `json:"video"`
}

// forwarded tells, for every live room, the packets forwarded of each source. Only where a demonstration is allowed: it says
// who is in a room.
func (s *Server) forwarded(w http.ResponseWriter, r *http.Request) {
	out := map[string]map[facilitation.ParticipantID]Forwarded{}
	for _, room := range s.liveRooms() {
		out[room.id] = forwardedOf(room.media)
	}
	reply(w, out)
}

// SetUp makes the practice's first home link and returns its capability, or "" if there is one already.
func (s *Server) SetUp(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	has, err := s.HasHomeLink(ctx)
	if has || err != nil {
		return "", err
	}
	capability, err := s.NewHomeLink(ctx)
	if err != nil {
		return "", errors.Join(errors.New("set up the practice"), err)
	}
	return capability, nil
}
