package signaling

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// attendance is what someone's link tells of it, with the status.
func (h *house) attendance(id facilitation.ParticipantID) (int, protocol.Attendance) {
	h.t.Helper()
	var out protocol.Attendance
	status, _ := h.ask("POST", "/api/attendance", id, "", &out)
	return status, out
}

// corrects has someone set when Ben was there, and returns the status and the code of a refusal.
func (h *house) corrects(id facilitation.ParticipantID, session, who, stays string) (int, string) {
	h.t.Helper()
	more := fmt.Sprintf(`,"session":%q,"participant":%q,"stays":%s`, session, who, stays)
	return h.ask("PUT", "/api/attendance", id, more, new(protocol.SessionAttendance))
}

// awaitAttendance reads what is stored until it is so.
func (h *house) awaitAttendance(right func(protocol.SessionAttendance) bool) protocol.SessionAttendance {
	h.t.Helper()
	for {
		got, err := h.srv.attendanceOf(h.t.Context(), h.session)
		if err != nil {
			h.t.Fatal(err)
		}
		if right(got) {
			return got
		}
	}
}

// stays of one person.
func stays(s protocol.SessionAttendance, id facilitation.ParticipantID) []protocol.Stay {
	for _, p := range s.People {
		if p.Participant == id {
			return p.Stays
		}
	}
	return nil
}

// TestAttendance: who was let in is there from then on until they leave or it is over; who only waits is not. The group's
// therapists read it, and once it is over they correct it, with their name.
func TestAttendance(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	here := h.awaitAttendance(func(s protocol.SessionAttendance) bool { return len(stays(s, ben)) == 1 && len(stays(s, ana)) == 1 })
	if got := stays(here, ben)[0]; got.InAtMs == 0 || got.OutAtMs != 0 || here.Over || len(stays(here, cleo)) != 0 || len(here.People) != 3 {
		t.Errorf("while it runs: %+v", here)
	}
	if status, code := h.corrects(ana, h.session, "ben-member", "[]"); status != http.StatusConflict || code != "not_now" {
		t.Errorf("corrected while it runs: %d %s", status, code)
	}
	member.does(`{"leave":{}}`)
	h.awaitAttendance(func(s protocol.SessionAttendance) bool { return stays(s, ben)[0].OutAtMs > 0 })
	r := h.srv.liveRooms()[0]
	staff.does(`{"end":{}}`)
	<-r.done
	over := h.awaitAttendance(func(s protocol.SessionAttendance) bool { return s.Over })
	if got := stays(over, ana); len(got) != 1 || got[0].OutAtMs < got[0].InAtMs {
		t.Errorf("the therapist: %+v", got)
	}

	for _, id := range []facilitation.ParticipantID{ben, cleo} {
		status, _ := h.attendance(id)
		if again, _ := h.corrects(id, h.session, "ben-member", "[]"); status != http.StatusForbidden || again != http.StatusForbidden {
			t.Errorf("%s reads %d, corrects %d", id, status, again)
		}
	}
	from := over.StartsAtMs
	stay := func(in, out int64) string { return fmt.Sprintf(`{"inAtMs":%d,"outAtMs":%d}`, from+in, from+out) }
	for name, wrong := range map[string]string{
		"null": "null", "out before in": "[" + stay(20, 10) + "]", "no time at all": "[" + stay(10, 10) + "]",
		"two at once": "[" + stay(0, 30) + "," + stay(20, 40) + "]", "long after": "[" + stay(0, 40*3_600_000) + "]",
		"still to come": "[" + stay(0, 2*3_600_000) + "]",
		"long before":   `[{"inAtMs":1,"outAtMs":2}]`,
	} {
		if status, code := h.corrects(ana, h.session, "ben-member", wrong); status != http.StatusBadRequest || code != "invalid" {
			t.Errorf("%s: %d %s", name, status, code)
		}
	}
	for session, who := range map[string]string{h.session: "nobody-here", newID(): "ben-member"} {
		if status, _ := h.corrects(ana, session, who, "[]"); status != http.StatusNotFound {
			t.Errorf("of %s: %d", who, status)
		}
	}
	if status, code := h.corrects(ana, h.session, "cleo-member", "["+stay(1, 60_000)+"]"); status != http.StatusOK {
		t.Fatalf("corrected: %d %s", status, code)
	}
	_, got := h.attendance(ana)
	for _, p := range got.Sessions[0].People {
		if p.Participant == cleo && (len(p.Stays) != 1 || p.Corrected == nil || p.Corrected.By != ana || p.Corrected.Name != "Ana") {
			t.Errorf("Cleo was there %+v", p)
		}
		if p.Participant != cleo && p.Corrected != nil {
			t.Errorf("%s is corrected", p.Participant)
		}
	}
	if log := inWords(h.logged(ana)); strings.Count(log, "attendance_corrected") != 1 || strings.Count(log, "attendance_read") != 1 ||
		!strings.Contains(log, "ana-staff attendance_corrected (therapist) of cleo-member: done") {
		t.Errorf("the log tells\n%s", log)
	}
}

// TestAttendanceAtAStop: what the server could not write before it stops is written then.
func TestAttendanceAtAStop(t *testing.T) {
	h := newHouse(t)
	_, member, _ := h.inSession()
	h.awaitAttendance(func(s protocol.SessionAttendance) bool { return len(stays(s, ben)) == 1 })
	r := h.srv.liveRooms()[0]
	for written := false; !written; {
		_ = r.call(t.Context(), func() {
			written = !r.attends.writing && len(r.attends.marks) == 0
			r.attends.writing = r.attends.writing || written // and does not come to an end
		})
	}
	member.does(`{"leave":{}}`)
	if got := stays(h.awaitAttendance(func(protocol.SessionAttendance) bool { return true }), ben); got[0].OutAtMs != 0 {
		t.Fatalf("it is written already: %+v", got)
	}
	h.srv.Close()
	if got := stays(h.awaitAttendance(func(protocol.SessionAttendance) bool { return true }), ben); got[0].OutAtMs == 0 {
		t.Errorf("after the stop: %+v", got)
	}
}

