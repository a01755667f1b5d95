package signaling

import (
	"context"
	"time"

	"kring/facilitation"
)

// attends is what the room goroutine knows of who came and went: who was there when it last looked, and what the record has not yet.
type attends struct {
	present map[facilitation.ParticipantID]bool
	marks   []mark
	writing bool
}

// attend notes who came in and who went out since it last looked, and writes it beside the room. What the store does not take is
// written again when the room renews its lease, or at the end.
func (r *room) attend() {
	r.lookWhoIsThere(time.Now().UnixMilli())
	marks := r.attends.marks
	if len(marks) == 0 || r.closing || r.attends.writing || r.down {
		return
	}
	r.attends.writing = true
	r.srv.workers.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
		defer cancel()
		err := r.srv.noteAttendance(ctx, r.id, marks)
		_ = r.call(context.Background(), func() { r.attended(len(marks), err) }) // a room that is gone has written it at its end
	})
}

func (r *room) attended(n int, err error) {
	r.attends.writing = false
	if err != nil {
		r.log.Warn("note attendance", "err", err)
		return
	}
	r.attends.marks = r.attends.marks[min(n, len(r.attends.marks)):] // none are left if the end has written them
	r.attend()
}

func (r *room) lookWhoIsThere(atMs int64) {
	present := map[facilitation.ParticipantID]bool{}
	for p := range r.state.Present() {
		if present[p.ID] = true; !r.attends.present[p.ID] {
			r.attends.marks = append(r.attends.marks, mark{who: p.ID, name: p.Name, role: p.Role, in: true, atMs: atMs})
		}
	}
	for id := range r.attends.present {
		if !present[id] {
			r.attends.marks = append(r.attends.marks, mark{who: id, atMs: atMs})
		}
	}
	r.attends.present = present
}

// stopAttendance writes what is left when the room stops here. Its time is its own: the next node waits for the room.
func (r *room) stopAttendance() {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	if err := r.flushAttendance(ctx); err != nil {
		r.log.Warn("note attendance", "err", err)
	}
}

// flushAttendance writes what is left; what is under way may be written twice, which changes nothing.
func (r *room) flushAttendance(ctx context.Context) error {
	if len(r.attends.marks) == 0 {
		return nil
	}
	err := r.srv.noteAttendance(ctx, r.id, r.attends.marks)
	if err == nil {
		r.attends.marks = nil
	}
	return err
}
