package signaling

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kring/signaling/protocol"
	"kring/signaling/store"
)

// maxBody bounds the body of a call, in bytes: a group of sixteen with its staff is far below.
const maxBody = 64 << 10

// callWait bounds what a call may take: several trips to the store.
const callWait = 5 * time.Second

// Handler serves the public port: the client, the calls and the socket, and nothing else.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/enter", s.limited(s.enter))
	mux.HandleFunc("POST /api/groundrules", s.limited(s.agree))
	mux.HandleFunc("POST /api/lookback", s.limited(s.lookBack))
	mux.HandleFunc("POST /api/lookbacks", s.limited(s.lookBacks))
	mux.HandleFunc("POST /api/attendance", s.limited(s.attendance))
	mux.HandleFunc("PUT /api/attendance", s.limited(s.correctAttendance))
	mux.HandleFunc("POST /api/card", s.limited(s.ownCard))
	mux.HandleFunc("PUT /api/card", s.limited(s.putCard))
	mux.HandleFunc("POST /api/cards", s.limited(s.cardOf))
	mux.HandleFunc("POST /api/audit", s.limited(s.auditOf))
	mux.HandleFunc("POST /api/home", s.limited(s.home))
	mux.HandleFunc("GET /api/practice", s.staffOnly(s.getPractice))
	mux.HandleFunc("PUT /api/practice", s.staffOnly(s.putPractice))
	mux.HandleFunc("GET /api/groups", s.staffOnly(s.listGroups))
	mux.HandleFunc("PUT /api/groups/{id}", s.staffOnly(s.putGroup))
	mux.HandleFunc("POST /api/groups/{id}/sessions", s.staffOnly(s.planSession))
	mux.HandleFunc("GET /ws", s.socket)
	mux.HandleFunc("GET /", s.page)
	return secure(bounded(mux))
}

// bounded ends a call that its store does not answer. A socket takes a context of its own.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), callWait)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// secure sets the headers that hold for every answer: nothing from elsewhere, nothing kept, nothing told.
func secure(next http.Handler) http.Handler {
	policy := strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
		"media-src 'self' blob: mediastream:", "font-src 'self'", "connect-src 'self'", "worker-src 'self'",
		"manifest-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types svelte-trusted-html",
	}, "; ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Embedder-Policy", "require-corp")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), screen-wake-lock=(self)")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// page serves the client: a file of the build, or the one page for every path that the client's own router knows.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	switch name {
	case "", "j":
		name = "index.html"
	}
	if f, err := fs.Stat(s.cfg.Client, name); err != nil || f.IsDir() {
		http.NotFound(w, r)
		return
	}
	if strings.HasPrefix(name, "assets/") { // their names carry a hash of what is in them
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeFileFS(w, r, s.cfg.Client, name)
}

// ownOrigin reports whether a request comes from a page of this server. Foreign, null and missing origins do not.
func (s *Server) ownOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	return u.Host == r.Host || slices.Contains(s.cfg.Origins, origin)
}

// limited bounds how often one address may try a secret, and refuses other sites.
func (s *Server) limited(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.ownOrigin(r):
			refuse(w, http.StatusForbidden, "origin")
		case !s.entering.allow(s.caller(r)):
			refuse(w, http.StatusTooManyRequests, "too_many")
		default:
			next(w, r)
		}
	}
}

// readBody decodes a call's body strictly; it answers 400 itself and reports false.
func readBody(w http.ResponseWriter, r *http.Request, v any) bool {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = protocol.Strict(data, maxBody, v)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "malformed")
		return false
	}
	return true
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a browser that is gone needs no answer
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(protocol.Problem{Code: code})
}

// fail answers an error of the store.
func (s *Server) fail(w http.ResponseWriter, what string, err error) {
	switch {
	case errors.Is(err, store.ErrStale), errors.Is(err, store.ErrExists):
		refuse(w, http.StatusConflict, "conflict")
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrBadID):
		refuse(w, http.StatusNotFound, "not_found")
	default:
		s.log.Error(what, "err", err)
		refuse(w, http.StatusServiceUnavailable, "unavailable")
	}
}
