package signaling

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// How long things are kept.
const (
	ticketLife = time.Minute
	resumeLife = 12 * time.Hour
	homeLife   = 12 * time.Hour
	roomLife   = time.Hour // after the end
	// unendedLife is how long after its start a session can be opened that nobody ends: what was written in it is then forgotten too.
	unendedLife = 36 * time.Hour
	opensBefore = 30 * time.Minute
)

// practiceRecord is the practice on this server. Accounts come later: for now whoever has the home link is its staff.
type practiceRecord struct {
	HomeHashes []string         `json:"homeHashes"`
	Numbers    protocol.Numbers `json:"numbers"`
	Formal     bool             `json:"formal,omitempty"`
}

// groupRecord is a therapy group as stored: people with the hashes of their links, seats clockwise.
type groupRecord struct {
	ID      string         `json:"id"`
	Edits   uint64         `json:"edits,omitempty"` // by staff, after it was made
	Name    string         `json:"name"`
	Seats   []personRecord `json:"seats"`
	Staff   []personRecord `json:"staff"`
	Format  string         `json:"format,omitempty"` // id of a template
	Social  bool           `json:"social,omitempty"` // those who wait may meet
	Session string         `json:"session,omitempty"`
	Past    []string       `json:"past,omitempty"` // the sessions before, oldest first
	// Observers are trainees who may look on once they are announced.
	Observers []personRecord `json:"observers,omitempty"`
	// Circles is who was with whom in breakout circles, written back at a session's end.
	Circles facilitation.Past `json:"circles,omitzero"`
	// Kept is the last session whose chairs and circles were written back.
	Kept  string      `json:"kept,omitempty"`
	Rules groundRules `json:"rules,omitzero"`
}

type personRecord struct {
	ID       facilitation.ParticipantID `json:"id"`
	Name     string                     `json:"name"`
	LinkHash string                     `json:"linkHash,omitempty"`
}

// linkRecord says whose link a hash is.
type linkRecord struct {
	Group       string                     `json:"group"`
	Participant facilitation.ParticipantID `json:"participant"`
}

// sessionRecord is one meeting of a group.
type sessionRecord struct {
	ID         string `json:"id"`
	Group      string `json:"group"`
	StartsAtMs int64  `json:"startsAtMs"`
	Ended      bool   `json:"ended"`
	EndedAtMs  int64  `json:"endedAtMs,omitempty"`
	// LookBacks is a map of them by member, sealed. They are for the group's therapists only, and go when the record goes.
	LookBacks []byte `json:"lookBacks,omitempty"`
	// Attendance is who was there and when, sealed; it goes when the record goes.
	Attendance []byte `json:"attendance,omitempty"`
	// Agreed is which version of the ground rules each member agreed to on the way in.
	Agreed map[facilitation.ParticipantID]int `json:"agreed,omitempty"`
}

// opens is from when on links work.
func (s *sessionRecord) opens() time.Time { return time.UnixMilli(s.StartsAtMs).Add(-opensBefore) }

// passRecord is what a ticket or a resume token stands for. Page is empty for a ticket. Link is the hash of the link that it
// came from: it is good for as long as that is.
type passRecord struct {
	Session     string                     `json:"session"`
	Participant facilitation.ParticipantID `json:"participant"`
	Name        string                     `json:"name"`
	Role        facilitation.Role          `json:"role"`
	Page        string                     `json:"page,omitempty"`
	Link        string                     `json:"link"`
}

// newSecret is 32 random bytes, base64url.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand, Go 1.24)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// newID is 16 random bytes, hex: opaque, and an accepted store id.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// hashOf is how a secret is stored: lower-case hex SHA-256. Secrets are 256 random bits, so no salt or stretching is needed.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// get reads a record into v and returns its version.
func get(ctx context.Context, r store.Records, kind store.Kind, id string, v any) (uint64, error) {
	rec, err := r.Get(ctx, kind, id)
	if err != nil {
		return 0, fmt.Errorf("get %s: %w", kind, err)
	}
	return rec.Version, unpack(kind, rec, v)
}

func unpack(kind store.Kind, rec store.Record, v any) error {
	if err := json.Unmarshal(rec.Body, v); err != nil {
		return fmt.Errorf("decode %s: %w", kind, err)
	}
	return nil
}

// put writes v, expecting version (0: new), for ever if life is 0.
func put(ctx context.Context, r store.Records, kind store.Kind, id string, version uint64, v any, life time.Duration) (uint64, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return 0, fmt.Errorf("encode %s: %w", kind, err)
	}
	version, err = r.Put(ctx, kind, id, store.Record{Version: version, Body: body}, life)
	if err != nil {
		return 0, fmt.Errorf("put %s: %w", kind, err)
	}
	return version, nil
}

// How often a record is tried that others write at the same time, and how long the first pause is; each is twice the one before.
const (
	rewrites     = 8
	rewritePause = 5 * time.Millisecond
)

// rewrite changes a record that others may write at the same time: change is called with the record as it is, again whenever
// another was first. It gives up with store.ErrStale.
func rewrite[T any](ctx context.Context, r store.Records, kind store.Kind, id string, life func(*T) time.Duration, change func(*T) error) error {
	pause := rewritePause
	for n := 1; ; n++ {
		var rec T
		version, err := get(ctx, r, kind, id, &rec)
		if err != nil {
			return err
		}
		if err := change(&rec); err != nil {
			return err
		}
		_, err = put(ctx, r, kind, id, version, rec, life(&rec))
		if !errors.Is(err, store.ErrStale) || n == rewrites {
			return err
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
			return fmt.Errorf("rewrite %s: %w", kind, ctx.Err())
		}
	}
}

// changeSession changes a session's record; it is kept as long as it was going to be.
func (s *Server) changeSession(ctx context.Context, id string, change func(*sessionRecord) error) error {
	return rewrite(ctx, s.records, store.KindSession, id, s.life, change)
}

// changeGroup changes a group's record.
func (s *Server) changeGroup(ctx context.Context, id string, change func(*groupRecord) error) error {
	return rewrite(ctx, s.records, store.KindGroup, id, func(*groupRecord) time.Duration { return 0 }, change)
}
