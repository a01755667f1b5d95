package signaling

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// maxStays is how often one person's coming and going is told apart; backWithin is how soon who comes back was never away.
const (
	maxStays   = 12
	backWithin = 2 * time.Minute
)

func attendanceKey(session string) string { return "attendance-" + session }

// attendance is who was in a session and when: the members by their seats, then whoever came beside them. It is sealed in the session's
// record, and forgotten with its key.
type attendance []protocol.Attended

// mark is that someone came in or went out, at a Unix time in milliseconds.
type mark struct {
	who  facilitation.ParticipantID
	name string
	role facilitation.Role
	in   bool
	atMs int64
}

func (a attendance) of(id facilitation.ParticipantID) *protocol.Attended {
	if i := slices.IndexFunc(a, func(p protocol.Attended) bool { return p.Participant == id }); i >= 0 {
		return &a[i]
	}
	return nil
}

// note adds a mark. The same one again changes nothing.
func (a *attendance) note(m mark) {
	if a.of(m.who) == nil && !m.in {
		return
	}
	if a.of(m.who) == nil {
		*a = append(*a, protocol.Attended{Participant: m.who, Name: m.name, Role: m.role, Stays: []protocol.Stay{}})
	}
	p := a.of(m.who)
	noted := slices.ContainsFunc(p.Stays, func(s protocol.Stay) bool { return s.InAtMs == m.atMs })
	if len(p.Stays) == 0 {
		if m.in {
			p.Stays = []protocol.Stay{{InAtMs: m.atMs}}
		}
		return
	}
	switch last := &p.Stays[len(p.Stays)-1]; {
	case !m.in && last.OutAtMs == 0:
		last.OutAtMs = m.atMs
	case !m.in || last.OutAtMs == 0 || noted:
	case m.atMs-last.OutAtMs < backWithin.Milliseconds() || len(p.Stays) == maxStays:
		last.OutAtMs = 0
	default:
		p.Stays = append(p.Stays, protocol.Stay{InAtMs: m.atMs})
	}
}

// expect lists a group's members in a new session's record: who does not come is in it too.
func (s *Server) expect(ctx context.Context, rec *sessionRecord, members []personRecord) error {
	k, err := s.seals.make(ctx, attendanceKey(rec.ID), s.life(rec))
	if err != nil {
		return err
	}
	a := make(attendance, len(members))
	for i, p := range members {
		a[i] = protocol.Attended{Participant: p.ID, Name: p.Name, Role: facilitation.Member, Stays: []protocol.Stay{}}
	}
	rec.Attendance, err = k.sealValue(rec.ID, a)
	return err
}

func (s *Server) changeAttendance(ctx context.Context, session string, change func(*sessionRecord, *attendance) error) error {
	return s.changeSession(ctx, session, func(rec *sessionRecord) error {
		k, err := s.seals.make(ctx, attendanceKey(session), s.life(rec))
		if err != nil {
			return err
		}
		var a attendance
		if err := k.openValue(rec.ID, rec.Attendance, &a); err != nil {
			return err
		}
		if err := change(rec, &a); err != nil {
			return err
		}
		rec.Attendance, err = k.sealValue(rec.ID, a)
		return err
	})
}

// noteAttendance adds marks to a session's record, unless that is forgotten.
func (s *Server) noteAttendance(ctx context.Context, session string, marks []mark) error {
	err := s.changeAttendance(ctx, session, func(_ *sessionRecord, a *attendance) error {
		for _, m := range marks {
			a.note(m)
		}
		return nil
	})
	if forgotten(err) {
		return nil
	}
	return err
}

// forgotten: the record is gone, or its key, which a call that came too late may have made anew.
func forgotten(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, errSealed)
}

// attendance tells a therapist of the group, by their own link, who was in its sessions for as long as those are kept.
func (s *Server) attendance(w http.ResponseWriter, r *http.Request) {
	var body protocol.EnterRequest
	if !readBody(w, r, &body) {
		return
	}
	g, who, ok := s.therapist(w, r, body.Capability)
	if !ok {
		return
	}
	if err := s.audit(r.Context(), looked(protocol.AuditAttendRead, &g, who, facilitation.Therapist, "")); err != nil {
		s.fail(w, "attendance", err)
		return
	}
	out := protocol.Attendance{Sessions: []protocol.SessionAttendance{}}
	for _, id := range append(slices.Clone(g.Past), g.Session) {
		told, err := s.attendanceOf(r.Context(), id)
		if forgotten(err) || errors.Is(err, store.ErrBadID) {
			continue // or there is none
		}
		if err != nil {
			s.fail(w, "attendance", err)
			return
		}
		out.Sessions = append(out.Sessions, told)
	}
	reply(w, out)
}

