package signaling

import (
	"testing"

	"kring/signaling/protocol"
)

func answer(n uint64) protocol.ServerMessage {
	return protocol.ServerMessage{Answer: &protocol.Answer{N: n}}
}

func view(revision uint64) protocol.ServerMessage {
	return protocol.ServerMessage{View: &protocol.View{Revision: revision}}
}

// TestSlowClient: it gets every answer in order, and of what has a newer one only that.
func TestSlowClient(t *testing.T) {
	box := newOutbox()
	box.put(view(1))
	box.put(answer(1))
	box.put(protocol.ServerMessage{Slots: &protocol.SlotMap{Rev: 1}})
	box.put(view(2))
	box.put(answer(2))
	box.put(protocol.ServerMessage{Slots: &protocol.SlotMap{Rev: 2}})
	out, closed, _ := box.take()
	if closed || len(out) != 4 {
		t.Fatalf("closed %v, %d messages", closed, len(out))
	}
	if out[0].Answer.N != 1 || out[1].Answer.N != 2 || out[2].Slots.Rev != 2 || out[3].View.Revision != 2 {
		t.Errorf("order: %+v", out)
	}
	if again, _, _ := box.take(); len(again) != 0 {
		t.Errorf("taken twice: %+v", again)
	}
}

func TestClientThatNeverReads(t *testing.T) {
	box := newOutbox()
	for n := range uint64(maxAnswers) {
		if !box.put(answer(n)) {
			t.Fatalf("refused answer %d", n)
		}
	}
	if !box.put(view(1)) {
		t.Error("a view takes no place")
	}
	if box.put(answer(maxAnswers)) {
		t.Error("the box has no end")
	}
}

// TestFirstCloseCodeWins: what waits is written before it, and nothing is added after it.
func TestFirstCloseCodeWins(t *testing.T) {
	box := newOutbox()
	box.put(answer(1))
	box.close(protocol.CloseRemoved)
	box.close(protocol.CloseTooSlow)
	box.put(answer(2))
	<-box.pending
	out, closed, code := box.take()
	if !closed || code != protocol.CloseRemoved || len(out) != 1 {
		t.Errorf("closed %v with %d, %d messages", closed, code, len(out))
	}
}
