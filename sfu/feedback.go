package sfu

import (
	"time"

	"kring/sfu/internal/rtcpout"
	"kring/sfu/internal/transport"
)

// This file is what an up track asks of its sender. t.mu is held throughout.

// requestKeyFrame asks for a key frame of a layer, unless that has just been done: all that wait share one request.
func (t *upTrack) requestKeyFrame(l *layer, now time.Duration) {
	if !l.askable(now) {
		return
	}
	l.asked, l.askedAt = true, now
	t.feedback = rtcpout.PLI(t.feedback[:0], l.ssrc)
	t.conn.WriteRTCP(t.feedback)
	t.metrics.keyFramesAsked.Inc()
}

// askable reports whether a key frame may be asked for now.
func (l *layer) askable(now time.Duration) bool {
	return l.ssrc != 0 && (!l.asked || now-l.askedAt >= keyFrameSpacing)
}

// repair asks for what is missing of a layer. Opus mends its own losses (in-band FEC) and is not asked for again.
func (t *upTrack) repair(l *layer, now time.Duration) {
	if t.section.Kind != transport.Video || !l.reception.Missing().Any() {
		return
	}
	t.missing = l.reception.Missing().Due(t.missing[:0], t.roundTrip(), now)
	if len(t.missing) == 0 {
		return
	}
	t.feedback = rtcpout.Nack(t.feedback[:0], l.ssrc, t.missing)
	t.conn.WriteRTCP(t.feedback)
	t.metrics.nacksSent.Add(float64(len(t.missing)))
}
