package signaling

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"kring/facilitation"
	"kring/facilitation/template"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// A group's limits.
const (
	maxSeats     = 16
	maxStaff     = 8
	maxObservers = 4
	maxGroups    = 500
)

func (s *Server) listGroups(w http.ResponseWriter, r *http.Request) {
	out, err := s.groups(r.Context())
	if err != nil {
		s.fail(w, "list groups", err)
		return
	}
	reply(w, out)
}

func (s *Server) groups(ctx context.Context) (protocol.Groups, error) {
	ids, err := s.records.List(ctx, store.KindGroup, "", maxGroups)
	if err != nil {
		return protocol.Groups{}, err
	}
	out := protocol.Groups{Groups: []protocol.Group{}, Formats: formats()}
	for _, id := range ids {
		g, err := s.group(ctx, id)
		if err != nil {
			return protocol.Groups{}, err
		}
		out.Groups = append(out.Groups, g)
	}
	return out, nil
}

// group is a group as told to its staff: with its session, without any hash.
func (s *Server) group(ctx context.Context, id string) (protocol.Group, error) {
	var g groupRecord
	if _, err := get(ctx, s.records, store.KindGroup, id, &g); err != nil {
		return protocol.Group{}, err
	}
	out := protocol.Group{ID: g.ID, Version: g.version(), Name: g.Name, Seats: told(g.Seats), Staff: told(g.Staff), Observers: told(g.Observers), Format: g.Format, Social: g.Social}
	out.GroundRules = g.Rules.told(g.Seats)
	if g.Session == "" {
		return out, nil
	}
	var session sessionRecord
	if _, err := get(ctx, s.records, store.KindSession, g.Session, &session); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return out, nil
		}
		return protocol.Group{}, err
	}
	open, err := s.sessionOpen(ctx, g.Session)
	if err != nil {
		return protocol.Group{}, err
	}
	out.Session = &protocol.GroupSession{ID: session.ID, StartsAtMs: session.StartsAtMs, Ended: !open}
	return out, nil
}

// formats are the formats that a group may have.
func formats() []protocol.Format {
	out := make([]protocol.Format, len(template.All()))
	for i, t := range template.All() {
		out[i] = protocol.Format{ID: t.ID, Name: protocol.Words(t.Name), Phases: make([]protocol.Words, len(t.Phases))}
		for j, p := range t.Phases {
			out[i].Phases[j] = protocol.Words(p.Name)
		}
	}
	return out
}

func told(people []personRecord) []protocol.GroupPerson {
	out := make([]protocol.GroupPerson, len(people))
	for i, p := range people {
		out[i] = protocol.GroupPerson{ID: p.ID, Name: p.Name}
	}
	return out
}

func (s *Server) putGroup(w http.ResponseWriter, r *http.Request) {
	var body protocol.Group
	if !readBody(w, r, &body) {
		return
	}
	if body.ID != r.PathValue("id") || !validGroup(&body) {
		refuse(w, http.StatusBadRequest, "invalid")
		return
	}
	if err := s.saveGroup(r.Context(), body); err != nil {
		s.fail(w, "save group", err)
		return
	}
	out, err := s.group(r.Context(), body.ID)
	if err != nil {
		s.fail(w, "save group", err)
		return
	}
	reply(w, out)
}

// validGroup checks what a browser made: ids, names, hashes, the format, and that no person and no link is in it twice.
func validGroup(g *protocol.Group) bool {
	if !validID(g.ID) || !validName(g.Name) || len(g.Seats) == 0 || len(g.Seats) > maxSeats || len(g.Staff) == 0 || len(g.Staff) > maxStaff ||
		len(g.Observers) > maxObservers {
		return false
	}
	if g.Format != "" && template.Find(g.Format) == nil || !validRules(g.GroundRules) {
		return false
	}
	seen := map[string]bool{}
	for _, p := range slices.Concat(g.Seats, g.Staff, g.Observers) {
		if !validID(string(p.ID)) || !validName(p.Name) || !validHash(p.LinkHash) || seen[string(p.ID)] || seen[p.LinkHash] {
			return false
		}
		seen[string(p.ID)], seen[p.LinkHash] = true, p.LinkHash != ""
	}
	return true
}

// validID: 8 to 64 of letters, digits, - and _.
func validID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	return !strings.ContainsFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}

