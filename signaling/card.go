package signaling

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

const (
	cardLife = 24 * time.Hour // after the end
	maxPlace = 120            // characters
)

// errNotNow says that a group has no session that is open.
var errNotNow = errors.New("no session now")

func cardsKey(session string) string { return "cards-" + session }

// cardID is the record of one member's card: apart from the room document, which has no room for it.
func cardID(session string, who facilitation.ParticipantID) string {
	return session + "." + string(who)
}

// ownCard tells members what they have said about where they are.
func (s *Server) ownCard(w http.ResponseWriter, r *http.Request) {
	var body protocol.EnterRequest
	if !readBody(w, r, &body) {
		return
	}
	g, who, ok := s.member(w, r, body.Capability)
	if !ok {
		return
	}
	card, err := s.card(r.Context(), g.Session, who)
	if err != nil {
		s.fail(w, "own card", err)
		return
	}
	reply(w, card)
}

// putCard keeps where a member is, for the session that is open. An empty card takes it away.
func (s *Server) putCard(w http.ResponseWriter, r *http.Request) {
	var body protocol.CardRequest
	if !readBody(w, r, &body) {
		return
	}
	if !validCard(&body.Card) {
		refuse(w, http.StatusBadRequest, "invalid")
		return
	}
	g, who, ok := s.member(w, r, body.Capability)
	if !ok {
		return
	}
	card := body.Card
	card.AtMs = time.Now().UnixMilli()
	if blank(&card) {
		card.AtMs = 0
	}
	switch err := s.keepCard(r.Context(), &g, who, card); {
	case errors.Is(err, errNotNow):
		refuse(w, http.StatusConflict, "not_now")
	case err != nil:
		s.fail(w, "keep card", err)
	default:
		reply(w, card)
	}
}

// cardOf tells a therapist where a member of their group is. That they look is logged first, whether or not there is a card.
func (s *Server) cardOf(w http.ResponseWriter, r *http.Request) {
	var body protocol.CardOfRequest
	if !readBody(w, r, &body) {
		return
	}
	g, who, ok := s.therapist(w, r, body.Capability)
	if !ok {
		return
	}
	if _, role, known := g.person(body.Participant); !known || role != facilitation.Member {
		refuse(w, http.StatusNotFound, "not_found")
		return
	}
	card, err := s.latestCard(r.Context(), &g, body.Participant)
	if err == nil {
		e := looked(protocol.AuditCardRead, &g, who, facilitation.Therapist, body.Participant)
		if card.AtMs == 0 {
			e.Outcome = protocol.AuditNothing
		}
		err = s.audit(r.Context(), e)
	}
	if err != nil {
		s.fail(w, "card", err)
		return
	}
	reply(w, card)
}

// keepCard stores a card of the session that is open: not before its link is, and not after its end.
func (s *Server) keepCard(ctx context.Context, g *groupRecord, who facilitation.ParticipantID, card protocol.Card) error {
	var session sessionRecord
	_, err := get(ctx, s.records, store.KindSession, g.Session, &session)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrBadID) {
		return errNotNow
	}
	if err != nil {
		return err
	}
	start := time.UnixMilli(session.StartsAtMs)
	if session.Ended || time.Now().Before(start.Add(-opensBefore)) {
		return errNotNow
	}
	if err := s.audit(ctx, looked(protocol.AuditCardChanged, g, who, facilitation.Member, who)); err != nil {
		return err
	}
	if card.AtMs == 0 {
		return s.takeCards(ctx, g, who)
	}
	return s.sealCard(ctx, session.ID, who, card, session.unended())
}

// takeCards takes a member's card away, and that of the session before: it would come up in its place.
func (s *Server) takeCards(ctx context.Context, g *groupRecord, who facilitation.ParticipantID) error {
	for _, session := range append([]string{g.Session}, g.Past[max(0, len(g.Past)-1):]...) {
		if err := s.records.Delete(ctx, store.KindCard, cardID(session, who)); err != nil {
			return fmt.Errorf("take away card: %w", err)
		}
	}
	return nil
}

func (s *Server) sealCard(ctx context.Context, session string, who facilitation.ParticipantID, card protocol.Card, life time.Duration) error {
	k, err := s.seals.make(ctx, cardsKey(session), life)
	if err != nil {
		return err
	}
	id := cardID(session, who)
	sealed, err := k.sealValue(id, card)
	if err != nil {
		return err
	}
	for {
		there, err := s.records.Get(ctx, store.KindCard, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("get card: %w", err)
		}
		_, err = s.records.Put(ctx, store.KindCard, id, store.Record{Version: there.Version, Body: sealed}, life)
		if !errors.Is(err, store.ErrStale) { // else the same member, on another page
			return err
		}
	}
}

// latestCard is the card of the session that is on or planned, else of the one before, which can be opened for a day: the next one is often
// planned at the end of this one.
func (s *Server) latestCard(ctx context.Context, g *groupRecord, who facilitation.ParticipantID) (protocol.Card, error) {
	card, err := s.card(ctx, g.Session, who)
	if err != nil || card.AtMs != 0 || len(g.Past) == 0 {
		return card, err
	}
	return s.card(ctx, g.Past[len(g.Past)-1], who)
}

// card reads a card; an empty one where there is none, or its time is over.
func (s *Server) card(ctx context.Context, session string, who facilitation.ParticipantID) (protocol.Card, error) {
	var card protocol.Card
	if session == "" {
		return card, nil
	}
	id := cardID(session, who)
	rec, err := s.records.Get(ctx, store.KindCard, id)
	if errors.Is(err, store.ErrNotFound) {
		return card, nil
	}
	if err != nil {
		return card, fmt.Errorf("get card: %w", err)
	}
	k, err := s.seals.of(ctx, cardsKey(session))
	if errors.Is(err, store.ErrNotFound) {
		return card, nil
	}
	if err != nil {
		return card, err
	}
	err = k.openValue(id, rec.Body, &card)
	if errors.Is(err, errSealed) { // of a key that has ended before this one began
		return card, nil
	}
	return card, err
}

func blank(c *protocol.Card) bool { return c.Place == "" && c.Phone == "" && c.Contact == "" }

// validCard trims and checks a card. The time is the server's.
func validCard(c *protocol.Card) bool {
	phone, ok := validNumber(c.Phone)
	c.Phone, c.Place, c.Contact = phone, strings.TrimSpace(c.Place), strings.TrimSpace(c.Contact)
	return ok && c.AtMs == 0 && validLine(c.Place, maxPlace) && validLine(c.Contact, maxPlace)
}

// validLine: a line of at most so many characters.
func validLine(line string, longest int) bool {
	return utf8.ValidString(line) && utf8.RuneCountInString(line) <= longest &&
		!strings.ContainsFunc(line, func(c rune) bool { return c < ' ' || c == 0x7f })
}
