package signaling

import (
	"context"
	"errors"
	"net/http"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// maxCapability bounds a capability as sent, in characters; ours are 43.
const maxCapability = 128

// errRemoved says that staff have removed the person from the session that is on.
var errRemoved = errors.New("removed")

// errUnknownLink says that a capability is nobody's, or nobody's any more.
var errUnknownLink = errors.New("unknown link")

// enter takes a personal link's capability and gives a ticket for one socket within a minute. An unknown or renewed link is
// 401, one whose person was removed from the session 403. Where there is no session now, the answer has no ticket but says when there will be.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) {
	var body protocol.EnterRequest
	if !readBody(w, r, &body) {
		return
	}
	if len(body.Capability) > maxCapability {
		refuse(w, http.StatusUnauthorized, "unknown_link")
		return
	}
	out, err := s.invitation(r.Context(), body.Capability)
	switch {
	case errors.Is(err, errUnknownLink):
		refuse(w, http.StatusUnauthorized, "unknown_link")
	case errors.Is(err, errRemoved):
		refuse(w, http.StatusForbidden, "removed")
	case err != nil:
		s.fail(w, "enter", err)
	default:
		reply(w, out)
	}
}

// linkOf is whose link a capability is.
func (s *Server) linkOf(ctx context.Context, capability string) (linkRecord, error) {
	var link linkRecord
	_, err := get(ctx, s.records, store.KindLink, hashOf(capability), &link)
	if errors.Is(err, store.ErrNotFound) {
		return link, errUnknownLink
	}
	return link, err
}

// invitation is what a link opens now.
func (s *Server) invitation(ctx context.Context, capability string) (protocol.EnterResponse, error) {
	link, err := s.linkOf(ctx, capability)
	if err != nil {
		return protocol.EnterResponse{}, err
	}
	var g groupRecord
	if _, err := get(ctx, s.records, store.KindGroup, link.Group, &g); err != nil {
		return protocol.EnterResponse{}, err
	}
	person, role, known := g.person(link.Participant)
	if !known {
		return protocol.EnterResponse{}, errUnknownLink
	}
	practice, err := s.practice(ctx)
	if err != nil {
		return protocol.EnterResponse{}, err
	}
	out := protocol.EnterResponse{
		GroupName: g.Name, Name: person.Name, Role: role, Therapists: namesOf(g.Staff), Observers: namesOf(g.Observers),
		Numbers: practice.Numbers, Formal: practice.Formal,
	}
	if role == facilitation.Therapist {
		out.Members = named(g.Seats)
	}
	if g.Session == "" {
		return out, nil
	}
	var session sessionRecord
	switch _, err := get(ctx, s.records, store.KindSession, g.Session, &session); {
	case errors.Is(err, store.ErrNotFound): // long over, and forgotten
		return out, nil
	case err != nil:
		return protocol.EnterResponse{}, err
	}
	opens := session.opens()
	out.StartsAtMs, out.OpensAtMs, out.Ended = session.StartsAtMs, opens.UnixMilli(), session.Ended
	if session.Ended || time.Now().Before(opens) {
		return out, nil
	}
	switch err := s.checkRemoved(ctx, session.ID, person.ID); {
	case errors.Is(err, errRoomLost):
		out.Ended = true
		return out, nil
	case err != nil:
		return protocol.EnterResponse{}, err
	}
	if out.GroundRules = g.Rules.asks(person.ID, role); out.GroundRules != nil {
		return out, nil
	}
	out.Ticket = newSecret()
	pass := passRecord{Session: session.ID, Participant: person.ID, Name: person.Name, Role: role, Link: hashOf(capability)}
	_, err = put(ctx, s.records, store.KindTicket, hashOf(out.Ticket), 0, pass, ticketLife)
	return out, err
}

// checkRemoved is errRemoved for whom staff have removed. A removal that is not stored yet is told by the socket.
func (s *Server) checkRemoved(ctx context.Context, session string, id facilitation.ParticipantID) error {
	state, err := s.peekRoom(ctx, session)
	if err != nil {
		return err
	}
	for _, p := range state.People {
		if p.ID == id && p.Presence == facilitation.Removed {
			return errRemoved
		}
	}
	return nil
}

// person finds someone of the group. A link can outlive its person for a moment, while a group is being changed.
func (g *groupRecord) person(id facilitation.ParticipantID) (p personRecord, role facilitation.Role, known bool) {
	for _, p := range g.Staff {
		if p.ID == id {
			return p, facilitation.Therapist, true
		}
	}
	for _, p := range g.Seats {
		if p.ID == id {
			return p, facilitation.Member, true
		}
	}
	for _, p := range g.Observers {
		if p.ID == id {
			return p, facilitation.Observer, true
		}
	}
	return personRecord{}, "", false
}

func namesOf(people []personRecord) []string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = p.Name
	}
	return names
}
