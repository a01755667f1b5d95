package sfu

import (
	"errors"
	"net"
	"testing"
)

// TestAnOfferOfWhoHasGoneIsNotBad: a peer can be closed while its offer is in hand, by another goroutine. The offer is not to blame.
func TestAnOfferOfWhoHasGoneIsNotBad(t *testing.T) {
	h := newHouse(t)
	p := h.room.Join("ben", &client{})
	if _, err := p.Offer("nonsense"); err == nil || errors.Is(err, ErrClosed) {
		t.Errorf("an offer that is bad: %v", err)
	}
	h.transport.last().during = func() error {
		_ = p.Close()
		return net.ErrClosed
	}
	if _, err := p.Offer("1"); !errors.Is(err, ErrClosed) {
		t.Errorf("closed in the middle of an offer: %v", err)
	}
	if _, err := p.Offer("1"); !errors.Is(err, ErrClosed) {
		t.Errorf("closed before an offer: %v", err)
	}
}
