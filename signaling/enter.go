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

// enter takes a personal link's capability and gives a ticket for one socket within a minute. An unknown or renewed link is
// 401. Where there is no session now, the answer has no ticket but says when there will be.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) {
	var body protocol.EnterRequest
	if !readBody(w, r, &body) {
		return
	}
	var link linkRecord
	if len(body.Capability) > maxCapability {
		refuse(w, http.StatusUnauthorized, "unknown_link")
		return
	}
	if _, err := get(r.Context(), s.records, store.KindLink, hashOf(body.Capability), &link); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			refuse(w, http.StatusUnauthorized, "unknown_link")
			return
		}
		s.fail(w, "enter", err)
		return
	}
	out, err := s.invitation(r.Context(), link)
	if err != nil {
		s.fail(w, "enter", err)
		return
	}
	reply(w, out)
}

// invitation is what a link opens now.
func (s *Server) invitation(ctx context.Context, link linkRecord) (protocol.EnterResponse, error) {
	var g groupRecord
	if _, err := get(ctx, s.records, store.KindGroup, link.Group, &g); err != nil {
		return protocol.EnterResponse{}, err
	}
	person, role := g.person(link.Participant)
	out := protocol.EnterResponse{GroupName: g.Name, Name: person.Name, Role: role, Therapists: g.therapists()}
	if g.Session == "" {
		return out, nil
	}
	var session sessionRecord
	if _, err := get(ctx, s.records, store.KindSession, g.Session, &session); err != nil {
		return protocol.EnterResponse{}, err
	}
	opens := time.UnixMilli(session.StartsAtMs).Add(-opensBefore)
	out.StartsAtMs, out.OpensAtMs, out.Ended = session.StartsAtMs, opens.UnixMilli(), session.Ended
	if session.Ended || time.Now().Before(opens) {
		return out, nil
	}
	out.Ticket = newSecret()
	pass := passRecord{Session: session.ID, Participant: person.ID, Name: person.Name, Role: role}
	_, err := put(ctx, s.records, store.KindTicket, hashOf(out.Ticket), 0, pass, ticketLife)
	return out, err
}

// person finds whose link it is. Whoever is not staff is a member.
func (g *groupRecord) person(id facilitation.ParticipantID) (personRecord, facilitation.Role) {
	for _, p := range g.Staff {
		if p.ID == id {
			return p, facilitation.Therapist
		}
	}
	for _, p := range g.Seats {
		if p.ID == id {
			return p, facilitation.Member
		}
	}
	return personRecord{ID: id}, facilitation.Member
}

func (g *groupRecord) therapists() []string {
	names := make([]string, len(g.Staff))
	for i, p := range g.Staff {
		names[i] = p.Name
	}
	return names
}
