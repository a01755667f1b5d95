// Package level turns the audio levels of RFC 6464 into whether someone speaks and for how long they have spoken. It is pure:
// time is an argument, counted from any fixed instant. It hears nothing: levels stay outside end-to-end encryption.
package level

import "time"

// Levels are in -dBov: 0 is the loudest, 127 is silence. Speech begins above one level and goes on above a lower one.
const (
	beginsAbove = 45
	goesOnAbove = 55
)

// A sound is speech once it has lasted gate, with pauses of at most shortPause; shorter ones are coughs and clicks. Speech has
// ended after longPause.
const (
	gate       = 300 * time.Millisecond
	shortPause = 150 * time.Millisecond
	longPause  = 300 * time.Millisecond
)

// Meter follows one microphone. The zero Meter is silent.
type Meter struct {
	sounding, speaking bool
	since, lastLoud    time.Duration
	spoken             time.Duration
}

// Speaking reports whether someone speaks.
func (m *Meter) Speaking() bool { return m.speaking }

// Spoken is how long they have spoken, pauses of longPause left out.
func (m *Meter) Spoken() time.Duration { return m.spoken }

// Observe takes the level byte of a packet: the top bit is the sender's own opinion on voice, which browsers do not agree on.
func (m *Meter) Observe(b uint8, now time.Duration) {
	m.Tick(now)
	level := b & 0x7f
	switch {
	case !m.sounding && level < beginsAbove:
		m.sounding, m.since, m.lastLoud = true, now, now
	case m.sounding && level < goesOnAbove:
		m.sound(now)
	}
}

func (m *Meter) sound(now time.Duration) {
	if m.speaking {
		m.spoken += now - m.lastLoud
	} else if now-m.since >= gate {
		m.speaking = true
		m.spoken += now - m.since
	}
	m.lastLoud = now
}

// Tick ends speech that has fallen silent, also when no packet comes.
func (m *Meter) Tick(now time.Duration) {
	pause := shortPause
	if m.speaking {
		pause = longPause
	}
	if m.sounding && now-m.lastLoud > pause {
		m.sounding, m.speaking = false, false
	}
}
