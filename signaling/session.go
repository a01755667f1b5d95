package signaling

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"kring/facilitation"
	"kring/facilitation/template"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// maxPlan is how far ahead a session can be planned.
const maxPlan = 366 * 24 * time.Hour

func (s *Server) planSession(w http.ResponseWriter, r *http.Request) {
	var body protocol.PlanSession
	if !readBody(w, r, &body) {
		return
	}
	if !slices.Contains([]string{"", "nl", "en"}, body.Language) || body.StartsAtMs < 0 || body.StartsAtMs > time.Now().Add(maxPlan).UnixMilli() {
		refuse(w, http.StatusBadRequest, "invalid")
		return
	}
	session, err := s.startSession(r.Context(), r.PathValue("id"), body)
	if err != nil {
		s.fail(w, "plan session", err)
		return
	}
	reply(w, protocol.GroupSession{ID: session.ID, StartsAtMs: session.StartsAtMs})
}

// startSession makes a group's next session: its room document first, the group's pointer to it last.
func (s *Server) startSession(ctx context.Context, group string, plan protocol.PlanSession) (sessionRecord, error) {
	var g groupRecord
	if _, err := get(ctx, s.records, store.KindGroup, group, &g); err != nil {
		return sessionRecord{}, err
	}
	if open, err := s.sessionOpen(ctx, g.Session); err != nil {
		return sessionRecord{}, err
	} else if open {
		return sessionRecord{}, fmt.Errorf("start session: %w", store.ErrExists)
	}
	if err := s.finishBefore(ctx, g.Session); err != nil {
		return sessionRecord{}, err
	}
	g = groupRecord{}
	version, err := get(ctx, s.records, store.KindGroup, group, &g)
	if err != nil {
		return sessionRecord{}, err
	}
	session := sessionRecord{ID: newID(), Group: group, StartsAtMs: plan.StartsAtMs}
	if plan.StartsAtMs == 0 {
		session.StartsAtMs = time.Now().UnixMilli()
	}
	state := facilitation.NewSession(session.ID, g.Name, seatsOf(g.Seats))
	state.Social = g.Social
	if format := template.Find(g.Format); format != nil {
		state.Script = format.Script(plan.Language)
	}
	state.Remember(g.Circles)
	k, err := s.seals.make(ctx, roomKey(session.ID), session.unended())
	if err != nil {
		return sessionRecord{}, err
	}
	body, err := encodeRoom(state, k)
	if err != nil {
		return sessionRecord{}, err
	}
	if err := s.rooms.Create(ctx, session.ID, body); err != nil {
		return sessionRecord{}, fmt.Errorf("create room: %w", err)
	}
	if err := s.expect(ctx, &session, g.Seats); err != nil {
		return sessionRecord{}, err
	}
	if _, err := put(ctx, s.records, store.KindSession, session.ID, 0, session, s.life(&session)); err != nil {
		return sessionRecord{}, err
	}
	g.remember()
	g.Session = session.ID
	_, err = put(ctx, s.records, store.KindGroup, group, version, g, 0)
	return session, err
}

func (s *Server) sessionOpen(ctx context.Context, id string) (bool, error) {
	if id == "" {
		return false, nil
	}
	var session sessionRecord
	_, err := get(ctx, s.records, store.KindSession, id, &session)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil || session.Ended {
		return false, err
	}
	state, err := s.peekRoom(ctx, id)
	if errors.Is(err, errRoomLost) {
		return false, nil
	}
	return err == nil && state.Phase != facilitation.Ended, err // its record may not say so yet
}

// errRoomLost says that a room cannot be opened any more: its document has expired, or its key has, for nobody ended the session; or
// it was restored without its key. The session is over.
var errRoomLost = errors.New("room is lost")

// peekRoom reads a room as it is stored, whoever owns it.
func (s *Server) peekRoom(ctx context.Context, id string) (*facilitation.State, error) {
	var state *facilitation.State
	doc, err := s.rooms.Load(ctx, id)
	if err == nil {
		state, _, err = s.openRoom(ctx, id, doc.Body)
	}
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, errSealed):
		return nil, errRoomLost
	case err != nil:
		return nil, fmt.Errorf("peek room: %w", err)
	}
	return state, nil
}

func seatsOf(people []personRecord) []facilitation.Seat {
	out := make([]facilitation.Seat, len(people))
	for i, p := range people {
		out[i] = facilitation.Seat{Participant: p.ID, Name: p.Name}
	}
	return out
}

// sessionEnded forgets what was said in writing, marks a session as over, copies the seats and the circles back to the group and
// then lets the document go: not before, for it is all that is left to copy from. Doing it twice is doing it once.
func (s *Server) sessionEnded(ctx context.Context, id string, room *facilitation.State) error {
	forgotten := errors.Join(s.seals.end(ctx, roomKey(id), 0), s.seals.end(ctx, cardsKey(id), cardLife),
		s.seals.end(ctx, attendanceKey(id), s.kept()))
	if err := errors.Join(forgotten, s.keepEnd(ctx, id, room)); err != nil {
		return err
	}
	return s.rooms.Expire(ctx, id, roomLife)
}

// keepEnd writes a session's end into its record and into its group. There is nothing to write where the record is forgotten, or
// the group is gone.
func (s *Server) keepEnd(ctx context.Context, id string, room *facilitation.State) error {
	group := ""
	err := s.changeSession(ctx, id, func(session *sessionRecord) error {
		if group = session.Group; !session.Ended {
			session.Ended, session.EndedAtMs = true, time.Now().UnixMilli()
		}
		return nil
	})
	if err == nil {
		err = s.keepRing(ctx, group, id, room)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// keepRing writes the order of the chairs, and who was in a circle with whom, back to the group: once, for staff may have moved
// chairs on the group's page since. Another order is a change of the group as staff read it: a page from before is told so.
func (s *Server) keepRing(ctx context.Context, group, session string, room *facilitation.State) error {
	return s.changeGroup(ctx, group, func(g *groupRecord) error {
		if g.Kept == session {
			return nil
		}
		seats := inOrder(g.Seats, room.Seats)
		if !slices.Equal(seats, g.Seats) {
			g.Edits++
		}
		g.Seats, g.Circles, g.Kept = seats, room.Past, session
		return nil
	})
}

// finishBefore does what the end of a session has left undone: the store was out of reach, and the server stopped before it was back.
func (s *Server) finishBefore(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	state, err := s.peekRoom(ctx, id)
	switch {
	case errors.Is(err, errRoomLost):
		return nil // long done, or nothing is left to do it with
	case err != nil:
		return err
	case state.Phase != facilitation.Ended:
		return nil
	}
	return s.sessionEnded(ctx, id, state)
}

// inOrder sorts people by the seats; whoever has none there stays at the end.
func inOrder(people []personRecord, seats []facilitation.Seat) []personRecord {
	out := make([]personRecord, 0, len(people))
	taken := map[facilitation.ParticipantID]bool{}
	for _, seat := range seats {
		for _, p := range people {
			if p.ID == seat.Participant && !taken[p.ID] {
				out, taken[p.ID] = append(out, p), true
			}
		}
	}
	for _, p := range people {
		if !taken[p.ID] {
			out = append(out, p)
		}
	}
	return out
}
