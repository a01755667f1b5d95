package signaling

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// Limits of a look-back. A session's record holds one of each member, far below the store's limit.
const (
	maxMark     = 100
	maxLookBack = 200 // characters
	keptPast    = 52  // sessions that a group remembers, a year of weeks
	keepDays    = 30  // days that they are kept, where nothing else is set
)

// lookBack keeps what a member thinks of the session that is over, in its record and no longer than that. The same member again
// replaces it.
func (s *Server) lookBack(w http.ResponseWriter, r *http.Request) {
	var body protocol.LookBackRequest
	if !readBody(w, r, &body) {
		return
	}
	if !validLookBack(&body.LookBack) {
		refuse(w, http.StatusBadRequest, "invalid")
		return
	}
	if g, who, ok := s.member(w, r, body.Capability); ok {
		s.keepLookBack(w, r, g.Session, who, body.LookBack)
	}
}

func (s *Server) keepLookBack(w http.ResponseWriter, r *http.Request, session string, who facilitation.ParticipantID, l protocol.LookBack) {
	err := s.changeSession(r.Context(), session, func(rec *sessionRecord) error {
		if !rec.Ended {
			return store.ErrNotFound // nothing to look back on yet
		}
		k, err := s.seals.make(r.Context(), lookBacksKey(session), s.life(rec))
		if err != nil {
			return err
		}
		all := memberLookBacks{}
		if err := k.openValue(rec.ID, rec.LookBacks, &all); err != nil {
			return err
		}
		all[who] = l
		rec.LookBacks, err = k.sealValue(rec.ID, all)
		return err
	})
	if err != nil {
		s.fail(w, "keep look-back", err)
		return
	}
	reply(w, l)
}

// memberLookBacks are those of one session.
type memberLookBacks map[facilitation.ParticipantID]protocol.LookBack

// readLookBacks are none where nobody has looked back, or the key is gone.
func (s *Server) readLookBacks(ctx context.Context, rec *sessionRecord) (memberLookBacks, error) {
	if len(rec.LookBacks) == 0 {
		return nil, nil
	}
	k, err := s.seals.of(ctx, lookBacksKey(rec.ID))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	all := memberLookBacks{}
	err = k.openValue(rec.ID, rec.LookBacks, &all)
	return all, err
}

// whose is the group and the person of a personal link.
func (s *Server) whose(ctx context.Context, capability string) (groupRecord, facilitation.ParticipantID, facilitation.Role, error) {
	var g groupRecord
	if len(capability) > maxCapability {
		return g, "", "", errUnknownLink
	}
	link, err := s.linkOf(ctx, capability)
	if err != nil {
		return g, "", "", err
	}
	if _, err := get(ctx, s.records, store.KindGroup, link.Group, &g); err != nil {
		return g, "", "", err
	}
	person, role, known := g.person(link.Participant)
	if !known {
		return g, "", "", errUnknownLink
	}
	return g, person.ID, role, nil
}

// member and therapist are who a personal link is of, where only they may do something; they answer anyone else.
func (s *Server) member(w http.ResponseWriter, r *http.Request, capability string) (groupRecord, facilitation.ParticipantID, bool) {
	return s.only(facilitation.Member, w, r, capability)
}

func (s *Server) therapist(w http.ResponseWriter, r *http.Request, capability string) (groupRecord, facilitation.ParticipantID, bool) {
	return s.only(facilitation.Therapist, w, r, capability)
}

func (s *Server) only(may facilitation.Role, w http.ResponseWriter, r *http.Request, capability string) (groupRecord, facilitation.ParticipantID, bool) {
	g, who, role, err := s.whose(r.Context(), capability)
	switch {
	case errors.Is(err, errUnknownLink):
		refuse(w, http.StatusUnauthorized, "unknown_link")
	case err != nil:
		s.fail(w, "whose link", err)
	case role != may:
		refuse(w, http.StatusForbidden, "not_allowed")
	default:
		return g, who, true
	}
	return g, who, false
}

// lookBacks tells a therapist of the group, by their own link, what its members thought of the sessions that are still kept.
// Nobody else is told: not the practice, not other groups' staff, not members.
func (s *Server) lookBacks(w http.ResponseWriter, r *http.Request) {
	var body protocol.EnterRequest
	if !readBody(w, r, &body) {
		return
	}
	g, who, ok := s.therapist(w, r, body.Capability)
	if !ok {
		return
	}
	err := s.audit(r.Context(), looked(protocol.AuditLookBacksRead, &g, who, facilitation.Therapist, ""))
	var out protocol.LookBacks
	if err == nil {
		out, err = s.lookBacksOf(r.Context(), g)
	}
	if err != nil {
		s.fail(w, "look-backs", err)
		return
	}
	reply(w, out)
}

func (s *Server) lookBacksOf(ctx context.Context, g groupRecord) (protocol.LookBacks, error) {
	out := protocol.LookBacks{Members: make([]protocol.MemberLookBacks, len(g.Seats))}
	for i, p := range g.Seats {
		out.Members[i] = protocol.MemberLookBacks{ID: p.ID, Name: p.Name, Sessions: []protocol.SessionLookBack{}}
	}
	for _, id := range append(slices.Clone(g.Past), g.Session) {
		if id == "" {
			continue
		}
		var rec sessionRecord
		switch _, err := get(ctx, s.records, store.KindSession, id, &rec); {
		case errors.Is(err, store.ErrNotFound):
			continue // forgotten
		case err != nil:
			return out, err
		}
		told, err := s.readLookBacks(ctx, &rec)
		if err != nil {
			return out, err
		}
		for i, p := range g.Seats {
			if l, ok := told[p.ID]; ok {
				out.Members[i].Sessions = append(out.Members[i].Sessions, protocol.SessionLookBack{StartsAtMs: rec.StartsAtMs, LookBack: l})
			}
		}
	}
	return out, nil
}

func validLookBack(l *protocol.LookBack) bool {
	for _, mark := range []*int{l.Relationship, l.Topics, l.Approach, l.Overall} {
		if mark != nil && (*mark < 0 || *mark > maxMark) {
			return false
		}
	}
	l.Line = strings.TrimSpace(l.Line)
	return validLine(l.Line, maxLookBack)
}

// remember adds the session before to those that a group remembers.
func (g *groupRecord) remember() {
	if g.Session != "" {
		g.Past = append(g.Past, g.Session)
		g.Past = g.Past[max(0, len(g.Past)-keptPast):]
	}
}

// unended is how long from now on a session can be opened if nobody ends it.
func (s *sessionRecord) unended() time.Duration {
	return max(0, time.Until(time.UnixMilli(s.StartsAtMs))) + unendedLife
}

// life is how long a session's record is kept: KeepDays after its end, or, before that, after its start.
func (s *Server) life(rec *sessionRecord) time.Duration {
	from := time.UnixMilli(rec.StartsAtMs)
	if rec.EndedAtMs > 0 {
		from = time.UnixMilli(rec.EndedAtMs)
		return max(time.Second, time.Until(from)+s.kept())
	}
	return max(0, time.Until(from)) + s.kept()
}

// kept is how long look-backs and attendance are kept after the end.
func (s *Server) kept() time.Duration {
	return time.Duration(cmp.Or(s.cfg.KeepDays, keepDays)) * 24 * time.Hour
}
