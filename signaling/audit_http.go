package signaling

import (
	"net/http"
	"slices"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// auditOf tells a therapist, by their own link, who looked at what of their group. That they did is logged first.
func (s *Server) auditOf(w http.ResponseWriter, r *http.Request) {
	var body protocol.AuditRequest
	if !readBody(w, r, &body) {
		return
	}
	month, err := time.Parse(auditMonth, body.Month)
	if err != nil {
		refuse(w, http.StatusBadRequest, "invalid")
		return
	}
	g, who, ok := s.therapist(w, r, body.Capability)
	if !ok {
		return
	}
	err = s.audit(r.Context(), looked(protocol.AuditLogRead, &g, who, facilitation.Therapist, ""))
	var out protocol.AuditLog
	if err == nil {
		out, err = s.readAudit(r.Context(), auditLog(month), g.ID, body.From)
	}
	if err != nil {
		s.fail(w, "audit log", err)
		return
	}
	out.People = g.everyone()
	reply(w, out)
}

// everyone are the names of those who are in the group now. Who has left is an id.
func (g *groupRecord) everyone() []protocol.Named {
	return slices.Concat(named(g.Staff), named(g.Seats), named(g.Observers))
}

func named(people []personRecord) []protocol.Named {
	out := make([]protocol.Named, len(people))
	for i, p := range people {
		out[i] = protocol.Named{ID: p.ID, Name: p.Name}
	}
	return out
}