// TestAttendanceOfARoomThatIsLost: whoever left here may be with the new owner by then.
func TestAttendanceOfARoomThatIsLost(t *testing.T) {
	h := newHouse(t)
	h.inSession()
	h.awaitAttendance(func(s protocol.SessionAttendance) bool { return len(stays(s, ben)) == 1 })
	r := h.srv.liveRooms()[0]
	_ = r.call(t.Context(), func() {
		r.attends.marks = append(r.attends.marks, mark{who: ben, atMs: time.Now().UnixMilli()})
		r.lost(store.ErrStale)
	})
	<-r.done
	if got := stays(h.awaitAttendance(func(protocol.SessionAttendance) bool { return true }), ben); got[0].OutAtMs != 0 {
		t.Errorf("Ben is gone: %+v", got)
	}
}

// TestAttendanceOfAnotherGroup: a therapist of another group neither reads nor corrects it.
func TestAttendanceOfAnotherGroup(t *testing.T) {
	h := newHouse(t)
	h.links["other-staff"] = newSecret()
	other := protocol.Group{
		ID: "another-group", Name: "Wednesdays", Seats: []protocol.GroupPerson{{ID: "dora-member", Name: "Dora"}},
		Staff: []protocol.GroupPerson{{ID: "other-staff", Name: "Otto", LinkHash: hashOf(h.links["other-staff"])}},
	}
	if err := h.srv.saveGroup(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if status, got := h.attendance("other-staff"); status != http.StatusOK || len(got.Sessions) != 0 {
		t.Errorf("reads %d %+v", status, got)
	}
	if status, _ := h.corrects("other-staff", h.session, "ben-member", "[]"); status != http.StatusNotFound {
		t.Errorf("corrects: %d", status)
	}
}

// TestAttendanceIsSealed: no name is in the session's record in clear, and with its key the attendance is gone.
func TestAttendanceIsSealed(t *testing.T) {
	h := newHouse(t)
	var rec sessionRecord
	if _, err := get(t.Context(), h.db, store.KindSession, h.session, &rec); err != nil || !isSealed(rec.Attendance) {
		t.Fatalf("%x %v", rec.Attendance, err)
	}
	if err := h.srv.seals.end(t.Context(), attendanceKey(h.session), 0); err != nil {
		t.Fatal(err)
	}
	if status, got := h.attendance(ana); status != http.StatusOK || len(got.Sessions) != 0 {
		t.Errorf("without its key: %d %+v", status, got)
	}
}

// TestAttendanceForgottenWhileItRuns: its key is gone, as after a restore without it, and a call that comes too late makes another. The
// session ends all the same, and what is forgotten hides nothing else.
func TestAttendanceForgottenWhileItRuns(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	h.awaitAttendance(func(s protocol.SessionAttendance) bool { return len(stays(s, ben)) == 1 && len(stays(s, ana)) == 1 })
	if err := h.srv.seals.end(t.Context(), attendanceKey(h.session), 0); err != nil {
		t.Fatal(err)
	}
	if status, code := h.corrects(ana, h.session, "ben-member", "[]"); status != http.StatusNotFound {
		t.Errorf("corrected: %d %s", status, code)
	}
	if status, got := h.attendance(ana); status != http.StatusOK || len(got.Sessions) != 0 {
		t.Errorf("read: %d %+v", status, got)
	}
	r := h.srv.liveRooms()[0]
	member.does(`{"leave":{}}`)
	staff.does(`{"end":{}}`)
	<-r.done
	h.untilEnded()
}

// TestNotes: marks told twice count once, who is soon back was never away, and comings and goings without end stay within bounds.
func TestNotes(t *testing.T) {
	minute := time.Minute.Milliseconds()
	in := func(at int64) mark {
		return mark{who: ben, name: "Ben", role: facilitation.Member, in: true, atMs: at * minute}
	}
	out := func(at int64) mark { return mark{who: ben, atMs: at * minute} }
	var a attendance
	for _, m := range []mark{out(1), in(10), in(11), out(20), in(10), out(20), in(21), out(30), in(40)} {
		a.note(m)
	}
	want := []protocol.Stay{{InAtMs: 10 * minute, OutAtMs: 30 * minute}, {InAtMs: 40 * minute}}
	if len(a) != 1 || len(a[0].Stays) != 2 || a[0].Stays[0] != want[0] || a[0].Stays[1] != want[1] {
		t.Errorf("got %+v", a)
	}
	for at := int64(50); at < 1000; at += 10 {
		a.note(out(at))
		a.note(in(at + 5))
	}
	if n := len(a[0].Stays); n != maxStays || a[0].Stays[n-1].OutAtMs != 0 {
		t.Errorf("%d stays, the last %+v", n, a[0].Stays[n-1])
	}
}

// TestKept: a record is kept for the days that are set, from the end on, thirty where none are.
func TestKept(t *testing.T) {
	day := 24 * time.Hour
	rec := &sessionRecord{Ended: true, EndedAtMs: time.Now().Add(-day).UnixMilli()}
	for days, want := range map[int]time.Duration{0: 29 * day, 1: 0, 365: 364 * day} {
		s := &Server{cfg: Config{KeepDays: days}}
		if got := s.life(rec); got < want-time.Minute || got > want+time.Minute {
			t.Errorf("%d days: %s, want about %s", days, got, want)
		}
	}
}
