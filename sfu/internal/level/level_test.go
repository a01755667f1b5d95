package level

import (
	"testing"
	"time"
)

const step = 20 * time.Millisecond

// play feeds one level for so long and returns the time after.
func play(m *Meter, level uint8, from, length time.Duration) time.Duration {
	for end := from + length; from < end; from += step {
		m.Observe(level, from)
	}
	return from
}

func TestSpeechPassesTheGate(t *testing.T) {
	var m Meter
	now := play(&m, 30, 0, 300*time.Millisecond)
	if m.Speaking() {
		t.Error("speaking before the gate")
	}
	now = play(&m, 30, now, 700*time.Millisecond)
	if !m.Speaking() || m.Spoken() < 950*time.Millisecond || m.Spoken() > time.Second {
		t.Errorf("speaking %v for %v after a second", m.Speaking(), m.Spoken())
	}
	play(&m, 127, now, 400*time.Millisecond)
	if m.Speaking() || m.Spoken() > time.Second {
		t.Errorf("speaking %v for %v after silence", m.Speaking(), m.Spoken())
	}
}

func TestACoughIsNotSpeech(t *testing.T) {
	var m Meter
	now := time.Duration(0)
	for range 10 {
		now = play(&m, 10, now, 200*time.Millisecond)
		now = play(&m, 127, now, 200*time.Millisecond)
		if m.Speaking() {
			t.Fatal("a cough is taken for speech")
		}
	}
	if m.Spoken() != 0 {
		t.Errorf("spoken %v", m.Spoken())
	}
}

func TestHysteresis(t *testing.T) {
	var m Meter
	now := play(&m, 50, 0, time.Second)
	if m.Speaking() {
		t.Error("a murmur begins speech")
	}
	now = play(&m, 40, now, 400*time.Millisecond)
	play(&m, 50, now, time.Second)
	if !m.Speaking() {
		t.Error("falling to a murmur ends speech")
	}
}

func TestSilenceWithoutPacketsEndsSpeech(t *testing.T) {
	var m Meter
	now := play(&m, 0x80|20, 0, time.Second)
	m.Tick(now + longPause)
	if m.Speaking() {
		t.Error("still speaking when packets stopped")
	}
}
