package signaling

import (
	"testing"
	"time"

	"kring/facilitation"
	"kring/signaling/protocol"
)

// TestStoreOutOfReach: while the store cannot be had, what restricts works at once and is said not to be stored, what would
// let anyone hear more is refused, and the room does not wait for the store at each command. When the store is back it gets
// what it missed, and the room goes on.
func TestStoreOutOfReach(t *testing.T) {
	for name, what := range map[string]fault{"refuses": refuses, "hangs": hangs} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			staff, member, _ := h.inSession()
			before := h.stored()
			h.db.become(what)
			if a := staff.command(`{"lock":{"participant":"ben-member","device":"mic"}}`); a.Refusal != "" || !a.InForceNotStored {
				t.Errorf("a restriction: %+v", a)
			}
			member.refuses(t, `{"mic":{"on":true}}`, facilitation.LockedOff) // it is in force
			if a := member.command(`{"distress":{"kind":"emergency"}}`); a.Refusal != "" {
				t.Errorf("a call for help: %+v", a)
			}
			staff.await(func(m protocol.ServerMessage) bool { return m.View != nil && len(m.View.View.Distress) == 1 })
			const tries = 20
			for range tries {
				staff.refuses(t, `{"admit":{"participant":"cleo-member"}}`, facilitation.Unavailable)
			}
			if asked := h.db.asked(); asked >= tries {
				t.Errorf("the store was called %d times while it was down", asked)
			}
			h.unchanged(t, before)

			h.db.become(well)
			h.doneAtLast(staff, `{"admit":{"participant":"cleo-member"}}`)
			if len(h.stored().Distress) != 1 {
				t.Error("the call for help is not stored")
			}
			for _, p := range h.stored().People {
				if p.ID == ben && p.Mic != facilitation.Locked || p.Presence != facilitation.Admitted {
					t.Errorf("stored: %+v", p)
				}
			}
		})
	}
}

// TestCommitForgotten: a command whose commit is made but not confirmed is answered once, and the room goes on from it.
func TestCommitForgotten(t *testing.T) {
	h := newHouse(t)
	_, member, _ := h.inSession()
	h.db.become(forgets)
	member.does(`{"raise":{"kind":"speak"}}`)
	if entries := h.stored().Queue.Entries; len(entries) != 1 {
		t.Errorf("queue %+v", entries)
	}
	member.does(`{"lower":{}}`)
	if entries := h.stored().Queue.Entries; len(entries) != 0 {
		t.Errorf("queue %+v", entries)
	}
}

// doneAtLast sends a command until the store is back and it is carried out.
func (h *house) doneAtLast(p *page, command string) {
	h.t.Helper()
	end := time.Now().Add(patience)
	for p.command(command).Refusal == facilitation.Unavailable {
		if time.Now().After(end) {
			h.t.Fatal("the room does not find its store again")
		}
		time.Sleep(100 * time.Millisecond) // no faster than a person may send
	}
}
