package signaling

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// The audit log says who looked at what of whom, and never what it said (NEN 7513). It has one log a month, sealed under a key
// of that month which ends years later. Each entry holds the hash of the one before: none can be changed or taken out unseen, except
// from the end.
const (
	auditMonth = "2006-01"
	auditPage  = 500
	// dropMonths is how far back a new month looks for logs whose time is over: a server may have been away.
	dropMonths = 24
)

// auditEntry is one entry as sealed.
type auditEntry struct {
	protocol.AuditEntry
	Group string `json:"group"`
	// Session is the one that it was about, if any. Before is the SHA-256 of the entry before as stored, none in the first.
	Session string `json:"session,omitempty"`
	Before  []byte `json:"before,omitempty"`
}

// auditTail is how far this node knows the log of a month. It is a hint: other nodes write too.
type auditTail struct {
	mu   sync.Mutex // guards all below
	log  string
	n    uint64
	hash []byte
}

func (t *auditTail) of(log string) (uint64, []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.log != log {
		return 0, nil
	}
	return t.n, t.hash
}

func (t *auditTail) set(log string, n uint64, hash []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.log, t.n, t.hash = log, n, hash
}

func auditLog(month time.Time) string { return "audit-" + month.Format(auditMonth) }

// audit adds an entry, which is stored when it returns: what is to be logged is done after it.
func (s *Server) audit(ctx context.Context, e auditEntry) error {
	at := time.Now().UTC()
	e.AtMs = at.UnixMilli()
	log := auditLog(at)
	k, err := s.seals.make(ctx, log, s.auditLife(at))
	if err != nil {
		return err
	}
	n, before := s.tail.of(log)
	var tried []byte
	for {
		var done bool
		if n, before, done, err = s.auditReadOn(ctx, log, n, before, tried); err != nil || done {
			return err
		}
		e.Before = before
		text, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode audit: %w", err)
		}
		tried = k.seal(strconv.FormatUint(n+1, 10), text)
		err = s.records.Append(ctx, log, n+1, tried)
		switch {
		case err == nil:
			s.tail.set(log, n+1, hashBytes(tried))
			if n == 0 {
				s.dropAudit(ctx, at)
			}
			return nil
		case !errors.Is(err, store.ErrStale) && !errors.Is(err, store.ErrUnknown):
			return fmt.Errorf("append audit: %w", err)
		}
	}
}

// auditReadOn reads from behind entry n to the end of a log: the new n and its hash, and whether an entry was the one that was tried.
func (s *Server) auditReadOn(ctx context.Context, log string, n uint64, hash, tried []byte) (uint64, []byte, bool, error) {
	done := false
	for {
		entries, err := s.records.Entries(ctx, log, n+1, auditPage)
		if err != nil {
			return n, hash, false, fmt.Errorf("read audit: %w", err)
		}
		if len(entries) == 0 {
			return n, hash, done, nil
		}
		for _, entry := range entries {
			n, hash, done = n+1, hashBytes(entry), done || tried != nil && bytes.Equal(entry, tried)
		}
	}
}

// auditLife is how long the key of a month's log is kept from now on: until the month has been over for the years that are set.
func (s *Server) auditLife(at time.Time) time.Duration {
	nextMonth := time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	return nextMonth.AddDate(s.cfg.AuditYears, 0, 0).Sub(at)
}

// dropAudit takes away the logs that nobody can read any more. A later month does what fails now.
func (s *Server) dropAudit(ctx context.Context, at time.Time) {
	for i := 1; i <= dropMonths; i++ {
		old := time.Date(at.Year()-s.cfg.AuditYears, at.Month()-1-time.Month(i), 1, 0, 0, 0, 0, time.UTC)
		if err := s.records.DropLog(ctx, auditLog(old)); err != nil {
			s.log.Warn("drop audit log", "err", err)
			return
		}
	}
}

// readAudit is a part of a month's log: the entries of one group, from entry from on. Intact is false where an entry does not follow from
// the one before.
func (s *Server) readAudit(ctx context.Context, log, group string, from uint64) (protocol.AuditLog, error) {
	out := protocol.AuditLog{Entries: []protocol.AuditEntry{}, Intact: true}
	k, err := s.seals.of(ctx, log)
	if errors.Is(err, store.ErrNotFound) { // nothing was logged, or it has been forgotten
		return out, nil
	}
	if err != nil {
		return out, err
	}
	first := max(from, 1)
	var before []byte
	if first > 1 {
		last, err := s.records.Entries(ctx, log, first-1, 1)
		if err != nil || len(last) == 0 {
			return out, err
		}
		before = hashBytes(last[0])
	}
	entries, err := s.records.Entries(ctx, log, first, auditPage)
	if err != nil {
		return out, fmt.Errorf("read audit: %w", err)
	}
	for i, sealed := range entries {
		var e auditEntry
		text, err := k.open(strconv.FormatUint(first+uint64(i), 10), sealed)
		if err == nil {
			err = json.Unmarshal(text, &e)
		}
		out.Intact = out.Intact && err == nil && bytes.Equal(e.Before, before)
		before = hashBytes(sealed)
		if err == nil && e.Group == group {
			out.Entries = append(out.Entries, e.AuditEntry)
		}
	}
	if len(entries) == auditPage {
		out.Next = first + auditPage
	}
	return out, nil
}

func hashBytes(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

// looked is an entry of someone who looked at something of someone's, or changed it.
func looked(event protocol.AuditEvent, g *groupRecord, user facilitation.ParticipantID, role facilitation.Role, subject facilitation.ParticipantID) auditEntry {
	return auditEntry{
		AuditEntry: protocol.AuditEntry{Event: event, User: user, Role: role, Subject: subject, Outcome: protocol.AuditDone},
		Group:      g.ID, Session: g.Session,
	}
}