func (s *Server) attendanceOf(ctx context.Context, session string) (protocol.SessionAttendance, error) {
	var rec sessionRecord
	if _, err := get(ctx, s.records, store.KindSession, session, &rec); err != nil {
		return protocol.SessionAttendance{}, err
	}
	k, err := s.seals.of(ctx, attendanceKey(session))
	if err != nil {
		return protocol.SessionAttendance{}, err
	}
	var a attendance
	if err := k.openValue(session, rec.Attendance, &a); err != nil {
		return protocol.SessionAttendance{}, err
	}
	return toldAttendance(&rec, a), nil
}

// toldAttendance: whoever was there at the end went out then, also where the server did not see it.
func toldAttendance(rec *sessionRecord, a attendance) protocol.SessionAttendance {
	for _, p := range a {
		if n := len(p.Stays); n > 0 && p.Stays[n-1].OutAtMs == 0 {
			p.Stays[n-1].OutAtMs = rec.EndedAtMs
		}
	}
	return protocol.SessionAttendance{Session: rec.ID, StartsAtMs: rec.StartsAtMs, Over: rec.over(), People: a}
}

// over: it has ended, or nobody can open it any more.
func (s *sessionRecord) over() bool {
	return s.Ended || time.Now().After(time.UnixMilli(s.StartsAtMs).Add(unendedLife))
}

// correctAttendance sets when someone was in a session that is over, and notes which therapist of the group said so.
func (s *Server) correctAttendance(w http.ResponseWriter, r *http.Request) {
	var body protocol.CorrectAttendance
	if !readBody(w, r, &body) {
		return
	}
	g, who, ok := s.therapist(w, r, body.Capability)
	if !ok {
		return
	}
	var told protocol.SessionAttendance
	logged := false // the change may be made again, over another's
	err := s.changeAttendance(r.Context(), body.Session, func(rec *sessionRecord, a *attendance) error {
		p := a.of(body.Participant)
		switch {
		case rec.Group != g.ID || p == nil:
			return store.ErrNotFound
		case !rec.over():
			return errNotNow
		case !validStays(body.Stays, rec.StartsAtMs):
			return errInvalid
		}
		if !logged {
			e := looked(protocol.AuditAttendChanged, &g, who, facilitation.Therapist, p.Participant)
			e.Session = rec.ID
			if err := s.audit(r.Context(), e); err != nil {
				return err
			}
			logged = true
		}
		by, _, _ := g.person(who)
		p.Stays, p.Corrected = body.Stays, &protocol.Corrected{By: who, Name: by.Name, AtMs: time.Now().UnixMilli()}
		told = toldAttendance(rec, *a)
		return nil
	})
	switch {
	case errors.Is(err, errNotNow):
		refuse(w, http.StatusConflict, "not_now")
	case forgotten(err):
		refuse(w, http.StatusNotFound, "not_found")
	case errors.Is(err, errInvalid):
		refuse(w, http.StatusBadRequest, "invalid")
	case err != nil:
		s.fail(w, "correct attendance", err)
	default:
		reply(w, told)
	}
}

// errInvalid says that values cannot be.
var errInvalid = errors.New("invalid")

// validStays: one after the other, around the session, and not in the future but for the minute that a clock shows.
func validStays(stays []protocol.Stay, startsAtMs int64) bool {
	start := time.UnixMilli(startsAtMs)
	from := start.Add(-unendedLife).UnixMilli()
	until := min(start.Add(unendedLife).UnixMilli(), time.Now().Add(time.Minute).UnixMilli())
	for _, s := range stays {
		if s.InAtMs < from || s.OutAtMs <= s.InAtMs || s.OutAtMs > until {
			return false
		}
		from = s.OutAtMs
	}
	return stays != nil && len(stays) <= maxStays
}