func validName(name string) bool {
	return strings.TrimSpace(name) != "" && facilitation.ValidName(name) &&
		!strings.ContainsFunc(name, func(c rune) bool { return c < ' ' || c == 0x7f })
}

func validHash(hash string) bool {
	if hash == "" {
		return true
	}
	b, err := hex.DecodeString(hash)
	return err == nil && len(b) == 32 && strings.ToLower(hash) == hash
}

// saveGroup writes new links, then the group, then takes away the links that are no longer anyone's. Cut off at any point it
// can be done again; a link that leads to a group which does not name its person opens nothing.
func (s *Server) saveGroup(ctx context.Context, body protocol.Group) error {
	if body.Version == 0 {
		g := groupRecord{}.as(&body)
		if err := s.addLinks(ctx, nil, g); err != nil {
			return err
		}
		_, err := put(ctx, s.records, store.KindGroup, g.ID, 0, g, 0)
		return err
	}
	var before, after map[string]facilitation.ParticipantID
	err := s.changeGroup(ctx, body.ID, func(g *groupRecord) error {
		if body.Version != g.version() {
			return store.ErrStale
		}
		before = g.links()
		*g = g.as(&body)
		g.Edits++
		after = g.links()
		return s.addLinks(ctx, before, *g)
	})
	if err != nil {
		return err
	}
	return s.dropLinks(ctx, before, after)
}

// version is what staff name as the group that they have read: what sessions and members write into the record meanwhile does not
// count.
func (g *groupRecord) version() uint64 { return g.Edits + 1 }

// as is the group as its staff want it. What sessions have written into it stays.
func (g groupRecord) as(body *protocol.Group) groupRecord {
	old := g
	g.ID, g.Name, g.Format, g.Social = body.ID, body.Name, body.Format, body.Social
	if body.GroundRules != nil {
		g.Rules = g.Rules.become(body.GroundRules.Text)
	}
	g.Seats, g.Staff, g.Observers = keepLinks(body.Seats, old), keepLinks(body.Staff, old), keepLinks(body.Observers, old)
	g.Rules = g.Rules.only(g.Seats, old.links())
	return g
}

// keepLinks takes over the link of whoever brings no new one.
func keepLinks(people []protocol.GroupPerson, old groupRecord) []personRecord {
	before := map[facilitation.ParticipantID]string{}
	for _, p := range slices.Concat(old.Seats, old.Staff, old.Observers) {
		before[p.ID] = p.LinkHash
	}
	out := make([]personRecord, len(people))
	for i, p := range people {
		out[i] = personRecord{ID: p.ID, Name: strings.TrimSpace(p.Name), LinkHash: p.LinkHash}
		if p.LinkHash == "" {
			out[i].LinkHash = before[p.ID]
		}
	}
	return out
}

// links is whose link each hash is.
func (g *groupRecord) links() map[string]facilitation.ParticipantID {
	out := map[string]facilitation.ParticipantID{}
	for _, p := range slices.Concat(g.Seats, g.Staff, g.Observers) {
		if p.LinkHash != "" {
			out[p.LinkHash] = p.ID
		}
	}
	return out
}

// addLinks writes the links that are new in g. A hash that is someone else's is refused with ErrStale.
func (s *Server) addLinks(ctx context.Context, old map[string]facilitation.ParticipantID, g groupRecord) error {
	for hash, id := range g.links() {
		if old[hash] == id {
			continue
		}
		link := linkRecord{Group: g.ID, Participant: id}
		_, err := put(ctx, s.records, store.KindLink, hash, 0, link, 0)
		if errors.Is(err, store.ErrStale) && s.isLink(ctx, hash, link) {
			continue // written by a save that was cut off
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) isLink(ctx context.Context, hash string, want linkRecord) bool {
	var link linkRecord
	_, err := get(ctx, s.records, store.KindLink, hash, &link)
	return err == nil && link == want
}

func (s *Server) dropLinks(ctx context.Context, old, kept map[string]facilitation.ParticipantID) error {
	for hash := range old {
		if _, ok := kept[hash]; ok {
			continue
		}
		if err := s.records.Delete(ctx, store.KindLink, hash); err != nil {
			return fmt.Errorf("take away link: %w", err)
		}
	}
	return nil
}
