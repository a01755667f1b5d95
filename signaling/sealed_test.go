package signaling

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"kring/facilitation"
	"kring/signaling/protocol"
	"kring/signaling/store"
)

// secret is a text that nobody else writes.
const secret = "Zeewierkoekjes-met-mosterd"

// onDisk reports whether any file of the store's holds a text.
func (h *house) onDisk(text string) bool {
	h.t.Helper()
	found := false
	err := filepath.Walk(h.db.dir, func(file string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		found = found || bytes.Contains(data, []byte(text))
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

// TestSealedMessage: a side message is nowhere on the disk; whoever opens the room anew reads it; with the end its key is gone,
// and so is all that a copy of the disk could tell.
func TestSealedMessage(t *testing.T) {
	h := newHouse(t)
	staff, member, _ := h.inSession()
	member.does(`{"sideMessage":{"text":"` + secret + `"}}`)
	if h.onDisk(secret) {
		t.Error("a side message is on the disk in clear")
	}
	if !h.onDisk("Tuesdays") {
		t.Fatal("not even the group's name is on the disk: the test looks in the wrong place")
	}
	if s := h.stored(); len(s.Messages) != 1 || s.Messages[0].Text != secret {
		t.Errorf("whoever opens the room anew reads %+v", s.Messages)
	}
	before, err := h.db.Store.Load(t.Context(), h.session)
	if err != nil {
		t.Fatal(err)
	}
	key, err := h.db.Key(t.Context(), roomKey(h.session))
	if err != nil {
		t.Fatal(err)
	}

	staff.does(`{"end":{}}`)
	staff.closed()
	h.untilEnded()
	if _, err := h.db.Key(t.Context(), roomKey(h.session)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the room's key after the end: %v", err)
	}
	if h.onDisk(string(key)) {
		t.Error("the room's key is on the disk after the end")
	}
	if _, _, err := h.srv.openRoom(t.Context(), h.session, before.Body); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a copy from before the end: %v", err)
	}
	if s := h.stored(); s.Phase != facilitation.Ended {
		t.Errorf("the last document says %s", s.Phase)
	}
}

// TestSealedLookBack: nor is what a member writes afterwards.
func TestSealedLookBack(t *testing.T) {
	h := newHouse(t)
	staff, _, _ := h.inSession()
	staff.does(`{"end":{}}`)
	staff.closed()
	h.untilEnded()
	for _, id := range []facilitation.ParticipantID{ben, cleo} {
		if status := h.lookBack(id, 40, secret); status != 200 {
			t.Fatalf("look back: %d", status)
		}
	}
	if h.onDisk(secret) {
		t.Error("a look-back is on the disk in clear")
	}
	if _, got := h.lookBacks(ana); len(got.Members[1].Sessions) != 1 || got.Members[1].Sessions[0].LookBack.Line != secret {
		t.Errorf("the therapist reads %+v", got)
	}
	if err := h.srv.seals.end(t.Context(), lookBacksKey(h.session), 0); err != nil {
		t.Fatal(err)
	}
	if status, got := h.lookBacks(ana); status != 200 || len(got.Members[1].Sessions) != 0 {
		t.Errorf("without the key the therapist reads %d %+v", status, got)
	}
}

// TestSealOpensNothingElse: another key, another root key, another thing that it is about, or a changed bit.
func TestSealOpensNothingElse(t *testing.T) {
	h := newHouse(t)
	k, err := h.srv.seals.make(t.Context(), "one", roomLife)
	if err != nil {
		t.Fatal(err)
	}
	sealed := k.seal("ben", []byte(secret))
	if text, err := k.open("ben", sealed); err != nil || string(text) != secret {
		t.Fatalf("opens as %q, %v", text, err)
	}
	other, err := h.srv.seals.make(t.Context(), "two", roomLife)
	if err != nil {
		t.Fatal(err)
	}
	key, err := h.db.Key(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	rerooted, err := (&seals{root: [RootKeySize]byte{1}}).join("one", key)
	if err != nil {
		t.Fatal(err)
	}
	renamed, err := h.srv.seals.join("three", key)
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]seal{"another key": other, "another root key": rerooted, "another id": renamed} {
		if _, err := k.open("ben", sealed); err != errSealed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := k.open("cleo", sealed); err != errSealed {
		t.Errorf("about another: %v", err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := k.open("ben", changed); err != errSealed {
			t.Fatalf("byte %d changed: %v", i, err)
		}
		if _, err := k.open("ben", sealed[:i]); err != errSealed {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
}

// TestRoomWithoutItsKey: a room restored without its key never opens, nor one that nobody has ended for long: the session is over for
// whoever comes, and its group can begin another.
func TestRoomWithoutItsKey(t *testing.T) {
	h := newHouse(t)
	if _, err := h.srv.startSession(t.Context(), "group-of-test", protocol.PlanSession{}); !errors.Is(err, store.ErrExists) {
		t.Fatalf("while a session is open: %v", err)
	}
	if err := h.srv.seals.end(t.Context(), roomKey(h.session), 0); err != nil {
		t.Fatal(err)
	}
	if in, err := h.srv.invitation(t.Context(), h.links[ben]); err != nil || !in.Ended || in.Ticket != "" {
		t.Errorf("a member comes: %+v, %v", in, err)
	}
	if g, err := h.srv.group(t.Context(), "group-of-test"); err != nil || !g.Session.Ended {
		t.Errorf("staff see the group: %+v, %v", g.Session, err)
	}
	if _, err := h.srv.startSession(t.Context(), "group-of-test", protocol.PlanSession{}); err != nil {
		t.Errorf("with a session that is lost: %v", err)
	}
}
