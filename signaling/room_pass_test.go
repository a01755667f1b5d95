package signaling

import (
	"errors"
	"testing"
	"time"

	"kring/signaling/protocol"
	"kring/signaling/store"
)

// TestTokensOfOldPages: whoever loads the page again and again leaves no trail of tokens. That of the page before
// stays: it must hear that it was replaced, or it would take the person's place back.
func TestTokensOfOldPages(t *testing.T) {
	h := newHouse(t)
	var pages []*page
	for range maxPages + 1 {
		pages = append(pages, h.enter(ben))
		pages[len(pages)-1].does(`{"leave":{}}`)
	}
	h.forgets(t, pages[0].welcome.Resume)
	replaced := h.socket()
	replaced.say(hello(1, pages[maxPages-1].id, `"resume":"`+pages[maxPages-1].welcome.Resume+`"`))
	h.closes(replaced, protocol.CloseReplaced)
}

// TestTokensAfterTheEnd: nothing that says who was in a session opens anything once it is over.
func TestTokensAfterTheEnd(t *testing.T) {
	h := newHouse(t)
	staff, first, second := h.inSession()
	staff.does(`{"end":{}}`)
	for _, p := range []*page{staff, first, second} {
		h.forgets(t, p.welcome.Resume)
	}
}

// forgets waits until a resume token is gone from the store.
func (h *house) forgets(t *testing.T, token string) {
	t.Helper()
	for late := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		_, err := h.db.Store.Get(t.Context(), store.KindResume, hashOf(token))
		if errors.Is(err, store.ErrNotFound) {
			return
		}
		if err != nil || time.Now().After(late) {
			t.Fatalf("a token is still there: %v", err)
		}
	}
}
