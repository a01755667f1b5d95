package signaling

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"kring/signaling/protocol"
	"kring/signaling/store"
)

// The practice of this server has one record, and a few home links: one for each of its staff, say.
const (
	practiceID   = "practice"
	maxHomeLinks = 8
)

// home takes the practice's staff link and gives a token for the calls below.
func (s *Server) home(w http.ResponseWriter, r *http.Request) {
	var body protocol.HomeRequest
	if !readBody(w, r, &body) {
		return
	}
	var p practiceRecord
	_, err := get(r.Context(), s.records, store.KindPractice, practiceID, &p)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		s.fail(w, "home", err)
		return
	}
	if len(body.Capability) > maxCapability || !slices.Contains(p.HomeHashes, hashOf(body.Capability)) {
		refuse(w, http.StatusUnauthorized, "unknown_link")
		return
	}
	token := newSecret()
	if _, err := put(r.Context(), s.records, store.KindHome, hashOf(token), 0, struct{}{}, homeLife); err != nil {
		s.fail(w, "home", err)
		return
	}
	reply(w, protocol.HomeResponse{Token: token})
}

// staffOnly lets a call through that brings a home token.
func (s *Server) staffOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || len(token) > maxCapability {
			refuse(w, http.StatusUnauthorized, "token")
			return
		}
		switch _, err := s.records.Get(r.Context(), store.KindHome, hashOf(token)); {
		case err == nil:
			next(w, r)
		case errors.Is(err, store.ErrNotFound):
			refuse(w, http.StatusUnauthorized, "token")
		default:
			s.fail(w, "staff token", err) // 503: a store out of reach signs nobody out
		}
	}
}

// NewHomeLink makes a new staff link for the practice and returns its capability; older ones are kept, at most eight.
func (s *Server) NewHomeLink(ctx context.Context) (string, error) {
	var p practiceRecord
	version, err := get(ctx, s.records, store.KindPractice, practiceID, &p)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	capability := newSecret()
	p.HomeHashes = append(p.HomeHashes, hashOf(capability))
	p.HomeHashes = p.HomeHashes[max(0, len(p.HomeHashes)-maxHomeLinks):]
	_, err = put(ctx, s.records, store.KindPractice, practiceID, version, p, 0)
	return capability, err
}

// HasHomeLink reports whether the practice has been set up.
func (s *Server) HasHomeLink(ctx context.Context) (bool, error) {
	_, err := s.records.Get(ctx, store.KindPractice, practiceID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
