package signaling

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// logged reads the log of this month by someone's link.
func (h *house) logged(id facilitation.ParticipantID) protocol.AuditLog {
	h.t.Helper()
	var out protocol.AuditLog
	if status, refusal := h.ask("POST", "/api/audit", id, fmt.Sprintf(`,"month":%q,"from":0`, thisMonth()), &out); status != 200 {
		h.t.Fatalf("the log: %d %s", status, refusal)
	}
	return out
}

func thisMonth() string { return time.Now().UTC().Format(auditMonth) }

func inWords(log protocol.AuditLog) string {
	var out []string
	for _, e := range log.Entries {
		out = append(out, fmt.Sprintf("%s %s (%s) of %s: %s", e.User, e.Event, e.Role, e.Subject, e.Outcome))
	}
	return strings.Join(out, "\n")
}

// TestAuditLog: it says who looked at what of whom, in order, and not what they read; reading it is in it too.
func TestAuditLog(t *testing.T) {
	h := newHouse(t)
	h.cardOf(ana, ben)
	h.putCard(ben, secret, "", "")
	h.cardOf(ana, ben)
	h.lookBacks(ana)
	got := h.logged(ana)
	want := strings.Join([]string{
		"ana-staff card_read (therapist) of ben-member: nothing",
		"ben-member card_changed (member) of ben-member: done",
		"ana-staff card_read (therapist) of ben-member: done",
		"ana-staff lookbacks_read (therapist) of : done",
		"ana-staff log_read (therapist) of : done",
	}, "\n")
	if inWords(got) != want || !got.Intact || got.Next != 0 {
		t.Errorf("the log tells, intact %v, next %d:\n%s\nwant\n%s", got.Intact, got.Next, inWords(got), want)
	}
	for _, e := range got.Entries {
		if time.Since(time.UnixMilli(e.AtMs)) > patience {
			t.Errorf("an entry of %v", time.UnixMilli(e.AtMs))
		}
	}
	raw, err := h.db.Entries(t.Context(), "audit-"+thisMonth(), 1, 100)
	if err != nil || len(raw) != 5 || h.onDisk("card_read") {
		t.Errorf("the log on the disk: %d entries, in clear %v, %v", len(raw), h.onDisk("card_read"), err)
	}
}

// TestAuditOfAnotherGroup: staff see the log of their own group.
func TestAuditOfAnotherGroup(t *testing.T) {
	h := newHouse(t)
	h.cardOf(ana, ben)
	other := groupRecord{ID: "another-group"}
	if err := h.srv.audit(t.Context(), looked(protocol.AuditCardRead, &other, "eva-staff", facilitation.Therapist, "someone")); err != nil {
		t.Fatal(err)
	}
	if got := h.logged(ana); strings.Contains(inWords(got), "eva-staff") || len(got.Entries) != 2 || !got.Intact {
		t.Errorf("the log tells, intact %v:\n%s", got.Intact, inWords(got))
	}
}

// TestAuditOfTwoNodes: nodes that write to one log lose nothing of each other, and break no chain.
func TestAuditOfTwoNodes(t *testing.T) {
	h := newHouse(t)
	other := &Server{cfg: h.srv.cfg, log: h.srv.log, records: h.srv.records, seals: h.srv.seals}
	g := h.srv.groupOf(t)
	for i := range 6 {
		if err := []*Server{h.srv, other}[i%2].audit(t.Context(), looked(protocol.AuditCardRead, g, ana, facilitation.Therapist, ben)); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.logged(ana); len(got.Entries) != 7 || !got.Intact {
		t.Errorf("the log tells, intact %v:\n%s", got.Intact, inWords(got))
	}
}

func (s *Server) groupOf(t *testing.T) *groupRecord {
	t.Helper()
	var g groupRecord
	if _, err := get(t.Context(), s.records, "group", "group-of-test", &g); err != nil {
		t.Fatal(err)
	}
	return &g
}

// TestAuditTampered: an entry that was taken out, put elsewhere or written by someone else is noticed.
func TestAuditTampered(t *testing.T) {
	for name, tamper := range map[string]func([][]byte) [][]byte{
		"taken out":   func(e [][]byte) [][]byte { return append(e[:1:1], e[2:]...) },
		"swapped":     func(e [][]byte) [][]byte { return [][]byte{e[1], e[0], e[2]} },
		"written new": func(e [][]byte) [][]byte { return [][]byte{e[0], []byte(`{"event":"card_read"}`), e[2]} },
		"first gone":  func(e [][]byte) [][]byte { return e[1:] },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			for range 3 {
				h.cardOf(ana, ben)
			}
			log := "audit-" + thisMonth()
			entries, err := h.db.Entries(t.Context(), log, 1, 10)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.db.DropLog(t.Context(), log); err != nil {
				t.Fatal(err)
			}
			for i, e := range tamper(entries) {
				if err := h.db.Append(t.Context(), log, uint64(i+1), e); err != nil {
					t.Fatal(err)
				}
			}
			got, err := h.srv.readAudit(t.Context(), log, "group-of-test", 0)
			if err != nil || got.Intact {
				t.Errorf("intact %v, %v", got.Intact, err)
			}
		})
	}
}

// TestAuditIsForgotten: once the key of a month has ended nobody can read its log; the next month takes logs away whose time is over.
func TestAuditIsForgotten(t *testing.T) {
	h := newHouse(t)
	old := time.Now().UTC().AddDate(-6, 0, 0)
	if err := h.db.Append(t.Context(), auditLog(old), 1, []byte("old")); err != nil {
		t.Fatal(err)
	}
	h.cardOf(ana, ben) // the first entry of this month
	if left, err := h.db.Entries(t.Context(), auditLog(old), 1, 1); err != nil || len(left) != 0 {
		t.Errorf("a log of six years ago: %q, %v", left, err)
	}
	at := time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)
	if until := at.Add(h.srv.auditLife(at)); !until.Equal(time.Date(2031, time.December, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the log of %v is kept until %v", at, until)
	}
	if err := h.srv.seals.end(t.Context(), "audit-"+thisMonth(), 0); err != nil {
		t.Fatal(err)
	}
	if got, err := h.srv.readAudit(t.Context(), "audit-"+thisMonth(), "group-of-test", 0); err != nil || len(got.Entries) != 0 {
		t.Errorf("without its key: %+v, %v", got, err)
	}
}
