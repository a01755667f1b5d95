package level

import (
	"slices"
	"testing"
	"time"
)

// TestEnvelope: loudness by the time at which it came, with holes where nothing did.
func TestEnvelope(t *testing.T) {
	var e Envelope
	start := 1000 * Step
	for i, b := range []uint8{30, 0x80 | 40, 127} {
		e.Observe(b, start+time.Duration(i)*Step)
	}
	e.Observe(50, start+5*Step)
	e.Observe(20, start+5*Step+5*time.Millisecond) // the louder of two in one step
	got := make([]uint8, 8)
	e.Read(got, start+6*Step)
	if want := []uint8{0, 97, 87, 0, 0, 0, 107, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	e.Observe(10, start+10*Steps*Step) // after a long silence
	e.Read(got, start+10*Steps*Step)
	if want := []uint8{0, 0, 0, 0, 0, 0, 0, 117}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestEnvelopeAllocatesNothing(t *testing.T) {
	var e Envelope
	now := time.Duration(0)
	if n := testing.AllocsPerRun(1000, func() { now += Step; e.Observe(40, now) }); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}
