package signaling

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// maxGroundRules is the longest text of a group's ground rules, in characters.
const maxGroundRules = 2000

// groundRules are a group's own text and who has agreed to which version of it. A text that is changed is a new version, which is
// asked again; an empty one asks nothing.
type groundRules struct {
	Text    string                             `json:"text,omitempty"`
	Version int                                `json:"version,omitempty"`
	Agreed  map[facilitation.ParticipantID]int `json:"agreed,omitempty"` // the last version of each member
}

// become is what the rules are once staff have set this text.
func (r groundRules) become(text string) groundRules {
	if text != r.Text {
		r.Text, r.Version = text, r.Version+1
	}
	return r
}

// only leaves out who is no longer a member, and whose link is a new one: a chair may have been given to someone else.
func (r groundRules) only(members []personRecord, before map[string]facilitation.ParticipantID) groundRules {
	agreed := map[facilitation.ParticipantID]int{}
	for _, p := range members {
		if v := r.Agreed[p.ID]; v > 0 && before[p.LinkHash] == p.ID {
			agreed[p.ID] = v
		}
	}
	r.Agreed = agreed
	return r
}

// asks is what a member is to agree to first, nil if nothing: the rules are for members.
func (r groundRules) asks(who facilitation.ParticipantID, role facilitation.Role) *protocol.GroundRules {
	if role != facilitation.Member || r.Text == "" || r.Agreed[who] == r.Version {
		return nil
	}
	return &protocol.GroundRules{Text: r.Text, Version: r.Version}
}

// told is what staff are told of the rules: with who agreed to which version, in the order of the seats.
func (r groundRules) told(members []personRecord) *protocol.GroupRules {
	out := &protocol.GroupRules{Text: r.Text, Version: r.Version, Agreed: []protocol.Agreed{}}
	for _, p := range members {
		if v := r.Agreed[p.ID]; v > 0 {
			out.Agreed = append(out.Agreed, protocol.Agreed{Participant: p.ID, Version: v})
		}
	}
	return out
}

// validRules trims and checks: lines of text.
func validRules(r *protocol.GroupRules) bool {
	if r == nil {
		return true
	}
	r.Text = strings.TrimSpace(strings.ReplaceAll(r.Text, "\r\n", "\n"))
	return utf8.ValidString(r.Text) && utf8.RuneCountInString(r.Text) <= maxGroundRules &&
		!strings.ContainsFunc(r.Text, func(c rune) bool { return c < ' ' && c != '\n' || c == 0x7f })
}

// agree notes that a member agrees to the ground rules as they are now: without it their link gives no ticket. Another version is
// 409: the member has to read it first.
func (s *Server) agree(w http.ResponseWriter, r *http.Request) {
	var body protocol.AgreeRequest
	if !readBody(w, r, &body) {
		return
	}
	g, who, ok := s.member(w, r, body.Capability)
	if !ok {
		return
	}
	if err := s.keepAgreed(r.Context(), &g, who, body.Version); err != nil {
		s.fail(w, "agree to ground rules", err)
		return
	}
	reply(w, protocol.Agreed{Participant: who, Version: body.Version})
}

// keepAgreed writes it with the session that is open and with the group: the last is what counts.
func (s *Server) keepAgreed(ctx context.Context, g *groupRecord, who facilitation.ParticipantID, version int) error {
	if version != g.Rules.Version || g.Rules.Text == "" {
		return store.ErrStale
	}
	if g.Session != "" {
		err := s.changeSession(ctx, g.Session, func(rec *sessionRecord) error {
			if rec.Ended || time.Now().Before(rec.opens()) {
				return store.ErrNotFound // nobody is asked then
			}
			if rec.Agreed == nil {
				rec.Agreed = map[facilitation.ParticipantID]int{}
			}
			rec.Agreed[who] = version
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.changeGroup(ctx, g.ID, func(now *groupRecord) error {
		if version != now.Rules.Version {
			return store.ErrStale
		}
		if now.Rules.Agreed == nil {
			now.Rules.Agreed = map[facilitation.ParticipantID]int{}
		}
		now.Rules.Agreed[who] = version
		return nil
	})
}
